"""What should a person know of the examples that are held out?

Invariant: what is said is counted on the split that training uses.
"""

import numpy as np
from numpy.typing import NDArray

from tuner_engine.data.tables.split import Parts
from tuner_engine.workload import Caution

_FEW_VALID = 100
"""Validation examples below which one example moves accuracy by more than a percent. House
choice."""


def cautions(
    group: NDArray[np.int64], parts: Parts, *, given: bool, noun: str
) -> tuple[Caution, ...]:
    """Return what limits the worth of validation and test.

    Args:
        group: Equal for equal examples, shape [examples].
        parts: Their split.
        given: Whether the source says what is held out.
        noun: What examples are called, in the plural.
    """
    found = []
    if given:
        test = f"{parts.test.size:,} to test" if parts.test.size else "none to test"
        message = (
            f"Split as the source says: {parts.train.size:,} {noun} to train, "
            f"{parts.valid.size:,} to validate, {test}."
        )
        found.append(Caution(code="given-split", message=message))
    if parts.valid.size < _FEW_VALID:
        message = (
            f"{parts.train.size:,} {noun} train and {parts.valid.size:,} validate: "
            "small differences between settings will be noise."
        )
        found.append(Caution(code="few-rows", message=message))
    across = _across(group, parts)
    if across:
        message = (
            f"{across:,} of {parts.valid.size + parts.test.size:,} {noun} to validate or test are "
            "also among those to train, as the source splits them: scores will flatter."
        )
        found.append(Caution(code="duplicates-across-splits", message=message))
    return tuple(found)


def _across(group: NDArray[np.int64], parts: Parts) -> int:
    """Return how many held-out examples training holds, too."""
    held_out = np.concatenate([parts.valid, parts.test])
    trained = np.zeros(int(group.max()) + 1, dtype=np.bool_)
    trained[group[parts.train]] = True
    return int(trained[group[held_out]].sum())
