"""What does published experience recommend, for data or for facts, before anything is measured?"""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from tuner_engine.advice import stated
from tuner_engine.errors import ExitCode, UsageError
from tuner_engine.recipe import Recipe
from tuner_engine.workload import Profile
from tuner_tui.cli import asked, output, saying, starting
from tuner_tui.cli.saying import Said, Words

if TYPE_CHECKING:
    from tuner_engine.results import AnyResult
    from tuner_engine.specs import Choices


def answer(words: Words) -> int:
    """Take what data or a person say, print a recipe, and return the exit code.

    Raises:
        UsageError: The words contradict each other, or leave open what is trained.
        DataError: The data, or a file of a recipe, cannot be read.
    """
    said, seed = saying.said(words), asked.seed(words.seed)
    output.check_writable(words.output)
    given = _given(words)
    profile = _read(said, words, seed=seed) if said.read else _stated(said)
    further = {**said.further, **({"seed": seed} if seed else {})}
    advised = starting.recipe(
        profile, said.choices, given=given, now=datetime.now(UTC), further=further
    )
    if words.explain is not None:
        _explain(advised, words.explain, words=words)
    else:
        _tell(advised, words)
    return ExitCode.DONE


def _given(words: Words) -> "AnyResult | Choices | None":
    if words.recipe is None:
        return None
    from tuner_tui.cli import reading

    return reading.document(words.recipe)


def _tell(advised: Recipe, words: Words) -> None:
    if words.json or words.output is not None:
        from tuner_engine import results

        _leave(results.encode(advised), words)
    if not words.json:
        from tuner_tui.cli import estimates, tables

        width = output.width()
        output.print_lines(
            [*tables.recipe(advised, width=width), *estimates.lines(advised, width=width)]
        )


def _explain(advised: Recipe, name: str, *, words: Words) -> None:
    """Print and keep the explanation of one setting."""
    from tuner_engine.advice import explain
    from tuner_tui.cli.lines import Line

    explanation = explain.explain(advised, name)
    _leave(explain.encode(explanation), words)
    if not words.json:
        told = explain.lines(explanation, width=max(output.width() or 100, 40))
        output.print_lines(map(Line, told))


def _leave(content: bytes, words: Words) -> None:
    """Put a document where it was asked for: into a file, on stdout, or both."""
    if words.output is not None:
        output.save(content, words.output)
    if words.json:
        output.print_bytes(content)


def _stated(said: Said) -> Profile:
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


def _read(said: Said, words: Words, *, seed: int) -> Profile:
    """Return what the data say, with what was stated beside them."""
    from tuner_engine import loading

    spec = asked.data(said.data, task=said.task)
    profile = loading.profile(spec, seed=seed, choices=said.choices, device=words.device)
    if not said.stated:
        return profile
    workload = stated.over(profile.workload, said.facts, said.about)
    return Profile(workload=workload, data=profile.data, cautions=profile.cautions)
