"""A vocabulary reads any text, and what it reads can be read back."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from samples import loaded, sentence, sides, table, text_of

from tuner_engine.data.text import choice, vocabularies
from tuner_engine.data.text.vocabularies import Bytes, Characters, Subwords, Vocabulary

PROSE = [sentence(number) for number in range(200)]
LEARNT = vocabularies.learn(PROSE, size=600, lowercase=False)
TEXTS = st.lists(
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")), max_size=5
)


@pytest.mark.parametrize("vocabulary", [Bytes(), LEARNT], ids=lambda vocabulary: vocabulary.name)
@settings(max_examples=60)
@given(texts=TEXTS)
def test_any_text_is_read_back(vocabulary: Vocabulary, texts: list[str]) -> None:
    """In any script; token 0 never stands for text."""
    found = vocabulary.encode(texts)
    assert found.lengths.sum() == found.flat.size
    assert found.flat.size == 0 or 0 < found.flat.min() <= found.flat.max() < vocabulary.size
    for text, start, length in zip(texts, found.starts, found.lengths, strict=True):
        assert text_of(found.flat[start : start + length], vocabulary.encoding) == text


@settings(max_examples=60)
@given(texts=TEXTS, known=st.frozensets(st.characters(exclude_categories=["Cs"]), max_size=9))
def test_characters_are_read_one_by_one(texts: list[str], known: frozenset[str]) -> None:
    """Those not known are marked."""
    vocabulary = Characters(known)
    found = vocabulary.encode(texts)
    assert found.lengths.tolist() == list(map(len, texts))
    shown = "".join(vocabulary.encoding.characters[token] for token in found.flat)
    marked = {*vocabulary.written}
    assert shown == "".join(
        c if c in marked else "\N{REPLACEMENT CHARACTER}" for t in texts for c in t
    )


def test_tokens_take_as_few_bytes_as_they_can() -> None:
    """One for bytes, two for pairs, four for the largest vocabularies."""
    assert [vocabularies.token_type(size).itemsize for size in (256, 257, 65536, 65537)] == [
        1,
        2,
        2,
        4,
    ]


@pytest.mark.parametrize(
    ("characters", "words", "size"),
    [
        *((10, False, 512), (10**6, False, 1024), (10**7, False, 4096), (10**12, False, 32768)),
        *((10, True, 512), (10**6, True, 8192), (10**12, True, 16384)),
    ],
)
def test_vocabularies_grow_with_the_text(*, characters: int, words: bool, size: int) -> None:
    """As the root of its length, within bounds."""
    assert choice.subword_size(characters, words=words) == size


def saved(path: Path, *, special: list[str], model: str = "bpe") -> Path:
    """Write a tokenizer as somebody else would have trained it."""
    from tokenizers import Tokenizer, models, pre_tokenizers, trainers

    tokenizer = Tokenizer(models.BPE() if model == "bpe" else models.WordPiece(unk_token="[UNK]"))  # noqa: S106
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    kind = trainers.BpeTrainer if model == "bpe" else trainers.WordPieceTrainer
    trainer = kind(vocab_size=300, special_tokens=special, show_progress=False)
    tokenizer.train_from_iterator(PROSE, trainer)
    tokenizer.enable_padding(length=500)
    tokenizer.enable_truncation(max_length=3)
    tokenizer.save(str(path))
    return path


@pytest.mark.parametrize(
    ("special", "shift"), [([], 1), (["<|endoftext|>"], 1), (["[PAD]", "[UNK]", "[SEP]"], 0)]
)
def test_a_persons_tokenizer_leaves_token_0_to_padding(
    tmp_path: Path, special: list[str], shift: int
) -> None:
    """Its ids move up where 0 is taken; its own padding and truncation do not apply."""
    path = table(
        tmp_path / "t.csv", ["text", "label"], [(t, "ab"[n % 2]) for n, t in enumerate(PROSE)]
    )
    data = loaded(path, tokenizer=str(saved(tmp_path / "tokenizer.json", special=special)))
    assert data.encoding.shift == shift  # type: ignore[union-attr]
    tokens = data.profile.workload.tokens
    assert tokens is not None
    assert tokens.tokenizer == "tokenizer.json"
    assert 12 <= tokens.median_length < 100
    assert max(side["tokens"].max() for side in sides(data)) < tokens.vocabulary
    assert np.count_nonzero(data.train["tokens"][:, 0]) == len(data.train["tokens"])


def test_a_tokenizer_that_knows_no_piece_of_a_text_still_makes_an_example(tmp_path: Path) -> None:
    """A row of padding alone would be none."""
    rows = [(text, "ab"[n % 2]) for n, text in enumerate(PROSE)]
    rows += [("漢字 仮名", "a")] * 2 + [(f"{'字' * n}", "b") for n in range(1, 9)]
    path = table(tmp_path / "t.csv", ["text", "label"], rows)
    data = loaded(path, text="text", tokenizer=str(saved(tmp_path / "own.json", special=[])))
    assert all((side["tokens"] != 0).any(axis=1).all() for side in sides(data))


@pytest.mark.parametrize("word", ["</s>", "<|endoftext|>", "[SEP]"])
def test_the_end_of_an_example_is_the_tokenizers_own(tmp_path: Path, word: str) -> None:
    """As published tokenizers write it; else a token of its own behind all others."""
    named = choice.read(str(saved(tmp_path / "a.json", special=["<x>", word])), padded=True)
    assert isinstance(named, Subwords)
    assert named.end == 2
    nameless = choice.read(str(saved(tmp_path / "b.json", special=["<x>"])), padded=False)
    assert nameless.end == nameless.size - 1 == nameless.tokenizer.get_vocab_size()
