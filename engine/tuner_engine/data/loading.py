"""What kind of data is named, and who reads it?

Invariant: a file is only looked at here; what it holds is decided by the reader of its kind.
"""

from typing import Protocol

from tuner_engine.data import arrays, images, memory, tables, text
from tuner_engine.data.dataset import Dataset
from tuner_engine.specs import DataSpec
from tuner_engine.workload import Profile


def load(spec: DataSpec, *, seed: int, available_bytes: int | None = None) -> Dataset:
    """Return the data that `spec` names, split and encoded.

    Args:
        spec: Which data, and how they are split.
        seed: Of the split, and of the sample if one is read.
        available_bytes: Memory that may be used; asked of the system if absent.

    Raises:
        DataError: The data or their target cannot be used.
        UsageError: The shares leave nothing to train on.
    """
    reader = _reader(spec)
    return reader.load(spec, seed=seed, available_bytes=_available(available_bytes))


def profile(spec: DataSpec, *, seed: int, available_bytes: int | None = None) -> Profile:
    """Return what `load` would find, without encoding the data.

    Args:
        spec: Which data, and how they are split.
        seed: Of the split, and of the sample if one is read.
        available_bytes: Memory that may be used; asked of the system if absent.

    Raises:
        DataError: The data or their target cannot be used.
        UsageError: The shares leave nothing to train on.
    """
    reader = _reader(spec)
    return reader.profile(spec, seed=seed, available_bytes=_available(available_bytes))


class _Reader(Protocol):
    """What the package of each kind of data offers."""

    def load(self, spec: DataSpec, *, seed: int, available_bytes: int) -> Dataset: ...
    def profile(self, spec: DataSpec, *, seed: int, available_bytes: int) -> Profile: ...


def _reader(spec: DataSpec) -> _Reader:
    """Return who reads what `spec` names."""
    if spec.kind == "image" or (spec.kind == "auto" and images.recognised(spec)):
        return images
    if spec.kind in ("auto", "table") and arrays.recognised(spec):
        return arrays
    if spec.kind in text.KINDS or (spec.kind == "auto" and text.recognised(spec)):
        return text
    return tables


def _available(stated: int | None) -> int:
    return memory.available_bytes() if stated is None else stated
