"""What should a person know of the classes of labelled examples?

Invariant: counts are of the examples that training, validation and test really hold.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tuner_engine.data.tables.split import Parts
from tuner_engine.printable import printable
from tuner_engine.workload import Caution

_IMBALANCE = 10.0
"""Commonest over rarest class above which accuracy says little. House choice."""

_SHOWN = 5
"""Classes named in one sentence. House choice."""


def cautions(
    labels: NDArray[Any], class_names: Sequence[str], parts: Parts, *, noun: str
) -> tuple[Caution, ...]:
    """Return what is odd about the sizes of classes and about their split.

    Args:
        labels: Class index of each example.
        class_names: Of the indices.
        parts: The split of the examples.
        noun: What examples are called, in the plural.
    """
    found = []
    counts = _counts(labels, classes=len(class_names))
    rarest, commonest = int(counts.argmin()), int(counts.argmax())
    if counts[commonest] >= _IMBALANCE * counts[rarest]:
        message = (
            f"Class {_shown(class_names[commonest])} has {counts[commonest]:,} {noun}, "
            f"{_shown(class_names[rarest])} only {counts[rarest]:,}: judge by loss or balanced "
            "accuracy, not by accuracy."
        )
        found.append(Caution(code="class-imbalance", message=message))
    trained, validated, tested = (
        _counts(labels[rows], classes=counts.size)
        for rows in (parts.train, parts.valid, parts.test)
    )
    unseen = np.flatnonzero((validated == 0) & (trained > 0))
    if unseen.size:
        message = (
            "Trained on but not validated, for lack of different "
            f"{noun}: {_listed(class_names, unseen)}."
        )
        found.append(Caution(code="single-example-class", message=message))
    untrained = np.flatnonzero((trained == 0) & (validated + tested > 0))
    if untrained.size:
        message = f"Validated or tested, but never trained on: {_listed(class_names, untrained)}."
        found.append(Caution(code="untrained-class", message=message))
    return tuple(found)


def contradicting(group: NDArray[np.int64], labels: NDArray[Any]) -> NDArray[np.bool_]:
    """Return which examples equal another one that has another label.

    Args:
        group: Equal for equal examples, counting from 0, shape [examples].
        labels: Their answers, as indices.
    """
    answers = int(labels.max(initial=0)) + 1
    different = np.unique(group * answers + labels.astype(np.int64)) // answers
    torn = np.bincount(different, minlength=int(group.max(initial=-1)) + 1) > 1
    return np.asarray(torn[group])


def ceiling(group: NDArray[np.int64], labels: NDArray[Any]) -> float:
    """Return the best accuracy of anything that answers equal examples alike, 0 to 1.

    Args:
        group: Equal for equal examples, counting from 0, shape [examples].
        labels: Their answers, as indices.
    """
    answers = int(labels.max(initial=0)) + 1
    pairs, counts = np.unique(group * answers + labels.astype(np.int64), return_counts=True)
    commonest = np.zeros(int(group.max(initial=-1)) + 1, dtype=np.int64)
    np.maximum.at(commonest, pairs // answers, counts)
    return float(commonest.sum() / group.size)


def _listed(class_names: Sequence[str], which: NDArray[np.intp]) -> str:
    shown = ", ".join(_shown(class_names[index]) for index in which[:_SHOWN].tolist())
    return shown + (f" and {which.size - _SHOWN:,} more" if which.size > _SHOWN else "")


def _shown(class_name: str) -> str:
    return repr(printable(class_name, width=40))


def _counts(labels: NDArray[Any], *, classes: int) -> NDArray[np.intp]:
    """Return how often each class index occurs."""
    return np.bincount(labels.astype(np.intp), minlength=classes)
