"""How do batches reach the device that do not lie there from the start?

A thread gathers the next steps' batches while the device works on the last ones; a short queue
bounds what it is ahead. All lanes are shown the same batches in the same order.
Invariant: how batches are cut into blocks depends on time, and no number depends on it.
"""

import math
import queue
import threading
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import jax
import numpy as np

from tuner_engine.errors import DataError
from tuner_engine.training import order
from tuner_engine.training.lane import Form
from tuner_engine.training.task import Batch, Stream, Task
from tuner_engine.workload import Caution

SHARED_ORDER = Caution(
    code="shared-order",
    message=(
        "The training data are read from the host while training, and all trainings see the same "
        "batches in the same order: seeds differ in their first weights and their noise only."
    ),
)
"""What has to be said of a result where batches are fed to several lanes."""

ORDER_SEED = 0
"""Shuffles arrays that are fed. It belongs to no lane, as all of them share the order."""

BLOCK_BYTES = 2**26
"""Most bytes of batches that are sent at once; about three such blocks are held. House choice."""

MOST_STEPS = 256
"""Most steps that are sent at once. House choice."""

BLOCK_S = 0.2
"""Seconds after which a block is sent as far as it has come, so that slow data hold nobody up who
wants to stop or watch. House choice."""

AHEAD = 1
"""Blocks that wait in the queue while another is being gathered. House choice."""

CLOSING_S = 1.0
"""Seconds that are waited for the thread to end; a source that blocks is left behind."""


@dataclass(frozen=True, slots=True)
class Block:
    """Batches of some steps in a row.

    Attributes:
        batches: Arrays [most steps of a block, batch, …], on the devices.
        steps: How many of them are filled.
    """

    batches: Any
    steps: int


class Feed:
    """Hands a training its batches, for as many steps at once as are there.

    Args:
        blocks: Where they come from; none where the examples lie on the device.
    """

    def __init__(self, blocks: Generator[Block] | None) -> None:
        self._blocks = blocks
        self._block = Block((), 0)
        self._taken = 0

    def take(self, steps: int) -> tuple[Block, int]:
        """Return batches for at most so many steps, and how many of the block come before them."""
        if self._blocks is None:
            return Block((), steps), 0
        if self._taken == self._block.steps:
            self._block, self._taken = next(self._blocks), 0
        offset = self._taken
        self._taken = min(offset + steps, self._block.steps)
        return Block(self._block.batches, self._taken - offset), offset

    def close(self) -> None:
        """End the thread that gathers, if there is one."""
        if self._blocks is not None:
            with suppress(ValueError):  # a block was being waited for when the training was left
                self._blocks.close()


def shapes(task: Task, form: Form) -> Any:
    """Return the shapes of one batch.

    Raises:
        DataError: A stream has no first batch, or one of another size than it says.
    """
    if not isinstance(task.train, Stream):
        return jax.tree.map(
            lambda array: jax.ShapeDtypeStruct(
                (form.batch_size, *array.shape[1:]), jax.dtypes.canonicalize_dtype(array.dtype)
            ),
            task.train,
        )
    first = next(iter(task.train.batches), None)
    if first is None:
        raise DataError(_ended(task.train, epoch=0, got=0))
    found = jax.tree.map(_shape, first)
    lengths = {each.shape[:1] for each in jax.tree.leaves(found)}
    if lengths != {(task.train.batch_size,)}:
        raise DataError(
            f"the training stream's first batch is {_words(found)}; every array needs a first axis "
            f"of {task.train.batch_size} examples, the stream's batch size"
        )
    return found


def block_steps(batch: Any) -> int:
    """Return the most steps of one block, for batches of these shapes."""
    size_bytes: int = sum(
        math.prod(each.shape) * np.dtype(each.dtype).itemsize for each in jax.tree.leaves(batch)
    )
    return min(max(BLOCK_BYTES // size_bytes, 1), MOST_STEPS)


def batches(task: Task, form: Form, batch: Any) -> Generator[Batch]:
    """Return host batches without end, epoch after epoch.

    Args:
        task: Its training split is a stream, or arrays that are shuffled and gathered from.
        form: How many examples a batch has.
        batch: The shapes that every batch must have.

    Raises:
        DataError: A stream ends early, or a batch has another shape.
    """
    if isinstance(task.train, Stream):
        yield from _streamed(task.train, batch)
        return
    step = 0
    per_epoch = order.steps_per_epoch(task.train_examples, form.batch_size)
    while True:
        epoch = order.batches(
            seed=ORDER_SEED,
            examples=task.train_examples,
            batch_size=form.batch_size,
            first_step=step,
            steps=per_epoch,
        )
        for rows in epoch:
            yield jax.tree.map(lambda array, rows=rows: array[rows], task.train)
        step += per_epoch


def blocks(
    source: Generator[Batch],
    batch: Any,
    *,
    steps: int,
    most: int,
    put: Callable[[Any], Any],
) -> Generator[Block]:
    """Yield a course's batches in blocks, gathered by a thread that ends with this iterator.

    Args:
        source: Host batches.
        batch: Their shapes.
        steps: Of the whole course.
        most: Most steps of one block.
        put: Moves a block's arrays to the devices.

    Raises:
        Exception: Whatever the source raises, once its turn has come.
    """
    ready: queue.Queue[Block | BaseException] = queue.Queue(maxsize=AHEAD)
    closed = threading.Event()

    def gather() -> None:
        try:
            left = steps
            while left and not closed.is_set():
                arrays, filled = _gathered(source, batch, wanted=min(left, most), most=most)
                _offer(ready, Block(put(arrays), filled), closed)
                left -= filled
        except BaseException as error:
            _offer(ready, error, closed)
        finally:
            source.close()

    thread = threading.Thread(target=gather, name="feeding", daemon=True)
    thread.start()
    try:
        left = steps
        while left:
            block = ready.get()
            if isinstance(block, BaseException):
                raise block
            yield block
            left -= block.steps
    finally:
        closed.set()
        thread.join(CLOSING_S)


def _offer(ready: "queue.Queue[Any]", item: Any, closed: threading.Event) -> None:
    """Put an item into the queue, unless nobody waits for it any more."""
    while not closed.is_set():
        try:
            ready.put(item, timeout=0.1)
        except queue.Full:
            continue
        return


def _gathered(source: Iterator[Batch], batch: Any, *, wanted: int, most: int) -> tuple[Any, int]:
    """Return as many batches as come in time, at least one, in arrays with room for `most`."""
    arrays = jax.tree.map(lambda each: np.zeros((most, *each.shape), each.dtype), batch)
    began_s = time.monotonic()
    filled = 0
    while filled < wanted and (not filled or time.monotonic() - began_s < BLOCK_S):
        found = next(source)
        for array, part in zip(jax.tree.leaves(arrays), jax.tree.leaves(found), strict=True):
            array[filled] = part
        filled += 1
    return arrays, filled


def _streamed(stream: Stream, batch: Any) -> Iterator[Batch]:
    """Return a stream's batches, epoch after epoch, each checked."""
    epoch = 0
    while True:
        number = 0
        for found in stream.batches:
            seen = jax.tree.map(_shape, found)
            if seen != batch:
                raise DataError(
                    f"batch {number + 1} of epoch {epoch + 1} of the training stream is "
                    f"{_words(seen)}; the first was {_words(batch)}, and all must be alike: leave "
                    "an incomplete last batch out, and pad what varies in length"
                )
            yield found
            number += 1
            if number == stream.per_epoch:
                break
        if number < stream.per_epoch:
            raise DataError(_ended(stream, epoch=epoch, got=number))
        epoch += 1


def _ended(stream: Stream, *, epoch: int, got: int) -> str:
    return (
        f"the training stream ended after {got} batches of epoch {epoch + 1}, and says that an "
        f"epoch has {stream.per_epoch}; it must give them each time it is iterated, so a list, a "
        "data loader or an object whose __iter__ starts afresh will do, and a generator will not"
    )


def _shape(array: Any) -> jax.ShapeDtypeStruct:
    array = np.asarray(array)
    return jax.ShapeDtypeStruct(array.shape, jax.dtypes.canonicalize_dtype(array.dtype))


def _words(batch: Any) -> str:
    """Return the shapes of a batch as people write them."""
    return ", ".join(
        f"{jax.tree_util.keystr(path) or 'one array'} {each.dtype}{list(each.shape)}"
        for path, each in jax.tree_util.tree_leaves_with_path(batch)
    )
