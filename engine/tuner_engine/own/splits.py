"""Which examples does the person's task train on, choose by, and test on?

Invariant: the validation and test splits are arrays of equal batches, so that a loss which is a
mean over its batch has a mean over a split.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jax
import numpy as np

from tuner_engine.data import memory
from tuner_engine.errors import TaskError
from tuner_engine.own import arrays, batches
from tuner_engine.own.arrays import Batch
from tuner_engine.own.batches import Batches
from tuner_engine.own.declaration import Task
from tuner_engine.training.task import examples
from tuner_engine.workload import Caution

MEMORY_SHARE = 0.25
"""Share of the free memory that a split may take that came in batches and is kept. House choice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Splits:
    """The examples of a task.

    Attributes:
        train: Arrays, or batches to iterate over.
        valid: Arrays.
        test: Arrays, if there are any.
        cautions: What the person should know of them.
    """

    train: Batch | Batches
    valid: Batch
    test: Batch | None
    cautions: tuple[Caution, ...] = ()

    @property
    def train_examples(self) -> int:
        """Training examples of one epoch."""
        if isinstance(self.train, Batches):
            return self.train.per_pass * self.train.batch_size
        return examples(self.train)

    @property
    def stream_batch_size(self) -> int | None:
        """Examples of one batch, where training examples come in batches."""
        return self.train.batch_size if isinstance(self.train, Batches) else None

    def shapes(self, batch_size: int) -> Any:
        """Return the shapes of one training batch."""
        if isinstance(self.train, Batches):
            return self.train.shapes
        return jax.tree.map(
            lambda leaf: jax.ShapeDtypeStruct((batch_size, *leaf.shape[1:]), leaf.dtype),
            arrays.shapes(self.train),
        )


def read(declared: Task, *, folder: Path, seed: int, valid_share: float) -> Splits:
    """Return the examples of a declaration.

    Args:
        declared: What the person wrote.
        folder: Of their file.
        seed: Of the share that is held out where they gave no validation examples.
        valid_share: That share, above 0 and below 1.

    Raises:
        TaskError: Some of the data cannot be used.
    """
    train = _train(declared, folder)
    test = None if declared.test is None else _kept(declared.test, "test", folder)
    if declared.valid is not None:
        valid = _kept(declared.valid, "valid", folder)
        cautions = tuple(_stream_cautions(train))
    else:
        train, valid = _held_out(train, seed=seed, share=valid_share)
        cautions = (_held_out_caution(valid, train, seed=seed),)
    _check_alike(train, valid, "valid")
    if test is not None:
        _check_alike(train, test, "test")
    return Splits(train=train, valid=valid, test=test, cautions=cautions)


def folded(split: Batch, *, batch_size: int) -> Batch:
    """Return a split as equal batches: every array [batches, examples, …].

    As few examples as possible are left out, none if the split can be cut evenly.

    Args:
        split: Arrays.
        batch_size: Most examples of a batch, at least 1.
    """
    count = examples(split)
    least = -(-count // batch_size)
    number = min(range(least, min(2 * least, count) + 1), key=lambda parts: (count % parts, parts))
    size = count // number

    def cut(array: np.ndarray) -> np.ndarray:
        return np.asarray(array[: number * size]).reshape(number, size, *array.shape[1:])

    return jax.tree.map(cut, split)


def _train(declared: Task, folder: Path) -> Batch | Batches:
    if arrays.are(declared.train):
        return arrays.read(declared.train, what="train")
    return batches.read(
        declared.train, what="train", folder=folder, per_pass=declared.steps_per_epoch
    )


def _kept(given: Any, what: str, folder: Path) -> Batch:
    """Return a split that is scored over and over, so its examples are kept."""
    if arrays.are(given):
        return arrays.read(given, what=what)
    most_bytes = int(memory.available_bytes() * MEMORY_SHARE)
    return batches.gathered(given, what=what, folder=folder, most_bytes=most_bytes)


def _held_out(train: Batch | Batches, *, seed: int, share: float) -> tuple[Batch, Batch]:
    if isinstance(train, Batches):
        raise TaskError(
            "the task has no validation examples, and batches cannot be divided; give Task(valid=…)"
        )
    if arrays.mapped(train):
        raise TaskError(
            "the task has no validation examples, and arrays that lie in a file are not divided; "
            "give Task(valid=…)"
        )
    count = examples(train)
    if count < 2:
        raise TaskError("train holds one example, so none can be held out; give more")
    order = np.random.default_rng(seed).permutation(count)
    number = min(max(round(count * share), 1), count - 1)
    rest, chosen = np.sort(order[number:]), np.sort(order[:number])
    return arrays.taken(train, rest), arrays.taken(train, chosen)


def _held_out_caution(valid: Batch, train: Batch, *, seed: int) -> Caution:
    held = examples(valid)
    return Caution(
        code="valid-from-train",
        message=(
            f"The task names no validation examples: {held:,} of its {held + examples(train):,} "
            f"training examples are held out by seed {seed}; if they are related, as frames of one "
            "film are, give Task(valid=…)."
        ),
    )


def _stream_cautions(train: Batch | Batches) -> Iterator[Caution]:
    if isinstance(train, Batches):
        yield Caution(
            code="stream-order",
            message=(
                "Training examples come in batches, in an order of their own: a run gives the same "
                "numbers again only if that order is the same again."
            ),
        )


def _check_alike(train: Batch | Batches, other: Batch, what: str) -> None:
    """Refuse a split whose examples differ from the training examples in shape or type."""
    shapes = train.shapes if isinstance(train, Batches) else arrays.shapes(train)
    one, two = (
        [(jax.tree_util.keystr(path), leaf.shape[1:], str(leaf.dtype)) for path, leaf in leaves]
        for leaves in map(jax.tree_util.tree_leaves_with_path, (shapes, arrays.shapes(other)))
    )
    if one == two:
        return
    words = (
        ", ".join(f"{name} {kind}{list(shape)}".strip() for name, shape, kind in side)
        for side in (two, one)
    )
    raise TaskError(
        f"an example of {what} is {next(words)}, of train it is {next(words)}; both go through the "
        "same loss, so they need the same shapes and types"
    )
