"""How do trainings go, epoch by epoch?

One line an arm: the median over its seeds, in a band from the least to the most.
"""

from collections.abc import Iterable

import numpy as np

from tuner_engine.printable import printable
from tuner_engine.state import RunState
from tuner_tui.chart.figure import Axis, Band, Figure, Marker, Series
from tuner_tui.figures import courses, limits, marks
from tuner_tui.figures.courses import Arm
from tuner_tui.figures.limits import Limits, Numbers

NAME_WIDTH = 24
"""Cells of an arm's name in a legend. House choice."""


def losses_figure(state: RunState) -> Figure:
    """Return training and validation loss over epochs, with what the verdict says of them.

    The first arm is drawn in full: its training loss, and a band over its seeds.
    """
    arms = courses.arms(state)
    if not arms and state.unscored:
        return _unscored(state)
    lines = [arm.over_seeds("valid") for arm in arms]
    training = [_training_line(arms[0], alone=len(arms) == 1)] if arms else []
    cone = _cone(state)
    reach = [it.y for it in training] if len(arms) == 1 else []
    return Figure(
        series=(
            *training,
            *(
                Series(_name(arm, "validation"), arm.grid, middle)
                for arm, (middle, _, _) in zip(arms, lines, strict=True)
            ),
        ),
        bands=(*(_band(arms[0], lines[0]) if arms else ()), *cone),
        markers=(*_onset(state), *marks.of(state, "epochs")),
        x_axis=Axis(
            "epoch", limits=_from_zero([*(arm.grid for arm in arms), *(it.x for it in cone)])
        ),
        y_axis=Axis("loss", limits=limits.near_the_best([*(line[0] for line in lines), *reach])),
        title="Losses",
    )


def _unscored(state: RunState) -> Figure:
    """Return the training loss of what was not scored yet: the median of the lanes, in a band."""
    epochs = np.array([it.epoch for it in state.unscored])
    rows = np.array([it.losses for it in state.unscored], dtype=np.float64)
    known = np.isfinite(rows).any(axis=1)
    epochs, rows = epochs[known], rows[known]
    return Figure(
        series=(Series("training", epochs, np.nanmedian(rows, axis=1), style="muted"),),
        bands=(Band(epochs, np.nanmin(rows, axis=1), np.nanmax(rows, axis=1)),),
        x_axis=Axis("epoch", limits=_from_zero([epochs])),
        y_axis=Axis("loss"),
        title="Losses",
    )


def metric_figure(state: RunState) -> Figure:
    """Return the first metric that was measured, over epochs."""
    arms = courses.arms(state)
    name = metric(arms)
    lines = [arm.over_seeds(name) for arm in arms] if name else []
    return Figure(
        series=tuple(
            Series(_name(arm, name or ""), arm.grid, middle)
            for arm, (middle, _, _) in zip(arms, lines, strict=False)
        ),
        bands=tuple(_band(arms[0], lines[0]) if len(lines) == 1 else ()),
        x_axis=Axis("epoch", limits=_from_zero(arm.grid for arm in arms)),
        y_axis=Axis(printable(name or "metric", width=NAME_WIDTH)),
        title="Metric",
    )


def metric(arms: tuple[Arm, ...]) -> str | None:
    """Return the name of the metric that comes first in the events; none without one."""
    return next((name for arm in arms for it in arm.courses for name in it.metrics), None)


def _training_line(arm: Arm, *, alone: bool) -> Series:
    name = "training" if alone else f"training, {_name(arm, '')}"
    return Series(name, arm.grid, arm.over_seeds("train")[0], style="muted")


def _band(arm: Arm, lines: tuple[Numbers, Numbers, Numbers]) -> tuple[Band, ...]:
    return (Band(arm.grid, lines[1], lines[2]),) if len(arm.courses) > 1 else ()


def _name(arm: Arm, alone: str) -> str:
    return printable(arm.name, width=NAME_WIDTH) if arm.name else alone


def _onset(state: RunState) -> tuple[Marker, ...]:
    onset = marks.figure_behind(state, "onset")
    return () if onset is None else (Marker("x", onset, "overfits"),)


def _cone(state: RunState) -> tuple[Band, ...]:
    """Return what twice the epochs are foretold to come to, from where the measured ones end."""
    end, best = (marks.figure_behind(state, name) for name in ("epochs_measured", "best_loss"))
    least, most = (
        marks.figure_behind(state, name) for name in ("longer_gain_low", "longer_gain_high")
    )
    if end is None or best is None or least is None or most is None:
        return ()
    return (Band([end, 2 * end], [best, best - most], [best, best - least]),)


def _from_zero(places: Iterable[Numbers]) -> Limits | None:
    longest = max((float(it[-1]) for it in places if it.size), default=0.0)
    if longest <= 0:
        return None
    step = limits.step(longest)
    return 0.0, float(np.ceil(longest / step - 1e-9) * step)
