"""Where does a value lie between two limits, and which limits and ticks are easy to read?

Invariant: a scale is a strictly rising map from its limits to 0 and 1; values it cannot show
become NaN, never an error.
"""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from math import ceil, floor, isfinite, log10
from sys import float_info

import numpy as np

from tuner_tui.chart.figure import Floats, ScaleKind

Limits = tuple[float, float]
"""First and last value in sight, in data coordinates, low first."""

_MANTISSAS = (1, 2, 5)
"""Leading digits of limits and steps. House choice: what people count in."""

_LOG_SUBDIVISIONS = ((1, 2, 5), (1, 3), (1,))
"""Digits labelled within a decade, densest first."""

_LEAST = 5e-324
"""Smallest positive float: the lowest limit a log axis can have."""

_THINNEST = 1e-9
"""Least span of limits over their magnitude; below it ticks would need ten digits."""

_NOISE = 1e-9
"""Share of a value, or of a step, by which rounding may push it past a nice limit."""

_NARROWEST = 1e-300
"""Least absolute span of linear limits: steps below it lose digits to underflow."""

_WHOLE_DECADES_FROM = 3.0
"""Decades in sight from which fitted log limits snap to powers of ten."""

_PLAIN_LENGTH = 7
"""Longest tick label written without an exponent."""


@dataclass(frozen=True, slots=True)
class Scale:
    """A map from data coordinates to the unit interval.

    Attributes:
        kind: Equal distances are differences (`linear`) or ratios (`log`).
        low: The value at 0; above 0 on a log scale.
        high: The value at 1; above `low`.
    """

    kind: ScaleKind
    low: float
    high: float

    def units(self, values: Floats) -> Floats:
        """Return positions: 0 at `low`, 1 at `high`, NaN where a value has no place."""
        # Halves first: the difference of two floats may exceed the largest one.
        start, end = self._ruled(np.array([self.low, self.high])) / 2
        with np.errstate(over="ignore", invalid="ignore"):
            positions: Floats = (self._ruled(values) / 2 - start) / (end - start)
        return positions

    def unit(self, value: float) -> float:
        """Return the position of one value; NaN where it has no place."""
        return float(self.units(np.array([value], dtype=np.float64))[0])

    def value(self, unit: float) -> float:
        """Return the data coordinate at a position between 0 and 1."""
        if self.kind == "log":
            start, end = log10(self.low), log10(self.high)
            found = math.pow(10, min(start + (end - start) * unit, 308.25))
        else:
            found = self.low * (1 - unit) + self.high * unit
        return min(max(found, self.low), self.high)

    def _ruled(self, values: Floats) -> Floats:
        if self.kind == "linear":
            return values
        ruled: Floats = np.log10(values, where=values > 0, out=np.full(len(values), np.nan))
        return ruled


@dataclass(frozen=True, slots=True)
class Tick:
    """A labelled place on an axis."""

    value: float
    label: str


def scale_between(limits: Limits, kind: ScaleKind) -> Scale:
    """Return the scale over `limits`, widened where they are too close to tell apart."""
    low, high = limits
    if is_thin(low, high, kind):
        low, high = nice_limits(low, high, kind)
    return Scale(kind, low, high)


def nice_limits(low: float, high: float, kind: ScaleKind) -> Limits:
    """Return limits that start and end on 1, 2 or 5 times a power of ten and contain the data.

    Args:
        low: Least value; above 0 for `log`.
        high: Greatest value, at least `low`.
        kind: Of the axis.
    """
    return _nice_log(low, high) if kind == "log" else _nice_linear(low, high)


def grown_limits(before: Limits | None, low: float, high: float, kind: ScaleKind) -> Limits:
    """Return `before` while it contains the data, and otherwise the next nice limits that do.

    Growing in steps keeps a streaming chart still: most updates change no tick.
    """
    if before is None:
        return nice_limits(low, high, kind)
    if before[0] <= low and high <= before[1]:
        return before
    return nice_limits(min(before[0], low), max(before[1], high), kind)


@lru_cache(maxsize=256)
def ticks(scale: Scale, count: int) -> tuple[Tick, ...]:
    """Return at most `count` ticks inside the limits, rising, with labels that differ.

    Args:
        scale: The axis; a log scale gets powers of ten, subdivided or thinned to fit.
        count: At least 1.
    """
    if scale.kind == "log":
        values = _log_values(scale, count)
        if len(values) >= min(2, count):
            return tuple(Tick(value, short_label(value)) for value in values)
    return _linear_ticks(scale, count)


def short_label(value: float, digits: int = 3) -> str:
    """Return a number in few characters: `0.5`, `20`, `3e-3`, `1.25e-4`.

    Args:
        value: Any float.
        digits: Significant digits kept; trailing zeros are dropped.
    """
    if not isfinite(value) or value == 0:
        return f"{value:g}"
    mantissa, _, power = f"{value:.{digits - 1}e}".partition("e")
    exponent = int(power)
    scientific = f"{_trimmed(mantissa)}e{exponent}"
    if not -5 < exponent < 7:
        return scientific
    plain = _trimmed(f"{value:.{max(0, digits - 1 - exponent)}f}")
    # Below 0.01 zeros are harder to count than an exponent is to read.
    clear = len(plain) < len(scientific) + (exponent >= -2)
    return plain if clear else scientific


def _trimmed(number: str) -> str:
    return number.rstrip("0").rstrip(".") if "." in number else number


def is_thin(low: float, high: float, kind: ScaleKind) -> bool:
    """Say whether limits are too close for ticks to tell them apart."""
    if kind == "log":
        return log10(high) - log10(low) < _THINNEST
    least = max(_THINNEST * max(abs(low), abs(high)), _NARROWEST)
    return high / 2 - low / 2 < least / 2


def _nice_linear(low: float, high: float) -> Limits:
    if is_thin(low, high, "linear"):
        magnitude = max(abs(low), abs(high))
        pad = max(magnitude / 10, _NARROWEST) if magnitude else 1.0
        low, high = max(low - pad, -float_info.max), min(high + pad, float_info.max)
    mantissa, exponent = _step(low, high, 4)
    step = _power(mantissa, exponent)
    first, last = floor(_settled(low / step)), ceil(_settled(high / step))
    below, above = _power(first * mantissa, exponent), _power(last * mantissa, exponent)
    return max(min(below, low), -float_info.max), min(max(above, high), float_info.max)


def _nice_log(low: float, high: float) -> Limits:
    wide = log10(high) - log10(low) >= _WHOLE_DECADES_FROM
    mantissas = (1,) if wide else _MANTISSAS
    rungs = list(_decade_values(low, high, mantissas, stride=1, margin=1))
    below = max((rung for rung in rungs if rung <= low * (1 + _NOISE)), default=_LEAST)
    above = min((rung for rung in rungs if rung >= high * (1 - _NOISE)), default=float_info.max)
    if below < above:
        return min(below, low), max(above, high)
    return (
        max((rung for rung in rungs if rung < low), default=_LEAST),
        min((rung for rung in rungs if rung > high), default=float_info.max),
    )


def _linear_ticks(scale: Scale, count: int) -> tuple[Tick, ...]:
    if is_thin(scale.low, scale.high, "linear"):
        return ()
    mantissa, exponent = _step(scale.low, scale.high, count)
    multiples = _multiples(scale, mantissa, exponent)
    while len(multiples) > count:
        mantissa, exponent = _next_step(mantissa, exponent)
        multiples = _multiples(scale, mantissa, exponent)
    values = tuple(dict.fromkeys(_power(k * mantissa, exponent) for k in multiples))
    inside = [value for value in values if scale.low <= value <= scale.high]
    return tuple(
        Tick(value, label)
        for value, label in zip(inside, _fixed_labels(inside, exponent), strict=True)
    )


def _fixed_labels(values: list[float], exponent: int) -> list[str]:
    plain = [f"{value:.{max(0, -exponent)}f}" for value in values if abs(value) < 1e15]
    if len(plain) == len(values) and all(len(label) <= _PLAIN_LENGTH for label in plain):
        return plain
    return [
        short_label(value, 1 + max(0, floor(log10(abs(value))) - exponent)) if value else "0"
        for value in values
    ]


def _log_values(scale: Scale, count: int) -> list[float]:
    for mantissas in _LOG_SUBDIVISIONS:
        values = list(_values_within(scale, mantissas, stride=1))
        if len(values) <= count:
            return values
    mantissa, exponent = 2, 0
    while len(values := list(_values_within(scale, (1,), stride=mantissa * 10**exponent))) > count:
        mantissa, exponent = _next_step(mantissa, exponent)
    return values


def _values_within(scale: Scale, mantissas: Iterable[int], *, stride: int) -> Iterator[float]:
    for value in _decade_values(scale.low, scale.high, mantissas, stride=stride, margin=0):
        if scale.low <= value <= scale.high:
            yield value


def _decade_values(
    low: float, high: float, mantissas: Iterable[int], *, stride: int, margin: int
) -> Iterator[float]:
    """Yield mantissas times powers of ten over the decades of both limits, rising."""
    for exponent in range(floor(log10(low)) - margin, floor(log10(high)) + margin + 1):
        if exponent % stride == 0:
            for mantissa in mantissas:
                value = _power(mantissa, exponent)
                if 0 < value <= float_info.max:
                    yield value


def _step(low: float, high: float, count: int) -> tuple[int, int]:
    """Return mantissa and exponent of the least 1-2-5 step that cuts a span in `count` at most."""
    least = (high / 2 - low / 2) / count * 2
    step = (1, floor(log10(least)))
    while _power(*step) < least:
        step = _next_step(*step)
    return step


def _next_step(mantissa: int, exponent: int) -> tuple[int, int]:
    return {1: (2, exponent), 2: (5, exponent), 5: (1, exponent + 1)}[mantissa]


def _multiples(scale: Scale, mantissa: int, exponent: int) -> range:
    step = _power(mantissa, exponent)
    return range(ceil(_settled(scale.low / step)), floor(_settled(scale.high / step)) + 1)


def _settled(quotient: float) -> float:
    """Return a quotient without the rounding error that would push a limit past its own tick."""
    return float(round(quotient)) if abs(quotient - round(quotient)) < _NOISE else quotient


def _power(multiple: int, exponent: int) -> float:
    # Parsing rounds correctly; multiplying would turn three tenths into 0.30000000000000004.
    return float(f"{multiple}e{exponent}")
