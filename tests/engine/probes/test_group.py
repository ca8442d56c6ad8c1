"""Is a training scored by a stretch of good scorings, and told when it comes?"""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from tuner_engine.probes import group

FALLING = np.linspace(2.0, 1.0, 20)


def test_one_lucky_scoring_is_no_score() -> None:
    """A stretch of good ones is better than a single one among bad ones."""
    losses = np.full(20, 2.0)
    losses[3] = 1.0
    losses[10:13] = 1.5
    assert group.steady(losses) == (1.5, 14)


def test_a_training_that_improves_to_its_end_is_best_after_it() -> None:
    """Its best checkpoint may be yet to come."""
    loss, until = group.steady(FALLING)
    assert loss == pytest.approx(FALLING[-3:].mean())
    assert until > len(FALLING)


def test_a_training_that_turns_early_says_so() -> None:
    """As late as the next scoring, and no later."""
    assert group.steady(np.concatenate([FALLING, FALLING[::-1]]))[1] == pytest.approx(20, abs=3)


def test_what_comes_after_the_end_does_not_count() -> None:
    """A lane that patience ended has no scorings there."""
    ended = np.where(np.arange(20) < 12, FALLING, np.nan)
    assert group.steady(ended)[0] == pytest.approx(FALLING[9:12].mean())


def test_nothing_scored_is_no_loss() -> None:
    """A training that was lost before its first scoring."""
    assert group.steady(np.full(5, np.nan)) == (math.inf, 0)


@given(arrays.arrays(float, st.integers(1, 40), elements=st.floats(0, 1e3)))
def test_a_score_lies_between_the_lowest_and_the_highest(losses: np.ndarray) -> None:
    """Whatever was scored, and however often."""
    loss, until = group.steady(losses)
    assert losses.min() - 1e-9 <= loss <= losses.max() + 1e-9
    assert 2 <= until <= len(losses) + 1
