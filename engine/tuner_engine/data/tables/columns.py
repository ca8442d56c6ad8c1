"""What kind of values does each column hold?

Kinds are decided on all rows, for they are about what the file says; nothing that a model could
learn from is fitted here.
Invariant: a numeric column holds finite numbers or null, a text column no spelling of "missing".
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from tuner_engine.data.tables import cells, dates, sentinels
from tuner_engine.data.tables.table import Table
from tuner_engine.printable import printable
from tuner_engine.workload import Caution, ColumnKind

if TYPE_CHECKING:
    import polars as pl

USED: frozenset[ColumnKind] = frozenset({"numeric", "boolean", "date", "category"})
"""Kinds that become features."""

_ENOUGH_ROWS = 20
"""Rows below which different values prove nothing about a column. House choice."""

_MANY_SHARE = 0.5
"""Share of different values among the present cells above which text is no category: most levels
then occur once, and nothing can be learned of them. House choice."""

_PRESENCE_SHARE = 0.1
"""Share of missing cells above which such text is still used, for whether it is present. House
choice."""

_WORDS = 6
"""Mean words per cell above which text is prose, unless few cells differ. House choice."""

_PROSE_SHARE = 0.1
"""Share of different cells above which long text is prose. House choice."""

_ID_NAME = re.compile(r"(?:^|[_\W])(?:id|idx|index|key|uuid|guid|rowid|row|no)$|[a-z](?:Id|ID)$")
"""Names of columns that number the rows."""

_BOOLEANS = tuple(
    frozenset(pair)
    for pair in (("true", "false"), ("yes", "no"), ("t", "f"), ("y", "n"), ("on", "off"))
)


@dataclass(frozen=True, slots=True)
class Column:
    """One column, understood.

    Attributes:
        name: Unique in its table.
        kind: What it holds.
        values: Float64, String, Boolean, Datetime or Time; null where missing.
        missing: Cells without a value.
        distinct: Different values, missing not counted.
        note: Why it is unused, or how it was read.
    """

    name: str
    kind: ColumnKind
    values: "pl.Series"
    missing: int
    distinct: int
    note: str = ""


def understand(table: Table) -> tuple[tuple[Column, ...], tuple[Caution, ...]]:
    """Return the columns of a table, in its order, and what was changed to read them."""
    typed, notes, cautions = _typed(table)
    cleaned, found = sentinels.remove(typed)
    missing = cleaned.null_count().row(0)
    distinct = cleaned.select(_all_distinct()).row(0)
    columns = []
    for index, series in enumerate(cleaned):
        column = Column(
            name=series.name,
            kind="numeric",
            values=series,
            missing=missing[index],
            distinct=distinct[index] - (missing[index] > 0),
            note=notes.get(series.name, ""),
        )
        reason = table.unusable.get(series.name)
        columns.append(replace(column, kind="text", note=reason) if reason else _judged(column))
    return tuple(columns), (*cautions, *found, *_kind_cautions(columns))


def _all_distinct() -> "pl.Expr":
    import polars as pl

    return pl.all().n_unique()


def _typed(table: Table) -> "tuple[pl.DataFrame, dict[str, str], tuple[Caution, ...]]":
    """Return each column in the type its cells have, notes by column, and cautions."""
    import polars as pl

    frame = table.frame
    texts = [name for name, kind in frame.schema.items() if kind == pl.String]
    # One pass over all text columns at once: a table may have ten thousand of them.
    tried = frame.select(pl.col(texts).cast(pl.Float64, strict=False))
    plain = {
        name
        for name, lost in zip(texts, tried.null_count().row(0), strict=True)
        if lost == 0 and not table.layout.decimal_comma
    }
    columns: list[pl.Series] = []
    notes: dict[str, str] = {}
    cautions: list[Caution] = []
    for series in frame:
        if series.name in plain:
            columns.append(tried[series.name])
        elif series.dtype == pl.String and series.name not in table.unusable:
            column, note, doubts = _read_text(series, table)
            columns.append(column)
            notes[series.name] = note
            cautions += doubts
        else:
            columns.append(series)
    finite, doubts = _finite(pl.DataFrame(columns))
    return finite, notes, (*cautions, *doubts)


def _read_text(series: "pl.Series", table: Table) -> "tuple[pl.Series, str, list[Caution]]":
    """Return a text column as numbers, moments or text, with a note and doubts."""
    text = cells.without_missing(series)
    numbers = cells.to_numbers(text, decimal_comma=table.layout.decimal_comma)
    if numbers is not None:
        return numbers, "", _unreadable(text, numbers, what="numbers", table=table)
    found = dates.to_moments(text)
    if found is not None:
        moments, words = found
        return moments, f"read as {words}", _unreadable(text, moments, what="dates", table=table)
    return text, "", []


def _unreadable(
    text: "pl.Series", values: "pl.Series", *, what: str, table: Table
) -> list[Caution]:
    lost = text.is_not_null() & values.is_null()
    rows = lost.arg_true()
    if rows.is_empty():
        return []
    shown = " or ".join(
        repr(printable(cell, width=30)) for cell in cells.examples(text.filter(lost))
    )
    message = (
        f"Column {printable(text.name, width=40)!r} holds {what} except for {rows.len():,} cells "
        f"such as {shown} ({table.place(rows[0])}); they count as missing."
    )
    return [Caution(code="unreadable-cells", message=message)]


def _finite(frame: "pl.DataFrame") -> "tuple[pl.DataFrame, list[Caution]]":
    """Return the frame with null for NaN and infinity; the latter is said."""
    import polars as pl
    import polars.selectors as cs

    infinite = frame.select(cs.float().is_infinite().sum())
    cautions = [
        Caution(
            code="infinite-cells",
            message=f"Column {printable(name, width=40)!r} holds {count:,} infinite numbers; "
            "they count as missing.",
        )
        for name, count in zip(
            infinite.columns, infinite.row(0) if infinite.width else (), strict=True
        )
        if count
    ]
    finite = pl.when(cs.float().is_finite()).then(cs.float())
    return frame.with_columns(finite), cautions


def _judged(column: Column) -> Column:
    """Return the column with its kind decided by its values."""
    import polars as pl

    rows = column.values.len()
    if column.missing == rows:
        return replace(column, kind="empty", note="every cell is missing")
    if column.distinct == 1 and column.missing == 0:
        return replace(column, kind="constant", note="every cell is the same")
    kind = column.values.dtype
    if kind == pl.Boolean:
        return replace(column, kind="boolean")
    if kind == pl.Float64:
        return _judged_numbers(column)
    if kind == pl.String:
        return _judged_text(column)
    return replace(column, kind="date")


def _judged_numbers(column: Column) -> Column:
    if column.distinct <= 2:
        values = set(column.values.drop_nulls().unique().to_list())
        return replace(column, kind="boolean" if values <= {0.0, 1.0} else "numeric")
    rows = column.values.len()
    if column.missing or column.distinct < rows or rows < _ENOUGH_ROWS:
        return column
    numbers = column.values.to_numpy()
    if not (numbers == np.floor(numbers)).all():
        return column
    if numbers.max() - numbers.min() == rows - 1:
        return replace(column, kind="id", note="counts the rows")
    named = _ID_NAME.search(column.name) is not None
    return replace(column, kind="id", note="a different number in every row") if named else column


def _judged_text(column: Column) -> Column:
    present = column.values.drop_nulls()
    if column.distinct == 2 and frozenset(present.unique().str.to_lowercase()) in _BOOLEANS:
        return replace(column, kind="boolean")
    words = 1 + (present.str.count_matches(r"\s+").mean() or 0.0)  # type: ignore[operator]
    many = column.distinct > _MANY_SHARE * present.len() and column.distinct > _ENOUGH_ROWS
    if words > _WORDS and column.distinct > max(_ENOUGH_ROWS, _PROSE_SHARE * present.len()):
        return replace(column, kind="text", note="free text")
    if not many:
        return replace(column, kind="category")
    if column.distinct == column.values.len() and words < 2:
        return replace(column, kind="id", note="a different name in every row")
    if column.missing > _PRESENCE_SHARE * column.values.len():
        return replace(column, kind="category", note="mostly one of a kind: present or missing")
    share = f"{column.distinct:,} different values in {present.len():,} cells"
    return replace(column, kind="text", note=f"{share}: too many to learn from")


def _kind_cautions(columns: Sequence[Column]) -> list[Caution]:
    """Return one caution per kind of unused column, so that a wide table stays readable."""
    told: tuple[tuple[ColumnKind, str, str], ...] = (
        ("id", "id-column", "identify the rows"),
        ("text", "text-column", "hold free text or nested values"),
        ("constant", "constant-column", "are the same in every row"),
        ("empty", "empty-column", "hold no value"),
    )
    cautions = []
    for kind, code, reason in told:
        names = [printable(column.name, width=40) for column in columns if column.kind == kind]
        if names:
            shown = ", ".join(names[:5]) + (f" and {len(names) - 5:,} more" if names[5:] else "")
            message = f"Columns that {reason} are not used as features: {shown}."
            cautions.append(Caution(code=code, message=message))
    return cautions
