"""Whatever cannot be used is refused in one line that names the file and what to do."""

import json
from pathlib import Path
from typing import Any

import pytest
from samples import json_lines, loaded, sentence, table

from tuner_engine.errors import DataError, UsageError


def complaint(path: Path, **given: Any) -> str:
    with pytest.raises(DataError) as caught:
        loaded(path, **given)
    line = str(caught.value)
    assert line.isprintable()
    return line


@pytest.mark.parametrize(
    ("content", "kind", "told"),
    [
        (b"", "language", "empty"),
        (b"\n  \n\n", "language", "only blank lines"),
        (b"only one line", "language", "a longer text"),
        (bytes(range(256)) * 20, "language", "binary file, not text"),
        (b"\x89PNG\r\n\x1a\n" + bytes(60), "text", "PNG image"),
        (b"%PDF-1.7 " + b"x" * 99, "instruction", "PDF"),
        (b'{"text": "a"}\n{"text": \n', "language", "line 2 is not valid JSON"),
        (
            b'{"prompt": "a", "completion": "b"}\n[1]\n',
            "instruction",
            "line 2 holds no JSON object",
        ),
        (b'{"a": 1}\n{"a": 2}\n' * 9, "instruction", "no prompts and completions"),
        (b'{"prompt": "a", "completion": "b"}\n' * 9, "instruction", "at least one each"),
        (b'{"a": 1}\n{"a": 2}\n' * 9, "language", "no column holds free text"),
    ],
)
def test_a_file_that_is_no_usable_text_is_refused(
    tmp_path: Path, content: bytes, kind: str, told: str
) -> None:
    """Each kind of damage has words of its own."""
    path = tmp_path / "t.jsonl"
    path.write_bytes(content)
    line = complaint(path, kind=kind)
    assert told in line
    assert str(path) in line


def test_texts_that_teach_nothing_are_refused(tmp_path: Path) -> None:
    """One class, one text, or nothing but numbers to predict."""
    same = [(sentence(1), "ab"[n % 2]) for n in range(50)]
    path = table(tmp_path / "t.csv", ["text", "label"], same)
    assert "the same" in complaint(path, text="text")
    one = [(sentence(n), "a") for n in range(50)]
    assert "one value only" in complaint(table(path, ["text", "label"], one))
    number = [(sentence(n), n / 7) for n in range(50)]
    line = complaint(table(path, ["text", "score"], number), text="text")
    assert "is a number" in line
    lines = tmp_path / "t.txt"
    lines.write_text("".join(f"{n % 2} {sentence(1)}\n" for n in range(50)))
    assert "all 50 texts are the same" in complaint(lines)


def test_a_missing_text_column_is_named(tmp_path: Path) -> None:
    """With those that are close."""
    rows = [(sentence(n), "ab"[n % 2]) for n in range(50)]
    path = table(tmp_path / "t.csv", ["text", "label"], rows)
    assert "did you mean: text" in complaint(path, text="txt")


def test_a_line_without_text_is_named(tmp_path: Path) -> None:
    """By its number."""
    path = tmp_path / "t.txt"
    path.write_text(
        "".join(f"{n % 2} {sentence(n)}\n" for n in range(20_000)) + "1\n0 more words\n"
    )
    assert "line 20,001" in complaint(path)


@pytest.mark.parametrize(
    ("content", "told"),
    [("{", "no tokenizer.json"), ('{"version": "1.0"}', "no tokenizer.json"), (None, "cannot be")],
)
def test_a_bad_tokenizer_is_named(tmp_path: Path, content: str | None, told: str) -> None:
    """Absent or damaged, before anything is trained."""
    path, tokenizer = tmp_path / "t.txt", tmp_path / "tokenizer.json"
    path.write_text("".join(f"{sentence(n)}\n" for n in range(50)))
    if content is not None:
        tokenizer.write_text(content)
    line = complaint(path, tokenizer=str(tokenizer))
    assert told in line
    assert str(tokenizer) in line


def test_sizes_that_make_no_sense_are_misuse(tmp_path: Path) -> None:
    """A vocabulary for what learns none, one too small for bytes, shares of everything."""
    path = tmp_path / "t.txt"
    path.write_text("".join(f"{sentence(n)}\n" for n in range(50)))
    with pytest.raises(UsageError, match="only byte pairs"):
        loaded(path, tokenizer="char", vocabulary=500)
    with pytest.raises(UsageError, match="at least 258"):
        loaded(path, vocabulary=100)
    with pytest.raises(UsageError, match="below 1"):
        loaded(path, valid_share=0.5, test_share=0.5)
    assert "--sequence-length" in complaint(path, sequence_length=100_000)


def test_objects_larger_than_memory_name_a_sample_that_fits(tmp_path: Path) -> None:
    """And that sample is then read."""
    rows = [{"prompt": sentence(n), "completion": sentence(n + 999)} for n in range(2000)]
    path = json_lines(tmp_path / "t.jsonl", rows)
    line = complaint(path, memory=100_000)
    assert "--max-rows" in line
    count = int(line.rpartition(" ")[2])
    data = loaded(path, memory=100_000, max_rows=count)
    assert data.profile.data.rows == count
    assert data.profile.data.sampled_from_rows == 2000


def test_hostile_text_is_shown_harmlessly(tmp_path: Path) -> None:
    """Escapes in names, classes and texts never reach a screen."""
    bad = "\x1b[31m\u202e"
    rows = [{"te" + bad: f"{bad} {sentence(n)}", "label": f"{bad}{n % 2}"} for n in range(60)]
    rows.append({"te" + bad: f"{bad} {sentence(1)}", "label": f"{bad}0"})
    path = json_lines(tmp_path / "t.jsonl", rows)
    data = loaded(path)
    assert all(caution.message.isprintable() for caution in data.profile.cautions)
    assert complaint(path, text=bad).isprintable()
    (tmp_path / "t.json").write_text(json.dumps([1, {bad: 2}]))
    assert complaint(tmp_path / "t.json", kind="instruction").isprintable()
