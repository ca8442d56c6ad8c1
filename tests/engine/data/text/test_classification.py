"""Texts with classes become rows of tokens that say the same."""

import json
from pathlib import Path

import numpy as np
import pytest
from samples import codes, loaded, sentence, sides, table, text_of

from tuner_engine.data import profile
from tuner_engine.data.text import lengths
from tuner_engine.data.text.vocabularies import Ragged
from tuner_engine.specs import DataSpec

TOPICS = ("cold", "warm", "hot")


def written(path: Path, count: int = 400) -> Path:
    rows = [(f"{sentence(n, 5 + n % 9)} is {TOPICS[n % 3]}", TOPICS[n % 3]) for n in range(count)]
    return table(path, ["text", "label"], rows)


@pytest.mark.parametrize("tokenizer", ["bpe", "char", "byte"])
def test_tokens_say_what_the_text_says(tmp_path: Path, tokenizer: str) -> None:
    """Decoding a row gives a text of the file, and its class is that text's."""
    data = loaded(written(tmp_path / "t.csv"), tokenizer=tokenizer, sequence_length=120)
    assert data.test is not None
    seen = 0
    for side in sides(data):
        assert side["tokens"].shape == (side["y"].size, 120)
        for tokens, label in zip(side["tokens"], side["y"], strict=True):
            text = text_of(tokens, data.encoding)  # type: ignore[arg-type]
            assert text.split()[-1] == data.profile.data.class_names[label]
            seen += 1
    assert seen == 400


def test_the_profile_counts_what_is_there(tmp_path: Path) -> None:
    """Examples, classes, tokens and lengths, and the same without encoding."""
    path = written(tmp_path / "t.csv")
    data = loaded(path)
    work, tokens = data.profile.workload, data.profile.workload.tokens
    assert tokens is not None
    assert (work.family, work.task, work.outputs, work.features) == ("text", "classification", 3, 0)
    assert work.train_examples == len(data.train["y"])
    assert work.majority_share == pytest.approx(1 / 3, abs=0.01)
    used = np.count_nonzero(data.train["tokens"], axis=1)
    assert tokens.train_tokens == used.sum()
    assert tokens.longest == used.max()
    assert tokens.mean_length == pytest.approx(used.mean())
    assert tokens.median_length == np.median(used)
    assert max(side["tokens"].max() for side in sides(data)) < tokens.vocabulary
    assert profile(DataSpec(source=str(path)), seed=0) == data.profile


def test_texts_are_cut_at_their_end_and_that_is_said(tmp_path: Path) -> None:
    """A stated length wins; the share that lost tokens is counted."""
    path = written(tmp_path / "t.csv")
    whole, cut = loaded(path, sequence_length=64), loaded(path, sequence_length=8)
    assert cut.train["tokens"].tolist() == whole.train["tokens"][:, :8].tolist()
    tokens = cut.profile.workload.tokens
    assert tokens is not None
    longer = np.count_nonzero(whole.train["tokens"], axis=1) > 8
    assert tokens.truncated_share == pytest.approx(longer.mean())
    assert "texts-cut" in codes(cut)
    assert "texts-cut" not in codes(whole)


def test_equal_texts_stay_on_one_side(tmp_path: Path) -> None:
    """Letter case and spaces aside, no text of validation or test is trained on."""
    rows = [(sentence(n % 150), TOPICS[n % 150 % 3]) for n in range(450)]
    shouted = [(text.upper().replace(" ", "  "), label) for text, label in rows[:150]]
    path = table(tmp_path / "t.csv", ["text", "label"], [*rows, *shouted])
    data = loaded(path)
    seen = [
        {text_of(row, data.encoding).casefold() for row in side["tokens"]}  # type: ignore[arg-type]
        for side in sides(data)
    ]
    assert not seen[0] & seen[1]
    assert not seen[0] & seen[2]
    assert data.profile.workload.duplicate_share == pytest.approx(450 / 600)
    assert "duplicate-texts" in codes(data)


def test_contradicting_labels_are_told(tmp_path: Path) -> None:
    """The same text with two classes cannot be right both times."""
    rows = [(sentence(n), TOPICS[n % 3]) for n in range(200)]
    path = table(tmp_path / "t.csv", ["text", "label"], [*rows, (rows[7][0], TOPICS[2])])
    message = next(
        c.message for c in loaded(path).profile.cautions if c.code == "contradicting-labels"
    )
    assert rows[7][0][:40] in message


def test_rare_classes_and_empty_texts_are_told(tmp_path: Path) -> None:
    """Imbalance, texts of a letter, rows without a text."""
    rows = [(sentence(n), "rare" if n % 40 == 0 else "common") for n in range(300)]
    more = [("", "common")] * 5 + [(letter, "common") for letter in "abcdefgh"]
    data = loaded(table(tmp_path / "t.csv", ["text", "label"], [*rows, *more]))
    assert {"class-imbalance", "missing-text", "near-empty-texts"} <= codes(data)
    assert sum(len(side["y"]) for side in sides(data)) == 308


def test_the_vocabulary_is_learnt_from_training_texts_alone(tmp_path: Path) -> None:
    """A word that only other sides hold is no token of its own."""
    path = written(tmp_path / "t.csv")
    vocabulary = json.loads(loaded(path).encoding.tokenizer)["model"]["vocab"]  # type: ignore[union-attr]
    data = loaded(path)
    train = " ".join(text_of(row, data.encoding) for row in data.train["tokens"])  # type: ignore[arg-type]
    words = [token.replace("Ġ", " ") for token in vocabulary if token.isascii() or "Ġ" in token]
    pieces = [word for word in words if len(word.strip()) > 3 and word.strip().isalpha()]
    assert pieces
    assert all(piece.strip() in train for piece in pieces)


def test_seed_and_file_decide_every_token(tmp_path: Path) -> None:
    """Equal seeds give equal arrays and vocabularies, another seed others."""
    path = written(tmp_path / "t.csv")
    first, again, other = loaded(path, seed=1), loaded(path, seed=1), loaded(path, seed=2)
    assert first.encoding == again.encoding
    assert first.train["tokens"].tobytes() == again.train["tokens"].tobytes()
    assert first.train["y"].tobytes() != other.train["y"].tobytes()


def test_a_sample_is_said(tmp_path: Path) -> None:
    """At most so many rows, and how many the file has."""
    data = loaded(written(tmp_path / "t.csv"), max_rows=100)
    assert data.profile.data.rows == 100
    assert data.profile.data.sampled_from_rows == 400


@pytest.mark.parametrize(
    ("of_texts", "expected"),
    [
        ([10] * 100, 16),
        ([*range(1, 101)], 104),
        ([20] * 96 + [30] * 4, 32),
        ([20] * 960 + [200] * 39 + [5000], 24),
        ([900] * 10, 512),
    ],
)
def test_the_length_follows_nearly_all_texts(of_texts: list[int], expected: int) -> None:
    """The 99th percentile, the longest where that is close, the 95th before a long tail."""
    assert lengths.length(np.array(of_texts)) == expected


def test_rows_are_filled_with_padding() -> None:
    """Shorter texts end in zeros, longer ones are cut."""
    texts = Ragged(np.arange(1, 10, dtype=np.uint8), np.array([2, 0, 4, 3]))
    filled = lengths.filled(texts, np.array([3, 1, 2]), length=3)
    assert filled.tolist() == [[7, 8, 9], [0, 0, 0], [3, 4, 5]]
    assert filled.dtype == np.uint8
