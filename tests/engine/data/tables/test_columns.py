"""Columns are taken for what they hold."""

from datetime import datetime
from pathlib import Path

import polars as pl
import pytest

from tuner_engine.data.tables import cells, columns, dates, readers, sentinels

COUNT = 60


def understood(tmp_path: Path, values: list[str], *, name: str = "a") -> columns.Column:
    """Return the column that a CSV with these cells holds."""
    path = tmp_path / "t.csv"
    quoted = (f'"{value}"' for value in values)
    rows = "".join(f"{value},{index % 2}.5\n" for index, value in enumerate(quoted))
    path.write_text(f"{name},y\n{rows}")
    table = readers.read(str(path), max_rows=None, seed=0, available_bytes=10**9)
    return columns.understand(table)[0][0]


@pytest.mark.parametrize(
    ("cell", "kind"),
    [
        (lambda i: f"{i / 7:.4f}", "numeric"),
        (lambda i: f"{1000 * (i % 9) + i % 7:,}.5", "numeric"),
        (lambda i: f"${i % 9},000", "numeric"),
        (lambda i: f"{i % 50}%", "numeric"),
        (lambda i: f"{i % 7}" if i % 5 else "?", "numeric"),
        (lambda i: f"{i % 7}" if i != 9 else "broken", "numeric"),
        (lambda i: f"{i % 2}", "boolean"),
        (lambda i: ("Yes", "no")[i % 2], "boolean"),
        (lambda i: f"2020-01-{1 + i % 28:02d}", "date"),
        (lambda i: f"{i % 24}:15", "date"),
        (lambda i: "abc"[i % 3], "category"),
        (lambda i: "only" if i % 3 else "", "category"),
        (lambda i: f"code{i}" if i % 2 else "NA", "category"),
        (lambda i: f"word {i} of {i * i}", "text"),
        (lambda i: f"a longer sentence of more than six words, {i % 40}", "text"),
        (lambda i: f"{i + 100}", "id"),
        (lambda i: f"user{i:03d}", "id"),
        (lambda _: "same", "constant"),
        (lambda i: ("NA", "", "-", "null", "n/a")[i % 5], "empty"),
    ],
)
def test_a_column_has_the_kind_of_its_cells(tmp_path: Path, cell: object, kind: str) -> None:
    """Numbers, truth values, dates, categories, prose, identifiers and nothing are told apart."""
    assert callable(cell)
    assert understood(tmp_path, [cell(index) for index in range(COUNT)]).kind == kind


def test_whole_numbers_are_identifiers_by_name(tmp_path: Path) -> None:
    """Different whole numbers with gaps are a feature, unless the column is called an id."""
    values = [str(index * index) for index in range(COUNT)]
    assert understood(tmp_path, values, name="size").kind == "numeric"
    assert understood(tmp_path, values, name="CustomerID").kind == "id"


@pytest.mark.parametrize("spelling", [token for token in cells.MISSING if token])
def test_every_spelling_of_missing_is_missing(tmp_path: Path, spelling: str) -> None:
    """Alone or between spaces."""
    column = understood(tmp_path, ["1.5", f" {spelling} ", "2", "3"])
    assert (column.kind, column.missing, column.distinct) == ("numeric", 1, 3)


@pytest.mark.parametrize(
    ("written", "decimal_comma", "value"),
    [
        ("3,995.383", False, 3995.383),
        ("1,5", True, 1.5),
        ("1.234.567,5", True, 1234567.5),
        ("1.234", True, 1234.0),
        ("-,5", True, -0.5),
        ("€ 1.000", True, 1000.0),
        ("+2e3", False, 2000.0),
        ("12%", False, 12.0),
        ("-$3.50", False, -3.5),
        (".5", False, 0.5),
    ],
)
def test_numbers_are_read_as_their_country_writes_them(
    *, written: str, decimal_comma: bool, value: float
) -> None:
    """Thousands separators, decimal commas, currency and percent signs."""
    found = cells.to_numbers(pl.Series([written]), decimal_comma=decimal_comma)
    assert found is not None
    assert found.to_list() == [value]
    assert cells.looks_like_number(written, decimal_comma=decimal_comma)


@pytest.mark.parametrize("written", ["1,5", "1,23,456", "12a", "0x10", "1.2.3", "--1", "1 2"])
def test_what_is_no_number_stays_text(written: str) -> None:
    """A comma that separates neither thousands nor decimals makes text."""
    assert cells.to_numbers(pl.Series([written]), decimal_comma=False) is None


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        (["2004-03-10"], datetime(2004, 3, 10)),
        (["03/04/2005"], datetime(2005, 3, 4)),
        (["03/04/2005", "13/04/2005"], datetime(2005, 4, 3)),
        (["1.2.2003"], datetime(2003, 2, 1)),
        (["1/2/03"], datetime(2003, 1, 2)),
        (["10-Mar-2004"], datetime(2004, 3, 10)),
        (["2004-03-10T18:30:00Z"], datetime(2004, 3, 10, 18, 30)),
        (["2004-03-10 18:30:00+02:00"], datetime(2004, 3, 10, 16, 30)),
        (["1/2/2003 5:30 PM"], datetime(2003, 1, 2, 17, 30)),
    ],
)
def test_one_format_reads_all_dates(written: list[str], moment: datetime) -> None:
    """The first format that fits every cell wins, the month being tried first."""
    found = dates.to_moments(pl.Series(written))
    assert found is not None
    assert found[0][0] == moment


@pytest.mark.parametrize("written", ["1-2-3", "192.168.1", "2004-13-40", "soon", "12"])
def test_what_is_no_date_stays_text(written: str) -> None:
    """The shape of a date is not enough."""
    assert dates.to_moments(pl.Series([written])) is None


def test_a_frequent_outlying_code_counts_as_missing() -> None:
    """-200 among small numbers is missing there, and in columns where it is the one negative."""
    measured = [float(index % 13) for index in range(90)] + [-200.0] * 10
    wide = [float(index * 30) for index in range(90)] + [-200.0] * 10
    frame, cautions = sentinels.remove(pl.DataFrame({"a": measured, "b": wide}))
    assert frame.null_count().row(0) == (10, 10)
    assert [caution.code for caution in cautions] == ["sentinel"]
    assert "counted as missing" in cautions[0].message


def test_a_rare_outlying_code_is_kept_and_said() -> None:
    """Three cells of 99999 among a thousand may be real."""
    values = [float(index % 13) for index in range(997)] + [99999.0] * 3
    frame, cautions = sentinels.remove(pl.DataFrame({"a": values}))
    assert frame.null_count().row(0) == (0,)
    assert "kept as a number" in cautions[0].message


@pytest.mark.parametrize(
    "values",
    [
        [float(index - 50) for index in range(100)],
        [-1.0, 1.0] * 50,
        [float(index % 10) for index in range(100)],
        [-1.0] * 30 + [float(index % 7) for index in range(70)],
    ],
)
def test_ordinary_numbers_are_no_codes(values: list[float]) -> None:
    """An edge value that is near the others stands for itself."""
    frame, cautions = sentinels.remove(pl.DataFrame({"a": values}))
    assert frame.null_count().row(0) == (0,)
    assert cautions == ()
