"""How well are classes told apart and how honest are their probabilities?

Figures that no mean over examples gives, from the predictions of each lane's best checkpoint on the
validation split. What they mean is plain NumPy.
"""

from typing import Any

import jax
import numpy as np
from numpy.typing import NDArray

from tuner_engine.training.cohort import Measured
from tuner_engine.training.program import Program
from tuner_engine.training.task import Task, Variables, examples

SUM_ERROR = 1e-2
"""By how much the probabilities of an example may miss 1: as much as bfloat16 rounds many of them.
House choice."""

BINS = 15
"""Of the calibration error, of equal width. Source: Guo et al. (2017), arXiv 1706.04599."""

MOST_CLASSES = 50
"""Classes up to which one-against-rest areas are averaged. House choice."""


def scores(program: Program, measured: Measured) -> dict[str, float]:
    """Return figures of the best checkpoints on the validation split, means over the lanes.

    Args:
        program: Keeps the best variables of its lanes.
        measured: The last chunk of a training.

    Returns:
        `calibration_error`, and `auc` where every class occurs; nothing for a task whose
        predictions are not probabilities of classes.
    """
    task = program.task
    if task.predict is None or not program.form.keep_best:
        return {}
    best = program.fetched(measured.state, measured.slots).best
    kept = [row for row in range(len(measured.slots)) if not measured.diverged[row]]
    found = [_of_lane(task, jax.tree.map(lambda leaf, at=row: leaf[at], best)) for row in kept]
    names = set.intersection(*map(set, found)) if found else set()
    return {name: float(np.mean([each[name] for each in found])) for name in sorted(names)}


def auc(
    probabilities: NDArray[np.floating[Any]], classes: NDArray[np.integer[Any]]
) -> float | None:
    """Return the area under the ROC curve: how often a member of a class outranks the others.

    Args:
        probabilities: [examples, classes].
        classes: [examples], indices.

    Returns:
        Of the second class where there are two, else the mean over classes of one against the
        rest; none where a class does not occur, or there are very many.
    """
    count = probabilities.shape[1]
    present = np.bincount(classes, minlength=count)
    if not 2 <= count <= MOST_CLASSES or (present == 0).any():
        return None
    which = (1,) if count == 2 else range(count)
    return float(np.mean([_area(probabilities[:, each], classes == each) for each in which]))


def calibration_error(
    probabilities: NDArray[np.floating[Any]], classes: NDArray[np.integer[Any]]
) -> float:
    """Return by how much confidence and accuracy differ on average: 0 to 1.

    Args:
        probabilities: [examples, classes].
        classes: [examples], indices.

    Source: expected calibration error, Guo et al. (2017), arXiv 1706.04599.
    """
    confidence = probabilities.max(axis=1)
    right = probabilities.argmax(axis=1) == classes
    bins = np.minimum((confidence * BINS).astype(int), BINS - 1)
    gaps = np.bincount(bins, weights=right - confidence, minlength=BINS)
    return float(np.abs(gaps).sum() / len(classes))


def _area(values: NDArray[np.floating[Any]], members: NDArray[np.bool_]) -> float:
    """Return the share of pairs in which the member is higher; a tie counts half."""
    _, places, counts = np.unique(values, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[places]
    inside, outside = int(members.sum()), int((~members).sum())
    return float((ranks[members].sum() - inside * (inside + 1) / 2) / (inside * outside))


def _of_lane(task: Task, variables: Variables) -> dict[str, float]:
    probabilities, classes = _predicted(task, variables)
    if not _are_probabilities(probabilities, classes):
        return {}
    found = {"calibration_error": calibration_error(probabilities, classes)}
    area = auc(probabilities, classes)
    return found if area is None else {"auc": area, **found}


def _are_probabilities(
    values: NDArray[np.floating[Any]], classes: NDArray[np.integer[Any]]
) -> bool:
    """Return whether each row is a distribution over classes of which one is the true one."""
    sums = values.sum(axis=1)
    within = (classes >= 0) & (classes < values.shape[1])
    return bool((values >= 0).all() and (abs(sums - 1) <= SUM_ERROR).all() and within.all())


def _predicted(task: Task, variables: Variables) -> tuple[np.ndarray, np.ndarray]:
    if task.predict is None:
        raise ValueError("this task does not predict classes")
    predict, count = jax.jit(task.predict), examples(task.valid)
    size = min(task.score_block, count)
    parts = []
    for first in range(0, count, size):
        block = jax.tree.map(lambda array, at=first: np.asarray(array[at : at + size]), task.valid)
        parts.append(jax.device_get(predict(variables, block)))
    probabilities, classes = zip(*parts, strict=True)
    return np.concatenate(probabilities), np.concatenate(classes)
