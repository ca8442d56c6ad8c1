"""Are the next rates near the best one, apart from each other, and below what breaks?"""

import math
from dataclasses import replace

import numpy as np
import problems
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuner_engine.probes import candidates
from tuner_engine.probes.plan import Rung
from tuner_engine.specs import Optimizer


def test_candidates_surround_the_expected_best() -> None:
    """In equal steps, rising."""
    rates = candidates.around(1e-2, Rung(1.0, 3, 1, 0.5), ceiling=1.0)
    assert np.log10(rates) == pytest.approx([-2.5, -2, -1.5])


def test_candidates_keep_below_a_ceiling_without_crowding() -> None:
    """All of them move down."""
    rates = candidates.around(1e-2, Rung(1.0, 3, 1, 0.5), ceiling=1e-2)
    assert np.log10(rates) == pytest.approx([-3, -2.5, -2])


@given(advised=st.floats(-12, 6).map(lambda power: 10**power))
def test_advice_for_another_task_does_not_lead_astray(advised: float) -> None:
    """Whatever was advised, the search begins within sight of the edge and below it."""
    settings = problems.settings(learning_rate=advised)
    expected = candidates.expected(settings, edge=1.0, learned=True)
    nearest, farthest = candidates.BELOW_EDGE
    assert 10**-farthest <= expected * (1 + 1e-9)
    assert expected <= 10**-nearest * (1 + 1e-9)


def test_an_edge_without_a_fall_says_only_what_is_too_high() -> None:
    """A sweep that learned nothing may have ended anywhere."""
    settings = problems.settings(learning_rate=1e-3, optimizer="adamw")
    known, unknown = (
        candidates.expected(settings, edge=100.0, learned=learned) for learned in (True, False)
    )
    assert unknown == pytest.approx(1e-3 * 10**candidates.ABOVE_ADVICE_OTHERWISE)
    assert known == pytest.approx(100 * 10 ** -candidates.BELOW_EDGE[1])
    assert candidates.expected(settings, edge=1e-3, learned=False) < 1e-3


@pytest.mark.parametrize("optimizer", ["adamw", "sgd"])
def test_advice_for_texts_is_where_the_search_begins(optimizer: Optimizer) -> None:
    """For other data it errs on the safe side."""
    table = problems.settings(learning_rate=1e-3, optimizer=optimizer)
    text = replace(table, model="text-encoder-tiny")
    assert candidates.expected(text, edge=0.1, learned=True) == pytest.approx(1e-3)
    assert candidates.expected(table, edge=0.1, learned=True) > 2.9e-3


@pytest.mark.parametrize(
    ("model", "drift"), [("text-bag", -0.2), ("text-encoder-mini", -0.8), ("mlp", 0.0)]
)
def test_texts_are_expected_to_overfit(model: str, drift: float) -> None:
    """Bags later than encoders; of other models nothing is expected."""
    settings = replace(problems.settings(), model=model)
    assert candidates.drift(settings) == drift


def test_candidates_past_a_border_continue_the_spacing() -> None:
    """Two more on the side where the best one lay."""
    assert candidates.beyond([1e-2, 1e-1], "low", 1.0) == pytest.approx((1e-4, 1e-3))
    assert candidates.beyond([1e-2, 1e-1], "high", 1.0) == pytest.approx((1.0, 10.0))


BELOW = {"spacing": 0.5, "gain": 1.0, "ceiling": 1.0}


@pytest.mark.parametrize(
    ("losses", "decades"),
    [
        ((0.52, 0.5), -1.5),  # better upwards, not by much
        ((0.7, 0.5), -1.25),  # steep: the best is not near
        ((0.5, 0.52), -3.0),
        ((0.5, 0.7), -3.25),
        ((0.5, math.inf), -3.0),  # lost: how steep is not known
    ],
)
def test_one_more_rate_lies_beyond_the_better_end(
    losses: tuple[float, ...], decades: float
) -> None:
    """Farther where neighbours differ much."""
    found = candidates.beside([10**-2.5, 1e-2], losses, **BELOW)
    assert np.log10(found) == pytest.approx(decades)


def test_one_more_rate_lies_beside_a_best_one_within() -> None:
    """On the side of the better neighbour."""
    found = candidates.beside([1e-3, 1e-2, 1e-1], [0.7, 0.5, 0.6], **BELOW)
    assert np.log10(found) == pytest.approx(-1.5)


@pytest.mark.parametrize(
    ("losses", "decades"),
    [
        ((0.7, 0.5, 0.6), -2.5),
        ((math.inf, 0.5, 0.6), -1.75),  # between here and what was lost lies the cliff
    ],
)
def test_one_more_rate_closes_the_wider_gap(losses: tuple[float, ...], decades: float) -> None:
    """However good the nearer neighbour is."""
    found = candidates.beside([1e-3, 1e-2, 10**-1.5], losses, **BELOW)
    assert np.log10(found) == pytest.approx(decades)


def test_one_more_rate_keeps_below_what_was_lost() -> None:
    """Just below the ceiling, or on the other side where that leaves no room."""
    near = {**BELOW, "ceiling": 10**-1.7}
    assert candidates.beside([10**-2.5, 1e-2], [0.52, 0.5], **near) == pytest.approx(10**-1.7)
    close = {**BELOW, "ceiling": 10**-1.9}
    assert np.log10(candidates.beside([10**-2.5, 1e-2], [0.52, 0.5], **close)) == pytest.approx(-3)
