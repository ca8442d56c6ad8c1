"""Do trainings of several lengths point to the rate that is best at full length?"""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuner_engine.probes import optimum
from tuner_engine.probes.optimum import Optimum, Score

RATES = 10.0 ** np.arange(-4.5, -0.4, 0.5)


def scored(  # type: ignore[no-untyped-def]
    vertex: float,
    *,
    shares=(1 / 16, 1 / 8, 1 / 4),
    slope: float = 0.0,
    width: float = 0.1,
    noise: float = 0.0,
    seeds: int = 1,
    cliff: float = math.inf,
) -> list[Score]:
    """Return trainings whose best loss lies on a parabola in log rate, from 2.0 down to 1.0."""
    rng = np.random.default_rng(0)
    return [
        Score(
            float(rate),
            share,
            seed,
            math.inf
            if np.log10(rate) > cliff
            else min(1.0 + width * (np.log10(rate) - vertex - slope * np.log10(share)) ** 2, 2.0)
            + noise * float(rng.normal()),
        )
        for share in shares
        for rate in RATES
        for seed in range(seeds)
    ]


def read(scores: list[Score], **changes: object) -> Optimum:
    usual = {"initial_loss": 2.0, "expected": 10**-2.5, "edge": 1.0}
    found = optimum.read(scores, **{**usual, **changes})  # type: ignore[arg-type]
    assert found is not None
    return found


@given(vertex=st.floats(-3.8, -1.2), noise=st.floats(0, 0.005))
def test_the_best_rate_of_full_trainings_is_found(vertex: float, noise: float) -> None:
    """What it loses against the true one is less than a hundredth of the gain."""
    found = read(scored(vertex, shares=(1.0,), noise=noise))
    assert 0.1 * (np.log10(found.best) - vertex) ** 2 < 0.01
    assert found.low <= 10**vertex <= found.high
    assert (found.reach, found.slope, found.border) == (1.0, 0.0, None)


@given(vertex=st.floats(-3.5, -1.5), slope=st.floats(-0.6, 0.1))
def test_drift_with_length_is_followed(vertex: float, slope: float) -> None:
    """Seen from a quarter of the length, the answer loses little, whatever the drift."""
    found = read(scored(vertex, slope=slope))
    assert 0.1 * (np.log10(found.best) - vertex) ** 2 < 0.025
    assert found.reach == 4.0


def test_trainings_that_overfit_early_ask_for_lower_rates() -> None:
    """Where the best checkpoint comes early, a longer training reaches it at a lower rate."""
    scores = scored(-2.5, shares=(1 / 2,))
    early = [score._replace(best_share=0.4) for score in scores]
    late, moved = read(scores), read(early)
    assert late.slope == pytest.approx(0.0, abs=0.1)
    assert moved.slope == pytest.approx(optimum.SATURATED, abs=0.2)
    assert np.log10(late.best / moved.best) == pytest.approx(np.log10(2), abs=0.15)


def test_only_trainings_beside_the_best_tell_when_it_comes() -> None:
    """Far above it, everything overfits at once."""
    scores = [
        score._replace(best_share=0.1 if score.learning_rate > 0.02 else 1.0)
        for score in scored(-2.5, shares=(1 / 2,))
    ]
    assert read(scores).slope == read(scored(-2.5, shares=(1 / 2,))).slope


def test_luck_before_anything_is_learned_tells_no_drift() -> None:
    """The best of scorings that all are alike comes whenever it comes."""
    flat = [Score(rate, 1 / 16, 0, 1.99, best_share=0.2) for rate in RATES]
    assert abs(read(flat).slope) < 0.2


def test_rates_of_one_length_come_with_their_means() -> None:
    """Over seeds, by rising rate."""
    scores = [Score(1e-2, 0.5, 0, 1.0), Score(1e-2, 0.5, 1, 2.0), Score(1e-3, 0.5, 0, 3.0)]
    found = optimum.at_length([*scores, Score(1e-4, 0.25, 0, 9.0)], 0.5)
    assert list(found.items()) == [(1e-3, 3.0), (1e-2, 1.5)]


@given(vertex=st.floats(-3.5, -1.0), cliff=st.floats(-2.5, -0.8))
def test_the_answer_keeps_its_distance_from_what_was_lost(vertex: float, cliff: float) -> None:
    """However good the rates beside the cliff are, as long as they are not far better."""
    found = read(scored(vertex, cliff=cliff, width=0.02))
    assert found.lost is not None
    assert found.lost > 10**cliff
    assert found.best <= found.lost * 10**-optimum.MARGIN * (1 + 1e-9)
    assert found.high <= found.lost * 10**-optimum.OUTSKIRTS * (1 + 1e-9)
    assert found.survived is not None
    assert found.survived < found.lost


@given(vertex=st.floats(-2.0, -0.8))
def test_the_answer_keeps_its_distance_from_the_edge(vertex: float) -> None:
    """However well one seed trained there, as long as it was not far better."""
    assert read(scored(vertex, width=0.02), edge=0.05).best <= 0.05 * 10**-optimum.EDGE_MARGIN * (
        1 + 1e-9
    )


def test_far_better_trainings_overrule_the_distance() -> None:
    """Half of the gain is worth a risk; a hundredth is not."""
    losses = {1e-3: 1.9, 1e-2: 1.5, 10**-1.5: 1.0}

    def at(loss: float) -> float:
        scores = [Score(rate, 1 / 2, 0, each) for rate, each in {**losses, 1e-2: loss}.items()]
        return read(scores, edge=0.05).best

    assert at(1.5) == pytest.approx(10**-1.5, rel=0.3)
    assert at(1.01) <= 0.05 * 10**-optimum.EDGE_MARGIN * (1 + 1e-9)


def test_the_answer_may_lie_between_far_better_trainings() -> None:
    """What both of them survived is no risk for what lies between."""
    losses = {1e-3: 1.9, 1e-2: 1.1, 10**-1.3: 1.1}
    found = read([Score(rate, 1 / 2, 0, loss) for rate, loss in losses.items()], edge=0.02)
    assert 10**-1.9 < found.best < 10**-1.4


@given(vertex=st.floats(-1.55, -1.45))
def test_several_seeds_tell_where_the_cliff_is(vertex: float) -> None:
    """What several trainings of the greatest length survived needs no distance from it."""
    several, one = (
        read(scored(vertex, shares=(1.0,), cliff=-1.4, width=0.15, seeds=seeds), edge=0.1)
        for seeds in (optimum.PROVEN, 1)
    )
    assert several.lost == one.lost == pytest.approx(0.1)
    assert one.best <= 0.1 * 10**-optimum.MARGIN * (1 + 1e-9)
    assert np.log10(several.best) == pytest.approx(vertex, abs=0.1)


@given(vertex=st.floats(-2.5, 0.0))
def test_the_answer_lies_no_higher_than_the_longest_trainings(vertex: float) -> None:
    """What a short training survives says little about a long one."""
    long = [score for score in scored(vertex, shares=(1 / 2,)) if score.learning_rate < 0.005]
    assert read([*scored(vertex, shares=(1 / 16,)), *long]).best <= 10**-2.5 * (1 + 1e-9)


def test_a_rate_too_low_to_come_down_is_no_cliff() -> None:
    """Only what is lost above the best rate bounds it."""
    scores = [*scored(-2.5), Score(1e-6, 1 / 16, 0, 3.5)]
    assert read(scores).lost is None
    assert read(scores).best == pytest.approx(read(scored(-2.5)).best, rel=0.3)


def test_an_easy_seed_is_no_good_rate() -> None:
    """Rates are compared by means over the seeds that they share."""
    easy = [score._replace(loss=score.loss + 0.2 * score.seed) for score in scored(-2.5, seeds=3)]
    assert read(easy, initial_loss=2.4).best == pytest.approx(read(scored(-2.5)).best, rel=0.3)


def test_one_lost_seed_loses_the_rate() -> None:
    """What may break is no rate to recommend, whatever it gives otherwise."""
    lost = [
        score._replace(loss=math.inf) if score.seed == 1 and score.learning_rate > 0.05 else score
        for score in scored(-2.0, seeds=3)
    ]
    assert read(lost).lost == pytest.approx(0.1)


def test_a_training_that_never_came_down_is_lost() -> None:
    """It need not become infinite: worse than at the start by all that others gained is enough."""
    scores = [*scored(-2.5), Score(1.0, 1 / 16, 0, 3.5)]
    assert read(scores).lost == 1.0


def test_while_nothing_is_learned_nothing_is_lost() -> None:
    """A loss that luck lifts a little above its beginning has not broken."""
    scores = [Score(rate, 1 / 16, 0, 2.0 + 0.004 * (-1) ** n) for n, rate in enumerate(RATES)]
    found = read(scores)
    assert found.lost is None
    assert found.border is None
    assert 10**-3.5 < found.best < 10**-1.5


def test_nothing_left_is_no_reading() -> None:
    """When every training was lost there is nothing to say."""
    scores = [Score(rate, 0.5, 0, math.inf) for rate in (1e-3, 1e-2)]
    assert optimum.read(scores, initial_loss=2.0, expected=1e-2, edge=1.0) is None


@pytest.mark.parametrize(("vertex", "border"), [(-6.0, "low"), (1.0, "high"), (-2.5, None)])
def test_a_best_rate_at_the_end_is_flagged(vertex: float, border: str | None) -> None:
    """The true best may lie beyond the rates that were tried."""
    assert read(scored(vertex, width=0.03)).border == border


def test_patience_shortens_the_full_length() -> None:
    """Trainings that end by themselves at a quarter are as long as the real one."""
    found = read(scored(-2.5), full_share=0.25)
    assert found.reach == 1.0


def test_one_seed_tells_no_noise() -> None:
    """Several do, and what a seed does at every rate is no part of it."""
    assert read(scored(-2.5)).noise is None
    rough = scored(-2.5, shares=(1.0,), seeds=3, noise=0.02)
    moved = [score._replace(loss=score.loss + 0.3 * score.seed) for score in rough]
    assert read(rough).noise == pytest.approx(0.02 / math.sqrt(3), rel=0.6)
    assert read(moved, initial_loss=2.6).noise == pytest.approx(read(rough).noise, rel=0.5)


def test_a_validation_loss_that_begins_higher_sets_the_scale() -> None:
    """Training loss and validation loss need not begin alike."""
    flat = [Score(rate, 1.0, 0, 1.0, first_loss=1.0) for rate in RATES]
    assert read(flat, initial_loss=0.5).lost is None
    assert read([score._replace(first_loss=math.inf) for score in flat]).loss == 1.0
