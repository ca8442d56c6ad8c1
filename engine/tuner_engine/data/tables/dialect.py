"""How are the cells of a delimited file separated, quoted and headed?

Invariant: the answer depends only on the first records, so a whole file and a sample of it are
read alike.
"""

import contextlib
import csv
import io
import itertools
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from tuner_engine.data.tables.cells import is_missing, looks_like_number
from tuner_engine.data.tables.dates import looks_like_date
from tuner_engine.errors import DataError

DELIMITERS = ("\t", ";", "|", ",")
"""Candidates; of equally good ones the first wins, for a comma also occurs inside cells."""

_RECORDS = 200
"""Records looked at. House choice."""

_REGULAR_SHARE = 0.6
"""Least share of records that must have equally many cells; below, the file is prose rather than
a table with a few broken rows. House choice."""

_SPACED_SHARE = 0.95
"""Least share of lines with equally many words for spaces to separate cells. House choice: prose is
never so even."""

_NUMBERS_SHARE = 0.5
"""Share of numbers among the cells above which a way of cutting lines makes sense. House choice."""

_BLANKS = re.compile(r"""(?<![^ \t\n])"[^"\n]*"|(?<![^ \t\n])'[^'\n]*'|[ \t]+""")
"""A run of blanks, or quoted words, which keep theirs."""

_HEADER_COLUMNS = 200
"""Columns looked at to tell a header from a row. House choice."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a delimited file is written.

    Attributes:
        delimiter: Between cells.
        quote: Around cells that hold delimiters, quotes or newlines.
        header: Whether the first record names the columns.
        decimal_comma: Whether `1,5` means one and a half.
    """

    delimiter: str
    quote: str
    header: bool
    decimal_comma: bool


def sniff(text: str, *, whole: bool, name: str) -> Dialect:
    """Return how the file that begins with `text` is written.

    Args:
        text: The beginning of the file.
        whole: Whether `text` is all of it; otherwise its last record is taken to be cut.
        name: The file, for errors.

    Raises:
        DataError: No delimiter makes a table of it.
    """
    quote = _quote(text)
    rows_by = {mark: _rows(text, mark, quote, whole=whole) for mark in DELIMITERS}
    delimiter = max(DELIMITERS, key=lambda mark: _regularity(rows_by[mark]))
    rows = rows_by[delimiter]
    if _regularity(rows) < _REGULAR_SHARE:
        raise DataError(
            f"{name}: no comma, semicolon, tab or bar splits its lines into equally many cells; "
            "a table needs a target and at least one other column"
        )
    decimal_comma = delimiter != "," and _has_decimal_commas(rows)
    return Dialect(
        delimiter=delimiter,
        quote=quote,
        header=_has_header(rows, decimal_comma=decimal_comma),
        decimal_comma=decimal_comma,
    )


def is_spaced(text: str, *, whole: bool) -> bool:
    """Return whether spaces separate the cells: columns of numbers, aligned for people.

    Args:
        text: The beginning of the file.
        whole: Whether `text` is all of it.
    """
    spaced = _rows(tabbed(text), "\t", _quote(text), whole=whole)
    if _regularity(spaced) < _SPACED_SHARE or _numbers_share(spaced) < _NUMBERS_SHARE:
        return False
    quote = _quote(text)
    by_mark = {mark: _rows(text, mark, quote, whole=whole) for mark in DELIMITERS}
    # Two tabs in a row are an empty cell, unless lines are even only without it.
    least = dict.fromkeys(DELIMITERS, _REGULAR_SHARE) | {"\t": _regularity(spaced)}
    marked = [rows for mark, rows in by_mark.items() if _regularity(rows) >= least[mark]]
    return all(_numbers_share(rows) < _NUMBERS_SHARE for rows in marked)


def tabbed(text: str) -> str:
    """Return the text with one tab for every run of blanks outside quotes, and none at the ends."""
    inner = _BLANKS.sub(lambda run: run[0] if run[0][0] in "\"'" else "\t", text)
    return re.sub(r"(?m)^\t|\t(?=\r?$)", "", inner)


def _numbers_share(rows: list[list[str]]) -> float:
    """Return the share of the cells, below what may be a header, that are numbers."""
    cells = [cell.strip() for row in rows[1:] for cell in row]
    numbers = sum(looks_like_number(cell, decimal_comma=False) for cell in cells)
    return numbers / max(1, len(cells))


def _quote(text: str) -> str:
    """Return `'` where it wraps cells and `"` never occurs, else `"`."""
    if '"' in text or "'" not in text:
        return '"'
    opening = re.findall(r"(?:^|[,;\t|])'", text, flags=re.MULTILINE)
    wrapped = re.findall(r"(?:^|[,;\t|])'[^'\n]*'(?=[,;\t|\r\n]|\Z)", text, flags=re.MULTILINE)
    return "'" if wrapped and len(opening) == len(wrapped) else '"'


def _rows(text: str, delimiter: str, quote: str, *, whole: bool) -> list[list[str]]:
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=delimiter, quotechar=quote, skipinitialspace=True
    )
    rows: list[list[str]] = []
    # What cannot be read is reported with its line when the whole file is.
    with contextlib.suppress(csv.Error):
        rows.extend(itertools.islice((row for row in reader if any(row)), _RECORDS + 1))
    cut = len(rows) > _RECORDS or (not whole and len(rows) > 1)
    return rows[:-1] if cut else rows


def _regularity(rows: list[list[str]]) -> float:
    """Return the share of rows with the commonest number of cells, 0 if that is one."""
    if not rows:
        return 0.0
    counts = Counter(len(row) for row in rows)
    # Weighing by width would favour commas inside cells; a lone first row must not decide.
    width, times = max(counts.items(), key=lambda item: (item[1], item[0]))
    return times / len(rows) if width > 1 else 0.0


def _has_decimal_commas(rows: list[list[str]]) -> bool:
    cells = [cell.strip() for row in rows for cell in row]
    commas = sum(bool(re.fullmatch(r"[+-]?\d+,\d+", cell)) for cell in cells)
    points = sum(bool(re.fullmatch(r"[+-]?\d+\.\d+", cell)) for cell in cells)
    return commas > points


def _has_header(rows: list[list[str]], *, decimal_comma: bool) -> bool:
    """Return whether the first row names what the others hold.

    A name above numbers or dates says yes. Failing that, a number or date in the first row says
    no. A table of text alone has a header unless one of its first cells is seen again below.
    """
    first, rest = [cell.strip() for cell in rows[0][:_HEADER_COLUMNS]], rows[1:]
    if not rest or _counts_up(first):
        return True
    kinds = [_kind(cell, decimal_comma=decimal_comma) for cell in first]
    below = [
        [row[column].strip() for row in rest if column < len(row)] for column in range(len(first))
    ]
    values = [
        _commonest(_kind(cell, decimal_comma=decimal_comma) for cell in column) for column in below
    ]
    pairs = list(zip(kinds, values, strict=True))
    if any(kind == "text" and value in ("number", "date") for kind, value in pairs):
        return True
    if any(kind in ("number", "date") and value == kind for kind, value in pairs):
        return False
    return not any(cell and cell in column for cell, column in zip(first, below, strict=True))


def _counts_up(cells: list[str]) -> bool:
    """Return whether the cells are 0, 1, 2, … or 1, 2, 3, …: names given by a program."""
    return len(cells) > 2 and any(
        cells == [str(start + index) for index in range(len(cells))] for start in (0, 1)
    )


def _kind(cell: str, *, decimal_comma: bool) -> str:
    if is_missing(cell):
        return "missing"
    if looks_like_number(cell, decimal_comma=decimal_comma):
        return "number"
    return "date" if looks_like_date(cell) else "text"


def _commonest(kinds: Iterable[str]) -> str:
    counts = Counter(kind for kind in kinds if kind != "missing")
    return counts.most_common(1)[0][0] if counts else "missing"
