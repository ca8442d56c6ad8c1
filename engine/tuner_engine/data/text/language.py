"""From a text to a data set whose next token is predicted: what is split, encoded and cut?

Invariant: validation and test are text that training never reads; the vocabulary is learnt from
training text alone, whether the tokens fit in memory or not.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tuner_engine.data.dataset import Arrays, Dataset
from tuner_engine.data.tables import split
from tuner_engine.data.text import choice, facts, store, survey, windows
from tuner_engine.data.text.passages import Passages
from tuner_engine.data.text.survey import Cut, Survey
from tuner_engine.data.text.vocabularies import Subwords, Vocabulary, token_type
from tuner_engine.errors import DataError
from tuner_engine.specs import DataSpec
from tuner_engine.workload import Caution, Profile, Tokens

_LEAST_WINDOWS = 8
"""Training windows below which nothing can be measured. House choice."""

_AT_ONCE_CHARACTERS = 1 << 20
"""Characters encoded in one call. House choice."""

_COPIES = 3
"""Copies of the tokens alive while they are put together in memory, and some room beside them."""

KEPT_BYTES = 1 << 24
"""Text beyond this is stored as subwords even where memory would hold them, so that the next run
need not learn and count them again. House choice: some ten seconds of work. Characters and bytes
are counted faster than files are written."""

_FEW_TOKENS = 100_000
"""Training tokens below which any network learns the text by heart. House choice."""


def load(passages: Passages, spec: DataSpec, *, seed: int, available_bytes: int) -> Dataset:
    """Return a text as windows of tokens.

    Args:
        passages: The text.
        spec: How it is split and encoded.
        seed: Of the split of documents.
        available_bytes: Memory that the tokens may take; beyond, they are stored on disk.

    Raises:
        DataError: The text is too short, or the tokenizer cannot be used.
        UsageError: The shares or the vocabulary make no sense.
    """
    found = survey.survey(passages)
    where = survey.cut(passages, found, spec, seed=seed)
    vocabulary, cautions = _vocabulary(passages, found, where, spec)
    tokens = _tokenized(
        passages, where, vocabulary, found=found, spec=spec, available_bytes=available_bytes
    )
    size = tokens.sides[split.TRAIN].size
    length = spec.sequence_length or windows.length(size)
    train, valid, test = (windows.windows(side, length) for side in tokens.sides)
    _check_length(passages, (train, valid, test), tokens, spec=spec)
    workload = facts.workload(
        family="language",
        task="language-modelling",
        counts=(len(train), len(valid), len(test)),
        outputs=vocabulary.size,
        duplicate_share=found.duplicate_share,
        tokens=_tokens(tokens, vocabulary, length=length, count=len(train)),
    )
    every = (
        *passages.cautions,
        *cautions,
        *_cautions(passages, found, where, train_tokens=size),
    )
    rows = found.lines if found.groups is None else int((_sides(where) >= 0).sum())
    data = facts.of_text(passages, spec, rows=rows, whole=found)
    return Dataset(
        profile=Profile(workload=workload, data=data, cautions=every),
        train=_arrays(train),
        valid=_arrays(valid),
        test=_arrays(test) if len(test) else None,
        encoding=vocabulary.encoding,
    )


def _arrays(tokens: NDArray[Any]) -> Arrays:
    return {"tokens": tokens}


def _sides(where: Cut) -> NDArray[np.int8]:
    return np.empty(0, np.int8) if where.sides is None else where.sides


def _vocabulary(
    passages: Passages, found: Survey, where: Cut, spec: DataSpec
) -> tuple[Vocabulary, tuple[Caution, ...]]:
    chosen = choice.wanted(
        spec, distinct=found.distinct, characters=found.characters, task="language-modelling"
    )
    # Of running text the share is exact to a line; of documents, which differ in length, nearly so.
    train = round(found.characters * (1 - spec.valid_share - spec.test_share))
    texts = (text for side, text in survey.sided(passages, where) if side == split.TRAIN)
    kept = None
    if found.encoded_bytes > KEPT_BYTES:
        kept = store.key(_split_of(passages, where, spec), chosen, spec.vocabulary)
    return choice.build(
        chosen, texts, spec=spec, characters=train, task="language-modelling", kept=kept
    )


def _tokenized(
    passages: Passages,
    where: Cut,
    vocabulary: Vocabulary,
    *,
    found: Survey,
    spec: DataSpec,
    available_bytes: int,
) -> store.Tokenized:
    """Return the tokens of every side, in memory if they surely fit."""
    kind = token_type(vocabulary.size)
    # No vocabulary makes more tokens than the text has bytes, and one of each document's end.
    most_bytes = (found.encoded_bytes + found.passages) * kind.itemsize
    pieces = _pieces(passages, where, vocabulary)
    fits = most_bytes * _COPIES <= available_bytes
    if fits and not (isinstance(vocabulary, Subwords) and found.encoded_bytes > KEPT_BYTES):
        return store.in_memory(pieces, kind=kind)
    name = store.key(_split_of(passages, where, spec), vocabulary.encoding)
    return store.found(name) or store.on_disk(pieces, name=name, kind=kind)


def _split_of(passages: Passages, where: Cut, spec: DataSpec) -> tuple[object, ...]:
    """Return what decides which text is on which side."""
    sides = None if where.sides is None else where.sides.tobytes()
    return passages.sha256, passages.column, spec.max_rows, where.bounds, sides


def _pieces(
    passages: Passages, where: Cut, vocabulary: Vocabulary
) -> Iterator[tuple[int, NDArray[Any], NDArray[np.int64]]]:
    """Yield tokens with their side and the lengths of their texts; documents end with a mark."""
    end = np.array([vocabulary.end], token_type(vocabulary.size))
    for side, texts in _together(survey.sided(passages, where)):
        ragged = vocabulary.encode(texts)
        if passages.separate:
            stops = np.cumsum(ragged.lengths)
            yield side, np.insert(ragged.flat, stops, end[0]), ragged.lengths + 1
        else:
            yield side, ragged.flat, np.empty(0, np.int64)


def _together(texts: Iterator[tuple[int, str]]) -> Iterator[tuple[int, list[str]]]:
    """Yield texts of one side in lots that are worth a call; the order within a side is kept."""
    waiting: tuple[list[str], ...] = ([], [], [])
    held = [0, 0, 0]
    for side, text in texts:
        waiting[side].append(text)
        held[side] += len(text)
        if held[side] >= _AT_ONCE_CHARACTERS:
            yield side, list(waiting[side])
            waiting[side].clear()
            held[side] = 0
    yield from ((side, rest) for side, rest in enumerate(waiting) if rest)


def _check_length(
    passages: Passages,
    sides: tuple[NDArray[Any], ...],
    tokens: store.Tokenized,
    *,
    spec: DataSpec,
) -> None:
    train, valid, _ = sides
    if len(train) >= _LEAST_WINDOWS and len(valid):
        return
    length = train.shape[1] - 1
    remedy = "a smaller --sequence-length" if spec.sequence_length else "a longer text"
    raise DataError(
        f"{passages.name}: {tokens.sides[split.TRAIN].size:,} tokens to train on and "
        f"{tokens.sides[split.VALID].size:,} to validate make {len(train)} and {len(valid)} "
        f"windows of {length:,}; at least {_LEAST_WINDOWS} and 1 are needed: give {remedy}"
    )


def _tokens(tokens: store.Tokenized, vocabulary: Vocabulary, *, length: int, count: int) -> Tokens:
    lengths = tokens.lengths[split.TRAIN]
    told = facts.Lengths(float(length), float(length), length)
    return facts.tokens(
        vocabulary,
        train_tokens=count * length,
        sequence_length=length,
        lengths=facts.lengths(lengths) if lengths.sum() else told,
    )


def _cautions(
    passages: Passages, found: Survey, where: Cut, *, train_tokens: int
) -> tuple[Caution, ...]:
    cautions = list(facts.text_cautions(found))
    if train_tokens < _FEW_TOKENS:
        message = (
            f"{train_tokens:,} tokens to train on: a network learns so little text by heart; "
            "watch the validation loss."
        )
        cautions.append(Caution(code="few-tokens", message=message))
    if found.groups is None:
        cautions += facts.repetition(survey.repeated_lines(passages, where))
    return tuple(cautions)
