"""Which moment, if any, does the text of a cell mean?

Invariant: one format reads the whole column; a column that needs two is text.
"""

import re
from typing import TYPE_CHECKING

from tuner_engine.data.tables.cells import MOSTLY

if TYPE_CHECKING:
    import polars as pl

_DAYS = (
    ("%m/%d/%y", "month/day/year"),
    ("%d/%m/%y", "day/month/year"),
    ("%d.%m.%y", "day.month.year"),
    ("%Y-%m-%d", "year-month-day"),
    ("%Y/%m/%d", "year-month-day"),
    ("%Y.%m.%d", "year-month-day"),
    ("%m/%d/%Y", "month/day/year"),
    ("%d/%m/%Y", "day/month/year"),
    ("%m-%d-%Y", "month-day-year"),
    ("%d-%m-%Y", "day-month-year"),
    ("%d.%m.%Y", "day.month.year"),
    ("%d-%b-%Y", "day-month-year"),
    ("%d %b %Y", "day month year"),
    ("%b %d, %Y", "month day, year"),
    ("%d %B %Y", "day month year"),
    ("%B %d, %Y", "month day, year"),
)
"""Formats of days in the order tried. Two-digit years come first, for `%Y` also takes the year 3;
where month and day fit either way, the month is read first."""

_CLOCKS = ("", " %H:%M:%S%.f", " %H:%M", " %I:%M:%S %p", " %I:%M %p")
_TIMES = ("%H:%M:%S%.f", "%H:%M", "%I:%M:%S %p", "%I:%M %p")

_TRIED = 200
"""Present cells tried with each format before the whole column is. House choice."""

_SHAPE = re.compile(
    r"\d{1,4}([-/.])\d{1,2}\1\d{2,4}([T ]\d{1,2}(:\d{2}){0,2}.*)?"
    r"|\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?( ?[AaPp][Mm])?"
    r"|\d{1,2}[- ][A-Za-z]{3,9}[- ]\d{4}.*|[A-Za-z]{3,9} \d{1,2}, \d{4}.*"
)


def looks_like_date(cell: str) -> bool:
    """Return whether a cell, stripped of spaces, has the shape of a date or a time of day."""
    return _SHAPE.fullmatch(cell) is not None


def to_moments(text: "pl.Series") -> "tuple[pl.Series, str] | None":
    """Return the moments that a column of text holds and how they were read.

    Args:
        text: Strings; null where missing.

    Returns:
        Datetime, or Time for times of day, null where unreadable; and words for the format.
        None unless nearly all present cells are of one format.
    """
    present = text.drop_nulls()
    tried = present.head(_TRIED)
    shaped = sum(looks_like_date(cell) for cell in tried)
    if shaped == 0 or shaped < MOSTLY * tried.len():
        return None
    for pattern, words in _formats():
        if _fits(_parsed(tried, pattern)) and _fits(_parsed(present, pattern)):
            return _parsed(text, pattern), words
    return None


def _formats() -> list[tuple[str, str]]:
    dated = [(day + clock, words) for clock in _CLOCKS for day, words in _DAYS]
    zoned = [(f"%Y-%m-%d %H:%M:%S%.f{zone}", "year-month-day, UTC") for zone in ("%#z", "Z")]
    return [*((time, "time of day") for time in _TIMES), *zoned, *dated]


def _parsed(text: "pl.Series", pattern: str) -> "pl.Series":
    import polars as pl

    spaced = text.str.replace(r"^(\d{4}-\d{1,2}-\d{1,2})T", "${1} ")
    if "%Y" not in pattern and "%y" not in pattern:
        return spaced.str.to_time(pattern, strict=False)
    if "%H" not in pattern and "%I" not in pattern:
        return spaced.str.to_date(pattern, strict=False).cast(pl.Datetime("us"))
    moments = spaced.str.to_datetime(pattern, strict=False, time_unit="us")
    return moments.dt.replace_time_zone(None)


def _fits(moments: "pl.Series") -> bool:
    readable = moments.len() - moments.null_count()
    return readable > 0 and readable >= MOSTLY * moments.len()
