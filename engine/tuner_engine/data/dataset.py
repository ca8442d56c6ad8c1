"""What does a model train on, and what is known of it?

Invariant: equal bytes, spec and seed give equal arrays; whatever is learnt from data (levels,
scales, medians, the target's mean) is learnt from the training split alone.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tuner_engine.data import memory, prepare
from tuner_engine.data.source import too_large
from tuner_engine.data.understanding import Understood, understand
from tuner_engine.errors import DataError
from tuner_engine.specs import DataSpec
from tuner_engine.workload import Profile


@dataclass(frozen=True, slots=True)
class Split:
    """One side of the data.

    Attributes:
        x: Features, float32, shape [examples, features], C-contiguous.
        y: Class index, int32, or standardised target, float32; shape [examples].
    """

    x: NDArray[np.float32]
    y: NDArray[np.int32] | NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class TargetScale:
    """Mean and standard deviation of a regression target over the training split."""

    mean: float
    std: float


@dataclass(frozen=True, slots=True)
class Dataset:
    """A table, ready to train on.

    Attributes:
        profile: What is known of it.
        train: Examples to learn from.
        valid: Examples to choose by.
        test: Examples that nothing is chosen by; none if none were asked for.
        target_scale: How the target was standardised; regression only.
    """

    profile: Profile
    train: Split
    valid: Split
    test: Split | None
    target_scale: TargetScale | None


def load(spec: DataSpec, *, seed: int, available_bytes: int | None = None) -> Dataset:
    """Return the data that `spec` names, split and encoded.

    Args:
        spec: Which table, and how it is split.
        seed: Of the split, and of the sample if one is read.
        available_bytes: Memory that may be used; asked of the system if absent.

    Raises:
        DataError: The file or its target cannot be used.
        UsageError: The shares leave nothing to train on.
    """
    available = memory.available_bytes() if available_bytes is None else available_bytes
    known = understand(spec, seed=seed, available_bytes=available)
    _check_width(known, available_bytes=available)
    scale = _target_scale(known)
    sides = {
        name: _side(known, rows, scale)
        for name, rows in (
            ("train", known.parts.train),
            ("valid", known.parts.valid),
            ("test", known.parts.test),
        )
    }
    return Dataset(
        profile=known.profile,
        train=sides["train"],
        valid=sides["valid"],
        test=sides["test"] if known.parts.test.size else None,
        target_scale=scale,
    )


def profile(spec: DataSpec, *, seed: int, available_bytes: int | None = None) -> Profile:
    """Return what `load` would find, without encoding the data.

    Args:
        spec: Which table, and how it is split.
        seed: Of the split, and of the sample if one is read.
        available_bytes: Memory that may be used; asked of the system if absent.

    Raises:
        DataError: The file or its target cannot be used.
        UsageError: The shares leave nothing to train on.
    """
    available = memory.available_bytes() if available_bytes is None else available_bytes
    return understand(spec, seed=seed, available_bytes=available).profile


def _check_width(known: Understood, *, available_bytes: int) -> None:
    """Raise if the encoded matrices would not fit in memory beside their columns."""
    rows = known.target.rows.size
    row_bytes = known.plan.width * np.dtype(np.float64).itemsize * 2
    if rows * row_bytes > available_bytes:
        raise too_large(
            known.name,
            needed_bytes=rows * row_bytes,
            available_bytes=available_bytes,
            fitting_rows=available_bytes / row_bytes,
        )


def _target_scale(known: Understood) -> TargetScale | None:
    """Return the mean and deviation of a regression target among the training rows."""
    if known.target.task == "classification":
        return None
    train = known.target.values[known.parts.train].astype(np.float64)
    # Scaling by the largest magnitude first keeps squares finite.
    largest = float(np.abs(train).max())
    mean, std = float((train / largest).mean()) * largest, float((train / largest).std()) * largest
    if not (std > 0 and np.isfinite(std)):
        raise DataError(
            f"{known.name}: the target's training values spread by {std:g}, which cannot be "
            "standardised; rescale the target"
        )
    return TargetScale(mean=mean, std=std)


def _side(known: Understood, rows: NDArray[np.int64], scale: TargetScale | None) -> Split:
    x = prepare.encode(known.plan, known.features, rows)
    y = known.target.values[rows]
    if scale is None:
        return Split(x=x, y=y.astype(np.int32))
    return Split(x=x, y=((y - scale.mean) / scale.std).astype(np.float32))
