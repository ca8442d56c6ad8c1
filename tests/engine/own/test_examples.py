"""Are the examples that a person gives read as what they are, and never changed?"""

import itertools
from collections.abc import Callable, Iterator
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import own_tasks
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuner_engine.errors import TaskError
from tuner_engine.own import arrays, batches, splits
from tuner_engine.own.batches import Batches
from tuner_engine.own.splits import Splits

FOLDER = own_tasks.FOLDER


def read(train: Any, **parts: Any) -> Splits:
    task = own_tasks.declared(**{"train": train, "valid": None, **parts})
    return splits.read(task, folder=FOLDER, seed=0, valid_share=0.25)


def cut(data: Any, size: int) -> list[Any]:
    count = len(next(iter(data.values())))
    return [{n: a[i : i + size] for n, a in data.items()} for i in range(0, count, size)]


class Tensor:
    """What a Torch tensor that has a gradient is to us."""

    def __init__(self, values: np.ndarray, *, free: bool = False) -> None:
        self.values, self.free, self.shape = values, free, values.shape

    def detach(self) -> "Tensor":
        return Tensor(self.values, free=True)

    def cpu(self) -> "Tensor":
        return self

    def __array__(self, dtype: Any = None, copy: Any = None) -> np.ndarray:
        assert self.free, "Can't call numpy() on Tensor that requires grad"
        return self.values


class Loader:
    """What a Torch loader is to us: its own order, and maybe a smaller last batch."""

    def __init__(self, batches: list[Any], *, examples: int, drop_last: bool) -> None:
        self.batches, self.drop_last = batches, drop_last
        self.dataset = range(examples)

    def __len__(self) -> int:
        return len(self.batches)

    def __iter__(self) -> Iterator[Any]:
        return iter(self.batches)


@pytest.mark.parametrize(
    "given",
    [
        np.zeros((3, 2)),
        jnp.zeros((3, 2)),
        Tensor(np.zeros((3, 2))),
        (np.zeros((3, 2)), [1, 2, 3]),
        {"x": np.zeros(3), "more": {"y": Tensor(np.zeros(3))}},
    ],
    ids=["numpy", "jax", "torch", "tuple", "dict"],
)
def test_arrays_come_in_many_ways(given: Any) -> None:
    """Alone or nested, from any library that has arrays."""
    assert arrays.are(given)
    assert all(type(leaf) is np.ndarray for leaf in jax.tree.leaves(arrays.read(given, what="t")))


@pytest.mark.parametrize("given", [[np.zeros(3)], print, Loader([], examples=0, drop_last=True)])
def test_lists_loaders_and_functions_are_batches(given: Any) -> None:
    """Whatever is iterated over holds batches, not columns."""
    assert not arrays.are(given)


def test_wide_types_become_those_that_jax_computes_with() -> None:
    """Doubles and longs in 32 bits; the rest as it is, without a copy."""
    small = np.zeros((3, 2), np.uint8)
    found = arrays.read({"x": np.zeros(3), "y": np.arange(3), "z": small}, what="train")
    assert {name: array.dtype.name for name, array in found.items()} == {
        "x": "float32",
        "y": "int32",
        "z": "uint8",
    }
    assert found["z"] is small


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({}, "holds no arrays at all"),
        ({"x": np.zeros((3, 2)), "y": np.zeros(4)}, r"\['x'\] \(3, 2\).*differ in length"),
        ({"x": np.zeros((0, 2))}, "holds no examples"),
        ({"x": np.float32(3)}, "has no axis of examples"),
        ({"x": np.array(["a", "b"])}, "an array of <U1 holds no numbers"),
        ({"x": np.array([{}, None])}, "an array of object holds no numbers"),
        ({"x": np.array(["2025-01-02"], "M8[D]")}, "holds no numbers"),
        ({"x": np.array([2**40])}, "more than the 32 bits"),
    ],
)
def test_arrays_that_cannot_be_used_are_named(given: Any, told: str) -> None:
    """With the place in the data, and what is wrong there."""
    with pytest.raises(TaskError, match=told):
        read(given)


def test_memory_mapped_arrays_stay_where_they_are(tmp_path: Any) -> None:
    """Even in a type that is wider than needed: they may not fit in memory."""
    mapped = np.memmap(tmp_path / "x", np.float64, "w+", shape=(8, 2))
    assert arrays.read({"x": mapped}, what="train")["x"] is mapped
    valid = {"x": np.zeros((2, 2))}
    assert read({"x": mapped}, valid=valid).shapes(4)["x"].dtype == np.float32
    with pytest.raises(TaskError, match="arrays that lie in a file are not divided"):
        read({"x": mapped})


def test_a_share_is_held_out_where_no_validation_is_given() -> None:
    """Chosen by the seed, told in a caution, and every example is on one side."""
    data = own_tasks.linear(40)
    found = read(data)
    assert [caution.code for caution in found.cautions] == ["valid-from-train"]
    assert "10 of its 40" in found.cautions[0].message
    sides = [side["x"].tolist() for side in (found.train, found.valid)]
    assert sorted(sides[0] + sides[1]) == sorted(data["x"].tolist())
    again = read(data)
    np.testing.assert_array_equal(again.valid["x"], found.valid["x"])


def test_splits_of_other_shapes_are_refused() -> None:
    """Both go through the same loss."""
    data = own_tasks.linear(40)
    with pytest.raises(TaskError, match=r"example of valid is .*float32\[3\].*float32\[4\]"):
        read(data, valid={**data, "x": data["x"][:, :3]})
    with pytest.raises(TaskError, match="example of test is"):
        read(data, valid=data, test={"x": data["x"]})


@pytest.mark.parametrize(
    "source",
    [
        lambda data: cut(data, 8),
        lambda data: lambda: iter(cut(data, 8)),
        lambda data: Loader(cut(data, 8), examples=44, drop_last=False),
        lambda data: Loader(cut(data, 8)[:-1], examples=44, drop_last=True),
    ],
    ids=["list", "function", "loader", "loader-drop-last"],
)
def test_a_smaller_last_batch_is_left_out(source: Callable[[Any], Any]) -> None:
    """Five batches of eight from 44 examples, the same in every pass."""
    data = own_tasks.linear(44)
    found = read(source(data), valid=data).train
    assert isinstance(found, Batches)
    assert (found.per_pass, found.batch_size) == (5, 8)
    for _ in range(2):
        told = list(found)
        assert len(told) == 5
        np.testing.assert_array_equal(told[3]["x"], data["x"][24:32])


def test_an_endless_stream_states_its_epoch() -> None:
    """Counted for a while, then asked for."""
    batch = own_tasks.linear(8)

    def endless() -> Iterator[Any]:
        return itertools.repeat(batch)

    found = read(endless, valid=batch, steps_per_epoch=7)
    assert len(list(found.train)) == 7
    assert found.train_examples == 56
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(batches, "MOST_COUNTED", 50)
        with pytest.raises(TaskError, match="goes on after 50 batches; state how many"):
            read(endless, valid=batch)


def test_an_iterator_is_refused_since_it_ends_once() -> None:
    """Training passes over the examples many times."""
    data = own_tasks.linear(16)
    with pytest.raises(TaskError, match="train is an iterator, which can be read only once"):
        read(iter(cut(data, 8)), valid=data)
    spent = iter(cut(data, 8))
    with pytest.raises(TaskError, match="second pass is empty"):
        read(lambda: spent, valid=data)


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ([], "train yields no batches"),
        (3, "an? int is neither arrays nor something to iterate"),
        ([3, 4], "batch 0 of train: 3 has no axis of examples"),
        ([np.zeros((4, 2)), np.zeros((4, 3)), np.zeros((4, 2))], r"\[4, 3\], the first was"),
        ([np.zeros((4, 2)), np.zeros((2, 2)), np.zeros((4, 2))], r"\[2, 2\], the first was"),
        ([np.zeros((4, 2)), np.zeros((4, 2), np.int32)], "every batch needs the same shapes"),
    ],
)
def test_batches_that_cannot_be_used_are_named(source: Any, told: str) -> None:
    """With the batch, its shapes and those of the first."""
    with pytest.raises(TaskError, match=told):
        read(source, valid=np.zeros((4, 2)))


def test_batches_without_validation_are_refused() -> None:
    """They cannot be divided."""
    with pytest.raises(TaskError, match=r"batches cannot be divided; give Task\(valid=…\)"):
        read(cut(own_tasks.linear(16), 8))


def test_a_pass_that_ends_early_says_so() -> None:
    """Every pass has as many batches as the first."""
    data, lengths = own_tasks.linear(32), iter([4, 4, 4, 3])
    found = read(lambda: iter(cut(data, 8)[: next(lengths)]), valid=data).train
    with pytest.raises(TaskError, match="ended after 3 batches, and had 4 before"):
        list(found)


def test_an_error_while_iterating_is_theirs() -> None:
    """It carries the frame of the file that raised."""

    def broken() -> Iterator[Any]:
        yield own_tasks.linear(8)
        raise ValueError("a damaged record")

    with pytest.raises(TaskError, match="in broken: ValueError: a damaged record"):
        read(broken, valid=own_tasks.linear(8))


def test_validation_batches_are_gathered_within_a_limit() -> None:
    """All of them, the smaller last one, too; but no more than memory allows."""
    data = own_tasks.linear(44)
    kept = read(data, valid=cut(data, 8)).valid
    np.testing.assert_array_equal(kept["x"], data["x"])
    with pytest.raises(TaskError, match="takes more than 0 MiB"):
        batches.gathered(cut(data, 8), what="valid", folder=FOLDER, most_bytes=300)


@given(count=st.integers(1, 300), batch_size=st.integers(1, 64))
def test_a_split_is_folded_into_equal_batches(count: int, batch_size: int) -> None:
    """None larger than asked for, in order, leaving out as few examples as can be."""
    found = splits.folded(np.arange(count), batch_size=batch_size)
    number, size = found.shape
    assert size <= batch_size
    assert found.ravel().tolist() == list(range(number * size))
    assert count - number * size < number
    assert count - number * size <= count % -(-count // batch_size)
