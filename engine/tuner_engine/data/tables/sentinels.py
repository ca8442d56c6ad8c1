"""Which numbers stand for a missing value?

Sensors and surveys write -200, -999 or 9999 where there is nothing to write. Taken as numbers they
wreck scaling; dropped in silence they may hide a real value.
Invariant: whichever is decided, a caution says so.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from tuner_engine.printable import printable
from tuner_engine.workload import Caution

if TYPE_CHECKING:
    import polars as pl

_FREQUENT_SHARE = 0.01
"""Least share of the present cells for a code to count as missing without asking; a rarer one is
kept as a number, which smooth clipping tames. House choice."""

_SEEN = 3
"""Least occurrences to be worth a word. House choice."""

_OTHERS = 5
"""Least number of different other values. House choice."""


@dataclass(frozen=True, slots=True)
class _Suspect:
    """A value at the edge of a column, whole and negative or made of nines."""

    name: str
    value: float
    share: float
    gap: float
    """Distance to the nearest other value."""
    spread: float
    """Range of all other values."""
    middle: float
    """Interquartile range of all other values."""
    lone: bool
    """Whether it is negative and no other value is."""


def remove(frame: "pl.DataFrame") -> "tuple[pl.DataFrame, tuple[Caution, ...]]":
    """Return the frame with null for every code, and what was decided.

    A code is further from the other values than they are from each other, and frequent. Once a
    code is known from one column, the same edge value counts in others where it is the only
    negative one, or lies further off than their middle half spreads.
    """
    suspects = _suspects(frame)
    certain = [suspect for suspect in suspects if suspect.gap > suspect.spread]
    codes = {suspect.value for suspect in certain if suspect.share >= _FREQUENT_SHARE}
    coded = [
        suspect
        for suspect in suspects
        if suspect.value in codes
        and suspect.share >= _FREQUENT_SHARE
        and (suspect.lone or suspect.gap > suspect.middle)
    ]
    doubtful = [suspect for suspect in certain if suspect not in coded]
    replaced = [_nulled(frame[suspect.name], suspect.value) for suspect in coded]
    return frame.with_columns(replaced), (*_told(coded, kept=False), *_told(doubtful, kept=True))


def _nulled(values: "pl.Series", code: float) -> "pl.Series":
    import polars as pl

    frame = values.to_frame()
    return frame.select(pl.when(pl.col(values.name) != code).then(pl.col(values.name))).to_series()


def _suspects(frame: "pl.DataFrame") -> list[_Suspect]:
    import polars.selectors as cs

    numbers = frame.select(cs.float())
    if not numbers.width:
        return []
    edges = zip(numbers.columns, numbers.min().row(0), numbers.max().row(0), strict=True)
    candidates = [
        (name, edge)
        for name, low, high in edges
        for edge in (low, high)
        if edge is not None and _is_code(edge)
    ]
    found = (
        _suspect(name, edge, numbers[name].drop_nulls().to_numpy()) for name, edge in candidates
    )
    return [suspect for suspect in found if suspect is not None]


def _is_code(value: float) -> bool:
    if value != int(value):
        return False
    digits = str(int(abs(value)))
    return value < 0 or (len(digits) > 1 and set(digits) == {"9"})


def _suspect(name: str, value: float, present: NDArray[np.float64]) -> _Suspect | None:
    others = present[present != value]
    times = present.size - others.size
    if times < _SEEN or np.unique(others).size < _OTHERS:
        return None
    low, high = float(others.min()), float(others.max())
    lower, upper = np.quantile(others, (0.25, 0.75))
    return _Suspect(
        name=name,
        value=value,
        share=times / present.size,
        gap=max(low - value, value - high),
        spread=high - low,
        middle=float(upper - lower),
        lone=value < 0 <= low,
    )


def _told(suspects: list[_Suspect], *, kept: bool) -> list[Caution]:
    """Return one caution per value, naming its columns."""
    verdict = (
        "kept as a number, for it is rare; if it means missing, leave those cells empty"
        if kept
        else "counted as missing"
    )
    cautions = []
    for value in sorted({suspect.value for suspect in suspects}):
        names = [printable(one.name, width=40) for one in suspects if one.value == value]
        shown = ", ".join(names[:5]) + (f" and {len(names) - 5:,} more" if names[5:] else "")
        message = f"{value:g} stands far from all other numbers in {shown}: {verdict}."
        cautions.append(Caution(code="sentinel", message=message))
    return cautions
