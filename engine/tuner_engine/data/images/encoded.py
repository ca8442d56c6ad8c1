"""How do many image files become one array?

Files in a folder and files in the cells of a table go the same way.
Invariant: a file that cannot be read is named; where many cannot, nothing is trained on the rest.
"""

import hashlib
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from tuner_engine.data.images import decoding, sizes
from tuner_engine.data.images.decoding import Header
from tuner_engine.data.images.pictures import Demand, counted
from tuner_engine.errors import DataError
from tuner_engine.workload import Caution, Pixels

_MOST_UNREADABLE_SHARE = 0.05
"""Share of unreadable files above which all are refused: they were copied badly. House choice."""

_SHOWN = 3
"""Files named in one sentence. House choice."""

_BEGINNING_BYTES = 1 << 16
"""Read of each file to learn its size; where that does not reach, the whole file is. House
choice."""

_TOGETHER = 32
"""Files that a thread takes at once: handing over each small file costs as much as decoding it.
House choice."""

T = TypeVar("T")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Encoded:
    """An image file, wherever it lies.

    Attributes:
        name: What errors call it, safe to print.
        read: Return its first bytes, at most so many; all if none.
    """

    name: str
    read: Callable[[int | None], bytes]


@dataclass(frozen=True, slots=True)
class Decoded:
    """Files as pixels.

    Attributes:
        pixels: uint8 [images, height, width, channels].
        kept: Which of the files they are, ascending.
        sha256: Over the contents of those files.
        cautions: What was left out or changed.
    """

    pixels: NDArray[np.uint8]
    kept: NDArray[np.int64]
    sha256: str
    cautions: tuple[Caution, ...]


def decoded(files: Sequence[Encoded], demand: Demand) -> Decoded:
    """Return the pixels of `files`, all of one size.

    Raises:
        DataError: Many files are unreadable, one claims to be too large, or they do not fit in
            memory.
        UsageError: Image files have not the channels that were stated.
    """
    with decoding.quiet():
        headers = _each(_header, files)
        known = [one for one in headers if one is not None]
        lost = [file for file, one in zip(files, headers, strict=True) if one is None]
        _refuse_many(lost, files, demand)
        size = sizes.common(known, demand.wanted, name=demand.name)
        demand.check_size(len(files), row_bytes=size.height * size.width * size.channels)
        pixels, digests = _pixels(files, size)
    lost = [file for file, digest in zip(files, digests, strict=True) if digest is None]
    _refuse_many(lost, files, demand)
    kept = np.flatnonzero([digest is not None for digest in digests])
    contents = b"".join(digest for digest in digests if digest is not None)
    return Decoded(
        pixels=pixels[kept] if lost else pixels,
        kept=kept,
        sha256=hashlib.sha256(contents).hexdigest(),
        cautions=(
            *([_left_out(lost)] if lost else []),
            *sizes.cautions(known, size, stated=demand.wanted is not None),
        ),
    )


def _each(work: Callable[[T], R], things: Sequence[T]) -> list[R]:
    """Return what `work` makes of each thing, on every core: decoding needs no lock of Python."""
    from concurrent.futures import ThreadPoolExecutor

    starts = range(0, len(things), _TOGETHER)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        done = pool.map(
            lambda start: [work(one) for one in things[start : start + _TOGETHER]], starts
        )
        return [one for some in done for one in some]


def _header(file: Encoded) -> Header | None:
    """Return what a file says of itself; none if it is damaged."""
    for limit in (_BEGINNING_BYTES, None):
        try:
            return decoding.header(file.read(limit), name=file.name)
        except decoding.DAMAGE:
            continue
    return None


def _pixels(files: Sequence[Encoded], size: Pixels) -> tuple[NDArray[np.uint8], list[bytes | None]]:
    """Return every file's pixels and SHA-256; where it is damaged, zeros and none."""
    pixels = np.zeros((len(files), size.height, size.width, size.channels), dtype=np.uint8)

    def fill(index: int) -> bytes | None:
        try:
            content = files[index].read(None)
            pixels[index] = decoding.decode(content, size, name=files[index].name)
        except decoding.DAMAGE:
            return None
        return hashlib.sha256(content).digest()

    return pixels, _each(fill, range(len(files)))


def _refuse_many(lost: Sequence[Encoded], files: Sequence[Encoded], demand: Demand) -> None:
    if len(lost) > _MOST_UNREADABLE_SHARE * len(files):
        raise DataError(
            f"{demand.name}: cannot open {len(lost):,} of {counted(len(files), 'image file')}: "
            f"{_listed(lost)}; they are damaged, cut short or no images: copy them again, or "
            "remove them"
        )


def _left_out(lost: Sequence[Encoded]) -> Caution:
    message = (
        f"Left out, being damaged or cut short: {counted(len(lost), 'image file')}, "
        f"{_listed(lost)}."
    )
    return Caution(code="unreadable-images", message=message)


def _listed(files: Sequence[Encoded]) -> str:
    more = f" and {len(files) - _SHOWN:,} more" if len(files) > _SHOWN else ""
    return ", ".join(file.name for file in files[:_SHOWN]) + more
