"""Does a plan cost what it says, and never more than the budget?"""

import math
from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuner_engine.probes import plan
from tuner_engine.probes.plan import Rung, Rungs
from tuner_engine.probes.terms import Terms
from tuner_engine.specs import Effort

STEPS = st.integers(1, 10**6)


def within(trainings: float) -> Callable[[Rungs], bool]:
    """Return whether rungs cost no more than so many full trainings."""
    return lambda rungs: plan.cost(rungs) <= trainings


@given(full_steps=STEPS | st.integers(1, 500), trainings=st.floats(0, 50))
def test_the_ladder_fits(full_steps: int, trainings: float) -> None:
    """What is planned costs no more than what is afforded."""
    ladder = plan.ladder(full_steps=full_steps, fits=within(trainings))
    assert plan.cost(ladder) <= trainings


@given(full_steps=STEPS, trainings=st.none() | st.floats(0, 1e3))
def test_rungs_grow_and_fit_the_program(full_steps: int, trainings: float | None) -> None:
    """Rungs come by rising length, none too short to say anything, none too wide."""
    fits = None if trainings is None else within(trainings)
    ladder = plan.ladder(full_steps=full_steps, fits=fits)
    assert ladder or trainings is not None
    for shorter, longer in pairwise(ladder):
        assert shorter.horizon_share <= longer.horizon_share
    for rung in ladder:
        assert 0 < rung.horizon_share <= 1
        assert round(rung.horizon_share * full_steps) >= min(plan.SHORTEST_STEPS, full_steps)


def test_a_large_budget_trains_every_candidate_in_full() -> None:
    """When it can be afforded there is nothing to extrapolate, and luck is averaged."""
    assert plan.ladder(full_steps=100, fits=within(plan.cost(plan.THOROUGH))) == plan.THOROUGH
    plenty = plan.ladder(full_steps=100, fits=within(1e6))
    assert {rung.horizon_share for rung in plenty} == {1.0}
    assert {rung.seeds for rung in plenty} == {plan.MOST_SEEDS}


def test_a_smaller_budget_shortens_the_trainings() -> None:
    """What is left out of a plan is length, down to a single rung of short trainings."""
    plans = [
        plan.ladder(full_steps=10**5, fits=within(trainings))
        for trainings in np.geomspace(0.1, 10, 50)
    ]
    costs = [plan.cost(rungs) for rungs in plans]
    assert costs == sorted(costs)
    assert plans[0][-1].horizon_share < 1 / 16
    assert plan.STANDARD in plans


def test_cheap_trainings_replace_only_the_plan_that_nobody_chose() -> None:
    """What was asked for is done."""

    def rungs(effort: Effort | None, times: float) -> plan.Rungs:
        at_ease = times * plan.cost(plan.PLENTY)
        return plan.ladder(full_steps=1000, fits=None, effort=effort, at_ease=at_ease)

    assert rungs(None, 0.9) == plan.STANDARD
    assert rungs(None, 1) == plan.PLENTY
    assert plan.cost(rungs(None, 2)) == 2 * plan.cost(plan.PLENTY)
    assert {rung.seeds for rung in rungs(None, 99)} == {plan.SEVERAL_SEEDS}
    assert rungs("standard", 99) == plan.STANDARD


@given(noise=st.floats(0, 1), left=st.floats(-1, 100))
def test_more_seeds_tell_rates_apart_as_far_as_can_be_afforded(noise: float, left: float) -> None:
    """Twice the noise takes four times the seeds."""
    last = Rung(0.5, 4, 3, 0.5)
    more = plan.more_seeds(last, noise=noise, left=left)
    assert more * last.rates * last.horizon_share <= max(left, 0.0)
    assert (more == 0) == (noise <= plan.TOLD_APART or left < 2)
    assert plan.more_seeds(last, noise=2 * plan.TOLD_APART, left=1e6) == 9


@pytest.mark.parametrize("effort", ["quick", "standard", "thorough"])
def test_an_effort_is_a_limit(effort: Effort) -> None:
    """However much time there is, no more is measured than was asked for."""
    rungs = plan.ladder(full_steps=1000, fits=within(1e6), effort=effort)
    assert rungs == plan.EFFORTS[effort]


def test_the_usual_plan_costs_less_than_two_full_trainings() -> None:
    """With the sweep, and with two more rates past a border."""
    first = plan.STANDARD[0]
    assert plan.cost(plan.STANDARD) + 2 * first.horizon_share + plan.SWEEP_SHARE <= 2
    assert plan.cost(plan.QUICK) + 2 * plan.QUICK[0].horizon_share + plan.SWEEP_SHARE <= 0.5


@pytest.mark.parametrize("full_steps", [1, 14, 20, 100])
def test_a_training_of_few_steps_is_still_tried(full_steps: int) -> None:
    """A full training hardly longer than the shortest trial still has a best rate."""
    ladder = plan.ladder(full_steps=full_steps, fits=None)
    assert ladder[0].rates == plan.STANDARD[0].rates
    assert round(ladder[0].horizon_share * full_steps) >= min(plan.SHORTEST_STEPS, full_steps)


def test_a_rung_costs_its_lanes_times_its_length() -> None:
    """Nine rates with two seeds at a ninth of the length cost two full trainings."""
    assert Rung(1 / 9, 9, 2, 0.5).full_trainings == pytest.approx(2.0)


def test_a_plan_is_told_in_words() -> None:
    """Rates that follow one another are counted; only a first rung may widen."""
    one = Rung(0.5, 1, 3, 0.5)
    assert plan.in_words((Rung(0.25, 4, 1, 0.5), one), widens=True) == (
        "4 rates at 0.25 of the full length; one more rate x 3 seeds at 0.5 of the full length:"
        " 2.5 full trainings, or more if the best rate lies past a border"
    )
    assert plan.in_words((one, one), widens=False) == (
        "2 more in turn x 3 seeds at 0.5 of the full length: 3 full trainings"
    )


@given(trainings=st.floats(-1, 3))
def test_what_follows_is_shortened_to_what_is_left(trainings: float) -> None:
    """All by the same factor, and not below the length of what was done."""
    kept = plan.affordable(plan.CLOSING, plan.QUICK[0], trainings=trainings)
    assert plan.cost(kept) <= max(trainings, 0.0) + 1e-9
    assert len({rung.horizon_share for rung in kept}) <= 1
    assert (kept == plan.CLOSING) == (trainings >= plan.cost(plan.CLOSING))
    assert plan.affordable((), plan.QUICK[0], trainings=trainings) == ()


def test_only_what_was_asked_for_or_usual_is_limited() -> None:
    """A limit of time, or trainings that cost nothing, need no other."""
    most = plan.most_trainings
    assert most(None, limited=False, at_ease=1) == most("standard", limited=True, at_ease=99) == 2
    assert most("quick", limited=False, at_ease=99) == 0.5
    assert most(None, limited=True, at_ease=0) == most(None, limited=False, at_ease=99) == math.inf


@given(full_steps=st.integers(1, 10**7))
def test_a_sweep_costs_little_beside_a_full_training(full_steps: int) -> None:
    """A tenth of a training pays for it, unless that is less than one coarse lane."""
    steps, seeds = plan.sweep_shape(1e-6, 1e0, full_steps=full_steps)
    fewest, most = plan.SWEEP_POINTS_PER_DECADE
    assert 6 * fewest < steps <= 6 * most + 1
    assert 1 <= seeds <= plan.SWEEP_SEEDS
    assert steps * seeds <= max(plan.SWEEP_SHARE * full_steps + seeds, 6 * fewest + 1)


def test_a_long_training_affords_a_fine_sweep_of_many_seeds() -> None:
    """Both ends included."""
    assert plan.sweep_shape(1e-6, 1e0, full_steps=10**5) == (121, 8)


def test_an_extended_sweep_keeps_its_step() -> None:
    """The rates go on as far apart as before."""
    steps = plan.extended(121, low=1e-6, high=1.0)
    rates = np.geomspace(1e-6, plan.EXTENSION, steps)
    assert np.log10(rates[1] / rates[0]) == pytest.approx(6 / 120)


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


@given(cost_s=st.floats(1e-3, 10), left_s=st.floats(0, 1e3), share=st.floats(0.01, 1))
def test_a_further_rung_fits_the_time_that_is_left(
    cost_s: float, left_s: float, share: float
) -> None:
    """What was saved is spent on a longer rung only if it pays for all of it."""
    last = Rung(share, 5, 2, 0.25)
    more = plan.further(last, full_share=1.0, cost_s=cost_s, affordable_s=left_s)
    for rung in more:
        assert share < rung.horizon_share <= 1
    assert plan.cost(more) * cost_s / share <= left_s * (1 + 1e-9)
    assert plan.further(last, full_share=1.0, cost_s=cost_s, affordable_s=None) == ()


def test_nothing_goes_further_than_patience_would() -> None:
    """A length at which trainings end by themselves is long enough."""
    last = Rung(0.4, 3, 2, 0.5)
    assert plan.further(last, full_share=0.4, cost_s=1e-3, affordable_s=1e3) == ()
    assert plan.further(last, full_share=0.6, cost_s=1e-3, affordable_s=1e3) != ()


@pytest.mark.parametrize(("trainings", "words"), [(0.253, "0.25"), (21.0, "21"), (1847, "1,800")])
def test_costs_have_two_figures(trainings: float, words: str) -> None:
    """Of thousands, too."""
    assert plan.rough(trainings) == words
