"""Which number, if any, does the text of a cell mean?

Invariant: whole columns are judged, never single cells: a column is numeric when nearly all of its
cells are, and what is then unreadable is counted and said.
"""

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

MISSING = (
    *("", "?", "-", "NA", "na", "N/A", "n/a", "#N/A", "<NA>"),
    *("NaN", "nan", "NAN", "null", "NULL", "Null", "None", "none", "NONE"),
)
"""Spellings of a missing value: those of pandas, R, SQL, Python and spreadsheets, plus the UCI
repository's question mark. As a category of its own a missing value carries the same information,
so nothing is lost where a person meant the word."""

MOSTLY = 0.95
"""Share of the present cells that must be readable for a column to be of a kind. House choice."""

_TRIED = 200
"""Present cells tried before a whole column is. House choice."""

_UNITS = r"^([+-]?)[$€£¥]\s?|\s?[%€]$"
_GROUPED = r"^[+-]?\d{1,3}(,\d{3})+(\.\d+)?$"
_GROUPED_POINTS = r"^[+-]?\d{1,3}(\.\d{3})+(,\d+)?$"
_DECIMAL_COMMA = r"^[+-]?\d*,\d+([eE][+-]?\d+)?$"
_PLAIN = r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?|[+-]?(inf|infinity)"


def is_missing(cell: str) -> bool:
    """Return whether a cell, stripped of spaces, stands for no value."""
    return cell in MISSING


def looks_like_number(cell: str, *, decimal_comma: bool = False) -> bool:
    """Return whether a cell, stripped of spaces, is a number in some spelling."""
    bare = re.sub(_UNITS, r"\1", cell)
    localised = (_GROUPED_POINTS, _DECIMAL_COMMA) if decimal_comma else (_GROUPED,)
    return bool(re.fullmatch(_PLAIN, bare, re.IGNORECASE)) or any(
        re.match(pattern, bare) for pattern in localised
    )


def without_missing(text: "pl.Series") -> "pl.Series":
    """Return the column stripped of spaces, with null for each spelling of a missing value."""
    import polars as pl

    stripped = text.str.strip_chars()
    return (
        stripped.to_frame("text")
        .select(pl.when(pl.col("text").is_in(MISSING).not_()).then(pl.col("text")))["text"]
        .alias(text.name)
    )


def to_numbers(text: "pl.Series", *, decimal_comma: bool) -> "pl.Series | None":
    """Return the numbers that a column of text holds, or none if it is something else.

    Args:
        text: Strings, as `without_missing` returns them.
        decimal_comma: Whether `1,5` means one and a half.

    Returns:
        Float64, null where the cell is missing or unreadable; none unless `MOSTLY` are readable.
    """
    present = text.drop_nulls()
    if present.is_empty() or not _mostly(_numbers(present.head(_TRIED), decimal_comma)):
        return None
    if not _mostly(_numbers(present, decimal_comma)):
        return None
    return _numbers(text, decimal_comma)


def _mostly(values: "pl.Series") -> bool:
    return values.len() - values.null_count() >= MOSTLY * values.len()


def _numbers(text: "pl.Series", decimal_comma: bool) -> "pl.Series":  # noqa: FBT001 - private
    import polars as pl

    bare = pl.col("text").str.replace(_UNITS, "${1}")
    if decimal_comma:
        localised = bare.str.contains(_GROUPED_POINTS) | bare.str.contains(_DECIMAL_COMMA)
        swapped = bare.str.replace_all(".", "", literal=True).str.replace(",", ".", literal=True)
    else:
        localised = bare.str.contains(_GROUPED)
        swapped = bare.str.replace_all(",", "", literal=True)
    readable = pl.when(localised).then(swapped).otherwise(bare)
    frame = text.to_frame("text").select(readable.cast(pl.Float64, strict=False))
    return frame.to_series().alias(text.name)


def examples(cells: Iterable[str], *, most: int = 3) -> list[str]:
    """Return the first few different cells."""
    return list(dict.fromkeys(cells))[:most]
