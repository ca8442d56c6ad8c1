"""What does a reader hand on?

Invariant: column names are unique and not empty; every row knows where it stands in its file, so
that a complaint can name the place that an editor shows.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from tuner_engine.printable import printable
from tuner_engine.workload import Caution

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True, slots=True)
class Layout:
    """How the file is written, as `DataFacts` reports it."""

    format: str
    encoding: str | None = None
    delimiter: str | None = None
    header: bool | None = None
    decimal_comma: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A file's rows before anybody has judged them.

    Attributes:
        name: The file as the person named it, safe to print.
        sha256: Of the file's bytes.
        frame: Text columns hold the cells as written; typed formats keep their types.
        places: Where each row stands in the file, shape [rows].
        place_word: What `places` counts from 1: lines of text, or rows.
        layout: How the file is written.
        target: The column to predict, where the source says so.
        whole_rows: Rows of the whole file when `frame` is a sample of it.
        unusable: Columns that cannot be a feature or target, with the reason.
        cautions: What the reader left out or changed.
        sides: Side of a split that the source puts each row on (`split.TRAIN` and its fellows),
            int8; none where it does not.
    """

    name: str
    sha256: str
    frame: "pl.DataFrame"
    places: NDArray[np.int64]
    place_word: Literal["line", "row"]
    layout: Layout
    target: str | None = None
    whole_rows: int | None = None
    unusable: Mapping[str, str] = field(default_factory=dict)
    cautions: tuple[Caution, ...] = ()
    sides: NDArray[np.int8] | None = None

    def place(self, row: int) -> str:
        """Return where a row of the frame stands, as `line 12`."""
        return f"{self.place_word} {self.places[row]:,}"


def unique_names(written: Sequence[str]) -> tuple[list[str], tuple[Caution, ...]]:
    """Return names for the columns, and a caution where written ones were repeated.

    A missing name becomes `column_3`; the second `a` becomes `a (2)`.
    """
    names: list[str] = []
    repeated: list[str] = []
    taken = {name.strip() for name in written}
    seen: set[str] = set()
    for index, raw in enumerate(written):
        name = base = raw.strip() or _free(f"column_{index + 1}", taken)
        if base in seen:
            repeated.append(base)
            name = _numbered(base, seen | taken)
        seen.add(name)
        names.append(name)
    if not repeated:
        return names, ()
    shown = ", ".join(dict.fromkeys(printable(name, width=40) for name in repeated[:5]))
    message = f"Several columns share a name and were numbered: {shown}."
    return names, (Caution(code="duplicate-columns", message=message),)


def _free(name: str, taken: set[str]) -> str:
    return name if name not in taken else _numbered(name, taken)


def _numbered(base: str, taken: set[str]) -> str:
    count = 2
    while f"{base} ({count})" in taken:
        count += 1
    return f"{base} ({count})"
