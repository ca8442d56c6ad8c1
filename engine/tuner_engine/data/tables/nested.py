"""Which nested columns are vectors: lists of numbers, equally long in every row?

Invariant: a vector becomes one column for each of its numbers; any other nesting stays unused.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

MOST_NUMBERS = 16_384
"""Longest vector that is spread over columns: more than any embedding has. House choice."""


def widths(lazy: "pl.LazyFrame", schema: "pl.Schema") -> dict[str, int]:
    """Return the vector columns, each with the length of its vectors.

    Args:
        lazy: The table.
        schema: Its columns.
    """
    import polars as pl

    lists = [name for name, kind in schema.items() if _is_list_of_numbers(kind)]
    if not lists:
        return {}
    lengths = lazy.select(
        pl.col(name).cast(pl.List(pl.Float64)).list.len().alias(name) for name in lists
    )
    shortest, longest = lengths.min().collect().row(0), lengths.max().collect().row(0)
    return {
        name: low
        for name, low, high in zip(lists, shortest, longest, strict=True)
        if low == high and low is not None and 0 < low <= MOST_NUMBERS
    }


def spread(name: str, width: int) -> "list[pl.Expr]":
    """Return a vector column as one column for each number, named `x[0]`, `x[1]` and so on."""
    import polars as pl

    column = pl.col(name).cast(pl.List(pl.Float64))
    return [column.list.get(index).alias(f"{name}[{index}]") for index in range(width)]


def _is_list_of_numbers(kind: "pl.DataType") -> bool:
    import polars as pl

    return isinstance(kind, pl.List | pl.Array) and kind.inner.is_numeric()
