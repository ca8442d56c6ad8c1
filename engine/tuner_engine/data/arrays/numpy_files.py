"""Which arrays does a NumPy file hold?

Invariant: headers are read, never pickles; an array of Python objects is refused by name.
"""

import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path, PurePath
from typing import BinaryIO, cast

import numpy as np

from tuner_engine.data.arrays.stored import Stored
from tuner_engine.data.source import Source, opened
from tuner_engine.errors import DataError
from tuner_engine.printable import printable

NPY_MAGIC = b"\x93NUMPY"
ZIP_MAGIC = b"PK\x03\x04"

_MOST_ARRAYS = 1000
"""Arrays of one archive that are looked at. House choice."""


def contents(source: Source) -> dict[str, Stored]:
    """Return the arrays of an NPZ or NPY file by name; that of NPY is the file's own.

    Raises:
        DataError: The file is damaged, or no NumPy file.
    """
    with opened(source) as stream:
        magic = stream.read(len(NPY_MAGIC))
    if magic == NPY_MAGIC:
        return {stem(source.path): _header(source, None)}
    members = _members(source)
    if not members:
        raise DataError(
            f"{source.name}: a zip archive without NumPy arrays; unpack it and name the folder or "
            "the file inside"
        )
    return {member.removesuffix(".npy"): _header(source, member) for member in members}


def stem(path: Path) -> str:
    """Return a file's name without its endings."""
    return PurePath(path.name.removesuffix(".gz")).stem


def is_numpy(first: bytes, path: Path) -> bool:
    """Return whether a file is an NPY or, by its name also, an NPZ.

    Args:
        first: Its first decompressed bytes.
        path: Where it is: workbooks are zip archives, too.
    """
    named = path.name.lower().removesuffix(".gz").endswith((".npz", ".npy"))
    return first.startswith(NPY_MAGIC) or (named and first.startswith(ZIP_MAGIC))


def _members(source: Source) -> list[str]:
    import zipfile

    with _damage_reported(source.name), opened(source) as stream:
        listed = zipfile.ZipFile(stream).namelist()
    return [name for name in listed if name.endswith(".npy")][:_MOST_ARRAYS]


def _header(source: Source, member: str | None) -> Stored:
    name = source.name if member is None else f"{source.name}: {printable(member, width=60)}"
    with _damage_reported(name), _raw(source, member) as stream:
        shape, columnwise, dtype = _description(stream)
        offset = stream.tell()
    if dtype.hasobject:
        raise DataError(
            f"{name}: holds Python objects, which would have to be unpickled and never are; save "
            "it as numbers or as text of fixed width"
        )
    if not shape:
        raise DataError(f"{name}: a single number, not an array of examples")
    return Stored(
        name=name,
        shape=shape,
        dtype=dtype,
        open=partial(_numbers, source, member, offset),
        columnwise=columnwise and len(shape) > 1,
    )


def _description(stream: BinaryIO) -> tuple[tuple[int, ...], bool, "np.dtype[np.generic]"]:
    """Return shape, whether the first axis varies fastest, and type."""
    version = np.lib.format.read_magic(stream)
    # Version 3 differs from 2 only in the letters that names of fields may have.
    if version == (1, 0):
        return np.lib.format.read_array_header_1_0(stream)
    return np.lib.format.read_array_header_2_0(stream)


@contextmanager
def _numbers(source: Source, member: str | None, offset: int) -> Iterator[BinaryIO]:
    name = source.name if member is None else f"{source.name}: {printable(member, width=60)}"
    with _damage_reported(name), _raw(source, member) as stream:
        stream.seek(offset)
        yield stream


@contextmanager
def _raw(source: Source, member: str | None) -> Iterator[BinaryIO]:
    import zipfile

    with opened(source) as stream:
        if member is None:
            yield stream
            return
        with zipfile.ZipFile(stream) as archive, archive.open(member) as inner:
            yield cast(BinaryIO, inner)


@contextmanager
def _damage_reported(name: str) -> Iterator[None]:
    import zipfile

    try:
        yield
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        KeyError,
        NotImplementedError,
        RuntimeError,
        SyntaxError,
        TypeError,
        ValueError,
    ) as error:
        reason = printable(str(error).split("\n")[0], width=100)
        raise DataError(f"{name}: damaged NumPy file ({reason}); copy or write it again") from error
