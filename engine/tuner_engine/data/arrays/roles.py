"""Which arrays are examples, which their answers, and which split do they belong to?

Invariant: names decide, in the words that people use; only where names say nothing do two shapes.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from tuner_engine.data.arrays.stored import Stored
from tuner_engine.data.tables.split import TEST, TRAIN, VALID
from tuner_engine.errors import DataError
from tuner_engine.printable import printable

Role = Literal["x", "y"]

SIDES = {
    **dict.fromkeys(("train", "training", "tr"), TRAIN),
    **dict.fromkeys(("valid", "validation", "val", "dev"), VALID),
    **dict.fromkeys(("test", "testing", "te", "eval", "t10k"), TEST),
}
"""Words for the split that something belongs to."""

_ROLES: dict[str, Role] = {
    **dict.fromkeys(("x", "image", "images", "img", "imgs", "pixels", "arr0"), "x"),
    **dict.fromkeys(("data", "input", "inputs", "feature", "features", "samples"), "x"),
    **dict.fromkeys(("y", "label", "labels", "lbl", "class", "classes", "arr1"), "y"),
    **dict.fromkeys(("target", "targets", "output", "outputs", "answers"), "y"),
}

_GLUED = re.compile(r"(x|y)(train|training|valid|val|validation|test|dev)")


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a name says of its array; `rest` is what it says besides."""

    side: int | None
    role: Role | None
    rest: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """Examples with their answers, row by row; of the whole data if `side` is none."""

    side: int | None
    x: Stored
    y: Stored


def meaning(name: str) -> Meaning:
    """Return what a name such as `x_train` or `t10k-images-idx3-ubyte` says."""
    apart = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name).lower()
    apart = re.sub(r"arr_(?=[01]$)", "arr", apart)
    words = re.findall(r"t10k|arr[01]|[a-z]+|\d+", _GLUED.sub(r"\1 \2", apart))
    side = next((SIDES[word] for word in words if word in SIDES), None)
    role = next((_ROLES[word] for word in words if word in _ROLES), None)
    return Meaning(side, role, tuple(word for word in words if word not in {*SIDES, *_ROLES}))


def parts(arrays: Mapping[str, Stored], *, target: str | None, name: str) -> tuple[Part, ...]:
    """Return the examples and answers among `arrays`, one part for each split.

    Args:
        arrays: By name.
        target: Name of the answers, where a person gave it.
        name: Of the file, for errors.

    Raises:
        DataError: Examples or answers are missing, or their lengths differ.
    """
    if target is not None:
        found = [_named(arrays, target, name=name)]
    else:
        found = _by_name(arrays) or _by_shape(arrays)
    if not found:
        listed = ", ".join(f"{printable(key, width=40)} {one.shape}" for key, one in arrays.items())
        raise DataError(
            f"{name}: no pair of examples and answers among its arrays: {listed}; call them x and "
            "y, images and labels, or x_train, y_train, x_test and y_test"
        )
    check_lengths(found)
    return tuple(found)


def check_lengths(found: Sequence[Part]) -> None:
    """Raise unless there is one answer for each example.

    Raises:
        DataError: There are more or fewer.
    """
    for part in found:
        if part.x.rows != part.y.rows:
            raise DataError(
                f"{part.x.name}: {part.x.rows:,} examples, but {part.y.rows:,} answers in "
                f"{part.y.name}; there must be one for each"
            )


def _named(arrays: Mapping[str, Stored], target: str, *, name: str) -> Part:
    if target not in arrays:
        listed = ", ".join(printable(key, width=40) for key in arrays)
        raise DataError(
            f"{name}: no array {printable(target, width=40)!r} to predict; it holds: {listed}"
        )
    y = arrays[target]
    fitting = [one for key, one in arrays.items() if key != target and one.rows == y.rows]
    if not fitting:
        raise DataError(f"{y.name}: no other array has its {y.rows:,} rows to predict it from")
    return Part(None, max(fitting, key=lambda one: one.row_bytes), y)


def _by_name(arrays: Mapping[str, Stored]) -> list[Part]:
    known = {key: meaning(key) for key in arrays}
    found: list[Part] = []
    for key, said in known.items():
        if said.role != "x" or any(part.side == said.side for part in found):
            continue
        partners = [other for other, one in known.items() if _answers(one, said)]
        if partners:
            found.append(Part(said.side, arrays[key], arrays[partners[0]]))
    # What belongs to no split is left out where splits are named.
    apart = [part for part in found if part.side is not None]
    return apart if apart and TRAIN in {part.side for part in apart} else found


def _answers(one: Meaning, examples: Meaning) -> bool:
    return one.role == "y" and one.side == examples.side and one.rest == examples.rest


def _by_shape(arrays: Mapping[str, Stored]) -> list[Part]:
    """Return the only array with one answer for every row of the only other one."""
    if len(arrays) != 2:
        return []
    y, x = sorted(arrays.values(), key=lambda one: len(one.shape))
    flat = len(y.shape) == 1 and len(x.shape) > 1
    return [Part(None, x, y)] if flat and x.rows == y.rows else []


def sides(found: tuple[Part, ...]) -> NDArray[np.int8] | None:
    """Return the side of every example, int8; none where the data are not split.

    Without a part to train on, what the other parts are called says nothing.
    """
    if len(found) < 2 or TRAIN not in {part.side for part in found}:
        return None
    return np.concatenate(
        [np.full(part.x.rows, part.side, dtype=np.int8) for part in found if part.side is not None]
    )


def rows(
    arrays: Sequence[Stored], chosen: NDArray[np.int64] | None
) -> list[NDArray[np.int64] | None]:
    """Return which rows of each array are read; all where nothing was chosen.

    Args:
        arrays: One after another.
        chosen: Rows of all of them, ascending.
    """
    if chosen is None:
        return [None for _ in arrays]
    ends = np.cumsum([array.rows for array in arrays])
    cuts = np.split(chosen, np.searchsorted(chosen, ends[:-1]))
    starts = (ends - [array.rows for array in arrays]).tolist()
    return [part - start for part, start in zip(cuts, starts, strict=True)]
