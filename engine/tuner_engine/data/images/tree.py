"""Which image files does a folder hold, of which class, and on which side of a split?

A folder per class, with files at any depth below it; perhaps inside `train`, `valid` and `test`.
Invariant: files are listed in one order on every system, and hidden ones never.
"""

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tuner_engine.data.arrays.roles import SIDES
from tuner_engine.data.images.pictures import counted
from tuner_engine.data.tables.split import TRAIN
from tuner_engine.errors import DataError
from tuner_engine.printable import printable
from tuner_engine.workload import Caution

SUFFIXES = frozenset(
    (
        *(".png", ".jpg", ".jpeg", ".jpe", ".jfif", ".bmp", ".dib", ".gif", ".webp"),
        *(".ppm", ".pgm", ".pbm", ".pnm", ".tif", ".tiff"),
    )
)
"""Endings of image files, in small letters."""

_JUNK = frozenset({"__MACOSX", "Thumbs.db", "desktop.ini", "lost+found"})
"""What systems leave in folders by themselves."""

_SHOWN = 3
"""Files or folders named in one sentence. House choice."""

EXPECTED = "expected one folder for each class, as FOLDER/cat/1.png and FOLDER/dog/2.png"
"""What an error about the shape of a folder ends with."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """An image file, the folder that names its class, and the side of a split that it is on."""

    path: Path
    class_name: str
    side: int | None


@dataclass(frozen=True, slots=True)
class Tree:
    """Image files, and what was left out.

    Attributes:
        root: As named.
        files: In the order of their paths.
        cautions: About files without a class, and files that are no images.
    """

    root: Path
    files: tuple[Labelled, ...]
    cautions: tuple[Caution, ...]


def holds_images(root: Path) -> bool:
    """Return whether a folder holds an image file at any depth."""
    return any(_is_image(file) for file in _walk(root))


def read(root: Path, *, name: str) -> Tree:
    """Return the image files below `root` that have a class.

    Raises:
        DataError: There are none, or no two classes.
    """
    files: list[Labelled] = []
    for base, side in _bases(_inside(root)):
        for folder in _folders(base):
            inner = (path for path in _walk(folder) if _is_image(path))
            files += (Labelled(path, folder.name, side) for path in inner)
    files.sort(key=lambda file: file.path.parts)
    taken = {file.path for file in files}
    others = [path for path in _walk(root) if path not in taken]
    if len({file.class_name for file in files}) < 2:
        raise DataError(_nothing(name, files, others))
    return Tree(root, tuple(files), _cautions(root, others))


def in_order(class_names: Iterable[str]) -> tuple[str, ...]:
    """Return different names in natural order: numbers by size."""
    names = set(class_names)
    numbered = all(name.isascii() and name.isdigit() for name in names)
    return tuple(sorted(names, key=lambda one: (int(one) if numbered else 0, one)))


def _bases(top: Path) -> list[tuple[Path, int | None]]:
    """Return the folders that hold folders of classes, each with its side of the split."""
    sided = [(folder, SIDES.get(folder.name.lower())) for folder in _folders(top)]
    given = [(_inside(folder), side) for folder, side in sided if side is not None]
    # A class may be called `train`; one that is split into classes itself is a side.
    split = any(side == TRAIN and len(_folders(base)) > 1 for base, side in given)
    return [*given] if split else [(top, None)]


def _inside(folder: Path) -> Path:
    """Return the folder itself, or the one that it wraps: `flowers/flowers/rose` is common."""
    while True:
        entries = _entries(folder)
        if len(entries) != 1 or not entries[0].is_dir():
            return folder
        folder = entries[0]


def _folders(folder: Path) -> list[Path]:
    return [entry for entry in _entries(folder) if entry.is_dir()]


def _entries(folder: Path) -> list[Path]:
    try:
        listed = sorted(folder.iterdir())
    except OSError as error:
        shown = printable(str(folder), width=200)
        raise DataError(f"{shown}: the folder cannot be listed ({error.strerror})") from error
    return [entry for entry in listed if not _is_hidden(entry.name)]


def _is_hidden(name: str) -> bool:
    return name.startswith(".") or name in _JUNK


def _walk(folder: Path) -> Iterator[Path]:
    """Yield the files below a folder; a folder reached twice through links is entered once."""
    seen: set[str] = set()
    for here, folders, files in os.walk(folder, followlinks=True):
        seen.add(os.path.realpath(here))
        folders[:] = sorted(
            one
            for one in folders
            if not _is_hidden(one) and os.path.realpath(Path(here, one)) not in seen
        )
        yield from (Path(here, one) for one in sorted(files) if not _is_hidden(one))


def _is_image(path: Path) -> bool:
    return path.suffix.lower() in SUFFIXES


def _nothing(name: str, files: Sequence[Labelled], others: Sequence[Path]) -> str:
    if files:
        only = printable(files[0].class_name, width=40)
        return f"{name}: one class only, {only!r}; {EXPECTED}"
    images = sum(map(_is_image, others))
    if images:
        return f"{name}: holds images, but no folders that name their classes; {EXPECTED}"
    return f"{name}: a folder without images; {EXPECTED}, or name a file"


def _cautions(root: Path, others: Sequence[Path]) -> tuple[Caution, ...]:
    images = [path for path in others if _is_image(path)]
    strange = [path for path in others if not _is_image(path)]
    left_out = (
        ("unlabelled-images", "for lack of a folder that names their class", images, "image"),
        ("other-files", "not being images", strange, "file"),
    )
    return tuple(
        Caution(
            code=code,
            message=f"Left out, {reason}: {counted(len(paths), noun)}, {_listed(root, paths)}.",
        )
        for code, reason, paths, noun in left_out
        if paths
    )


def _listed(root: Path, paths: Sequence[Path]) -> str:
    """Return the first of some paths below `root`, for people."""
    shown = [printable(str(path.relative_to(root)), width=60) for path in paths[:_SHOWN]]
    more = f" and {len(paths) - _SHOWN:,} more" if len(paths) > _SHOWN else ""
    return ", ".join(shown) + more
