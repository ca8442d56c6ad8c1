"""From texts with classes to a data set: what is split, encoded and cut?

Invariant: equal texts stay on one side of the split, and the vocabulary is learnt from training
texts alone.
"""

import numpy as np
from numpy.typing import NDArray

from tuner_engine.data import classes
from tuner_engine.data.dataset import Arrays, Dataset
from tuner_engine.data.tables import split
from tuner_engine.data.text import choice, facts, lengths, survey
from tuner_engine.data.text.labelled import Labelled
from tuner_engine.data.text.survey import NEAR_EMPTY
from tuner_engine.data.text.vocabularies import Ragged, Vocabulary
from tuner_engine.errors import DataError
from tuner_engine.printable import printable
from tuner_engine.specs import DataSpec
from tuner_engine.workload import Caution, DataFacts, Profile

_FEW_VALID = 100
"""Validation examples below which one example moves accuracy by more than a percent. House
choice."""


def load(texts: Labelled, spec: DataSpec, *, seed: int) -> Dataset:
    """Return texts with classes as rows of tokens.

    Args:
        texts: Read, not yet split.
        spec: How they are split and encoded.
        seed: Of the split.

    Raises:
        DataError: The texts cannot be learnt from, or the tokenizer cannot be used.
        UsageError: The shares or the vocabulary make no sense.
    """
    survey.check_shares(spec)
    group = _groups(texts)
    parts = _parts(texts, group, spec, seed=seed)
    vocabulary, cautions = _vocabulary(texts, parts, spec)
    encoded = _encoded(texts, vocabulary)
    of_train = encoded.lengths[parts.train]
    length = spec.sequence_length or lengths.length(of_train)
    truncated = float((of_train > length).mean())
    counts = np.bincount(texts.labels[parts.train], minlength=len(texts.class_names))
    workload = facts.workload(
        family="text",
        task="classification",
        counts=(parts.train.size, parts.valid.size, parts.test.size),
        outputs=len(texts.class_names),
        majority_share=float(counts.max() / counts.sum()),
        duplicate_share=1.0 - (int(group.max()) + 1) / group.size,
        tokens=facts.tokens(
            vocabulary,
            train_tokens=int(np.minimum(of_train, length).sum()),
            sequence_length=length,
            lengths=facts.lengths(np.bincount(of_train)),
            truncated_share=truncated,
        ),
    )
    every = (
        *texts.cautions,
        *cautions,
        *facts.truncation(truncated, length=length),
        *facts.duplicates(workload.duplicate_share),
        *_text_cautions(texts, group),
        *_few(parts),
        *classes.cautions(texts.labels, texts.class_names, parts, noun="texts"),
    )
    sides = [
        _side(texts, encoded, rows, length=length)
        for rows in (parts.train, parts.valid, parts.test)
    ]
    return Dataset(
        profile=Profile(workload=workload, data=_facts(texts, spec), cautions=every),
        train=sides[0],
        valid=sides[1],
        test=sides[2] if parts.test.size else None,
        encoding=vocabulary.encoding,
    )


def _groups(texts: Labelled) -> NDArray[np.int64]:
    """Return a number for each text, equal for equal texts.

    Raises:
        DataError: There is one class only, or one text only.
    """
    if len(texts.class_names) < 2:
        only = printable(texts.class_names[0], width=40)
        raise DataError(
            f"{texts.name}: every text has the class {only!r}; there is nothing to learn"
        )
    prints = np.array([survey.fingerprint(text) for text in texts.texts], np.int64)
    group = np.unique(prints, return_inverse=True)[1].astype(np.int64)
    if group.max() == 0:
        raise DataError(
            f"{texts.name}: all {group.size:,} texts are the same, letter case and spaces aside; "
            "there is nothing to learn"
        )
    return group


def _parts(texts: Labelled, group: NDArray[np.int64], spec: DataSpec, *, seed: int) -> split.Parts:
    parts = split.split(
        group,
        texts.labels,
        valid_share=spec.valid_share,
        test_share=spec.test_share,
        seed=seed,
    )
    if not parts.train.size or not parts.valid.size:
        raise DataError(
            f"{texts.name}: {group.size:,} texts with {int(group.max()) + 1:,} different ones are "
            "too few to split; training and validation need at least one each, of the same class"
        )
    if np.unique(texts.labels[parts.train]).size < 2:
        raise DataError(
            f"{texts.name}: every training text has the same class; more different texts are needed"
        )
    return parts


def _vocabulary(
    texts: Labelled, parts: split.Parts, spec: DataSpec
) -> tuple[Vocabulary, tuple[Caution, ...]]:
    train = [texts.texts[row] for row in parts.train.tolist()]
    characters = sum(map(len, train))
    chosen = choice.wanted(spec, distinct=0, characters=characters, task="classification")
    return choice.build(chosen, train, spec=spec, characters=characters, task="classification")


def _encoded(texts: Labelled, vocabulary: Vocabulary) -> Ragged:
    """Return the tokens of every text, at least one each."""
    found = vocabulary.encode(texts.texts)
    silent = np.flatnonzero(found.lengths == 0)
    if not silent.size:
        return found
    # A foreign tokenizer may know no piece of a text; a row of padding would be no example.
    flat = np.insert(found.flat, found.starts[silent], vocabulary.end)
    return Ragged(flat, np.maximum(found.lengths, 1))


def _side(texts: Labelled, encoded: Ragged, rows: NDArray[np.int64], *, length: int) -> Arrays:
    return {
        "tokens": lengths.filled(encoded, rows, length=length),
        "y": texts.labels[rows],
    }


def _facts(texts: Labelled, spec: DataSpec) -> DataFacts:
    return DataFacts(
        source=spec.source,
        sha256=texts.sha256,
        rows=texts.rows,
        format=texts.format,
        encoding=texts.encoding,
        delimiter=texts.delimiter,
        header=texts.header,
        target=texts.target,
        target_guessed=texts.target_guessed,
        class_names=texts.class_names,
        columns=texts.columns,
        sampled_from_rows=texts.whole_rows,
    )


def _text_cautions(texts: Labelled, group: NDArray[np.int64]) -> tuple[Caution, ...]:
    short = sum(len(text.strip()) < NEAR_EMPTY for text in texts.texts)
    return (*facts.near_empty(short, of=len(texts.texts)), *_contradictions(texts, group))


def _contradictions(texts: Labelled, group: NDArray[np.int64]) -> tuple[Caution, ...]:
    """Return a caution if equal texts have different classes."""
    rows = np.flatnonzero(classes.contradicting(group, texts.labels))
    if not rows.size:
        return ()
    shown = printable(texts.texts[rows[0]].strip(), width=60)
    message = (
        f"{np.unique(group[rows]).size:,} different texts occur with several classes, in "
        f"{rows.size:,} rows; one is {shown!r}: some labels must be wrong."
    )
    return (Caution(code="contradicting-labels", message=message),)


def _few(parts: split.Parts) -> tuple[Caution, ...]:
    if parts.valid.size >= _FEW_VALID:
        return ()
    message = (
        f"{parts.train.size:,} texts train and {parts.valid.size:,} validate: small differences "
        "between settings will be noise."
    )
    return (Caution(code="few-rows", message=message),)
