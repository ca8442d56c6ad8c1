"""From arrays of vectors to a data set: which arrays, and then as any table.

Invariant: nothing is decided of the columns here.
"""

from dataclasses import replace
from pathlib import Path

from tuner_engine.data import tables
from tuner_engine.data.arrays import collected, numpy_files, vectors
from tuner_engine.data.dataset import Dataset
from tuner_engine.data.source import head, locate
from tuner_engine.data.tables import demo
from tuner_engine.data.tables.table import Table
from tuner_engine.printable import printable
from tuner_engine.specs import DataSpec
from tuner_engine.workload import Profile

_NAME_WIDTH = 200
"""Longest name shown, in characters. House choice."""


def recognised(spec: DataSpec) -> bool:
    """Return whether `spec` names a NumPy file, or a folder of them.

    Raises:
        DataError: The file is absent or cannot be opened.
    """
    if spec.source.startswith(demo.PREFIX):
        return False
    path = Path(spec.source).expanduser()
    if path.is_dir():
        return bool(collected.files(path))
    source = locate(spec.source)
    return numpy_files.is_numpy(head(source, len(numpy_files.NPY_MAGIC)), source.path)


def load(spec: DataSpec, *, seed: int, available_bytes: int) -> Dataset:
    """Return the vectors that `spec` names, split and encoded as a table.

    Args:
        spec: Which arrays, and how they are split.
        seed: Of the split, and of the sample if one is read.
        available_bytes: Memory that may be used.

    Raises:
        DataError: The arrays or their answers cannot be used.
        UsageError: The shares leave nothing to train on.
    """
    table = _table(spec, seed=seed, available_bytes=available_bytes)
    return tables.load(_spec(spec, table), seed=seed, available_bytes=available_bytes, table=table)


def profile(spec: DataSpec, *, seed: int, available_bytes: int) -> Profile:
    """Return what `load` would find, without encoding the data.

    Args:
        spec: Which arrays, and how they are split.
        seed: Of the split, and of the sample if one is read.
        available_bytes: Memory that may be used.

    Raises:
        DataError: The arrays or their answers cannot be used.
        UsageError: The shares leave nothing to train on.
    """
    table = _table(spec, seed=seed, available_bytes=available_bytes)
    return tables.profile(
        _spec(spec, table), seed=seed, available_bytes=available_bytes, table=table
    )


def _table(spec: DataSpec, *, seed: int, available_bytes: int) -> Table:
    path = Path(spec.source).expanduser()
    return vectors.table(
        collected.of_folder(path) if path.is_dir() else collected.of_file(locate(spec.source)),
        spec,
        name=printable(spec.source, width=_NAME_WIDTH),
        seed=seed,
        available_bytes=available_bytes,
    )


def _spec(spec: DataSpec, table: Table) -> DataSpec:
    """Return the spec for the table, in which an array of answers is the column of its target."""
    return spec if table.target is None else replace(spec, target=None)
