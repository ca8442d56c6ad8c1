"""What does a text hold, and which part of it trains, validates and tests?

Running text is split where it stands, so that validation is later text; documents are split by
chance. Invariant: equal documents, letter case and spaces aside, stay on one side.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tuner_engine.data.tables import sample, split
from tuner_engine.data.text.passages import Passages
from tuner_engine.errors import DataError, UsageError
from tuner_engine.specs import DataSpec

NEAR_EMPTY = 3
"""Characters, spaces aside, below which a text says nothing. House choice: `ok` and the like."""

_LINE_CHARACTERS = 40
"""Shortest line whose repetition is no coincidence. House choice: half a line of print."""

_MISSING = 0
"""In place of the fingerprint of a document that is not there; chance makes it one in 2**64."""

_LONGEST_LINE = 1000
"""Characters that a side may grow by so that no line is torn. House choice."""

_COMPARED_CHARACTERS = 1 << 26
"""Most characters of a side that are compared line by line with another. House choice: seconds."""


@dataclass(frozen=True, slots=True)
class Survey:
    """What one reading of a text finds.

    Attributes:
        characters: Of all passages.
        encoded_bytes: Of them in UTF-8.
        passages: How many there are.
        lines: Line feeds in them, and one for a last line that lacks its own.
        distinct: Different characters.
        missing: Documents without a character, spaces aside; 0 for running text.
        near_empty: Others with fewer than `NEAR_EMPTY` characters; 0 for running text.
        groups: Fingerprint of each document, `_MISSING` for missing ones; none for running text.
        different: Different documents, the missing ones not counted; 0 for running text.
    """

    characters: int
    encoded_bytes: int
    passages: int
    lines: int
    distinct: int
    missing: int
    near_empty: int
    groups: NDArray[np.int64] | None
    different: int

    @property
    def duplicate_share(self) -> float:
        """Share of the documents that repeat an earlier one, 0 to 1."""
        present = self.passages - self.missing
        return 1 - self.different / present if self.groups is not None and present else 0.0


@dataclass(frozen=True, slots=True)
class Cut:
    """Which side each passage, or stretch of running text, is on.

    Attributes:
        bounds: Characters before validation and before the test begin; running text only.
        sides: Of each document, `split.TRAIN` and so on, or -1 for one that is left out; documents
            only.
    """

    bounds: tuple[int, int] = (0, 0)
    sides: NDArray[np.int8] | None = None


def survey(passages: Passages) -> Survey:
    """Return what one reading of the text finds."""
    seen = np.zeros(0x110000, np.bool_)
    characters = encoded_bytes = count = lines = missing = near_empty = 0
    last = "\n"
    hashes: list[int] = []
    for passage in passages.read():
        count += 1
        characters += len(passage)
        encoded_bytes += len(passage.encode("utf-8", "replace"))
        lines += passage.count("\n")
        last = passage[-1:] or last
        seen[np.frombuffer(passage.encode("utf-32-le", "surrogatepass"), np.uint32)] = True
        if passages.separate:
            size = len(passage.strip())
            hashes.append(fingerprint(passage) if size else _MISSING)
            missing += size == 0
            near_empty += 0 < size < NEAR_EMPTY
    groups = np.array(hashes, np.int64) if passages.separate else None
    return Survey(
        characters=characters,
        encoded_bytes=encoded_bytes,
        passages=count,
        lines=lines + (last != "\n"),
        distinct=int(seen.sum()),
        missing=missing,
        near_empty=near_empty,
        groups=groups,
        different=0 if groups is None else np.unique(groups[groups != _MISSING]).size,
    )


def fingerprint(text: str) -> int:
    """Return a number that is equal for texts that differ in letter case and spaces at most."""
    plain = " ".join(text.casefold().split()).encode("utf-8", "surrogatepass")
    return int.from_bytes(hashlib.blake2b(plain, digest_size=8).digest(), "little", signed=True)


def check_shares(spec: DataSpec) -> None:
    """Raise if validation and test leave nothing to train on.

    Raises:
        UsageError: They do.
    """
    if spec.valid_share + spec.test_share >= 1:
        raise UsageError(
            f"valid_share {spec.valid_share:g} and test_share {spec.test_share:g} leave nothing to "
            "train on; together they must stay below 1"
        )


def cut(passages: Passages, found: Survey, spec: DataSpec, *, seed: int) -> Cut:
    """Return the sides of a text: training first, then validation, then the test.

    Raises:
        DataError: There are too few documents.
        UsageError: The shares leave nothing to train on.
    """
    check_shares(spec)
    if found.groups is None:
        train = 1 - spec.valid_share - spec.test_share
        first = round(found.characters * train)
        return Cut(bounds=(first, round(found.characters * (train + spec.valid_share))))
    return Cut(sides=_drawn(passages, found.groups, spec, seed=seed))


def _drawn(
    passages: Passages, groups: NDArray[np.int64], spec: DataSpec, *, seed: int
) -> NDArray[np.int8]:
    kept = np.flatnonzero(groups != _MISSING)
    if spec.max_rows is not None:
        kept = kept[sample.smallest(sample.generator(seed).random(kept.size), spec.max_rows)]
    own = np.unique(groups[kept], return_inverse=True)[1].astype(np.int64)
    if kept.size == 0 or own.max() == 0:
        different = "no document" if kept.size == 0 else "one document only, however often"
        raise DataError(
            f"{passages.name}: {different}; training and validation need at least one each"
        )
    parts = split.split(
        own, None, valid_share=spec.valid_share, test_share=spec.test_share, seed=seed
    )
    sides = np.full(groups.size, -1, np.int8)
    for side, members in enumerate((parts.train, parts.valid, parts.test)):
        sides[kept[members]] = side
    return sides


def sided(passages: Passages, where: Cut) -> Iterator[tuple[int, str]]:
    """Yield each stretch of text with its side, in the order of the file."""
    if where.sides is not None:
        for side, passage in zip(where.sides.tolist(), passages.read(), strict=True):
            if side >= 0:
                yield side, passage
        return
    begun, side = 0, split.TRAIN
    for passage in passages.read():
        rest = passage
        while side < split.TEST and begun + len(rest) >= where.bounds[side]:
            end = _line_end(rest, where.bounds[side] - begun)
            if end:
                yield side, rest[:end]
            begun, rest, side = begun + end, rest[end:], side + 1
        if rest:
            yield side, rest
        begun += len(rest)


def _line_end(text: str, wanted: int) -> int:
    """Return where the line that holds position `wanted` ends, or `wanted` in an endless one."""
    begin = max(0, wanted)
    found = text.find("\n", begin, begin + _LONGEST_LINE)
    return begin if found < 0 else found + 1


def repeated_lines(passages: Passages, where: Cut) -> float:
    """Return the share of the long lines of validation that stand in training word for word.

    Of a large text, as many characters of each side are compared as `_COMPARED_CHARACTERS`; the
    share is then at least this.
    """
    known = set(_long_lines(passages, where, side=split.TRAIN))
    found = [line in known for line in _long_lines(passages, where, side=split.VALID)]
    return float(np.mean(found)) if found else 0.0


def _long_lines(passages: Passages, where: Cut, *, side: int) -> Iterator[int]:
    """Yield the fingerprints of the long lines of a side."""
    left = _COMPARED_CHARACTERS
    for here, text in sided(passages, where):
        if here != side:
            continue
        for line in text.split("\n"):
            if len(line.strip()) >= _LINE_CHARACTERS:
                yield fingerprint(line)
        left -= len(text)
        if left <= 0:
            return
