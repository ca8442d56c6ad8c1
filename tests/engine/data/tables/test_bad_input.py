"""Whatever cannot be used is refused in one line that names the file and the place."""

import gzip
import io
import json
import os
import pickle
import zipfile
from pathlib import Path

import polars as pl
import pytest

from tuner_engine.data import load, profile, source
from tuner_engine.errors import DataError, ExitCode, UsageError
from tuner_engine.specs import DataSpec

GOOD = "x,g,y\n" + "".join(
    f"{index / 7:.3f},{'abc'[index % 3]},{index % 2}\n" for index in range(40)
)


def complaint(named: Path | str, *, target: str | None = None, memory: int = 10**10) -> str:
    """Return the one line that loading ends with."""
    with pytest.raises(DataError) as caught:
        load(DataSpec(source=str(named), target=target), seed=0, available_bytes=memory)
    assert caught.value.exit_code is ExitCode.DATA
    line = str(caught.value)
    assert line.isprintable()
    return line


def zipped() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("t.csv", GOOD)
    return out.getvalue()


def parquet() -> bytes:
    out = io.BytesIO()
    pl.DataFrame({"a": range(50), "y": [0, 1] * 25}).write_parquet(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "empty"),
        (b"\n \n\n", "only blank lines"),
        (b"a,b,y\n", "no rows"),
        (b"a,b,y\n1,2,3\n", "one row"),
        (b"a,b,y\n1,2,x\n3,4,z\n", "too few"),
        (b"\x89PNG\r\n\x1a\n" + bytes(50), "PNG image"),
        (bytes(range(256)) * 4, "binary"),
        (pickle.dumps({"a": 1}, protocol=4), "pickle"),
        (zipped(), "zip archive"),
        (gzip.compress(gzip.compress(GOOD.encode())), "gzip inside gzip"),
        (gzip.compress(GOOD.encode())[:-12], "ends too early"),
        (b"\x1f\x8b" + bytes(range(99)), "damaged"),
        (b"just\nsome\nwords, here\n", "no comma, semicolon, tab or bar"),
        (b"[1, 2]", "no rows"),
        (GOOD.encode() + b"1,a\n", "line 42 has 2 cells where other lines have 3"),
        (GOOD.encode() + b"1,a,0,9\n0,b,1\n", "line 42 has 4 cells"),
        (b'\n"p\nq",1,0\n' + GOOD.encode() + b"1,a\n", "line 45 has 2 cells"),
        (GOOD.encode() + b'1,"a,0\n', "line 42 opens a quote that is never closed"),
        (GOOD.encode() + b'1,"a,0\n' + b"1,a,0\n" * 30000, "line 42 cannot be read"),
        (b'{"a":1,"y":0}\n{"a":\n', "line 2 is not valid JSON"),
        (b'{"a":1,"y":0}\n\n[1]\n', "line 3 holds no JSON object"),
        (parquet()[:200], "damaged Parquet"),
        (parquet()[:60] + bytes(40) + parquet()[100:], "Parquet"),
        (b"\xff\xfea\x00,\x00b\x00\n\x001\x00,\x00\x00\xd8", "not valid utf-16"),
        (b"a,y\n" + b"1,same\n" * 30, "one value only"),
        (b"a,y\n" + b"1,\n2,\n" * 30, "no value in any row"),
        (b"a,y\n" + b"1,0.5\n2,1.5\n3,2.5\n" * 9 + b"4,NaN\n", "is NaN on line 29"),
        (b"a,y\n" + b"1,0.5\n2,1.5\n3,2.5\n" * 9 + b"4,-inf\n", "is infinite on line 29"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_file_that_is_no_usable_table_is_refused(
    tmp_path: Path, content: bytes, told: str
) -> None:
    """Each kind of damage has words of its own."""
    path = tmp_path / "t.csv"
    path.write_bytes(content)
    line = complaint(path)
    assert told in line
    assert str(path) in line


@pytest.mark.parametrize("rows", [1, 30000])
def test_an_open_quote_is_found_when_sampling(tmp_path: Path, rows: int) -> None:
    """What a sample would have swallowed is refused as in the whole file."""
    path = tmp_path / "t.csv"
    path.write_text(GOOD + '1,"a,0\n' + "1,a,0\n" * rows)
    with pytest.raises(DataError, match="line 42"):
        profile(DataSpec(source=str(path), max_rows=5), seed=0)


def test_a_json_document_is_told_from_json_lines(tmp_path: Path) -> None:
    """A `.json` file whose rows lie deeper names the way to take them out."""
    path = tmp_path / "t.json"
    path.write_text(json.dumps({"rows": [{"a": 1}, {"a": 2}]}, indent=1))
    assert "jq -c" in complaint(path)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('[{"a": 1, "y": 0},\n {"a": 2 "y": 1}]', "line 2, not valid JSON"),
        ('[{"a": 1, "y": 0}, [2, 1]]', "item 2 is [2, 1]"),
        ('[{"a": 1, "y": 0}', "not valid JSON"),
        ('[{"a": [1]}]', "one row"),
    ],
)
def test_a_json_array_that_is_no_table_is_refused(tmp_path: Path, text: str, told: str) -> None:
    """The line or the item is named."""
    path = tmp_path / "t.json"
    path.write_text(text)
    assert told in complaint(path)


def test_nan_in_a_typed_target_names_its_row(tmp_path: Path) -> None:
    """Parquet rows count from 1."""
    path = tmp_path / "t.parquet"
    values = [float("nan") if index == 8 else index / 3 for index in range(30)]
    pl.DataFrame(
        {"a": range(30), "b": [index % 7 for index in range(30)], "y": values}
    ).write_parquet(path)
    assert "NaN on row 9" in complaint(path, target="y")


def test_a_directory_is_refused(tmp_path: Path) -> None:
    """A folder is no table."""
    assert "directory" in complaint(tmp_path)


def test_a_pipe_is_refused_without_waiting(tmp_path: Path) -> None:
    """Opening a pipe would block until somebody writes."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    assert "pipe, socket or device" in complaint(pipe)


def test_a_missing_file_suggests_its_neighbours(tmp_path: Path) -> None:
    """A typing error is answered with the file that was meant."""
    (tmp_path / "titanic.csv").write_text(GOOD)
    assert "did you mean" in complaint(tmp_path / "titanc.csv")


def test_no_permission_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An unreadable file is not called missing."""
    path = tmp_path / "t.csv"
    path.write_text(GOOD)

    def refused(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(source.Path, "open", refused)
    assert "no permission" in complaint(path)


def test_an_impossible_name_is_refused() -> None:
    """A null byte cannot be part of a path."""
    assert "cannot be read" in complaint("a\0b")


@pytest.mark.parametrize(
    ("target", "told"),
    [
        ("gg", "did you mean: g"),
        ("Y", "did you mean: y"),
        ("zebra", "it begins with: x, g, y"),
        ("3", "numbered 0 to 2"),
        ("-4", "numbered 0 to 2"),
    ],
)
def test_an_unknown_target_suggests_columns(tmp_path: Path, target: str, told: str) -> None:
    """Close names if there are any, else the first columns, or the range of numbers."""
    path = tmp_path / "t.csv"
    path.write_text(GOOD)
    assert told in complaint(path, target=target)


def test_escapes_in_names_are_shown_not_obeyed(tmp_path: Path) -> None:
    """Column names, cells and file names reach a message as visible characters."""
    path = tmp_path / "t\x1b[31m.csv"
    path.write_text("\x1b[2Jx,y\n" + "a,1\nb,2\n" * 20)
    assert "\\x1b[2J" in complaint(path, target="nothing like it")


@pytest.mark.parametrize("kind", ["csv", "csv.gz", "jsonl", "parquet"])
def test_a_file_larger_than_memory_says_what_would_fit(tmp_path: Path, kind: str) -> None:
    """The error names a sample size, and a sample of that size can be read."""
    path = tmp_path / f"t.{kind}"
    frame = pl.DataFrame({"a": [index / 7 for index in range(20000)], "y": [0, 1] * 10000})
    writers = {"csv": frame.write_csv, "jsonl": frame.write_ndjson, "parquet": frame.write_parquet}
    if kind == "csv.gz":
        path.write_bytes(gzip.compress(frame.write_csv().encode()))
    else:
        writers[kind](path)
    line = complaint(path, memory=500_000)
    rows = int(line.rsplit(" ", 1)[1])
    assert "500 kB are available" in line
    assert 100 < rows < 20000
    spec = DataSpec(source=str(path), max_rows=rows)
    found = profile(spec, seed=0, available_bytes=500_000)
    assert found.data.rows == rows
    assert found.data.sampled_from_rows == 20000


def test_a_wide_encoding_larger_than_memory_is_refused(tmp_path: Path) -> None:
    """One-hot columns are counted before they are made."""
    path = tmp_path / "t.parquet"
    levels = [f"k{index % 60}" for index in range(6000)]
    pl.DataFrame(
        {**{f"c{column}": levels for column in range(5)}, "y": [0, 1] * 3000}
    ).write_parquet(path)
    assert "--max-rows" in complaint(path, memory=9_000_000)


@pytest.mark.parametrize("named", ["demo:pythons", "demo:", "demo:iris"])
def test_an_unknown_demo_lists_the_known(named: str) -> None:
    """The names that exist are part of the answer."""
    assert "demo:digits, demo:diabetes" in complaint(named)


def test_shares_that_leave_nothing_are_misuse() -> None:
    """Validation and test must leave rows to train on."""
    with pytest.raises(UsageError, match="below 1"):
        load(DataSpec(source="demo:wine", valid_share=0.5, test_share=0.5), seed=0)
