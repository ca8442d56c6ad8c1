"""How does a frozen state hold a sequence that grows by one, a hundred thousand times?

Successors share one list, of which each sees its own beginning; adding to the newest one costs as
much as adding to a list. Invariant: what a sequence holds never changes.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import TypeVar, overload

T = TypeVar("T")


class Growing(Sequence[T]):
    """A sequence that never changes and has cheap successors.

    Args:
        items: What it holds at first.
    """

    __slots__ = ("_items", "_length")

    def __init__(self, items: Iterable[T] = ()) -> None:
        self._items = list(items)
        self._length = len(self._items)

    def and_then(self, item: T) -> "Growing[T]":
        """Return the sequence that also holds `item`, at its end."""
        newest = len(self._items) == self._length
        after: Growing[T] = Growing()
        after._items = self._items if newest else self._items[: self._length]
        after._items.append(item)
        after._length = self._length + 1
        return after

    def __len__(self) -> int:
        return self._length

    def __iter__(self) -> Iterator[T]:
        return islice(self._items, self._length)

    @overload
    def __getitem__(self, index: int) -> T: ...

    @overload
    def __getitem__(self, index: slice) -> tuple[T, ...]: ...

    def __getitem__(self, index: int | slice) -> T | tuple[T, ...]:
        places = range(self._length)[index]
        if isinstance(places, range):
            return tuple(self._items[place] for place in places)
        return self._items[places]

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Growing | tuple):
            return NotImplemented
        if isinstance(other, Growing) and self._items is other._items:
            return self._length == other._length
        return len(self) == len(other) and all(
            one == another for one, another in zip(self, other, strict=True)
        )

    __hash__ = None  # type: ignore[assignment]  # as of any value that compares by what it holds

    def __repr__(self) -> str:
        return f"Growing({self._items[: self._length]!r})"
