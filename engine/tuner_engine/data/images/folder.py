"""How does a folder of image files become images with classes?

Invariant: the folder that a file lies in is its class, and perhaps its side of the split.
"""

import hashlib
import os
from functools import partial
from pathlib import Path

import numpy as np

from tuner_engine.data.images import encoded, tree
from tuner_engine.data.images.encoded import Encoded
from tuner_engine.data.images.pictures import Demand, Pictures
from tuner_engine.data.images.tree import Labelled
from tuner_engine.errors import DataError
from tuner_engine.printable import printable


def pictures(root: Path, demand: Demand) -> Pictures:
    """Return the images below a folder.

    Raises:
        DataError: There are no classes, many files are unreadable, or they do not fit in memory.
        UsageError: Image files have not the channels that were stated.
    """
    found = tree.read(root, name=demand.name)
    chosen = demand.chosen(len(found.files))
    files = found.files if chosen is None else tuple(found.files[i] for i in chosen.tolist())
    decoded = encoded.decoded([_encoded(file) for file in files], demand)
    kept = [files[index] for index in decoded.kept.tolist()]
    class_names = tree.in_order(file.class_name for file in kept)
    if len(class_names) < 2:
        raise DataError(f"{demand.name}: every image read is of one class; nothing can be learnt")
    index = {class_name: number for number, class_name in enumerate(class_names)}
    sided = kept[0].side is not None
    return Pictures(
        name=demand.name,
        sha256=_digest(root, kept, decoded.sha256),
        format="folder",
        pixels=decoded.pixels,
        labels=np.array([index[file.class_name] for file in kept], dtype=np.int32),
        class_names=class_names,
        target="folder",
        sides=np.array([file.side for file in kept], dtype=np.int8) if sided else None,
        whole_rows=None if chosen is None else len(found.files),
        cautions=(*found.cautions, *decoded.cautions),
    )


def _encoded(file: Labelled) -> Encoded:
    return Encoded(printable(str(file.path), width=200), partial(_content, file.path))


def _content(path: Path, limit: int | None) -> bytes:
    with path.open("rb") as stream:
        return stream.read(-1 if limit is None else limit)


def _digest(root: Path, files: list[Labelled], contents: str) -> str:
    """Return one SHA-256 over the places and contents of all files."""
    places = b"\0".join(os.fsencode(file.path.relative_to(root)) for file in files)
    return hashlib.sha256(places + contents.encode()).hexdigest()
