"""Is a training the same, bit for bit, whatever was probed before it?"""

from collections.abc import Callable, Iterator
from dataclasses import replace

import problems
import pytest

from tuner_engine.events import AnyEvent, StepsTaken, VerdictReached
from tuner_engine.models import tabular
from tuner_engine.probes import batch_size, batch_trial, regularization, seeds
from tuner_engine.probes.terms import Terms
from tuner_engine.specs import Hyperparameters
from tuner_engine.training import fitting
from tuner_engine.training.task import Task

SETTINGS = problems.settings(epochs=3)
Probe = Callable[[Task, Hyperparameters, Terms], Iterator[AnyEvent]]


def batches(task: Task, settings: Hyperparameters, terms: Terms) -> Iterator[AnyEvent]:
    return batch_size.probe(lambda _: task, settings, terms)


@pytest.mark.parametrize("probe", [batches, seeds.probe, regularization.probe])
def test_a_training_is_the_same_after_a_probe(
    device: None, monkeypatch: pytest.MonkeyPatch, probe: Probe
) -> None:
    """After one that was left, one that diverged, and one that was completed."""
    monkeypatch.setattr(batch_trial, "STRETCH_S", 0.001)
    monkeypatch.setattr(batch_size, "LEAST", 1.0)
    monkeypatch.setattr(batch_size, "MOST", 1.0)
    task = tabular.task(problems.blobs(train=64), SETTINGS)
    program = fitting.fitted(task, SETTINGS, lanes=1).program
    lane, course = problems.lane(1e-2, seed=3), problems.course(20, every=5)
    before = problems.trained(program, [lane], course)
    left = probe(task, SETTINGS, Terms())
    next(event for event in left if isinstance(event, StepsTaken))
    left.close()  # type: ignore[attr-defined]
    problems.same(problems.trained(program, [lane], course), before)
    for settings in (replace(SETTINGS, learning_rate=1e30), SETTINGS):
        assert isinstance(list(probe(task, settings, Terms()))[-1], VerdictReached)
        problems.same(problems.trained(program, [lane], course), before)
