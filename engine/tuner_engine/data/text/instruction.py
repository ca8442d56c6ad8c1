"""From prompts and completions to a data set: what is split, encoded, masked and packed?

Invariant: what is asked in validation is never asked in training, and only completions are learnt.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tuner_engine.data.dataset import Dataset
from tuner_engine.data.tables import split
from tuner_engine.data.text import choice, conversations, facts, lengths, packing, survey
from tuner_engine.data.text.conversations import Example, Shape
from tuner_engine.data.text.objects import Objects
from tuner_engine.data.text.vocabularies import Ragged, Vocabulary, token_type
from tuner_engine.errors import DataError
from tuner_engine.specs import DataSpec
from tuner_engine.workload import Caution, ColumnFacts, DataFacts, Profile

LONGEST = 1024
"""Longest row that nobody stated, in tokens. House choice: the context of GPT-2."""

TEMPLATE = "System: …↵ User: …↵ Assistant: …"
"""How turns are written, for people: each role on a line of its own. The answer, the space before
it and the mark for the end behind it are learnt."""

_FEW_VALID = 100
"""Validation examples below which differences are noise. House choice."""


@dataclass(frozen=True, slots=True)
class _Encoded:
    """Examples as tokens, and which of the tokens are learnt."""

    examples: Ragged
    learn: NDArray[np.bool_]


def load(found: Objects, spec: DataSpec, *, seed: int) -> Dataset:
    """Return prompts and completions as packed rows of tokens.

    Args:
        found: The rows of a file.
        spec: How they are split and encoded.
        seed: Of the split.

    Raises:
        DataError: The rows hold too few examples, or the tokenizer cannot be used.
        UsageError: The shares or the vocabulary make no sense.
    """
    survey.check_shares(spec)
    shape = _shape(found)
    of_rows = [shape.examples(one) for one in found.items]
    examples = [example for some in of_rows for example in some]
    parts = _parts(found, examples, spec, seed=seed)
    vocabulary, cautions = _vocabulary(examples, parts, spec)
    encoded = _encode(examples, vocabulary)
    of_train = encoded.examples.lengths[parts.train]
    # A row of length + 1 tokens predicts `length` of them.
    length = spec.sequence_length or lengths.length(of_train - 1, most=LONGEST)
    kept = [_learnable(encoded, rows, width=length + 1) for rows in _rows(parts)]
    if not kept[split.TRAIN].size or not kept[split.VALID].size:
        raise DataError(
            f"{found.name}: within {length:,} tokens no example holds any of its completion; give "
            "a larger --sequence-length"
        )
    sides = [
        packing.packed(encoded.examples, encoded.learn, rows, width=length + 1) for rows in kept
    ]
    train, valid, test = sides
    truncated = float((of_train > length + 1).mean())
    read = int(np.count_nonzero(train["segments"]))
    prints = [survey.fingerprint(_whole(example)) for example in examples]
    workload = facts.workload(
        family="language",
        task="instruction",
        counts=(len(train["tokens"]), len(valid["tokens"]), len(test["tokens"])),
        outputs=vocabulary.size,
        duplicate_share=1.0 - len(set(prints)) / len(prints),
        tokens=facts.tokens(
            vocabulary,
            train_tokens=read,
            sequence_length=length,
            lengths=facts.lengths(np.bincount(of_train)),
            truncated_share=truncated,
            loss_share=float(np.count_nonzero(train["learn"]) / read),
        ),
    )
    left_out = sum(not some for some in of_rows)
    every = (
        *found.cautions,
        *cautions,
        *facts.truncation(truncated, length=length),
        *facts.duplicates(workload.duplicate_share),
        *_left_out(left_out, parts, kept),
        *_few(parts),
    )
    return Dataset(
        profile=Profile(workload=workload, data=_facts(found, shape, spec), cautions=every),
        train=train,
        valid=valid,
        test=test if len(test["tokens"]) else None,
        encoding=vocabulary.encoding,
    )


def _shape(found: Objects) -> Shape:
    shape = conversations.shape(found.items)
    if shape is not None:
        return shape
    raise DataError(
        f"{found.name}: no prompts and completions found among the fields "
        f"{conversations.shown_keys(found.items)}; name them prompt and completion, question and "
        "answer, instruction, input and output, or messages with role and content"
    )


def _rows(parts: split.Parts) -> tuple[NDArray[np.int64], ...]:
    return parts.train, parts.valid, parts.test


def _parts(found: Objects, examples: list[Example], spec: DataSpec, *, seed: int) -> split.Parts:
    prints = np.array([survey.fingerprint(one.origin) for one in examples], np.int64)
    group = np.unique(prints, return_inverse=True)[1].astype(np.int64)
    if group.size == 0 or group.max() == 0:
        raise DataError(
            f"{found.name}: {len(examples):,} examples ask {len(set(prints.tolist()))} different "
            "things; training and validation need at least one each"
        )
    return split.split(
        group, None, valid_share=spec.valid_share, test_share=spec.test_share, seed=seed
    )


def _vocabulary(
    examples: list[Example], parts: split.Parts, spec: DataSpec
) -> tuple[Vocabulary, tuple[Caution, ...]]:
    train = [_whole(examples[row]) for row in parts.train.tolist()]
    characters = sum(map(len, train))
    chosen = choice.wanted(spec, distinct=0, characters=characters, task="instruction")
    return choice.build(chosen, train, spec=spec, characters=characters, task="instruction")


def _whole(example: Example) -> str:
    return "".join(text for text, _ in _written(example))


def _written(example: Example) -> list[tuple[str, bool]]:
    """Return an example in pieces that are only read or learnt."""
    pieces = []
    for turn in example.turns:
        if turn.role == "Assistant":
            pieces += [("Assistant:", False), (f" {turn.text}", True)]
        else:
            pieces.append((f"{turn.role}: {turn.text}\n", False))
    return pieces


def _encode(examples: list[Example], vocabulary: Vocabulary) -> _Encoded:
    written = [_written(example) for example in examples]
    pieces = [piece for one in written for piece in one]
    learnt = np.array([learn for _, learn in pieces])
    ragged = vocabulary.encode([text for text, _ in pieces])
    ends = np.cumsum(ragged.lengths)[learnt]
    flat = np.insert(ragged.flat, ends, token_type(vocabulary.size).type(vocabulary.end))
    of_pieces = ragged.lengths + learnt
    firsts = np.cumsum([0, *(len(one) for one in written[:-1])])
    return _Encoded(Ragged(flat, np.add.reduceat(of_pieces, firsts)), np.repeat(learnt, of_pieces))


def _learnable(encoded: _Encoded, rows: NDArray[np.int64], *, width: int) -> NDArray[np.int64]:
    """Return the examples of which something is learnt within `width` tokens."""
    counted = np.concatenate([[0], np.cumsum(encoded.learn)])
    starts = encoded.examples.starts[rows]
    stops = starts + np.minimum(encoded.examples.lengths[rows], width)
    found: NDArray[np.int64] = rows[counted[stops] > counted[starts]]
    return found


def _facts(found: Objects, shape: Shape, spec: DataSpec) -> DataFacts:
    keys = dict.fromkeys(key for one in found.items for key in one)
    return DataFacts(
        source=spec.source,
        sha256=found.sha256,
        rows=len(found.items),
        format=found.format,
        encoding=found.encoding,
        target=shape.learnt,
        target_guessed=True,
        columns=tuple(_column(key, found, shape) for key in keys),
        sampled_from_rows=found.whole_rows,
    )


def _column(key: str, found: Objects, shape: Shape) -> ColumnFacts:
    cells = [str(one[key]) for one in found.items if one.get(key) not in (None, "", [])]
    used = key in shape.used
    return ColumnFacts(
        name=key,
        kind="text",
        missing=len(found.items) - len(cells),
        distinct=len(set(cells)),
        role="target" if key == shape.learnt else "feature" if used else "unused",
        note=f"{shape.words}; written as {TEMPLATE}" if used else "not part of the conversation",
    )


def _left_out(rows: int, parts: split.Parts, kept: list[NDArray[np.int64]]) -> tuple[Caution, ...]:
    cautions = []
    if rows:
        message = f"{rows:,} rows lack a prompt or a completion and were left out."
        cautions.append(Caution(code="missing-text", message=message))
    lost = sum(before.size - after.size for before, after in zip(_rows(parts), kept, strict=True))
    if lost:
        message = f"{lost:,} examples whose prompt alone fills the sequence were left out."
        cautions.append(Caution(code="prompt-too-long", message=message))
    return tuple(cautions)


def _few(parts: split.Parts) -> tuple[Caution, ...]:
    if parts.valid.size >= _FEW_VALID:
        return ()
    message = (
        f"{parts.train.size:,} examples train and {parts.valid.size:,} validate: small differences "
        "between settings will be noise."
    )
    return (Caution(code="few-rows", message=message),)
