"""How do the curves of several runs look over each other?

One line a run from each run's own chart of the same kind. Invariant: the lines are those of the
runs' own charts, on axes that hold them all.
"""

from collections.abc import Sequence

from tuner_engine.printable import printable
from tuner_engine.state import RunState
from tuner_tui.chart.figure import Axis, Figure, Marker, Series
from tuner_tui.figures import charts, marks
from tuner_tui.figures.charts import Picture
from tuner_tui.figures.limits import Limits


def shared(states: Sequence[RunState]) -> tuple[Picture, ...]:
    """Return the charts that at least one of the runs fills, those of most runs first."""
    counts = {
        picture.name: sum(picture in charts.of(it.command) and picture.filled(it) for it in states)
        for picture in charts.ALL
    }
    filled = [picture for picture in charts.ALL if counts[picture.name]]
    return tuple(sorted(filled, key=lambda picture: -counts[picture.name]))


def overlaid(picture: Picture, runs: Sequence[tuple[str, RunState]]) -> Figure:
    """Return one chart of several runs.

    Args:
        picture: Which chart.
        runs: Name and state of each; a run that does not fill the chart is left out.
    """
    drawn = [(name, state, picture.draw(state)) for name, state in runs if picture.filled(state)]
    figures = [figure for _, _, figure in drawn]
    if not figures:
        return picture.draw(RunState())
    return Figure(
        series=tuple(line for name, _, figure in drawn for line in _line(name, figure)),
        markers=tuple(
            mark for name, state, _ in drawn for mark in _suggested(name, state, picture)
        ),
        x_axis=_common([figure.x_axis for figure in figures]),
        y_axis=_common([figure.y_axis for figure in figures]),
        title=f"{picture.words}, {len(figures)} of {len(runs)} runs",
    )


def _line(name: str, figure: Figure) -> tuple[Series, ...]:
    """Return the curve that stands for a run: of trials the longest rung, else the first one."""
    named = [it for it in figure.series if it.name and it.style != "muted"]
    if not named:
        return ()
    line = named[-1] if figure.title == "Trials" else named[0]
    return (Series(printable(name), line.x, line.y, kind=line.kind),)


def _suggested(name: str, state: RunState, picture: Picture) -> tuple[Marker, ...]:
    found = marks.of(state, picture.setting) if picture.setting else ()
    return tuple(
        Marker("x", it.value, printable(name), suggestion=True) for it in found if it.suggestion
    )


def _common(axes: Sequence[Axis]) -> Axis:
    limits: list[Limits] = [axis.limits for axis in axes if axis.limits is not None]
    whole = (min(low for low, _ in limits), max(high for _, high in limits)) if limits else None
    return Axis(axes[0].label, scale=axes[0].scale, limits=whole)
