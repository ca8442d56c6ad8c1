"""Which picture do learning-rate schedules make?

Invariant: the curves are those that training follows; only their points are thinned out.
"""

from dataclasses import dataclass
from typing import get_args

import numpy as np

from tuner_engine import schedules
from tuner_engine.export.case import case
from tuner_engine.recipe import Recipe, Value
from tuner_engine.schedules import Multiples
from tuner_engine.specs import Schedule
from tuner_tui.chart.figure import Axis, Figure, Floats, Marker, Series, SeriesStyle

_POINTS = 400
"""Points of a curve on the screen. House choice: two for each column of a wide terminal."""

_LONGEST = 20_000
"""Steps that are computed; a longer training has the same shape. House choice."""

_UNKNOWN_STEPS = 1000
"""Steps where nobody knows how many there are: the axis then counts thousandths. House choice."""

_NAMES: tuple[Schedule, ...] = tuple(name for name in get_args(Schedule) if name != "own")


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """How a recipe's learning rate moves.

    Attributes:
        name: Of its schedule.
        peak: Its learning rate.
        steps: Of the training; none where examples, batch or epochs are not known.
        warmup_share: Share of the steps before the peak.
        floor: What it falls to, over the peak.
    """

    name: str
    peak: float
    steps: int | None
    warmup_share: float = 0.0
    floor: float = 0.0

    @property
    def known(self) -> bool:
        """Whether its curve is known here; a task's own is not."""
        return self.name in _NAMES


def course(recipe: Recipe) -> Course | None:
    """Return how a recipe's learning rate moves; none for one without a rate or a schedule."""
    values = recipe.values()
    name, peak = values.get("schedule"), values.get("learning_rate")
    if not isinstance(name, str) or not isinstance(peak, float | int) or peak <= 0:
        return None
    return Course(
        name=name,
        peak=float(peak),
        steps=case(recipe).steps,
        warmup_share=_share(values.get("warmup_share")),
        floor=_share(values.get("min_learning_rate_share")),
    )


def schedule_figure(now: Course, *, before: Course | None = None, others: bool = True) -> Figure:
    """Return the learning rate over the steps.

    Args:
        now: As a person has set it.
        before: As the recipe has it, drawn where it differs.
        others: Whether all other schedules are drawn behind it, at the same peak and warm-up.
    """
    steps = now.steps or _UNKNOWN_STEPS
    drawn = [_series(now, name, steps) for name in _others(now, before)] if others else []
    if before is not None and before != now and before.known:
        longest = max(steps, before.steps or _UNKNOWN_STEPS)
        drawn.append(_curve(before, f"recipe: {before.name}", "series-2"))
    else:
        longest = steps
    if now.known:
        drawn.append(_curve(now, now.name, "series-1"))
    rise = schedules.warmup_steps(steps, now.warmup_share) if now.name != "one-cycle" else 0
    label = "step" if now.steps else "thousandth of the training"
    return Figure(
        series=tuple(drawn),
        markers=(Marker("x", float(rise), "warm-up ends"),) if rise else (),
        x_axis=Axis(label, limits=(0.0, float(max(longest - 1, 1)))),
        y_axis=Axis("learning rate"),
        title="Schedule",
    )


def summary(now: Course) -> str:
    """Return in words what a schedule comes to."""
    if not now.known:
        return "The schedule is the task's own: only training knows its curve."
    steps = now.steps or _UNKNOWN_STEPS
    curve = _multiples(now, now.name, steps)
    rise = 0 if now.name == "one-cycle" else schedules.warmup_steps(steps, now.warmup_share)
    parts = [f"{steps:,} steps" if now.steps else "length not known"]
    parts.append(f"{rise:,} rising" if now.steps else f"{now.warmup_share:.0%} rising")
    parts.append(f"mean {curve.mean():.2f} × peak")
    parts.append(f"ends at {curve[-1] * now.peak:.1e}")
    if now.name == "reduce-on-plateau":
        parts.append("falls when the loss stalls")
    return " · ".join(parts)


def _others(now: Course, before: Course | None) -> list[Schedule]:
    front = {now.name, before.name if before else ""}
    return [name for name in _NAMES if name not in front and name != "reduce-on-plateau"]


def _series(now: Course, name: Schedule, steps: int) -> Series:
    x, y = _points(_multiples(now, name, steps), steps)
    return Series(name, x, y * now.peak, style="muted", listed=False)


def _curve(one: Course, label: str, style: SeriesStyle) -> Series:
    steps = one.steps or _UNKNOWN_STEPS
    x, y = _points(_multiples(one, one.name, steps), steps)
    return Series(label, x, y * one.peak, style=style)


def _multiples(one: Course, name: str, steps: int) -> Multiples:
    known = next(each for each in _NAMES if each == name)
    return schedules.multiples(
        known, steps=min(steps, _LONGEST), warmup_share=one.warmup_share, floor=one.floor
    )


def _points(curve: Multiples, steps: int) -> tuple[Floats, Floats]:
    """Return the curve at few enough steps, the first, the peak and the last among them."""
    places = np.linspace(0, len(curve) - 1, min(_POINTS, len(curve))).round().astype(int)
    places = np.unique([*places, int(curve.argmax())])
    scale = (steps - 1) / (len(curve) - 1) if len(curve) > 1 else 1.0
    return places * scale, curve[places].astype(np.float64)


def _share(value: Value) -> float:
    if not isinstance(value, float | int) or not 0 <= value < 1:
        return 0.0
    return float(value)
