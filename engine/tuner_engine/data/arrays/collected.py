"""Which arrays belong together: those of an archive, of a folder, or of files named alike?

Invariant: only files that a person named, or that are named like them, are looked at.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tuner_engine.data.arrays import numpy_files, roles
from tuner_engine.data.arrays.stored import Stored
from tuner_engine.data.source import Source, digest, locate

_ENDINGS = (".npy", ".npy.gz")


@dataclass(frozen=True, slots=True)
class Collected:
    """Arrays by name, the files that hold them, and what kind of files these are."""

    arrays: dict[str, Stored]
    sources: tuple[Source, ...]
    format: str


def of_file(source: Source) -> Collected:
    """Return the arrays of an archive, or an array and the one that completes it.

    `y_train.npy` completes `x_train.npy`, and `labels.npy` completes `images.npy`.

    Raises:
        DataError: A file is damaged, or no NumPy file.
    """
    arrays = numpy_files.contents(source)
    if not source.path.name.endswith(_ENDINGS):
        return Collected(arrays, (source,), "npz")
    mine = roles.meaning(next(iter(arrays)))
    partners = [file for file in files(source.path.parent) if _completes(file, mine)]
    if not partners:
        return Collected(arrays, (source,), "npy")
    other = locate(str(partners[0]))
    return Collected(arrays | numpy_files.contents(other), (source, other), "npy")


def of_folder(path: Path) -> Collected:
    """Return the arrays of the NPY files in a folder.

    Raises:
        DataError: A file is damaged.
    """
    sources = tuple(locate(str(file)) for file in files(path))
    arrays: dict[str, Stored] = {}
    for source in sources:
        arrays |= numpy_files.contents(source)
    return Collected(arrays, sources, "npy")


def digest_of(sources: Sequence[Source]) -> str:
    """Return the SHA-256 of a file, or one over those of several, in hexadecimal."""
    each = [digest(source) for source in sources]
    return each[0] if len(each) == 1 else hashlib.sha256("".join(each).encode()).hexdigest()


def files(path: Path) -> list[Path]:
    """Return the NPY files in a folder, by name, hidden ones left out."""
    return sorted(
        entry
        for entry in path.iterdir()
        if entry.name.endswith(_ENDINGS) and not entry.name.startswith(".") and entry.is_file()
    )


def _completes(file: Path, mine: roles.Meaning) -> bool:
    other = roles.meaning(numpy_files.stem(file))
    return {mine.role, other.role} == {"x", "y"} and (other.side, other.rest) == (
        mine.side,
        mine.rest,
    )
