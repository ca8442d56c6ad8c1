"""Does a plan cost what it says, and never more than the budget?"""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuner_engine.probes import plan
from tuner_engine.probes.plan import Rung
from tuner_engine.probes.readings import RungReading
from tuner_engine.probes.terms import Terms

STEPS = st.integers(1, 10**6)
SPEEDS = st.floats(1e-6, 10)


@given(
    full_steps=STEPS | st.integers(1, 500),
    step_s=SPEEDS,
    trainings=st.floats(0, 50),
)
def test_the_ladder_fits_the_budget(full_steps: int, step_s: float, trainings: float) -> None:
    """What is planned takes no longer than the time that is left, less the reserve."""
    remaining_s = trainings * full_steps * step_s
    ladder = plan.ladder(full_steps=full_steps, step_s=step_s, remaining_s=remaining_s)
    planned_s = plan.cost(ladder) * full_steps * step_s
    assert planned_s <= remaining_s * (1 - plan.RESERVE) * (1 + 1e-9)


@given(full_steps=STEPS, one=SPEEDS, other=SPEEDS)
def test_without_a_budget_the_plan_knows_no_speed(
    full_steps: int, one: float, other: float
) -> None:
    """A faster machine gets the same plan, hence the same numbers."""
    plans = {
        plan.ladder(full_steps=full_steps, step_s=step_s, remaining_s=None)
        for step_s in (one, other)
    }
    assert len(plans) == 1
    assert plans.pop()[-1].horizon_share == 1.0


@given(full_steps=STEPS, step_s=SPEEDS, remaining_s=st.none() | st.floats(0, 1e6))
def test_rungs_grow_and_fit_the_program(
    full_steps: int, step_s: float, remaining_s: float | None
) -> None:
    """Rungs come by rising length, none too short to say anything, none too wide."""
    ladder = plan.ladder(full_steps=full_steps, step_s=step_s, remaining_s=remaining_s)
    for shorter, longer in pairwise(ladder):
        assert shorter.horizon_share <= longer.horizon_share
    for rung in ladder:
        assert 0 < rung.horizon_share <= 1
        assert rung.lanes <= plan.MOST_LANES
        assert rung.horizon_share * full_steps >= min(plan.SHORTEST_STEPS, full_steps)


def test_a_large_budget_trains_every_candidate_in_full() -> None:
    """When it can be afforded there is nothing to extrapolate."""
    assert plan.ladder(full_steps=100, step_s=1e-4, remaining_s=1e4) == plan.THOROUGH


def test_a_smaller_budget_halves_the_lengths() -> None:
    """A ladder at half, a quarter, … of the whole one, never in between."""
    shares = {
        plan.ladder(full_steps=10**5, step_s=1e-4, remaining_s=budget_s)[-1].horizon_share
        for budget_s in np.geomspace(1, 200, 50)
    }
    assert all(np.log2(share) == round(np.log2(share)) for share in shares)


def test_a_training_of_few_steps_is_tried_in_full() -> None:
    """A full training shorter than the shortest trial still has a best rate."""
    ladder = plan.ladder(full_steps=20, step_s=1e-3, remaining_s=None)
    assert [rung.horizon_share for rung in ladder] == [1.0]
    assert ladder[0].rates == plan.LADDER[0].rates


def test_a_rung_costs_its_lanes_times_its_length() -> None:
    """Nine rates with two seeds at a ninth of the length cost two full trainings."""
    assert Rung(1 / 9, 9, 2, 0.5).full_trainings == pytest.approx(2.0)


def test_first_candidates_hang_below_the_edge() -> None:
    """From the edge down in equal steps, rising."""
    rates = plan.rates_below(0.1, Rung(1.0, 3, 2, 0.5))
    assert rates == pytest.approx((10**-2, 10**-1.5, 10**-1))


def test_later_candidates_surround_the_expected_best() -> None:
    """They are centred where the best is expected to have drifted."""
    last = RungReading(
        best=1e-2, low=1e-2, high=1e-2, loss=1, noise=None, border=None, horizon_share=0.1
    )
    rates = plan.rates_around([last], Rung(1.0, 3, 2, 0.25))
    centre = -2 + plan.DRIFT_PRIOR
    assert np.log10(rates) == pytest.approx([centre - 0.25, centre, centre + 0.25])


def test_candidates_past_a_border_continue_the_spacing() -> None:
    """Two more on the side where the best one lay."""
    assert plan.rates_beyond([1e-2, 1e-1], "low", 1.0) == pytest.approx((1e-4, 1e-3))
    assert plan.rates_beyond([1e-2, 1e-1], "high", 1.0) == pytest.approx((1.0, 10.0))


def test_a_sweep_takes_twenty_points_a_decade() -> None:
    """Both ends included."""
    assert plan.sweep_steps(1e-6, 1e0) == 121


def test_a_budget_counts_down_to_zero() -> None:
    """Seconds left never go below zero; a part counts from the same beginning."""
    now = [0.0]
    terms = Terms(budget_s=10.0, clock=lambda: now[0])
    assert (terms.remaining_s(), terms.must_end()) == (10.0, False)
    assert terms.part(0.5).remaining_s() == 5.0
    now[0] = 25.0
    assert (terms.remaining_s(), terms.expired(), terms.must_end()) == (0.0, True, True)


def test_without_a_budget_only_a_person_ends_it() -> None:
    """There is no deadline, but there is a stop."""
    terms = Terms(clock=lambda: 1e9)
    assert (terms.remaining_s(), terms.part(0.5).remaining_s()) == (None, None)
    assert not terms.must_end()
    terms.stop.set()
    assert terms.must_end()


@given(cost_s=st.floats(1e-3, 10), remaining_s=st.floats(0, 1e3), share=st.floats(0.01, 1))
def test_a_further_rung_fits_the_time_that_is_left(
    cost_s: float, remaining_s: float, share: float
) -> None:
    """What was saved is spent on a longer rung only if it pays for all of it."""
    last = Rung(share, 5, 2, 0.25)
    more = plan.further(last, full_share=1.0, cost_s=cost_s, remaining_s=remaining_s)
    if more is not None:
        assert share < more.horizon_share <= 1
        assert more.lanes * cost_s * more.horizon_share / share <= remaining_s
        assert more.lanes <= plan.MOST_LANES
    assert plan.further(last, full_share=1.0, cost_s=cost_s, remaining_s=None) is None


def test_nothing_goes_further_than_patience_would() -> None:
    """A length at which trainings end by themselves is long enough."""
    last = Rung(0.4, 3, 2, 0.5)
    assert plan.further(last, full_share=0.4, cost_s=1e-3, remaining_s=1e3) is None
    assert plan.further(last, full_share=0.6, cost_s=1e-3, remaining_s=1e3) is not None
