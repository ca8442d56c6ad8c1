"""Is a full training told epoch by epoch, and nothing that did not happen?"""

import itertools

import numpy as np
import problems
import pytest
from problems import lane

from tuner_engine import events
from tuner_engine.events import AnyEvent, EpochMeasured
from tuner_engine.state import fold_all
from tuner_engine.training import courses, fitting, full
from tuner_engine.training.program import Program
from tuner_engine.training.task import Task


@pytest.fixture(scope="module")
def best(task: Task) -> Program:
    return fitting.fitted(task, problems.settings(), lanes=4, keep_best=True).program


def told(program: Program, lanes, *, after: int | None = None, **changes):  # type: ignore[no-untyped-def]
    """Return the events of a training, made to end after so many chunks if asked."""
    asked = itertools.count(1)
    return list(
        full.train(
            program,
            problems.settings(**changes),
            lanes,
            phase="train",
            plan="a plan",
            must_end=lambda: after is not None and next(asked) >= after,
        )
    )


def epochs(events: list[AnyEvent], label: str) -> list[EpochMeasured]:
    return [e for e in events if isinstance(e, EpochMeasured) and e.label == label]


def test_every_scoring_is_told_for_every_lane(best: Program) -> None:
    """Epochs rise to the last, under each lane's own label."""
    found = told(best, {"a": lane(1e-2), "b": lane(1e-3, seed=1)}, epochs=25)
    for label in ("a", "b"):
        numbers = [event.epoch for event in epochs(found, label)]
        assert numbers == pytest.approx(np.arange(1, 26))
        assert all(event.train_loss is not None for event in epochs(found, label))
    assert isinstance(found[0], events.PhaseStarted)
    assert found[0].lane_steps == 2 * 25 * 8


def test_train_losses_are_means_since_the_last_scoring(best: Program) -> None:
    """However chunks fall, each step counts once."""
    settings = problems.settings(epochs=25)
    course = courses.course(best.task, settings)
    losses = problems.trained(best, [lane(1e-2)], course)["train"][0]
    found = [event.train_loss for event in epochs(told(best, {"a": lane(1e-2)}, epochs=25), "a")]
    np.testing.assert_allclose(found, losses.reshape(25, 8).mean(axis=1), rtol=1e-5)


def test_the_best_checkpoint_is_tested_last(best: Program) -> None:
    """One score per lane on the held-out test split."""
    found = told(best, {"a": lane(1e-2), "b": lane(1e-3)}, epochs=2)
    assert [event.label for event in found[-2:]] == ["a", "b"]  # type: ignore[union-attr]
    assert all(isinstance(event, events.TestMeasured) for event in found[-2:])


def test_a_diverged_lane_is_told_once(best: Program) -> None:
    """With no loss, where it happened; its neighbour goes on."""
    found = told(best, {"bad": lane(1e30), "good": lane(1e-3)}, epochs=25)
    assert [event.valid_loss for event in epochs(found, "bad")] == [None]
    assert epochs(found, "bad")[0].epoch < 1
    assert len(epochs(found, "good")) == 25


def test_patience_ends_a_training(best: Program) -> None:
    """A lane that no longer improves is not trained on."""
    found = told(best, {"a": lane(0.1)}, epochs=200, schedule="constant", patience=2)
    numbers = [event.epoch for event in epochs(found, "a")]
    losses = [event.valid_loss for event in epochs(found, "a")]
    assert numbers[-1] < 200
    assert int(np.argmin(losses)) == len(losses) - 3  # type: ignore[arg-type]


def test_a_training_ends_when_it_must(best: Program) -> None:
    """After the present chunk, with the test score of what there is."""
    found = told(best, {"a": lane(1e-3)}, epochs=1000, after=3)
    assert sum(isinstance(event, events.StepsTaken) for event in found) == 3
    assert isinstance(found[-1], events.TestMeasured)


def test_something_shows_before_the_first_scoring(best: Program) -> None:
    """The training losses of the first steps, until the first epoch ends; then no more."""
    found = told(best, {"a": lane(1e-3), "b": lane(1e30, seed=1)}, epochs=25)
    early = [event for event in found if isinstance(event, events.LossesMeasured)]
    assert found.index(early[0]) == 1
    assert early[0].epoch == 1 / 8
    assert early[0].losses[0] == pytest.approx(np.log(problems.CLASSES), rel=0.5)
    scored = next(n for n, event in enumerate(found) if isinstance(event, EpochMeasured))
    assert all(found.index(event) < scored for event in early)
    assert fold_all(found[:scored]).unscored == tuple(early)
    assert fold_all(found).unscored == ()
