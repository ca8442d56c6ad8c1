"""What does published experience recommend for this data, before anything is measured?"""

from datetime import UTC, datetime

from tuner_engine import results
from tuner_engine.errors import ExitCode
from tuner_tui.cli import COMMANDS, options, output, parsing, reading, starting

app = parsing.command("advise", COMMANDS["advise"])


@app.default
def advise(
    table: options.AnyTable = options.Table(),  # noqa: B008 - frozen
    *,
    choices: options.AnyChoices = options.Decided(),  # noqa: B008 - frozen
    recipe: options.RecipeFile = None,
    place: options.AnyPlace = options.Place(),  # noqa: B008 - frozen
    out: options.AnyDocument = options.Document(),  # noqa: B008 - frozen
) -> int:
    """Read the data and print a recipe."""
    from tuner_engine import loading

    spec, fixed, seed = options.data_spec(table), options.fixed(choices), options.seed(place)
    output.check_writable(out.output)
    given = None if recipe is None else reading.document(recipe)
    profile = loading.profile(spec, seed=seed, choices=fixed, device=place.device)
    advised = starting.recipe(profile, fixed, given=given, now=datetime.now(UTC))
    content = results.encode(advised)
    if out.output is not None:
        output.save(content, out.output)
    if out.json:
        output.print_bytes(content)
    else:
        from tuner_tui.cli import tables

        output.print_lines(tables.recipe(advised, width=output.width()))
    return ExitCode.DONE
