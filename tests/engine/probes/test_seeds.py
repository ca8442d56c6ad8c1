"""Does each source of luck move what it should, and nothing else?"""

import itertools
from dataclasses import replace

import numpy as np
import problems
import pytest

from tuner_engine.events import AnyEvent, LanesStarted, StepsTaken, VerdictReached
from tuner_engine.models import tabular
from tuner_engine.probes import luck_verdict, pace, seeds
from tuner_engine.probes.seeds_plan import SEEDS
from tuner_engine.probes.terms import Terms
from tuner_engine.specs import Hyperparameters
from tuner_engine.state import fold_all
from tuner_engine.training import fitting
from tuner_engine.training.program import Program
from tuner_engine.training.task import Stream, Task

SETTINGS = problems.settings(epochs=6, dropout=0.2)


@pytest.fixture(autouse=True)
def _device(device: None) -> None: ...


@pytest.fixture(scope="module")
def program(device: None) -> Program:
    return fitting.fitted(tabular.task(problems.blobs(), SETTINGS), SETTINGS, lanes=4).program


def probed(
    task: Task, settings: Hyperparameters, terms: Terms | None = None
) -> tuple[list[AnyEvent], VerdictReached]:
    told = list(seeds.probe(task, settings, terms or Terms(seed=7)))
    assert isinstance(told[-1], VerdictReached)
    return told, told[-1]


def test_each_source_is_varied_alone() -> None:
    """First weights, order and noise are arms of their own; the spread of all is told."""
    told, verdict = probed(tabular.task(problems.blobs(), SETTINGS), SETTINGS)
    state = fold_all(told)
    arms = {training.arm: 0 for training in state.trainings}
    assert list(arms) == [
        luck_verdict.EVERYTHING,
        luck_verdict.WEIGHTS,
        luck_verdict.ORDER,
        luck_verdict.NOISE,
    ]
    assert verdict.verdict == "ok"
    for name in ("sd", "first_weights_sd", "order_of_the_data_sd", "noise_in_steps_sd"):
        assert verdict.reading[name] > 0  # type: ignore[operator]


def test_where_nothing_in_a_step_is_random_there_is_no_such_arm() -> None:
    """Without dropout, noise cannot differ."""
    settings = replace(SETTINGS, dropout=0.0, epochs=2)
    told, _ = probed(tabular.task(problems.blobs(), settings), settings)
    arms = {lane.arm for event in told if isinstance(event, LanesStarted) for lane in event.lanes}
    assert luck_verdict.NOISE not in arms


def test_a_stream_has_one_order() -> None:
    """Luck in the order is not measured, and that is said."""
    data, settings = problems.blobs(train=64), replace(SETTINGS, epochs=2, batch_size=16)
    batches = [
        {name: data.train[name][n : n + 16] for name in data.train} for n in range(0, 64, 16)
    ]
    stream = Stream(batches=batches, per_epoch=4, batch_size=16)
    told, verdict = probed(problems.replaced(tabular.task(data, settings), train=stream), settings)
    arms = {lane.arm for event in told if isinstance(event, LanesStarted) for lane in event.lanes}
    assert luck_verdict.ORDER not in arms
    assert "one order" in verdict.summary


@pytest.mark.parametrize(("elapsed_s", "arms"), [(0.0, 4), (80.0, 1)])
def test_time_that_is_left_over_is_used(
    monkeypatch: pytest.MonkeyPatch, elapsed_s: float, arms: int
) -> None:
    """Where six seeds took less than planned, the sources follow; where they did not, none does."""
    # Planned at a pace at which six seeds fit a hundred seconds, and fifteen trainings do not.
    slow = pace.Pace(step_s=80.0 / (SEEDS * SETTINGS.epochs * 8), score_s=0.0)
    monkeypatch.setattr(pace, "measured", lambda bench, *, lanes: slow)
    now_s = [0.0]
    told: list[AnyEvent] = []
    terms = Terms(budget_s=100.0, clock=lambda: now_s[0])
    for event in seeds.probe(tabular.task(problems.blobs(), SETTINGS), SETTINGS, terms):
        told.append(event)
        if isinstance(event, StepsTaken):
            now_s[0] = elapsed_s
    started = [
        lane.arm for event in told if isinstance(event, LanesStarted) for lane in event.lanes
    ]
    assert len(dict.fromkeys(started)) == arms


def test_a_spent_budget_is_a_reason() -> None:
    """Nothing is compared, and nothing is claimed."""
    ticks = itertools.count(9)
    terms = Terms(budget_s=1.0, clock=lambda: float(next(ticks)))
    _, verdict = probed(tabular.task(problems.blobs(), SETTINGS), SETTINGS, terms)
    assert (verdict.verdict, verdict.reading) == ("budget-too-small", {})


def test_other_weights_keep_order_and_noise(program: Program) -> None:
    """A lane's three seeds are independent: each moves its own part and no other."""
    one = problems.lane(1e-2, seed=1)
    course = problems.course(12, every=4)
    found = problems.trained(
        program,
        [
            replace(one, dropout=0.2),
            replace(one, dropout=0.2, order_seed=1, noise_seed=1),
            replace(one, dropout=0.2, order_seed=2),
            replace(one, dropout=0.2, noise_seed=2),
        ],
        course,
    )
    problems.same(problems.rows(found, 0), problems.rows(found, 1))
    first = found["train"][:, 0]
    assert len({float(loss) for loss in (first[0], first[2], first[3])}) == 3
    assert not np.array_equal(found["params"][0], found["params"][2])


def test_a_part_of_the_data_is_seen_again_and_again(program: Program) -> None:
    """A lane with some examples learns from those alone, the same ones for a seed."""
    course = problems.course(8)
    part = replace(problems.lane(1e-2, seed=1), examples=32)
    small = problems.trained(program, [part, part, problems.lane(1e-2, seed=1)], course)
    problems.same(problems.rows(small, 0), problems.rows(small, 1))
    assert not np.array_equal(small["train"][0], small["train"][2])
