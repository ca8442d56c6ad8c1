"""Are batches that come from the host the right ones, in time, and only while they are wanted?"""

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import problems
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from problems import course, lane, same, trained

from tuner_engine import leaving
from tuner_engine.errors import DataError, UsageError
from tuner_engine.training import cohort, courses, feeding, order
from tuner_engine.training.lane import Form
from tuner_engine.training.layouts import Layout
from tuner_engine.training.program import Program, compile_program
from tuner_engine.training.task import Batch, Stream, Task

FORM = Form(optimizer="adamw", batch_size=32, keep_best=True, fed=True)
LANES = [lane(1e-2), lane(1e-2, seed=1), lane(3e-2)]
COURSE = course(20, every=7)


class Loader:
    """Batches of an array in its own order, counted; it may be made to misbehave."""

    def __init__(self, task: Task, *, spoil: Callable[[int, Batch], Batch | None]) -> None:
        self.task, self.spoil, self.given = task, spoil, 0

    def __iter__(self) -> Iterator[Batch]:
        for number in range(8):
            rows = slice(32 * number, 32 * (number + 1))
            batch = {name: array[rows] for name, array in self.task.train.items()}
            spoilt = self.spoil(self.given, batch)
            self.given += 1
            if spoilt is None:
                return
            yield spoilt


def as_is(number: int, batch: Batch) -> Batch:
    return batch


def streamed(
    task: Task, spoil: Callable[[int, Batch], Batch | None] = as_is, **changes: Any
) -> Task:
    usual = {"batches": Loader(task, spoil=spoil), "per_epoch": 8, "batch_size": 32}
    return problems.replaced(task, train=Stream(**{**usual, **changes}))


@pytest.fixture(scope="module")
def resident(task: Task) -> Program:
    form = Form(optimizer="adamw", batch_size=32, keep_best=True)
    return compile_program(task, form, Layout("map", "scan"), lanes=3)


@pytest.fixture(scope="module", params=problems.LAYOUTS, ids=str)
def layout(request: pytest.FixtureRequest) -> Layout:
    found: Layout = request.param
    return found


def test_a_stream_trains_as_arrays_in_its_order(
    task: Task, resident: Program, layout: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In every layout, fed batches give the losses of the same rows on the device."""
    fed = compile_program(streamed(task), FORM, layout, lanes=3)
    found = trained(fed, LANES, COURSE)

    def in_order(*, seed: int, first_step: int, steps: int, **_: int) -> np.ndarray:
        starts = 32 * ((first_step + np.arange(steps)) % 8)
        return starts[:, None] + np.arange(32)

    monkeypatch.setattr(order, "batches", in_order)
    usual = trained(resident, LANES, COURSE)
    for name in ("train", "valid"):
        np.testing.assert_allclose(found[name], usual[name], rtol=2e-5, err_msg=name)
    np.testing.assert_allclose(found["params"], usual["params"], atol=1e-4)


def test_memory_mapped_arrays_are_shuffled_and_fed(
    task: Task, resident: Program, tmp_path: Path
) -> None:
    """They train as they would on the device, where the lane's order is the shared one."""
    mapped = {}
    for name, array in task.train.items():
        np.save(tmp_path / f"{name}.npy", array)
        mapped[name] = np.load(tmp_path / f"{name}.npy", mmap_mode="r")
    fed = compile_program(
        problems.replaced(task, train=mapped), FORM, Layout("map", "scan"), lanes=3
    )
    assert LANES[0].seed == feeding.ORDER_SEED
    found, usual = trained(fed, LANES[:1], COURSE), trained(resident, LANES[:1], COURSE)
    np.testing.assert_allclose(found["train"], usual["train"], rtol=2e-5)


def test_lanes_share_the_order_whatever_their_seed(task: Task) -> None:
    """Lanes that differ in their seed alone see the same batches: a neighbour changes nothing."""
    fed = compile_program(streamed(task), FORM, Layout("map", "scan"), lanes=3)
    together = trained(fed, LANES, COURSE)
    for number, own in enumerate(LANES):
        same(trained(fed, [own], COURSE), problems.rows(together, number))


@settings(max_examples=8)
@given(chunk_steps=st.integers(1, 25), most=st.integers(1, 9))
def test_chunks_and_blocks_change_no_number(task: Task, chunk_steps: int, most: int) -> None:
    """However many batches come at once, and however many steps are asked for."""
    with pytest.MonkeyPatch.context() as patch:
        usual = trained(_fed(task), LANES, COURSE, chunk_steps=25)
        patch.setattr(feeding, "_gathered", _at_most(most))
        same(trained(_fed(task), LANES, COURSE, chunk_steps=chunk_steps), usual)


def _at_most(most_now: int) -> Callable[..., Any]:
    whole = feeding._gathered

    def gathered(source: Any, batch: Any, *, wanted: int, most: int) -> Any:
        return whole(source, batch, wanted=min(wanted, most_now), most=most)

    return gathered


_PROGRAMS: dict[str, Program] = {}


def _fed(task: Task) -> Program:
    if "fed" not in _PROGRAMS:
        _PROGRAMS["fed"] = compile_program(streamed(task), FORM, Layout("map", "scan"), lanes=3)
    return _PROGRAMS["fed"]


def feeders() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "feeding"]


def test_the_thread_ends_with_the_iterator(task: Task) -> None:
    """Whether training ends, is cancelled, or is never read on; and it ran no further ahead."""
    stream = streamed(task)
    program = compile_program(stream, FORM, Layout("map", "scan"), lanes=1)
    running = cohort.train(program, LANES[:1], course(10**6), chunk_steps=3)
    next(running)
    assert len(feeders()) == 1
    running.close()
    assert feeders() == []
    blocks = 2 + feeding.AHEAD
    assert stream.train.batches.given <= blocks * program.chunk_steps + 1
    trained(program, LANES[:1], COURSE)
    assert feeders() == []


def broken(number: int, batch: Batch) -> Batch:
    if number == 6:
        raise OSError("the disk is gone")
    return batch


def short(number: int, batch: Batch) -> Batch:
    return {name: array[:7] for name, array in batch.items()} if number == 6 else batch


def early(number: int, batch: Batch) -> Batch | None:
    return None if number == 6 else batch


@pytest.mark.parametrize(
    ("spoil", "error", "words"),
    [
        (broken, OSError, "the disk is gone"),
        (short, DataError, r"batch 6 of epoch 1 .* is \['x'\] float32\[7, 6\].* was .*\[32, 6\]"),
        (early, DataError, "ended after 5 batches of epoch 1, and says that an epoch has 8"),
    ],
)
def test_what_goes_wrong_in_a_stream_surfaces(
    task: Task, spoil: Callable[[int, Batch], Batch | None], error: type[Exception], words: str
) -> None:
    """In the loop that trains, by name, with what came and what may come; no thread is left."""
    program = compile_program(streamed(task, spoil), FORM, Layout("map", "scan"), lanes=1)
    with pytest.raises(error, match=words):
        trained(program, LANES[:1], COURSE)
    assert feeders() == []


def test_a_stream_that_can_be_read_once_is_named(task: Task) -> None:
    """A generator is empty in its second epoch."""
    once = iter(list(Loader(task, spoil=as_is)) * 2)
    program = compile_program(streamed(task, batches=once), FORM, Layout("map", "scan"), lanes=1)
    with pytest.raises(DataError, match=r"ended after 7 batches of epoch 2.* a generator will not"):
        trained(program, LANES[:1], COURSE)


def test_an_empty_stream_and_one_of_another_size_are_refused_at_once(task: Task) -> None:
    """Before anything is compiled."""
    with pytest.raises(DataError, match="ended after 0 batches of epoch 1"):
        compile_program(streamed(task, batches=[]), FORM, Layout("map", "scan"), lanes=1)
    with pytest.raises(DataError, match=r"float32\[32, 6\].* first axis of 64 examples"):
        compile_program(streamed(task, batch_size=64), FORM, Layout("map", "scan"), lanes=1)


def test_hyperparameters_take_a_streams_own_batches(task: Task) -> None:
    """The stream's batch size counts, and accumulation must divide it."""
    stream = streamed(task)
    form = courses.form(stream, problems.settings(batch_size=7))
    assert (form.batch_size, form.fed) == (32, True)
    assert courses.steps_per_epoch(stream, problems.settings(batch_size=7)) == 8
    with pytest.raises(UsageError, match=r"batches of 32 examples .* 3 equal parts"):
        courses.form(stream, problems.settings(accumulation=3))
    assert not courses.form(task, problems.settings()).fed
    assert courses.form(task, problems.settings(), fed=True).fed


def test_a_source_that_blocks_is_left(task: Task, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run that is over waits for no batch; its source is asked for nothing more."""
    held, over = threading.Event(), threading.Event()
    monkeypatch.setattr(feeding, "CLOSING_S", 0.01)
    monkeypatch.setattr(leaving, "GRACE_S", 0.01)

    def blocking(number: int, batch: Batch) -> Batch:
        if number > 2:
            over.set()
            held.wait()
        return batch

    blocked = streamed(task, blocking)
    fed = compile_program(blocked, FORM, Layout("map", "scan"), lanes=3)
    chunks = cohort.train(replace(fed, over=over.is_set), LANES, COURSE, chunk_steps=1)
    with pytest.raises(leaving.Left):
        list(chunks)
    assert isinstance(blocked.train, Stream)
    given = blocked.train.batches.given  # type: ignore[attr-defined]
    held.set()
    assert given <= 4
