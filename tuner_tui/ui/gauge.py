"""Where does a value lie within the range worth searching, drawn in one line of text?

Invariant: the text is exactly as wide as asked, and a value outside the range points the way.
"""

import math
from dataclasses import dataclass

from tuner_engine.recipe import Setting, Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """The characters of a gauge.

    Attributes:
        track: The range.
        value: Where the value lies.
        below: At the low end, for a value below the range.
        above: At the high end, for a value above it.
        other: An option that is not taken.
    """

    track: str
    value: str
    below: str
    above: str
    other: str


PRETTY = Marks(track="─", value="●", below="◂", above="▸", other="○")
"""For terminals with Unicode."""

PLAIN = Marks(track="-", value="o", below="<", above=">", other=".")
"""For ASCII."""


def gauge(setting: Setting, *, width: int, marks: Marks = PRETTY) -> str:
    """Return the range as a line with the value on it; blank where there is no range.

    Args:
        setting: With its range and scale.
        width: Characters.
        marks: What to draw with.
    """
    if not setting.range:
        return " " * width
    if setting.scale == "choice":
        return _choices(setting.value, setting.range, marks)[:width].ljust(width)
    place = _share(setting)
    if place is None:
        return (marks.track * width)[:width]
    if place < 0:
        return (marks.below + marks.track * width)[:width]
    if place > 1:
        return (marks.track * width)[: width - 1] + marks.above
    column = min(round(place * (width - 1)), width - 1)
    return marks.track * column + marks.value + marks.track * (width - 1 - column)


def _choices(value: Value, options: tuple[Value, ...], marks: Marks) -> str:
    return "".join(marks.value if option == value else marks.other for option in options)


def _share(setting: Setting) -> float | None:
    """Return how far along its range a value lies: 0 at the low end, 1 at the high one."""
    value, ends = setting.value, setting.range or ()
    low, high = ends[0], ends[-1]
    if not (_number(value) and _number(low) and _number(high)):
        return None
    spots = [float(spot) for spot in (value, low, high) if isinstance(spot, float | int)]
    if setting.scale == "log":
        if min(spots[1:]) <= 0:
            return None
        if spots[0] <= 0:
            return -1.0
        spots = [math.log(spot) for spot in spots]
    at, first, last = spots
    if last <= first:
        return 0.5 if at == first else math.copysign(2, at - first)
    share = (at - first) / (last - first)
    return min(max(share, 0.0), 1.0) if math.isclose(share, min(max(share, 0), 1)) else share


def _number(value: Value) -> bool:
    return isinstance(value, float | int) and not isinstance(value, bool) and math.isfinite(value)
