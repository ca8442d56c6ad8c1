"""Can these examples be iterated over again and again, in batches of one shape?

Generator functions, lists of batches, `grain`, Torch loaders and `tf.data` all can.
Invariant: every pass yields the same number of batches, all of the first one's shapes.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jax

from tuner_engine.errors import TaskError
from tuner_engine.own import arrays, user_code
from tuner_engine.own.arrays import Batch
from tuner_engine.printable import printable

MOST_COUNTED = 20_000
"""Batches that are counted to learn how many a pass has; beyond that its author says. House
choice."""


@dataclass(frozen=True, slots=True)
class Batches:
    """Batches that can be iterated again.

    Attributes:
        source: What was given: an iterable, or a function that returns one.
        what: How errors call it.
        folder: Of the person's file.
        shapes: Of one batch.
        per_pass: Batches of one pass; an incomplete last one is not among them.
    """

    source: Any
    what: str
    folder: Path
    shapes: Any
    per_pass: int

    @property
    def batch_size(self) -> int:
        """Examples of one batch."""
        return int(jax.tree.leaves(self.shapes)[0].shape[0])

    def __iter__(self) -> Iterator[Batch]:
        """Yield the batches of one pass.

        Raises:
            TaskError: The pass is shorter than the others, or a batch has another shape.
        """
        number = 0
        for batch in _told(self.source, self.what, self.folder):
            if number == self.per_pass:
                return
            _check_shapes(batch, self.shapes, f"batch {number} of {self.what}")
            yield batch
            number += 1
        if number < self.per_pass:
            raise TaskError(
                f"{self.what} ended after {number} batches, and had {self.per_pass} before; every "
                "pass needs as many (state fewer by steps_per_epoch=)"
            )


def read(source: Any, *, what: str, folder: Path, per_pass: int | None = None) -> Batches:
    """Look at a first pass and return what can be iterated again.

    Args:
        source: An iterable of batches, or a function without arguments that returns one.
        what: How errors call it.
        folder: Of the person's file.
        per_pass: Batches of a pass, where its author stated them.

    Raises:
        TaskError: It can be read only once, is empty, or its batches differ in shape.
    """
    first = _first(source, what, folder)
    shapes = arrays.shapes(first)
    counted = per_pass or _length(source, shapes) or _count(source, shapes, what, folder)
    _first(source, what, folder, again=True)  # raises where a second pass is empty
    return Batches(source=source, what=what, folder=folder, shapes=shapes, per_pass=counted)


def gathered(source: Any, *, what: str, folder: Path, most_bytes: int) -> Batch:
    """Return all examples of one pass as arrays.

    Args:
        source: An iterable of batches, or a function without arguments that returns one.
        what: How errors call it.
        folder: Of the person's file.
        most_bytes: Memory that they may take.

    Raises:
        TaskError: There are none, too many, or batches that do not fit together.
    """
    kept: list[Batch] = []
    held = 0
    for batch in _told(source, what, folder):
        if kept:
            shapes = arrays.shapes(kept[0])
            _check_shapes(batch, shapes, f"batch {len(kept)} of {what}", any_size=True)
        held += arrays.total_bytes(batch)
        if held > most_bytes:
            raise TaskError(
                f"{what} takes more than {most_bytes >> 20:,} MiB of memory, where it is kept; "
                "give fewer examples, as by itertools.islice"
            )
        kept.append(batch)
    if not kept:
        raise TaskError(f"{what} yields no batches")
    return arrays.joined(kept)


def _told(source: Any, what: str, folder: Path) -> Iterator[Batch]:
    """Yield the batches of a fresh pass as NumPy arrays."""
    with user_code.running(what, folder=folder):
        told = iter(_opened(source, what))
    number = 0
    while True:
        with user_code.running(what, folder=folder):
            found = next(told, _END)
        if found is _END:
            return
        yield arrays.read(found, what=f"batch {number} of {what}")
        number += 1


_END = object()


def _opened(source: Any, what: str) -> Iterable[Any]:
    if not hasattr(source, "__iter__") and not hasattr(source, "__getitem__"):
        if not callable(source):
            raise TaskError(
                f"{what}: a {type(source).__name__} is neither arrays nor something to iterate "
                "over; give arrays, a loader, or a function that returns an iterator"
            )
        source = source()
    elif iter(source) is source:
        raise TaskError(
            f"{what} is an iterator, which can be read only once, and training passes over it many "
            f"times; give a function that makes a fresh one: {what}=lambda: batches()"
        )
    opened: Iterable[Any] = source
    return opened


def _first(source: Any, what: str, folder: Path, *, again: bool = False) -> Batch:
    batch = next(_told(source, what, folder), None)
    if batch is not None:
        return batch
    told = "yields batches only once: its second pass is empty" if again else "yields no batches"
    raise TaskError(f"{what} {told}; give a function that returns a fresh iterator each time")


def _length(source: Any, shapes: Any) -> int | None:
    """Return the full batches of a pass where the source knows them without being read."""
    if isinstance(source, list | tuple):
        return None  # reading it costs nothing, and shows an incomplete last batch
    try:
        number = len(source)
    except TypeError:
        return None
    if getattr(source, "drop_last", True):
        return number or None
    try:  # a Torch loader: its last batch may be smaller
        whole = len(source.dataset) // int(jax.tree.leaves(shapes)[0].shape[0])
    except (AttributeError, TypeError):
        return number or None
    return max(min(number, whole), 1)


def _count(source: Any, shapes: Any, what: str, folder: Path) -> int:
    """Return the full batches of a pass by reading it; a smaller last one is left out."""
    number, incomplete = 0, None
    for batch in _told(source, what, folder):
        name = f"batch {number} of {what}"
        if incomplete is not None:
            _check_shapes(incomplete, shapes, name)  # raises: it was not the last
        incomplete = batch if _check_shapes(batch, shapes, name, smaller=True) else None
        number += incomplete is None
        if number > MOST_COUNTED:
            raise TaskError(
                f"{what} goes on after {MOST_COUNTED:,} batches; state how many one epoch has: "
                "Task(steps_per_epoch=…)"
            )
    return number


def _check_shapes(
    batch: Batch, shapes: Any, what: str, *, smaller: bool = False, any_size: bool = False
) -> bool:
    """Hold a batch against the first one's shapes; return whether it only has fewer examples."""
    same = _names(batch) == _names(shapes)
    found, first = jax.tree.leaves(arrays.shapes(batch)), jax.tree.leaves(shapes)
    same = same and all(
        one.dtype == other.dtype and one.shape[1:] == other.shape[1:]
        for one, other in zip(found, first, strict=True)
    )
    if same and (any_size or found[0].shape[0] == first[0].shape[0]):
        return False
    if same and smaller and found[0].shape[0] < first[0].shape[0]:
        return True
    raise TaskError(
        f"{what} is {_worded(arrays.shapes(batch))}, the first was {_worded(shapes)}; every batch "
        "needs the same shapes (pad the examples, and drop an incomplete last batch)"
    )


def _names(tree: Any) -> list[str]:
    return [jax.tree_util.keystr(path) for path, _ in jax.tree_util.tree_leaves_with_path(tree)]


def _worded(shapes: Any) -> str:
    leaves = jax.tree_util.tree_leaves_with_path(shapes)
    words = (
        f"{jax.tree_util.keystr(path)} {leaf.dtype}{list(leaf.shape)}".strip()
        for path, leaf in leaves
    )
    return printable(", ".join(words), width=200)
