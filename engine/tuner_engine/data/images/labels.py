"""Which class is each image of?

Invariant: classes are numbered in the natural order of their names.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from tuner_engine.errors import DataError

_MOST_LABELS_SHARE = 0.5
"""Most different labels over images; beyond, most classes have a single example. House choice."""


def classes(written: NDArray[Any], *, name: str) -> tuple[NDArray[np.int32], tuple[str, ...]]:
    """Return the class of each image, int32, and the names of the classes.

    Args:
        written: Whole numbers or texts, shape [images] or [images, 1], or one-hot rows.
        name: Of the array, for errors.

    Raises:
        DataError: These are no classes, there is one only, or there are too many.
    """
    flat = _flat(written, name=name)
    if flat.dtype.kind == "f":
        if not np.isfinite(flat).all() or (flat != np.floor(flat)).any():
            raise DataError(
                f"{name}: answers with fractions or gaps; images are only learnt by class, so "
                "give each a whole number or a name"
            )
        flat = flat.astype(np.int64)
    names, index = np.unique(flat, return_inverse=True)
    if names.size < 2:
        raise DataError(f"{name}: one class only; there is nothing to learn")
    if names.size > max(2, _MOST_LABELS_SHARE * flat.size):
        raise DataError(
            f"{name}: {names.size:,} different labels for {flat.size:,} images; classes need "
            "several images each"
        )
    return index.astype(np.int32), tuple(_label(value) for value in names.tolist())


def _flat(written: NDArray[Any], *, name: str) -> NDArray[Any]:
    if written.dtype.kind not in "biufUS":
        raise DataError(f"{name}: labels of type {written.dtype}; use whole numbers or text")
    if written.ndim == 1:
        return written
    if written.ndim == 2 and written.shape[1] == 1:
        return written[:, 0]
    if written.ndim == 2 and written.dtype.kind in "biuf" and _is_one_hot(written):
        return np.asarray(np.argmax(written, axis=1))
    shape = "x".join(map(str, written.shape))
    raise DataError(f"{name}: labels of shape {shape}; give one label for each image, or one-hot")


def _is_one_hot(rows: NDArray[Any]) -> bool:
    ones = rows == 1
    return bool((ones.sum(1) == 1).all() and (ones | (rows == 0)).all())


def _label(value: object) -> str:
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return str(value).lower() if isinstance(value, bool) else str(value)
