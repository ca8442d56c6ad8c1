"""Do hyperparameters become the course that they describe?"""

import dataclasses

import numpy as np
import problems
import pytest

from tuner_engine.training import courses


@pytest.mark.parametrize("share", [1.0, 1 / 3, 0.01])
def test_a_shorter_course_has_the_same_shape(device: None, share: float) -> None:
    """Warm-up and decay are compressed with the length, not cut off."""
    task = problems.quadratic()
    settings = problems.settings(batch_size=1, epochs=100, warmup_share=0.25)
    course = courses.course(task, settings, horizon_share=share)
    assert course.steps == round(800 * share)
    assert course.multiples.max() == pytest.approx(1.0)
    if course.steps > 50:
        assert course.multiples.argmax() == pytest.approx(course.steps / 4, abs=1)
        assert course.multiples[-1] < 0.01


def test_the_rate_ends_at_the_stated_share_of_the_peak(device: None) -> None:
    """A cosine to a tenth has its last step just above it."""
    settings = problems.settings(batch_size=1, epochs=100, min_learning_rate_share=0.1)
    course = courses.course(problems.quadratic(), settings)
    assert course.multiples[-1] == pytest.approx(0.1, abs=1e-3)


def test_what_the_optimizer_keeps_is_compiled(device: None) -> None:
    """Momentum and betas belong to the form, and what is not stated stays its own."""
    form = courses.form(problems.quadratic(), problems.settings(momentum=0.5))
    assert (form.memory.momentum, form.memory.beta1) == (0.5, None)


def test_skipped_branches_are_a_value_of_a_lane(device: None) -> None:
    """How many is data to the program; whether any are is compiled, so that none cost nothing."""
    task = problems.quadratic()
    some, more, none = (problems.settings(drop_path=share) for share in (0.1, 0.2, 0.0))
    assert courses.form(task, some) == courses.form(task, more) != courses.form(task, none)
    assert courses.lane(more, learning_rate=1.0, seed=0).drop_path == 0.2


def test_patience_means_epochs_however_often_a_course_is_scored(device: None) -> None:
    """Three epochs of eight steps are 24 steps, whether scored each epoch or more often."""
    settings = problems.settings(batch_size=1, patience=3, epochs=100)
    for share in (1.0, 0.1):
        course = courses.course(problems.quadratic(), settings, horizon_share=share)
        assert course.score_every is not None
        assert course.patience is not None
        assert course.patience * course.score_every == pytest.approx(24, abs=course.score_every / 2)


def test_a_training_is_scored_at_least_twenty_times(device: None) -> None:
    """Its best checkpoint must be found; once an epoch is enough in a long one."""
    task = problems.quadratic()
    short = courses.course(task, problems.settings(batch_size=1, epochs=10))
    long = courses.course(task, problems.settings(batch_size=1, epochs=100))
    assert (short.score_every, long.score_every) == (4, 8)


def test_a_batch_is_no_larger_than_the_data(device: None) -> None:
    """Eight examples in batches of 64 are one batch of eight."""
    task, settings = problems.quadratic(), problems.settings(batch_size=64, epochs=5)
    assert courses.form(task, settings).batch_size == 8
    assert courses.full_steps(task, settings) == 5


def test_only_reduce_on_plateau_watches_the_loss(device: None) -> None:
    """Its window is an epoch; other schedules are data to the program."""
    task = problems.quadratic()
    plateau = problems.settings(batch_size=2, schedule="reduce-on-plateau")
    assert courses.form(task, plateau).plateau_window_steps == 4
    forms = {
        courses.form(task, problems.settings(batch_size=2, schedule=name))
        for name in ("constant", "cosine", "one-cycle", "step")
    }
    assert len(forms) == 1


@pytest.mark.parametrize("rows", [1, 500, 2_000, 100_000])
@pytest.mark.parametrize("share", [1.0, 1 / 2, 1 / 16])
def test_a_shorter_training_is_not_mostly_scored(device: None, share: float, rows: int) -> None:
    """Scorings take half the time of its steps, unless that would be too few or too many."""
    arrays = {"train": {"x": np.zeros(8_000)}, "valid": {"x": np.zeros(rows)}}
    task = dataclasses.replace(problems.quadratic(), **arrays)
    course = courses.course(task, problems.settings(batch_size=1, epochs=1), horizon_share=share)
    assert course.score_every is not None
    scorings = course.steps / course.score_every
    fewest = courses.SCORINGS if share == 1 else courses.FEWEST_SCORINGS
    half = courses.SCORING_SHARE * course.steps / (courses.FORWARD * rows)
    assert scorings == pytest.approx(min(max(half, fewest), courses.SCORINGS), rel=0.1)
