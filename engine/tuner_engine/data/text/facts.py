"""What is reported of texts: their workload, how they were read, and what to beware of?

Invariant: lengths and shares are those of the training split; what concerns all data says so.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tuner_engine.data.text.passages import Passages
from tuner_engine.data.text.survey import NEAR_EMPTY, Survey
from tuner_engine.data.text.vocabularies import Vocabulary
from tuner_engine.specs import DataSpec
from tuner_engine.workload import Caution, DataFacts, Family, TaskKind, Tokens, Workload

NOTICED = 0.01
"""Share of texts that repeat, are cut or say nothing that is worth a word. House choice."""

_REPEATED_LINES = 0.02
"""Share of validation lines seen in training worth a word. House choice: legal notices and refrains
repeat in any text."""


@dataclass(frozen=True, slots=True)
class Lengths:
    """Tokens per example before anything is cut."""

    mean: float
    median: float
    longest: int


def lengths(histogram: NDArray[np.int64]) -> Lengths:
    """Return what a histogram says: how many examples have 0, 1, 2, … tokens; at least one."""
    total = int(histogram.sum())
    sizes = np.arange(histogram.size)
    below = np.cumsum(histogram)
    middle = [int(np.searchsorted(below, rank)) for rank in ((total + 1) // 2, total // 2 + 1)]
    return Lengths(
        mean=float(sizes @ histogram) / total,
        median=sum(middle) / 2,
        longest=int(np.flatnonzero(histogram)[-1]),
    )


def tokens(
    vocabulary: Vocabulary,
    *,
    train_tokens: int,
    sequence_length: int,
    lengths: Lengths,
    truncated_share: float = 0.0,
    loss_share: float = 1.0,
) -> Tokens:
    """Return what the training split is once it is cut into tokens."""
    return Tokens(
        tokenizer=vocabulary.name,
        vocabulary=vocabulary.size,
        train_tokens=train_tokens,
        sequence_length=sequence_length,
        mean_length=lengths.mean,
        median_length=lengths.median,
        longest=lengths.longest,
        truncated_share=truncated_share,
        loss_share=loss_share,
    )


def workload(
    *,
    family: Family,
    task: TaskKind,
    counts: tuple[int, int, int],
    outputs: int,
    tokens: Tokens,
    duplicate_share: float,
    majority_share: float | None = None,
) -> Workload:
    """Return the facts that advice depends on.

    Args:
        family: Text or language.
        task: What is learnt.
        counts: Examples that train, validate and test.
        outputs: Classes, or tokens of the vocabulary.
        tokens: Of the training split.
        duplicate_share: Share of texts that repeat an earlier one.
        majority_share: Share of the commonest class.
    """
    train, valid, test = counts
    return Workload(
        family=family,
        task=task,
        train_examples=train,
        valid_examples=valid,
        test_examples=test,
        features=0,
        outputs=outputs,
        majority_share=majority_share,
        duplicate_share=duplicate_share,
        tokens=tokens,
    )


def of_text(passages: Passages, spec: DataSpec, *, rows: int, whole: Survey) -> DataFacts:
    """Return how a text was read.

    Args:
        passages: The text.
        spec: As the person named it.
        rows: Lines or documents that are used.
        whole: What a reading of all passages found.
    """
    every = whole.lines if whole.groups is None else whole.passages
    more = passages.whole_rows or (every if every > rows else None)
    return DataFacts(
        source=spec.source,
        sha256=passages.sha256,
        rows=rows,
        format=passages.format,
        encoding=passages.encoding,
        target="",
        target_guessed=False,
        sampled_from_rows=more,
    )


def text_cautions(found: Survey) -> tuple[Caution, ...]:
    """Return what to beware of in documents."""
    if found.groups is None:
        return ()
    lost: tuple[Caution, ...] = ()
    if found.missing:
        message = f"{found.missing:,} of {found.passages:,} rows have no text and were left out."
        lost = (Caution(code="missing-text", message=message),)
    return (
        *lost,
        *duplicates(found.duplicate_share),
        *near_empty(found.near_empty, of=found.passages),
    )


def duplicates(share: float) -> tuple[Caution, ...]:
    """Return a caution if many texts repeat an earlier one."""
    if share < NOTICED:
        return ()
    message = (
        f"{share:.1%} of the texts repeat an earlier one, letter case and spaces aside; equal "
        "texts stay on one side of the split."
    )
    return (Caution(code="duplicate-texts", message=message),)


def near_empty(count: int, *, of: int) -> tuple[Caution, ...]:
    """Return a caution if many texts say nothing."""
    if count < max(1, NOTICED * of):
        return ()
    message = f"{count:,} of {of:,} texts have fewer than {NEAR_EMPTY} characters."
    return (Caution(code="near-empty-texts", message=message),)


def repetition(share: float) -> Sequence[Caution]:
    """Return a caution if many lines of validation stand in training, too."""
    if share < _REPEATED_LINES:
        return ()
    message = (
        f"{share:.1%} of the longer lines of the validation text stand in the training text word "
        "for word: its loss is lower than on new text."
    )
    return [Caution(code="repeated-lines", message=message)]


def truncation(share: float, *, length: int) -> tuple[Caution, ...]:
    """Return a caution if any text lost tokens."""
    if not share:
        return ()
    message = (
        f"{share:.2%} of the training texts are longer than {length:,} tokens and are cut there; "
        "another --sequence-length changes that."
    )
    return (Caution(code="texts-cut", message=message),)
