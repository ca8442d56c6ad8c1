"""From a table to a data set: what is read, judged, split and encoded?

Invariant: everything is decided in `understanding`, once; here it is only carried out.
"""

import numpy as np
from numpy.typing import NDArray

from tuner_engine.data.dataset import Arrays, Dataset, TableEncoding, TargetScale
from tuner_engine.data.source import too_large
from tuner_engine.data.tables import prepare
from tuner_engine.data.tables.table import Table
from tuner_engine.data.tables.understanding import Understood, understand
from tuner_engine.errors import DataError
from tuner_engine.specs import DataSpec
from tuner_engine.workload import Profile


def load(spec: DataSpec, *, seed: int, available_bytes: int, table: Table | None = None) -> Dataset:
    """Return the data that `spec` names, split and encoded.

    Args:
        spec: Which table, and how it is split.
        seed: Of the split, and of the sample if one is read.
        available_bytes: Memory that may be used.
        table: What `spec` names, where it is already read.

    Raises:
        DataError: The file or its target cannot be used.
        UsageError: The shares leave nothing to train on.
    """
    known = understand(spec, seed=seed, available_bytes=available_bytes, table=table)
    _check_width(known, available_bytes=available_bytes)
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
        encoding=TableEncoding(groups=known.plan.groups, target_scale=scale),
    )


def profile(
    spec: DataSpec, *, seed: int, available_bytes: int, table: Table | None = None
) -> Profile:
    """Return what `load` would find, without encoding the data.

    Args:
        spec: Which table, and how it is split.
        seed: Of the split, and of the sample if one is read.
        available_bytes: Memory that may be used.
        table: What `spec` names, where it is already read.

    Raises:
        DataError: The file or its target cannot be used.
        UsageError: The shares leave nothing to train on.
    """
    return understand(spec, seed=seed, available_bytes=available_bytes, table=table).profile


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


def _side(known: Understood, rows: NDArray[np.int64], scale: TargetScale | None) -> Arrays:
    x = prepare.encode(known.plan, known.features, rows)
    y = known.target.values[rows]
    if scale is None:
        return {"x": x, "y": y.astype(np.int32)}
    return {"x": x, "y": ((y - scale.mean) / scale.std).astype(np.float32)}
