"""Files of every common kind become the same rows that were written."""

import csv
import gzip
import io
import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuner_engine.data.tables import delimited, readers, records, sample
from tuner_engine.data.tables.dialect import Dialect, sniff

PLENTY = 10**10


def read(path: Path, *, max_rows: int | None = None, seed: int = 0) -> readers.Table:
    return readers.read(str(path), max_rows=max_rows, seed=seed, available_bytes=PLENTY)


ROWS = [(f"{index / 7:.3f}", "abc"[index % 3], str(index % 2)) for index in range(40)]


def text(*, delimiter: str = ",", end: str = "\n", header: bool = True) -> str:
    lines = [("x", "naïve", "y")] if header else []
    return "".join(delimiter.join(row) + end for row in [*lines, *ROWS])


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-32"])
@pytest.mark.parametrize("packed", [False, True])
def test_every_spelling_of_a_table_gives_its_rows(
    *, tmp_path: Path, delimiter: str, end: str, encoding: str, packed: bool
) -> None:
    """Delimiter, line ending, encoding and compression change nothing about the cells."""
    content = text(delimiter=delimiter, end=end).encode(encoding)
    path = tmp_path / "table.dat"
    path.write_bytes(gzip.compress(content) if packed else content)
    table = read(path)
    assert table.frame.columns == ["x", "naïve", "y"]
    assert table.frame.rows() == ROWS
    assert table.layout.delimiter == delimiter
    assert table.layout.encoding == encoding.removesuffix("-sig")
    assert table.layout.format.endswith("+gzip") == packed


def test_a_table_without_header_names_its_columns(tmp_path: Path) -> None:
    """Numbers in the first row are a row; columns are then numbered from 1."""
    path = tmp_path / "t.csv"
    path.write_text(text(header=False))
    table = read(path)
    assert table.frame.columns == ["column_1", "column_2", "column_3"]
    assert table.frame.rows() == ROWS
    assert table.layout.header is False


@pytest.mark.parametrize(
    ("first", "below", "header"),
    [
        ("a,b", ["1,x", "2,y"], True),
        ("1,x", ["2,y", "3,x"], False),
        ("0,1,2", ["5,6,7", "8,9,1"], True),
        ("name,2015,n", ["x,5,1", "y,6,2"], True),
        ("day,v", ["2020-01-01,a", "2020-01-02,b"], True),
        ("ham,spam", ["ham,x", "eggs,y"], False),
        ("label,text", ["ham,x", "spam,y"], True),
        ("?,x", ["1,x", "2,y"], False),
    ],
)
def test_a_header_is_told_from_a_row(first: str, below: list[str], *, header: bool) -> None:
    """Names above values, and texts never seen again below, are a header."""
    assert sniff("\n".join([first, *below]), whole=True, name="t").header is header


def test_single_quotes_around_cells_are_quotes(tmp_path: Path) -> None:
    """A file that wraps cells in apostrophes has them taken off."""
    path = tmp_path / "t.csv"
    path.write_text("".join(f"{index / 3:.2f},'{index % 2 * 2 - 1}'\n" for index in range(20)))
    assert set(read(path).frame["column_2"]) == {"-1", "1"}


def test_repeated_and_missing_names_are_numbered(tmp_path: Path) -> None:
    """Every column has a name of its own, and a caution says so."""
    path = tmp_path / "t.csv"
    path.write_text("a,a,,a (2)\n1,2,3,4\n5,6,7,8\n")
    table = read(path)
    assert table.frame.columns == ["a", "a (3)", "column_3", "a (2)"]
    assert [caution.code for caution in table.cautions] == ["duplicate-columns"]


def test_a_note_below_the_table_is_left_out(tmp_path: Path) -> None:
    """One cell after a blank last line is a footnote, not a ragged row."""
    path = tmp_path / "t.csv"
    path.write_text("a,b\n1,2\n3,4\n\nSource: nobody\n")
    table = read(path)
    assert table.frame.height == 2
    assert [caution.code for caution in table.cautions] == ["footnote"]


def test_row_names_without_a_name_get_a_column(tmp_path: Path) -> None:
    """R writes one header cell fewer than columns."""
    path = tmp_path / "t.csv"
    path.write_text('"a","b"\n"1",5,6\n"2",7,8\n')
    assert read(path).frame.rows() == [("1", "5", "6"), ("2", "7", "8")]


def test_a_stray_quote_is_text(tmp_path: Path) -> None:
    """A quote inside an unquoted cell neither hides delimiters nor moves columns."""
    path = tmp_path / "t.csv"
    path.write_text("pipe,y\n" + "".join(f'{index}" wide,{index % 2}\n' for index in range(9)))
    assert read(path).frame.row(0) == ('0" wide', "0")


def test_places_count_lines_of_the_file(tmp_path: Path) -> None:
    """Quoted newlines and blank lines are counted as an editor counts them."""
    path = tmp_path / "t.csv"
    path.write_text('a,b\n"x\ny",1\n\n2,3\n')
    assert read(path).places.tolist() == [2, 5]


def test_json_lines_become_typed_columns(tmp_path: Path) -> None:
    """Numbers, truth values and text keep their type; absent keys are missing; mixed are text."""
    path = tmp_path / "t.jsonl"
    lines = [
        {"n": 1, "b": True, "s": "ä\n,", "m": 1},
        {"n": 2.5, "s": None, "m": "x", "deep": [1]},
    ]
    path.write_text("\n\n".join(json.dumps(line) for line in lines))
    table = read(path)
    assert table.frame.select("n", "b", "s", "m").rows() == [
        (1.0, True, "ä\n,", "1"),
        (2.5, None, None, "x"),
    ]
    assert table.unusable == {"deep": "nested values"}
    assert table.places.tolist() == [1, 3]


def test_parquet_keeps_values_and_sets_nested_ones_aside(tmp_path: Path) -> None:
    """Integers, text, dates and truth values survive; lists of any length are unusable."""
    path = tmp_path / "t.bin"
    frame = pl.DataFrame({"i": [1, 2], "s": ["a", None], "b": [True, False], "l": [[1], [2, 3]]})
    frame.write_parquet(path)
    table = read(path)
    assert table.frame.select("i", "s", "b").rows() == [(1.0, "a", True), (2.0, None, False)]
    assert set(table.unusable) == {"l"}
    assert table.layout.format == "parquet"


@pytest.mark.parametrize("kind", [pl.List(pl.Int64), pl.Array(pl.Float32, 3)])
def test_vectors_in_parquet_become_columns(tmp_path: Path, kind: pl.DataType) -> None:
    """Lists of numbers, equally long in every row, are one column for each number."""
    path = tmp_path / "t.parquet"
    vectors = pl.Series("v", [[1, 2, 3], [4, 5, 6]], dtype=kind)
    pl.DataFrame([pl.Series("n", [7, 8]), vectors]).write_parquet(path)
    table = read(path)
    assert table.frame.columns == ["n", "v[0]", "v[1]", "v[2]"]
    assert table.frame.rows() == [(7.0, 1.0, 2.0, 3.0), (8.0, 4.0, 5.0, 6.0)]
    assert not table.unusable
    assert read(path, max_rows=1).frame.width == 4


CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\0\r"), max_size=6)
GRIDS = st.integers(2, 4).flatmap(
    lambda width: st.lists(
        st.lists(CELLS, min_size=width, max_size=width).filter(
            lambda row: any(map(str.strip, row))
        ),
        min_size=2,
        max_size=8,
    )
)
WAY = Dialect(delimiter=",", quote='"', header=False, decimal_comma=False)


def written(grid: list[list[str]]) -> bytes:
    out = io.StringIO()
    csv.writer(out, quoting=csv.QUOTE_MINIMAL).writerows(grid)
    return out.getvalue().encode()


@given(GRIDS)
def test_the_fast_reader_reads_what_was_written(grid: list[list[str]]) -> None:
    """Whatever Python's CSV writer writes comes back cell by cell."""
    assert delimited.parse(written(grid), WAY, name="t").frame.rows() == [*map(tuple, grid)]


@given(GRIDS)
def test_both_readers_agree_on_lines(grid: list[list[str]]) -> None:
    """A stray quote in the last row sends all rows through the other reader, to the same places."""
    regular = written(grid)
    stray = regular + b'x"x' + b"," * (len(grid[0]) - 1) + b"\n"
    assert records.scan(stray, delimiter=",", quote='"') is None
    fast = delimited.parse(regular, WAY, name="t")
    slow = delimited.parse(stray, WAY, name="t")
    assert slow.lines[:-1].tolist() == fast.lines.tolist()


@given(GRIDS, st.integers(1, 9))
def test_a_stream_has_the_records_of_the_whole(grid: list[list[str]], size: int) -> None:
    """Where a stream is cut changes neither its records nor their lines."""
    content = written(grid)
    whole = records.scan(content, delimiter=",", quote='"')
    assert whole is not None
    chunks = (content[at : at + size] for at in range(0, len(content), size))
    blocks = sample.regular_blocks(chunks, delimiter=",", quote='"', most_bytes=10**6, name="t")
    lines = np.concatenate([block.lines for block in blocks])
    assert lines.tolist() == (whole.lines + 1).tolist()


def big_table(path: Path, rows: int) -> None:
    path.write_text("i,y\n" + "".join(f"{index},{index % 2}\n" for index in range(rows)))


@pytest.mark.parametrize("kind", ["csv", "stray", "jsonl", "parquet"])
def test_a_sample_is_seeded_ordered_and_counted(tmp_path: Path, kind: str) -> None:
    """A sample has the wanted size, distinct rows in file order, and the file's row count."""
    path = tmp_path / "t"
    if kind == "csv":
        big_table(path, 1000)
    elif kind == "stray":
        path.write_text("i,y\n" + "".join(f'{index},0"\n' for index in range(1000)))
    elif kind == "jsonl":
        path.write_text("".join(json.dumps({"i": index}) + "\n" for index in range(1000)))
    else:
        pl.DataFrame({"i": range(1000)}).write_parquet(path)
    table = read(path, max_rows=100, seed=1)
    values = table.frame["i"].cast(pl.Float64).to_list()
    assert len(values) == 100
    assert values == sorted(set(values))
    assert table.whole_rows == 1000
    first = {"csv": 2, "stray": 2, "jsonl": 1, "parquet": 1}[kind]
    assert table.places.tolist() == [value + first for value in values]
    assert values == read(path, max_rows=100, seed=1).frame["i"].cast(pl.Float64).to_list()
    assert values != read(path, max_rows=100, seed=2).frame["i"].cast(pl.Float64).to_list()


def test_every_format_samples_the_same_rows(tmp_path: Path) -> None:
    """The choice depends on the seed and the number of rows, not on how they are stored."""
    big_table(tmp_path / "t.csv", 500)
    pl.read_csv(tmp_path / "t.csv").write_parquet(tmp_path / "t.parquet")
    of_text = read(tmp_path / "t.csv", max_rows=50).frame["i"].cast(pl.Float64)
    of_parquet = read(tmp_path / "t.parquet", max_rows=50).frame["i"]
    assert of_text.to_list() == of_parquet.to_list()


def test_sampling_is_uniform(tmp_path: Path) -> None:
    """Over many seeds each of ten rows is kept about equally often."""
    big_table(tmp_path / "t.csv", 10)
    counts = np.zeros(10)
    for seed in range(200):
        kept = read(tmp_path / "t.csv", max_rows=3, seed=seed).frame["i"].cast(pl.Int64)
        counts[kept.to_numpy()] += 1
    assert abs(counts / 200 - 0.3).max() < 0.12


def test_a_sample_as_large_as_the_file_is_the_file(tmp_path: Path) -> None:
    """Asking for more rows than there are reads them all."""
    big_table(tmp_path / "t.csv", 20)
    table = read(tmp_path / "t.csv", max_rows=99)
    assert table.frame.rows() == read(tmp_path / "t.csv").frame.rows()
    assert table.whole_rows is None
