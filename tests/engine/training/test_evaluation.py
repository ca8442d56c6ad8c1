"""Are areas and calibration errors what their definitions say?"""

import numpy as np
import problems
import pytest
from sklearn import metrics

from tuner_engine.models import tabular
from tuner_engine.training import cohort, evaluation, fitting

RNG = np.random.default_rng(0)


def drawn(classes: int, examples: int = 400) -> tuple[np.ndarray, np.ndarray]:
    """Return probabilities and classes that have something to do with each other."""
    y = RNG.integers(0, classes, examples)
    logits = RNG.normal(size=(examples, classes)) + 1.5 * np.eye(classes)[y]
    p = np.exp(logits)
    return p / p.sum(axis=1, keepdims=True), y


def test_two_classes_have_the_usual_area() -> None:
    """Of the second class, ties included."""
    p, y = drawn(2)
    p = p.round(1)
    assert evaluation.auc(p, y) == pytest.approx(metrics.roc_auc_score(y, p[:, 1]))


def test_several_classes_are_averaged() -> None:
    """One against the rest, each class alike."""
    p, y = drawn(4)
    expected = metrics.roc_auc_score(y, p, multi_class="ovr", average="macro")
    assert evaluation.auc(p, y) == pytest.approx(expected)


def test_a_class_that_does_not_occur_has_no_area() -> None:
    """There is nothing to rank it against."""
    p, y = drawn(3)
    assert evaluation.auc(p, np.where(y == 2, 0, y)) is None


def test_honest_probabilities_are_calibrated() -> None:
    """Drawn as they say, they err by little; overstated, by as much as they overstate."""
    share = RNG.uniform(0.5, 1.0, 20_000)
    p = np.stack([1 - share, share], axis=1)
    y = (RNG.uniform(size=len(share)) < share).astype(int)
    assert evaluation.calibration_error(p, y) < 0.02
    sure = np.tile([0.01, 0.99], (len(y), 1))
    assert evaluation.calibration_error(sure, y) == pytest.approx(0.99 - y.mean())


def test_the_best_checkpoints_are_scored(device: None) -> None:
    """A model that tells clouds apart ranks them well; a task of numbers has nothing to rank."""
    settings = problems.settings()
    for made, names in (
        (problems.blobs(), {"auc", "calibration_error"}),
        (problems.plane(), set()),
    ):
        task = tabular.task(made, settings)
        program = fitting.fitted(task, settings, lanes=2, keep_best=True).program
        lanes = [problems.lane(1e-2, seed=seed) for seed in range(2)]
        *_, last = cohort.train(program, lanes, problems.course(60, every=20))
        found = evaluation.scores(program, last)
        assert found.keys() == names
        assert found.get("auc", 1.0) > 0.8
