"""Is it known what a loss ignores?"""

import own_tasks
import problems
import pytest

from tuner_engine.models import tabular
from tuner_engine.training import courses, dependence
from tuner_engine.training.task import Task


@pytest.fixture(autouse=True)
def _device(device: None) -> None: ...


def found(task: Task, **changes: object) -> frozenset[str]:
    return dependence.of_loss(task, courses.form(task, problems.settings(**changes)))


def test_a_plain_classifier_ignores_chance() -> None:
    """Without dropout nothing in a step is random."""
    assert found(tabular.task(problems.blobs(), problems.settings())) == frozenset()


def test_dropout_brings_chance_and_smoothing_does_not() -> None:
    """Each is seen where a lane uses it."""
    task = tabular.task(problems.blobs(), problems.settings())
    assert found(task, dropout=0.1) == {dependence.CHANCE, dependence.DROPOUT}
    assert found(task, label_smoothing=0.1) == {dependence.SMOOTHING}


def test_numbers_have_no_labels_to_smooth() -> None:
    """A regression is told about smoothing and does nothing with it."""
    task = tabular.task(problems.plane(), problems.settings())
    assert found(task, label_smoothing=0.1) == frozenset()


def test_a_task_of_ones_own_may_ignore_everything() -> None:
    """Its own function decides."""
    task = own_tasks.built(own_tasks.declared())
    settings = own_tasks.settings(dropout=0.2, label_smoothing=0.1)
    assert dependence.of_loss(task, courses.form(task, settings)) == frozenset()
