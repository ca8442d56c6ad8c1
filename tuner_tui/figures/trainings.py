"""How do trainings go, epoch by epoch?

One line an arm: the median over its seeds, in a band from the least to the most.
"""

import numpy as np

from tuner_engine.printable import printable
from tuner_engine.state import RunState
from tuner_tui.chart.figure import Axis, Band, Figure, Marker, Series, SeriesStyle
from tuner_tui.figures import courses, limits, marks
from tuner_tui.figures.courses import Arm
from tuner_tui.figures.limits import Limits, Numbers

NAME_WIDTH = 24
"""Cells of an arm's name in a legend. House choice."""


def losses_figure(state: RunState) -> Figure:
    """Return training and validation loss over epochs, with what the verdict says of them."""
    arms = courses.arms(state)
    lines = [arm.over_seeds("valid") for arm in arms]
    training = [_training_line(arms[0])] if len(arms) == 1 else []
    return Figure(
        series=(
            *training,
            *(
                Series(_name(arm, "validation"), arm.grid, middle)
                for arm, (middle, _, _) in zip(arms, lines, strict=True)
            ),
        ),
        bands=tuple(_band(arms[0], lines[0]) if len(arms) == 1 else ()),
        markers=(*_onset(state), *marks.of(state, "epochs")),
        x_axis=Axis("epoch", limits=_from_zero(arms)),
        y_axis=Axis(
            "loss" if training else "validation loss",
            limits=limits.near_the_best([line[0] for line in lines] + [it.y for it in training]),
        ),
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
        x_axis=Axis("epoch", limits=_from_zero(arms)),
        y_axis=Axis(printable(name or "metric", width=NAME_WIDTH)),
        title="Metric",
    )


def metric(arms: tuple[Arm, ...]) -> str | None:
    """Return the name of the metric that comes first in the events; none without one."""
    return next((name for arm in arms for it in arm.courses for name in it.metrics), None)


def _training_line(arm: Arm) -> Series:
    style: SeriesStyle = "muted"
    return Series("training", arm.grid, arm.over_seeds("train")[0], style=style)


def _band(arm: Arm, lines: tuple[Numbers, Numbers, Numbers]) -> tuple[Band, ...]:
    return (Band(arm.grid, lines[1], lines[2]),) if len(arm.courses) > 1 else ()


def _name(arm: Arm, alone: str) -> str:
    return printable(arm.name, width=NAME_WIDTH) if arm.name else alone


def _onset(state: RunState) -> tuple[Marker, ...]:
    onset = marks.figure_behind(state, "onset_epoch")
    return () if onset is None else (Marker("x", onset, "overfits"),)


def _from_zero(arms: tuple[Arm, ...]) -> Limits | None:
    ends = [float(arm.grid[-1]) for arm in arms if arm.grid.size]
    longest = max(ends, default=0.0)
    if longest <= 0:
        return None
    return 0.0, float(np.ceil(longest / limits.step(longest)) * limits.step(longest))
