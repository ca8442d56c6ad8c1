"""How do recipes, verdicts and histories read as text?

Pure: documents in, lines out. Names and text from files pass through `printable`. The first line
of each setting is aligned; its reason stands beneath, so that any width will do.
"""

import textwrap
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from tuner_engine.printable import printable
from tuner_engine.recipe import Recipe, Setting, Value
from tuner_engine.workload import Caution, DataFacts, Workload
from tuner_tui import found
from tuner_tui.cli.lines import Line, cells

if TYPE_CHECKING:
    from tuner_engine.results import (
        AnyResult,
        Checkpoint,
        Cost,
        EpochScore,
        ProbeResult,
        TrainResult,
    )

INDENT = "    "
"""Before a reason. House choice."""

LONGEST_HISTORY = 20
"""Epochs shown; the document holds them all. House choice."""

LONGEST_OPTIONS = 30
"""Characters of a list of options that is shown in full; a longer one is counted. House choice."""

NO_VALUE = "unset"
"""What a setting without a value shows."""


def document(result: "AnyResult", *, width: int | None) -> list[Line]:
    """Return the lines of whatever a command ends with.

    Args:
        result: The document.
        width: Columns at which sentences wrap; none to leave each on one line.
    """
    from tuner_engine.results import ProbeResult, TrainResult

    match result:
        case Recipe():
            return recipe(result, width=width)
        case ProbeResult():
            return probe(result, width=width)
        case TrainResult():
            return training(result, width=width)


def recipe(advised: Recipe, *, width: int | None) -> list[Line]:
    """Return the lines of a recipe: the facts, the settings, the warnings."""
    return [
        *facts(advised.workload, advised.data, width=width),
        Line(),
        *settings(advised.settings, width=width),
        *_luck(advised, width=width),
        *warnings(advised.warnings, width=width),
    ]


def _luck(advised: Recipe, *, width: int | None) -> list[Line]:
    """Return what seeds alone explain, where that was measured."""
    noise = advised.seed_noise
    if noise is None:
        return []
    from tuner_engine.probes.luck import tie_threshold

    told = (
        f"Seeds alone move the best validation loss by {noise.sd:.2g} ({noise.seeds} seeds, run "
        f"{printable(noise.evidence)}): two trainings that differ by less than "
        f"{tie_threshold(noise.sd, 1):.2g} tie."
    )
    return [Line(), *wrapped(told, width=width)]


def probe(found: "ProbeResult", *, width: int | None) -> list[Line]:
    """Return the lines of a probe: the verdict, its numbers, the cost."""
    from tuner_tui.cli import comparisons

    sure = f" ({found.confidence} confidence)" if found.verdict == "ok" else ""
    said = f"verdict: {printable(found.verdict)}{sure}"
    verdict = Line(said, "bold", len("verdict: "))
    figures = [(name, number(value)) for name, value in found.reading.items()]
    return [
        *facts(found.recipe.workload, found.recipe.data, width=width),
        Line(),
        verdict,
        *wrapped(printable(found.summary), width=width, indent=INDENT),
        *([Line(), *settings(found.settings, width=width)] if found.settings else []),
        *(line for told in comparisons.tables(found) for line in (Line(), *columns(*told))),
        *([Line(), *pairs(figures)] if figures else []),
        *warnings(found.warnings, width=width),
        Line(),
        cost(found.cost, run_id=found.run_id),
    ]


def training(trained: "TrainResult", *, width: int | None) -> list[Line]:
    """Return the lines of a training: its settings, its history, its scores."""
    values = [(name, number(setting.value)) for name, setting in trained.settings.items()]
    return [
        *facts(trained.workload, trained.data, width=width),
        Line(),
        *pairs(values),
        Line(),
        *history(trained.history, best=trained.best),
        Line(),
        *_scores(trained),
        *warnings(trained.warnings, width=width),
        Line(),
        cost(trained.cost, run_id=trained.run_id),
    ]


def facts(workload: Workload, data: DataFacts | None, *, width: int | None) -> list[Line]:
    """Return what is trained on what."""
    if data is None:
        from tuner_tui.cli import estimates

        return wrapped(estimates.sentence(workload), width=width)
    return [line for told in found.sentences(workload, data) for line in wrapped(told, width=width)]


def settings(beliefs: dict[str, Setting], *, width: int | None) -> list[Line]:
    """Return two lines or more a setting: what to use, and why; then the sources, numbered."""
    distinct = dict.fromkeys(source for belief in beliefs.values() for source in belief.sources)
    numbers = {source: number for number, source in enumerate(distinct, start=1)}
    rows = [
        (printable(name), number(belief.value), _spread(belief), _basis(belief))
        for name, belief in beliefs.items()
    ]
    lines: list[Line] = []
    for row, belief in zip(_aligned(rows), beliefs.values(), strict=True):
        cited = ", ".join(str(numbers[source]) for source in belief.sources)
        why = printable(belief.why) + (f" [{cited}]" if cited else "")
        name = Line(row, "bold", row.find("  "))
        lines += [name, *wrapped(why, width=width, indent=INDENT, style="dim")]
        for other in belief.alternatives:
            told = f"otherwise: {printable(other)}"
            lines += wrapped(told, width=width, indent=INDENT, style="dim italic")
    notes = [f"[{number}] {printable(source)}" for source, number in numbers.items()]
    below = [line for note in notes for line in wrapped(note, width=width, style="dim")]
    return [*lines, Line(), *below] if below else lines


def history(epochs: Sequence["EpochScore"], *, best: "Checkpoint | None") -> list[Line]:
    """Return a training's epochs as a table, thinned out if there are many."""
    metrics = sorted({name for epoch in epochs for name in epoch.metrics})
    head = ("epoch", "train loss", "valid loss", *map(printable, metrics), "")
    rows = [
        (
            number(row.epoch),
            _loss(row.train_loss),
            _loss(row.valid_loss),
            *(number(row.metrics.get(name)) for name in metrics),
            "best" if best and row.epoch == best.epoch else "",
        )
        for row in _thinned(epochs, best=best)
    ]
    title, *lines = _aligned([head, *rows])
    hidden = len(epochs) - len(rows)
    return [
        Line(title, "bold"),
        *map(Line, lines),
        *([Line(f"({hidden} more epochs in the JSON)")] if hidden else []),
    ]


def warnings(cautions: Iterable[Caution], *, width: int | None) -> list[Line]:
    """Return the cautions, set off by an empty line."""
    lines = [
        line
        for caution in cautions
        for line in wrapped(f"warning: {printable(caution.message)}", width=width, style="yellow")
    ]
    return [Line(), *lines] if lines else []


def cost(spent: "Cost", *, run_id: str) -> Line:
    """Return what was spent, and where the run is kept."""
    return Line(
        f"run {run_id}: {spent.steps:,} steps, as many as {spent.full_trainings:.2g} full "
        f"trainings, in {spent.wall_s:.1f} s, {spent.compile_s:.1f} s of it compiling",
        style="dim",
    )


def pairs(rows: Sequence[tuple[str, str]]) -> list[Line]:
    """Return names and values in two columns."""
    return [
        Line(row) for row in _aligned([(printable(name), printable(value)) for name, value in rows])
    ]


def columns(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[Line]:
    """Return rows beneath a bold head, aligned."""
    title, *lines = _aligned([tuple(head), *(tuple(map(printable, row)) for row in rows)])
    return [Line(title, "bold"), *map(Line, lines)]


def number(value: Value) -> str:
    """Return a value in at most four significant digits, or as the word that it is."""
    if value is None:
        return NO_VALUE
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.4g}"
    return printable(str(value))


def _scores(trained: "TrainResult") -> list[Line]:
    rows = []
    for name, point in (("best", trained.best), ("final", trained.final)):
        if point is not None:
            figures = _figures(point.valid_loss, point.metrics)
            rows.append((f"{name} (epoch {number(point.epoch)})", f"validation: {figures}"))
    if trained.test is not None:
        rows.append(("test", _figures(trained.test.loss, trained.test.metrics)))
    return pairs(rows) if rows else [Line("every epoch diverged", style="yellow")]


def _figures(loss: float | None, metrics: dict[str, float]) -> str:
    parts = [f"loss {_loss(loss)}"]
    return ", ".join([*parts, *(f"{name} {number(value)}" for name, value in metrics.items())])


def _loss(loss: float | None) -> str:
    return "diverged" if loss is None else number(loss)


def _thinned(epochs: Sequence["EpochScore"], *, best: "Checkpoint | None") -> list["EpochScore"]:
    """Keep the first, the last, the best, and evenly spaced ones between."""
    if len(epochs) <= LONGEST_HISTORY:
        return list(epochs)
    stride = -(-len(epochs) // LONGEST_HISTORY)
    last = len(epochs) - 1
    return [
        row
        for index, row in enumerate(epochs)
        if index % stride == 0 or index == last or (best and row.epoch == best.epoch)
    ]


def _spread(belief: Setting) -> str:
    if not belief.range or len(belief.range) < 2:
        return ""
    if belief.scale == "choice":
        options = ", ".join(map(number, belief.range))
        return f"of {options}" if len(options) <= LONGEST_OPTIONS else f"of {len(belief.range)}"
    return f"{number(belief.range[0])} to {number(belief.range[-1])}"


def _basis(belief: Setting) -> str:
    lock = ", locked" if belief.locked else ""
    return f"{belief.basis} ({belief.confidence}{lock})"


def _aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """Return rows whose columns begin beneath each other."""
    widths = [max(map(cells, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(
            cell + " " * (width - cells(cell))
            for cell, width in zip(row, widths, strict=True)
            if width
        ).rstrip()
        for row in rows
    ]


def wrapped(text: str, *, width: int | None, indent: str = "", style: str = "") -> list[Line]:
    """Return a sentence as lines of at most so many columns, or as one where there is no end."""
    if width is None:
        return [Line(indent + text, style=style)] if text else []
    lines = textwrap.wrap(
        text,
        max(width, 20),
        initial_indent=indent,
        subsequent_indent=indent,
        break_on_hyphens=False,
    )
    return [Line(line, style=style) for line in lines]
