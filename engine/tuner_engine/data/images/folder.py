"""How does a folder of image files become images of one size?

Invariant: a file that cannot be read is named; where many cannot, nothing is trained on the rest.
"""

import hashlib
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from tuner_engine.data.images import decoding, sizes, tree
from tuner_engine.data.images.decoding import Header
from tuner_engine.data.images.pictures import Demand, Pictures
from tuner_engine.data.images.tree import Labelled, Tree, counted, listed
from tuner_engine.errors import DataError
from tuner_engine.printable import printable
from tuner_engine.workload import Caution, Pixels

_HEADER_BYTES = 1 << 16
"""Read of each file to learn its size; where that does not reach, the whole file is. House
choice."""

_MOST_UNREADABLE_SHARE = 0.05
"""Share of unreadable files above which a folder is refused: it was copied badly. House choice."""

T = TypeVar("T")


def pictures(root: Path, demand: Demand) -> Pictures:
    """Return the images below a folder.

    Raises:
        DataError: There are no classes, many files are unreadable, or they do not fit in memory.
        UsageError: Image files have not the channels that were stated.
    """
    name = demand.name
    found = tree.read(root, name=name)
    chosen = demand.chosen(len(found.files))
    files = found.files if chosen is None else tuple(found.files[i] for i in chosen.tolist())
    with decoding.quiet():
        headers = _each(_header, files)
        known = [one for one in headers if one is not None]
        if not known:
            raise DataError(_unreadable(found, files, name=name))
        size = sizes.common(known, demand.wanted, name=name)
        demand.check_size(len(known), row_bytes=size.height * size.width * size.channels)
        usable = [file for file, one in zip(files, headers, strict=True) if one is not None]
        pixels = np.empty((len(usable), size.height, size.width, size.channels), dtype=np.uint8)
        digests = _decoded(usable, pixels, size)
    kept = [index for index, digest in enumerate(digests) if digest is not None]
    decoded = [usable[index] for index in kept]
    lost = sorted(set(files) - set(decoded), key=lambda file: file.path)
    if len(lost) > _MOST_UNREADABLE_SHARE * len(files):
        raise DataError(_unreadable(found, lost, name=name))
    class_names = tree.in_order(file.class_name for file in decoded)
    if len(class_names) < 2:
        raise DataError(f"{name}: every image read is of one class; there is nothing to learn")
    sided = decoded[0].side is not None
    return Pictures(
        name=name,
        sha256=_digest(root, decoded, [digest for digest in digests if digest is not None]),
        format="folder",
        pixels=pixels if len(kept) == len(usable) else pixels[kept],
        labels=np.array([class_names.index(file.class_name) for file in decoded], dtype=np.int32),
        class_names=class_names,
        target="folder",
        sides=np.array([file.side for file in decoded], dtype=np.int8) if sided else None,
        whole_rows=None if chosen is None else len(found.files),
        cautions=(
            *found.cautions,
            *([_lost(found, lost)] if lost else []),
            *sizes.cautions(known, size, stated=demand.wanted is not None),
        ),
    )


def _each(work: Callable[[Labelled], T], files: Sequence[Labelled]) -> list[T]:
    """Return what `work` makes of each file, on every core: decoding needs no lock of Python."""
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return list(pool.map(work, files))


def _header(file: Labelled) -> Header | None:
    """Return what the file says of itself; none if it is damaged."""
    name = _named(file)
    try:
        with file.path.open("rb") as stream:
            first = stream.read(_HEADER_BYTES)
            try:
                return decoding.header(first, name=name)
            except decoding.DAMAGE:
                if len(first) < _HEADER_BYTES:
                    return None
                return decoding.header(first + stream.read(), name=name)
    except decoding.DAMAGE:
        return None


def _decoded(
    files: Sequence[Labelled], pixels: NDArray[np.uint8], size: Pixels
) -> list[bytes | None]:
    """Fill `pixels` and return each file's SHA-256; none where it is damaged."""
    place = {file: index for index, file in enumerate(files)}

    def one(file: Labelled) -> bytes | None:
        try:
            content = file.path.read_bytes()
            pixels[place[file]] = decoding.decode(content, size, name=_named(file))
        except decoding.DAMAGE:
            return None
        return hashlib.sha256(content).digest()

    return _each(one, files)


def _named(file: Labelled) -> str:
    return printable(str(file.path), width=200)


def _digest(root: Path, files: Sequence[Labelled], digests: Sequence[bytes]) -> str:
    """Return one SHA-256 over the places and contents of all files."""
    total = hashlib.sha256()
    for file, digest in zip(files, digests, strict=True):
        total.update(os.fsencode(file.path.relative_to(root)) + b"\0" + digest)
    return total.hexdigest()


def _unreadable(found: Tree, lost: Sequence[Labelled], *, name: str) -> str:
    shown = listed(found.root, [file.path for file in lost])
    return (
        f"{name}: cannot open {len(lost):,} of its {counted(found.files, 'image file')}: {shown}; "
        "they are damaged, cut short or no images: copy them again, or remove them"
    )


def _lost(found: Tree, lost: Sequence[Labelled]) -> Caution:
    shown = listed(found.root, [file.path for file in lost])
    message = f"Left out, being damaged or cut short: {counted(lost, 'image file')}, {shown}."
    return Caution(code="unreadable-images", message=message)
