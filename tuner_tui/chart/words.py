"""How does a cursor say in one line what it reads?

Invariant: the place comes first, then every series in the legend's order; text is left for
`lettering` to make safe.
"""

from tuner_tui.chart.scales import short_label
from tuner_tui.chart.scene import Reading

_DIGITS = 4
"""Significant digits of a reading. House choice: what losses differ in."""


def sentence(reading: Reading) -> str:
    """Return what a cursor reads: `at 3e-3  loss 0.512 (-0.04)  pinned at 1e-3`."""
    less = dict(reading.differences)
    parts = [f"at {short_label(reading.x, _DIGITS)}"]
    for name, value in reading.values:
        if value is not None:
            parts.append(f"{name} {short_label(value, _DIGITS)}{_beside(less.get(name))}")
    if reading.pin is not None:
        parts.append(f"against {short_label(reading.pin, _DIGITS)}")
    return "  ".join(parts)


def _beside(difference: float | None) -> str:
    if difference is None:
        return ""
    sign = "+" if difference >= 0 else ""
    return f" ({sign}{short_label(difference, 3)})"
