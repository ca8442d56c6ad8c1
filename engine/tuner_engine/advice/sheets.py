"""How is one table of a long TOML file read, and the others left alone?

A file that this package ships is cut where its tables begin, and a part is decoded when somebody
first asks for it: a recipe needs some twenty rows of three hundred. Invariant: each part holds what
reading the whole file would give; files of other people are always read whole.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Generic, TypeVar

from tuner_engine.errors import DataError
from tuner_engine.printable import printable

T = TypeVar("T")

ROW = "\n[[rows]]\n"
"""What stands before each row of presets."""


class Sheet(Mapping[str, T], Generic[T]):
    """Parts of files by name, each decoded when it is first asked for."""

    def __init__(self, parts: Mapping[str, str], decode: Callable[[str, str], T]) -> None:
        self._parts, self._decode = parts, decode
        self._decoded: dict[str, T] = {}

    def __getitem__(self, name: str) -> T:
        if name not in self._decoded:
            self._decoded[name] = self._decode(name, self._parts[name])
        return self._decoded[name]

    def __contains__(self, name: object) -> bool:
        return name in self._parts

    def __iter__(self) -> Iterator[str]:
        return iter(self._parts)

    def __len__(self) -> int:
        return len(self._parts)


def text(path: Path) -> str:
    """Return what a file of this package says.

    Raises:
        DataError: It cannot be read.
    """
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise DataError(f"{path.name}: cannot be read: {printable(str(error))}") from error


def rows(path: Path) -> dict[str, str]:
    """Return the text of each row by its identifier, which its first line states.

    Raises:
        DataError: The file cannot be read.
    """
    _, *parts = text(path).split(ROW)
    return {part.split('"', 2)[1]: part for part in parts}


def named(path: Path) -> dict[str, str]:
    """Return the text beneath each header `[name]`.

    Raises:
        DataError: The file cannot be read.
    """
    _, *parts = re.split(r"^\[([\w-]+)\]\n", text(path), flags=re.MULTILINE)
    return dict(zip(parts[::2], parts[1::2], strict=True))


def listed(path: Path) -> list[str]:
    """Return the inline tables of an array that has one on each line.

    Raises:
        DataError: The file cannot be read.
    """
    return re.findall(r"^  (\{ name = .*\}),$", text(path), flags=re.MULTILINE)
