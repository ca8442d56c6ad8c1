"""Which images and labels do IDX files hold?

MNIST and its relatives come as pairs, images in one file and labels in another; either names both.
Invariant: the first bytes decide what a file is, names only which files belong together.

Source: the format as MNIST's page describes it, http://yann.lecun.com/exdb/mnist/.
"""

import re
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import BinaryIO

import numpy as np

from tuner_engine.data.arrays import roles
from tuner_engine.data.arrays.roles import Part
from tuner_engine.data.arrays.stored import Stored
from tuner_engine.data.source import Source, head, locate, opened
from tuner_engine.errors import DataError
from tuner_engine.printable import printable

_TYPES = {0x08: ">u1", 0x09: ">i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}
"""Types of numbers by their code, big-endian."""

_MOST_AXES = 4
_PREFIX_BYTES = 4
_AXIS_BYTES = 4
"""Of the mark that an IDX file begins with, and of the size of each axis after it."""


@dataclass(frozen=True, slots=True)
class Pairs:
    """Images with their labels, and the files that hold them."""

    parts: tuple[Part, ...]
    sources: tuple[Source, ...]


def is_idx(first: bytes) -> bool:
    """Return whether a file that begins with these bytes is IDX."""
    return (
        len(first) >= _PREFIX_BYTES
        and first[:2] == b"\0\0"
        and first[2] in _TYPES
        and 1 <= first[3] <= _MOST_AXES
    )


def pair(source: Source) -> Pairs:
    """Return the images and labels of which one file was named.

    Raises:
        DataError: The other file is missing, or one is damaged.
    """
    named = _array(source)
    if len(named.shape) == 1:
        partner = _partner(source, wanted="x")
        sources, arrays = (partner, source), (_array(partner), named)
    else:
        partner = _partner(source, wanted="y")
        sources, arrays = (source, partner), (named, _array(partner))
    if len(arrays[0].shape) == 1 or len(arrays[1].shape) != 1:
        raise DataError(
            f"{source.name} and {partner.name}: not images and their labels; labels are a list, "
            "images an array with more axes"
        )
    part = Part(None, *arrays)
    roles.check_lengths([part])
    return Pairs((part,), sources)


def folder(path: Path, *, name: str) -> Pairs:
    """Return the pairs in a folder, each with the split that its name tells.

    Raises:
        DataError: There is no pair, several for one split, or a file is damaged.
    """
    found = [pair(locate(str(file))) for file in files(path) if _meaning(file).role != "y"]
    if not found:
        raise DataError(f"{name}: IDX files, but none is named for its images")
    sides = [_meaning(one.sources[0].path).side for one in found]
    if len(set(sides)) < len(sides):
        listed = ", ".join(one.sources[0].name for one in found)
        raise DataError(f"{name}: several pairs of images and labels; name one of: {listed}")
    parts = tuple(replace(one.parts[0], side=side) for one, side in zip(found, sides, strict=True))
    return Pairs(parts, tuple(source for one in found for source in one.sources))


def files(path: Path) -> list[Path]:
    """Return the IDX files in a folder, by name; one both packed and unpacked counts once."""
    listed = [entry for entry in sorted(path.iterdir()) if _looks_so(entry)]
    names = {entry.name for entry in listed}
    return [
        entry
        for entry in listed
        if not (entry.name.endswith(".gz") and entry.name.removesuffix(".gz") in names)
    ]


def _looks_so(path: Path) -> bool:
    # Content decides; but a name that says nothing spares opening a folder full of pictures.
    if path.name.startswith(".") or _meaning(path).role is None or not path.is_file():
        return False
    try:
        return is_idx(head(locate(str(path)), _PREFIX_BYTES))
    except DataError:
        return False


def _meaning(path: Path) -> roles.Meaning:
    """Return what a file's name says, whatever the number of axes in it."""
    return roles.meaning(re.sub(r"idx\d", "idx", path.name.removesuffix(".gz")))


def _partner(source: Source, *, wanted: roles.Role) -> Source:
    """Return the file that is named like `source`, but for images instead of labels or back."""
    words = {"x": "images", "y": "labels"}
    mine = _meaning(source.path)
    beside = files(source.path.parent)
    for file in beside:
        other = _meaning(file)
        if (other.side, other.rest, other.role) == (mine.side, mine.rest, wanted):
            return locate(str(file))
    others = ", ".join(printable(file.name) for file in beside if file.name != source.path.name)
    raise DataError(
        f"{source.name}: no file with its {words[wanted]} beside it; expected the same name with "
        f"{words[wanted]!r} in it" + (f", found: {others}" if others else "")
    )


def _array(source: Source) -> Stored:
    with opened(source) as stream:
        prefix = stream.read(_PREFIX_BYTES)
        axes = prefix[3] if is_idx(prefix) else 0
        sizes = stream.read(_AXIS_BYTES * axes)
    if not axes or len(sizes) < _AXIS_BYTES * axes:
        raise DataError(f"{source.name}: not an IDX file, or one that ends in its header")
    return Stored(
        name=source.name,
        shape=struct.unpack(f">{axes}I", sizes),
        dtype=np.dtype(_TYPES[prefix[2]]),
        open=partial(_numbers, source, _PREFIX_BYTES + _AXIS_BYTES * axes),
    )


@contextmanager
def _numbers(source: Source, offset: int) -> Iterator[BinaryIO]:
    with opened(source) as stream:
        stream.seek(offset)
        yield stream
