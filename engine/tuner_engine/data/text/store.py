"""Where do tokens go that may not fit in memory?

Into lists, or into files of the cache folder that are memory-mapped. Invariant: a stored text is
complete and belongs to exactly one content, split and vocabulary, or it is not there at all.
"""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
import platformdirs
from numpy.typing import NDArray

from tuner_engine import atomic
from tuner_engine.errors import DataError
from tuner_engine.printable import printable

if TYPE_CHECKING:
    from tokenizers import Tokenizer

_KEPT = 4
"""Stored texts that are kept; the one used longest ago goes first. House choice."""

_LONGEST = 1 << 20
"""Texts longer than this are counted as this long. House choice: no model reads more at once."""

_SIDES = ("train", "valid", "test")

Pieces = Iterable[tuple[int, NDArray[Any], NDArray[np.int64]]]
"""Side, tokens of some texts behind one another, and the length of each."""


class _Stored(msgspec.Struct, frozen=True, kw_only=True):
    """What is written beside the tokens."""

    type: str
    tokens: tuple[int, int, int]
    lengths: tuple[list[int], list[int], list[int]]
    """How many texts of each length there are, on each side, as a histogram."""


@dataclass(frozen=True, slots=True)
class Tokenized:
    """A text as tokens.

    Attributes:
        sides: Of training, validation and test, one dimension each, maybe memory-mapped.
        lengths: For each side how many texts have 0, 1, 2, … tokens.
    """

    sides: tuple[NDArray[Any], NDArray[Any], NDArray[Any]]
    lengths: tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]


def folder() -> Path:
    """Return where tokens are stored: `TUNER_TUI_CACHE`, or the cache folder of the user."""
    chosen = os.environ.get("TUNER_TUI_CACHE")
    base = Path(chosen) if chosen else platformdirs.user_cache_path("tuner-tui")
    return base / "tokens"


def key(*parts: object) -> str:
    """Return a name for what these parts decide."""
    return hashlib.sha256(repr(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def in_memory(pieces: Pieces, *, kind: np.dtype[Any]) -> Tokenized:
    """Return the tokens of each side in memory."""
    held: tuple[list[NDArray[Any]], ...] = ([], [], [])
    counts = _Counts()
    for side, tokens, lengths in pieces:
        held[side].append(tokens)
        counts.add(side, lengths)
    train, valid, test = (np.concatenate(one) if one else np.empty(0, kind) for one in held)
    return Tokenized((train, valid, test), counts.taken())


def found(name: str) -> Tokenized | None:
    """Return the tokens stored under a key, if they are."""
    place = folder() / name
    try:
        told = msgspec.json.decode((place / "stored.json").read_bytes(), type=_Stored)
        train, valid, test = (_mapped(place / side, np.dtype(told.type)) for side in _SIDES)
        if (train.size, valid.size, test.size) != told.tokens:
            return None
    except (OSError, msgspec.DecodeError, ValueError, TypeError):
        return None
    with suppress(OSError):
        os.utime(place)
    first, second, third = (np.array(one, np.int64) for one in told.lengths)
    return Tokenized((train, valid, test), (first, second, third))


def on_disk(pieces: Pieces, *, name: str, kind: np.dtype[Any]) -> Tokenized:
    """Write the tokens of each side to files, and return them memory-mapped.

    Raises:
        DataError: The cache folder cannot be written.
    """
    try:
        folder().mkdir(parents=True, exist_ok=True)
        _forget_old()
        begun = Path(tempfile.mkdtemp(dir=folder(), prefix=".begun-"))
        try:
            counts = _write(begun, pieces)
            train, valid, test = ((begun / side).stat().st_size // kind.itemsize for side in _SIDES)
            told = _Stored(type=kind.name, tokens=(train, valid, test), lengths=counts.listed())
            (begun / "stored.json").write_bytes(msgspec.json.encode(told))
            if found(name) is None:
                shutil.rmtree(folder() / name, ignore_errors=True)
            # Another process may have stored the same meanwhile; whether anything is there is
            # asked below.
            with suppress(OSError):
                begun.rename(folder() / name)
        finally:
            shutil.rmtree(begun, ignore_errors=True)
    except OSError as error:
        raise DataError(
            f"{printable(str(folder()))}: the tokens cannot be stored there "
            f"({printable(error.strerror or str(error))}); name another folder in TUNER_TUI_CACHE"
        ) from error
    stored = found(name)
    if stored is None:
        raise DataError(
            f"{printable(str(folder() / name))}: what was just stored there cannot be read; "
            "remove it and try again"
        )
    return stored


def remembered(name: str) -> "Tokenizer | None":
    """Return the tokenizer kept under a key, if it is."""
    from tokenizers import Tokenizer

    try:
        return Tokenizer.from_buffer((folder() / f"{name}.json").read_bytes())
    except Exception:  # absent, or damaged, for which the library raises bare `Exception`
        return None


def remember(name: str, tokenizer: "Tokenizer") -> None:
    """Keep a tokenizer under a key; where the folder cannot be written, it is learnt again."""
    with suppress(OSError):
        folder().mkdir(parents=True, exist_ok=True)
        atomic.write(folder() / f"{name}.json", tokenizer.to_str().encode())


def _write(place: Path, pieces: Pieces) -> "_Counts":
    counts = _Counts()
    files = [(place / side).open("wb") for side in _SIDES]
    try:
        for side, tokens, lengths in pieces:
            files[side].write(np.ascontiguousarray(tokens).data)
            counts.add(side, lengths)
    finally:
        for file in files:
            file.close()
    return counts


def _mapped(path: Path, kind: np.dtype[Any]) -> NDArray[Any]:
    # An empty file cannot be mapped.
    return np.memmap(path, kind, mode="r") if path.stat().st_size else np.empty(0, kind)


def _forget_old() -> None:
    """Make room for one more; what another process has mapped stays readable to it."""
    stored = sorted(
        (entry for entry in folder().iterdir() if entry.is_dir() and entry.name[0] != "."),
        key=lambda entry: entry.stat().st_mtime,
        reverse=True,
    )
    for entry in stored[_KEPT - 1 :]:
        shutil.rmtree(entry, ignore_errors=True)
    tokenizers = sorted(folder().glob("*.json"), key=lambda entry: entry.stat().st_mtime)
    for file in tokenizers[: 1 - _KEPT]:
        file.unlink(missing_ok=True)


class _Counts:
    """How many texts of each length each side has, while they come."""

    def __init__(self) -> None:
        self._of_side = [np.zeros(1, np.int64) for _ in _SIDES]

    def add(self, side: int, lengths: NDArray[np.int64]) -> None:
        fresh = np.bincount(np.minimum(lengths, _LONGEST))
        held = self._of_side[side]
        longer, shorter = (fresh, held) if fresh.size > held.size else (held, fresh)
        self._of_side[side] = longer.astype(np.int64)
        self._of_side[side][: shorter.size] += shorter

    def taken(self) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        train, valid, test = self._of_side
        return train, valid, test

    def listed(self) -> tuple[list[int], list[int], list[int]]:
        train, valid, test = (one.tolist() for one in self._of_side)
        return train, valid, test
