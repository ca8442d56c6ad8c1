"""What does published experience recommend, for data or for facts, before anything is measured?"""

from datetime import UTC, datetime

from tuner_engine import results
from tuner_engine.advice import stated
from tuner_engine.advice.stated import Stated
from tuner_engine.errors import ExitCode, UsageError
from tuner_engine.recipe import Recipe
from tuner_engine.specs import Choices
from tuner_engine.workload import Profile
from tuner_tui.cli import COMMANDS, options, output, parsing, reading, starting, stating

app = parsing.command("advise", COMMANDS["advise"])


@app.default
def advise(
    table: stating.Data = stating.AnyData(),  # noqa: B008 - frozen
    *,
    facts: stating.Facts = Stated(),  # noqa: B008 - frozen
    choices: stating.Decisions = stating.AnyModel(),  # noqa: B008 - frozen
    recipe: options.RecipeFile = None,
    place: options.AnyPlace = options.Place(),  # noqa: B008 - frozen
    explain: options.Explained = None,
    out: options.AnyDocument = options.Document(),  # noqa: B008 - frozen
) -> int:
    """Take what data or a person say, and print a recipe."""
    said = stating.said(table, choices, facts)
    fixed, seed = options.fixed(said.choices), options.seed(place)
    output.check_writable(out.output)
    given = None if recipe is None else reading.document(recipe)
    profile = _read(said, fixed, seed=seed, place=place) if said.read else _stated(said)
    advised = starting.recipe(
        profile, fixed, given=given, now=datetime.now(UTC), further=said.further
    )
    if explain is not None:
        return _explain(advised, explain, out=out)
    content = results.encode(advised)
    if out.output is not None:
        output.save(content, out.output)
    if out.json:
        output.print_bytes(content)
    else:
        _print(advised)
    return ExitCode.DONE


def _explain(advised: Recipe, name: str, *, out: options.Document) -> int:
    """Print and keep the explanation of one setting."""
    from tuner_engine.advice import explain

    explanation = explain.explain(advised, name)
    content = explain.encode(explanation)
    if out.output is not None:
        output.save(content, out.output)
    if out.json:
        output.print_bytes(content)
    else:
        from tuner_tui.cli.lines import Line

        told = explain.lines(explanation, width=max(output.width() or 100, 40))
        output.print_lines(map(Line, told))
    return ExitCode.DONE


def _stated(said: stating.Said) -> Profile:
    """Return what a person says, where there are no data.

    Raises:
        UsageError: Nothing was said, or too little.
    """
    if not said.stated and said.about.model is None:
        raise UsageError(
            "name the DATA, or a task of your own with --task FILE:NAME, or state facts such as "
            "--model llama-3-8b --examples 12000"
        )
    return Profile(workload=stated.workload(said.facts, said.about), data=None)


def _read(said: stating.Said, fixed: Choices, *, seed: int, place: options.Place) -> Profile:
    """Return what the data say, with what was stated beside them."""
    from tuner_engine import loading

    spec = options.data_spec(said.table)
    profile = loading.profile(spec, seed=seed, choices=fixed, device=place.device)
    if not said.stated:
        return profile
    workload = stated.over(profile.workload, said.facts, said.about)
    return Profile(workload=workload, data=profile.data, cautions=profile.cautions)


def _print(advised: Recipe) -> None:
    from tuner_tui.cli import estimates, tables

    width = output.width()
    output.print_lines(
        [*tables.recipe(advised, width=width), *estimates.lines(advised, width=width)]
    )
