"""Text to continue becomes windows that, put together, are the text."""

import gzip
import hashlib
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from samples import codes, json_lines, loaded, sentence, sides, text_of

from tuner_engine.data import Dataset
from tuner_engine.data.text import choice, passages, store, windows
from tuner_engine.data.text import language as language_module
from tuner_engine.errors import DataError

BOOK = "".join(f"{sentence(n, 6 + n % 7).capitalize()}.\n" for n in range(900))


@pytest.fixture
def book(tmp_path: Path) -> Path:
    path = tmp_path / "book.txt"
    path.write_text(BOOK)
    return path


def told(data: Dataset) -> list[str]:
    """Return the text of each side, its windows joined where they overlap."""
    texts = []
    for side in sides(data):
        tokens = side["tokens"]
        joined = np.concatenate([tokens[0, :1], tokens[:, 1:].ravel()])
        texts.append(text_of(joined, data.encoding))  # type: ignore[arg-type]
    return texts


@pytest.mark.parametrize("tokenizer", ["char", "byte", "bpe"])
def test_windows_are_the_text_in_its_order(book: Path, tokenizer: str) -> None:
    """Training, validation and test are consecutive and begin where a line does."""
    texts = told(loaded(book, tokenizer=tokenizer, sequence_length=32))
    begun = 0
    for text in texts:
        begun = BOOK.index(text, begun)
        assert begun == 0 or BOOK[begun - 1] == "\n"
        begun += len(text)
    assert sum(map(len, texts)) > 0.97 * len(BOOK)
    assert len(texts[0]) / len(BOOK) == pytest.approx(0.7, abs=0.02)


def test_each_window_begins_with_the_last_token_of_the_one_before(book: Path) -> None:
    """So that every token is predicted once, from a view that copies nothing."""
    tokens = loaded(book).train["tokens"]
    assert (tokens[1:, 0] == tokens[:-1, -1]).all()
    assert not tokens.flags.owndata
    assert not tokens.flags.writeable


def test_facts_of_running_text_are_counted(book: Path) -> None:
    """Characters are the tokens of a short text in one alphabet."""
    data = loaded(book)
    work, tokens = data.profile.workload, data.profile.workload.tokens
    assert tokens is not None
    assert (work.family, work.task) == ("language", "language-modelling")
    assert tokens.tokenizer == "char"
    assert work.outputs == tokens.vocabulary == len(set(BOOK)) + 3
    rows, width = data.train["tokens"].shape
    assert tokens.train_tokens == rows * tokens.sequence_length == rows * (width - 1)
    assert data.profile.data.rows == BOOK.count("\n")
    assert data.profile.data.sha256 == hashlib.sha256(BOOK.encode()).hexdigest()
    assert data.profile.data.target == ""


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_spelling_of_a_text_gives_its_tokens(tmp_path: Path, encoding: str, end: str) -> None:
    """Encoding, line ends and compression change no token."""
    text = BOOK.replace("sentence", "phrase") + "Ça où… “naïve”\n" * 40
    plain, other = tmp_path / "plain.txt", tmp_path / "other.txt.gz"
    plain.write_text(text, "utf-8")
    other.write_bytes(gzip.compress(text.replace("\n", end).encode(encoding)))
    first, second = loaded(plain, kind="language"), loaded(other, kind="language")
    assert first.encoding == second.encoding
    assert first.train["tokens"].tobytes() == second.train["tokens"].tobytes()
    assert second.profile.data.encoding == encoding.removesuffix("-sig")


def test_a_character_never_trained_on_is_unknown(tmp_path: Path) -> None:
    """It reads as the replacement character, and is no index beyond the vocabulary."""
    path = tmp_path / "t.txt"
    path.write_text(BOOK + "ß€\n" * 2000)
    data = loaded(path, kind="language", tokenizer="char")
    assert "ß" not in data.encoding.characters  # type: ignore[union-attr]
    assert "\N{REPLACEMENT CHARACTER}" in told(data)[1] + told(data)[2]


def test_a_torn_last_character_does_not_change_the_encoding(tmp_path: Path) -> None:
    """A text cut in the middle of a letter is UTF-8 still, and that is said."""
    path = tmp_path / "t.txt"
    path.write_bytes((BOOK + "naïve café\n" * 50 + "é").encode()[:-1])
    data = loaded(path, kind="language")
    assert data.profile.data.encoding == "utf-8"
    assert "invalid-utf8" in codes(data)


@pytest.mark.parametrize("tokenizer", ["char", "byte", "bpe"])
def test_text_larger_than_memory_gives_the_same_tokens(
    book: Path, cache: Path, tokenizer: str
) -> None:
    """They are then mapped from files of the cache folder, and found there again."""
    held = loaded(book, tokenizer=tokenizer)
    mapped = loaded(book, tokenizer=tokenizer, memory=1000)
    assert isinstance(mapped.train["tokens"], np.memmap)
    assert mapped.profile == held.profile
    for one, other in zip(sides(held), sides(mapped), strict=True):
        assert one["tokens"].dtype == other["tokens"].dtype
        assert one["tokens"].tolist() == other["tokens"].tolist()
    stored = {path: path.stat().st_mtime_ns for path in cache.rglob("train")}
    loaded(book, tokenizer=tokenizer, memory=1000)
    assert {path: path.stat().st_mtime_ns for path in cache.rglob("train")} == stored


def test_another_split_is_stored_beside(book: Path, cache: Path) -> None:
    """What is stored belongs to one text, split and vocabulary, and few are kept."""
    shares = [0.05, 0.1, 0.15, 0.2, 0.25, 0.3]
    counts = [len(loaded(book, memory=1000, valid_share=share).valid["tokens"]) for share in shares]
    assert counts == sorted(set(counts))
    assert len(list(cache.rglob("stored.json"))) == 4


@pytest.mark.parametrize("name", ["stored.json", "train"])
def test_damaged_stored_tokens_are_made_again(book: Path, cache: Path, name: str) -> None:
    """A half-written store is no store."""
    held = loaded(book, memory=1000).train["tokens"].tolist()
    with next(cache.rglob(name)).open("r+b") as file:
        file.truncate(20)
    assert loaded(book, memory=1000).train["tokens"].tolist() == held


def test_a_cache_that_cannot_be_written_is_named(
    book: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the way to choose another."""
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("TUNER_TUI_CACHE", str(tmp_path / "file"))
    with pytest.raises(DataError, match="TUNER_TUI_CACHE"):
        loaded(book, memory=1000)


def test_long_text_keeps_its_byte_pairs(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second run neither learns nor counts again, and finds the same."""
    monkeypatch.setattr(language_module, "KEPT_BYTES", 1000)
    first = loaded(book, tokenizer="bpe")
    monkeypatch.setattr(choice, "learn", None)
    second = loaded(book, tokenizer="bpe")
    assert isinstance(second.train["tokens"], np.memmap)
    assert first.encoding == second.encoding
    assert first.train["tokens"].tolist() == second.train["tokens"].tolist()


def test_a_long_text_teaches_by_a_sample(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And the profile says so."""
    whole = loaded(book, tokenizer="bpe")
    monkeypatch.setattr(choice, "SAMPLE_CHARACTERS", 10_000)
    sampled = loaded(book, tokenizer="bpe")
    assert "vocabulary-sampled" in codes(sampled)
    assert whole.encoding != sampled.encoding


@pytest.mark.parametrize("form", ["jsonl", "jsonl.gz", "parquet", "csv"])
def test_documents_are_split_whole(tmp_path: Path, form: str) -> None:
    """Each lies on one side, ends with a mark, and its repetitions lie beside it."""
    texts = [sentence(n % 200, 30) for n in range(300)]
    path = tmp_path / f"documents.{form}"
    rows = [{"text": text, "url": f"http://a/{n}"} for n, text in enumerate(texts)]
    if form == "parquet":
        pl.DataFrame(rows).write_parquet(path)
    elif form == "csv":
        pl.DataFrame(rows).write_csv(path)
    else:
        json_lines(path, rows)
        if form.endswith("gz"):
            path.write_bytes(gzip.compress(path.read_bytes()))
    data = loaded(path, sequence_length=16)
    found = [set(re.findall(r"no\d+\x03", text)) for text in told(data)]
    assert sum(map(len, found)) == len(set.union(*found)) >= 198
    assert data.profile.workload.duplicate_share == pytest.approx(1 / 3)
    assert "duplicate-texts" in codes(data)
    assert data.profile.data.rows == 300
    tokens = data.profile.workload.tokens
    assert tokens is not None
    lengths = {len(text) + 1 for text in texts}
    assert min(lengths) <= tokens.mean_length <= tokens.longest <= max(lengths)


def test_documents_without_text_are_left_out_and_told(tmp_path: Path) -> None:
    """Null, missing and blank alike."""
    rows: list[dict[str, object]] = [{"text": sentence(n, 30)} for n in range(100)]
    rows[3:3] = [{"text": None}, {"text": "  "}, {"other": 1}, {"text": "hm"}, {"text": "ok"}]
    data = loaded(json_lines(tmp_path / "t.jsonl", rows), kind="language")
    assert data.profile.data.rows == 102
    assert {"missing-text", "near-empty-texts"} <= codes(data)


def test_a_sample_of_documents_is_said(tmp_path: Path) -> None:
    """At most so many, whichever the seed draws."""
    rows = [{"text": sentence(n, 30)} for n in range(300)]
    path = json_lines(tmp_path / "t.jsonl", rows)
    data = loaded(path, max_rows=100)
    assert (data.profile.data.rows, data.profile.data.sampled_from_rows) == (100, 300)
    assert told(data) != told(loaded(path, max_rows=100, seed=1))


def test_the_first_lines_of_running_text_are_a_sample(book: Path) -> None:
    """Lines out of their order would be no text."""
    data = loaded(book, max_rows=300)
    assert (data.profile.data.rows, data.profile.data.sampled_from_rows) == (300, 900)
    assert BOOK.startswith(told(data)[0])


def test_lines_of_validation_that_stand_in_training_are_told(tmp_path: Path) -> None:
    """Their loss says little of new text."""
    path = tmp_path / "t.txt"
    path.write_text(BOOK + BOOK)
    assert "repeated-lines" in codes(loaded(path))
    path.write_text(BOOK)
    assert "repeated-lines" not in codes(loaded(path))


def test_the_standard_library_is_a_text() -> None:
    """`demo:python` is this Python's own source, and nothing else."""
    data = loaded("demo:python")
    assert data.profile.workload.family == "language"
    assert data.profile.workload.train_examples >= windows.ENOUGH_WINDOWS
    text = told(data)[0]
    source = Path(re.__file__).parent.parent / "__future__.py"
    assert text[:2000] == source.read_text()[:2000]


def test_byte_pairs_do_not_depend_on_threads_or_process(book: Path) -> None:
    """Another process with other threads learns and counts the same."""
    program = (
        "import sys, hashlib; from samples import loaded;"
        "data = loaded(sys.argv[1], tokenizer='bpe');"
        "found = data.encoding.tokenizer + data.train['tokens'].tobytes();"
        "print(hashlib.sha256(found).hexdigest())"
    )
    found = {
        subprocess.run(
            [sys.executable, "-c", program, str(book)],
            env={"RAYON_NUM_THREADS": threads, "PATH": "", "PYTHONHASHSEED": threads},
            cwd=Path(__file__).parent,
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for threads in ("1", "4")
    }
    assert len(found) == 1


@settings(max_examples=50)
@given(count=st.integers(0, 200), length=st.integers(1, 20))
def test_windows_hold_every_token_but_a_rest(count: int, length: int) -> None:
    """Whatever the numbers."""
    tokens = np.arange(count)
    cut = windows.windows(tokens, length)
    assert cut.shape == (max(0, (count - 1) // length), length + 1)
    assert cut[:, 1:].ravel().tolist() == list(range(1, cut.shape[0] * length + 1))


@pytest.mark.parametrize(
    ("train_tokens", "expected"),
    [(100, 16), (3000, 32), (100_000, 64), (780_000, 128), (4096 * 256, 256), (10**9, 1024)],
)
def test_longer_texts_are_seen_in_longer_windows(train_tokens: int, expected: int) -> None:
    """As long as there are enough of them."""
    assert windows.length(train_tokens) == expected


def test_very_long_text_is_read_in_stretches(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are spread over all of it and hold whole lines in their order; that is said."""
    lines = [f"line {n:06d} {sentence(n, 5)}" for n in range(3000)]
    path = tmp_path / "long.txt"
    path.write_text("\n".join(lines) + "\n")
    monkeypatch.setattr(passages, "PASSAGE_CHARACTERS", 200)
    monkeypatch.setattr(passages, "MOST_CHARACTERS", path.stat().st_size // 4 + 1)
    data = loaded(path, tokenizer="char")
    read = [line for text in told(data) for line in text.split("\n")[1:-1]]
    assert set(read) <= set(lines)
    assert read == sorted(read)
    assert int(read[-1][5:11]) > 0.8 * len(lines)
    assert 0.15 < len(read) / len(lines) < 0.35
    assert data.profile.data.sampled_from_rows == len(lines)
    assert "sampled-text" in codes(data)


def test_nothing_is_stored_for_what_fits(book: Path, cache: Path) -> None:
    """Memory is where small texts stay."""
    loaded(book)
    assert not store.folder().exists()
    assert store.folder().is_relative_to(cache)
