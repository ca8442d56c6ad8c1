"""Comments above a table, and blanks between its cells, are no part of it."""

import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuner_engine.data import profile
from tuner_engine.data.tables import dialect, preamble, readers
from tuner_engine.specs import DataSpec

ROWS = [(1.5, -2.0, "a"), (3.0, 4e5, "b c"), (0.25, 7.0, "d")] * 4


def read(path: Path, *, max_rows: int | None = None) -> readers.Table:
    return readers.read(str(path), max_rows=max_rows, seed=0, available_bytes=10**9)


def numbers(table: readers.Table) -> list[tuple[float, ...]]:
    return [(float(row[0]), float(row[1])) for row in table.frame.rows()]


def aligned(rows: list[tuple[float, float, str]]) -> str:
    """Columns lined up by blanks, words quoted where they hold one."""
    return "".join(f'  {a:<9g} {b:>12g}\t  "{c}" \n' for a, b, c in rows)


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize("header", ["", "x y  label\n", "# x y label\n", "#x  y  label\n"])
@pytest.mark.parametrize("above", ["", '# a note, with "one quote\n#\n# more\n', "\n\n# late\n\n"])
def test_blanks_and_comments_change_nothing(
    tmp_path: Path, ending: str, header: str, above: str
) -> None:
    """The cells are those of the table, and every row knows its line."""
    path = tmp_path / "t.dat"
    text = above + header + aligned(ROWS)
    path.write_bytes(text.replace("\n", ending).encode())
    table = read(path)
    assert numbers(table) == [row[:2] for row in ROWS]
    assert table.frame.to_series(2).to_list() == [row[2] for row in ROWS]
    if header:
        assert table.frame.columns == ["x", "y", "label"]
    first = text.count("\n", 0, text.index("  1.5")) + 1
    assert table.places.tolist() == list(range(first, first + len(ROWS)))
    assert table.layout.delimiter == " "
    told = {caution.code for caution in table.cautions}
    assert ("comment-lines" in told) is ("note" in above or "late" in above)


def test_comments_above_a_csv_are_left_out(tmp_path: Path) -> None:
    """As programs write them; a header that is one is a header."""
    path = tmp_path / "t.csv"
    path.write_text(
        "# made by a, b\n# on Monday\n#id,x\n" + "".join(f"{i},{i * i}\n" for i in range(9))
    )
    table = read(path)
    assert table.frame.columns == ["id", "x"]
    assert table.places.tolist() == list(range(4, 13))
    (caution,) = table.cautions
    assert "2 lines" in caution.message


def test_a_sample_of_a_spaced_table_is_of_its_rows(tmp_path: Path) -> None:
    """The sample goes through the same parser, with the lines of the file."""
    path = tmp_path / "t.txt"
    path.write_text("# note\n" + "".join(f"{i}   {i * 2}\n" for i in range(3000)))
    whole, some = read(path), read(path, max_rows=100)
    assert some.whole_rows == 3000
    lines = {
        int(row[0]): place for row, place in zip(whole.frame.rows(), whole.places, strict=True)
    }
    for row, place in zip(some.frame.rows(), some.places, strict=True):
        assert float(row[1]) == 2 * float(row[0])
        assert lines[int(row[0])] == place


def test_tabs_that_only_line_up_are_no_empty_cells(tmp_path: Path) -> None:
    """Lines are even without the second tab of some; where they are even with it, it counts."""
    path = tmp_path / "t.txt"
    path.write_text("1.5\t\t2.5\t1\n2.5\t3.5\t2\n" * 9)
    assert read(path).frame.width == 3
    path.write_text("1.5\t\t1\n2.5\t3.5\t2\n" * 9)
    assert read(path).frame.rows()[0] == ("1.5", "", "1")


@pytest.mark.parametrize(
    "text",
    [
        "a,b c,d\n" * 9,
        "name,note\n" + "x,1 2 3\n" * 9,
        "the cat sat\non the mat\nand it was\n" * 5,
        "1,2\n3,4\n" * 5,
        "a;b\n1,5;2 000\n2,5;3 000\n" * 5,
    ],
)
def test_blanks_inside_cells_separate_nothing(text: str) -> None:
    """Only aligned numbers are taken for a table without separators."""
    assert not dialect.is_spaced(text, whole=True)


@given(
    pieces=st.lists(st.binary(min_size=1, max_size=9), max_size=8),
    comments=st.integers(0, 2),
    spaced=st.booleans(),
)
def test_how_a_file_is_cut_into_chunks_changes_nothing(
    *, pieces: list[bytes], comments: int, spaced: bool
) -> None:
    """Blanks, quotes and lines may lie across chunks."""
    text = b"#\n" * comments + b" ".join(pieces)
    found = preamble.Preamble(comments=comments, marked=False, spaced=spaced)
    head, tail = text[: 2 * comments + 1], text[2 * comments + 1 :]
    parts = [head, *(tail[index : index + 3] for index in range(0, len(tail), 3))]
    once = b"".join(preamble.taken_off([text], found))
    assert b"".join(preamble.taken_off(parts, found)) == once
    assert once.count(b"\n") == text.count(b"\n")


@pytest.mark.parametrize("rows", [None, 20])
def test_a_json_array_is_a_table(tmp_path: Path, rows: int | None) -> None:
    """The same columns as lines of the same objects."""
    objects = [{"x": i / 7, "y": "ab"[i % 2], "deep": {"z": 1}} for i in range(50)]
    (tmp_path / "t.json").write_text(json.dumps(objects, indent=2))
    (tmp_path / "t.jsonl").write_text("".join(json.dumps(one) + "\n" for one in objects))
    found, lines = (read(tmp_path / name, max_rows=rows) for name in ("t.json", "t.jsonl"))
    assert found.frame.equals(lines.frame)
    assert found.unusable == lines.unusable
    np.testing.assert_array_equal(found.places, lines.places)
    assert found.layout.format == "json"
    assert isinstance(found.frame.schema["x"], pl.Float64)
    assert profile(DataSpec(source=str(tmp_path / "t.json")), seed=0).workload.outputs == 2
