"""Does the surface follow what was measured, and doubt where nothing was?"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuner_engine.probes import surface
from tuner_engine.probes.surface import Surface

PLACES = np.linspace(-5.0, 0.0, 101)


def measured(
    heights: list[float],
    decades: list[float],
    *,
    lengths: list[float] | None = None,
    seeds: float = 1.0,
) -> Surface:
    return Surface(
        np.array(decades),
        np.array(lengths or [1.0] * len(heights)),
        np.array(heights),
        np.full(len(heights), seeds),
        expected=-2.5,
        usual_drift=-0.2,
    )


def test_it_runs_close_to_what_was_measured() -> None:
    """A clear valley is found where it was seen."""
    seen = measured([4.0, 2.5, 0.1, 2.5, 4.0], [-4, -3.25, -2.5, -1.75, -1])
    assert PLACES[np.argmin(seen.at(PLACES).mean)] == pytest.approx(-2.5, abs=0.06)


def test_doubt_grows_away_from_measurements() -> None:
    """In rate, and in length."""
    decades = [-4.0, -2.5, -1.0]
    full, short = (measured([1.0, 0.5, 1.0], decades, lengths=[at] * 3) for at in (1.0, 1 / 16))
    doubt = full.at(np.array([-2.5, -0.5, 2.0])).deviation
    assert (np.diff(doubt) > 0).all()
    assert short.at(np.array([-2.5])).deviation[0] > doubt[0]


def test_where_nothing_is_known_advice_decides() -> None:
    """A single height says nothing about where the valley is."""
    far = PLACES[PLACES > -3.5]
    mean = measured([1.0], [-4.9]).at(far).mean
    assert far[np.argmin(mean)] == pytest.approx(-2.5, abs=0.3)


@pytest.mark.parametrize("drift", [-0.7, -0.4, 0.1])
def test_drift_is_learnt_from_valleys_that_move(drift: float) -> None:
    """Three lengths move the usual one towards it; without any, the usual one stands."""
    decades, lengths = np.meshgrid(np.arange(-4.5, 0.1, 0.5), [1 / 16, 1 / 8, 1 / 4])
    vertex = -2.5 + drift * np.log10(lengths)
    heights = np.log1p(10 * np.square(decades - vertex))
    seen = measured(
        heights.ravel().tolist(), decades.ravel().tolist(), lengths=lengths.ravel().tolist()
    )
    assert abs(seen.drift - drift) <= 0.8 * abs(-0.2 - drift)
    assert PLACES[np.argmin(seen.at(PLACES).loss)] == pytest.approx(-2.5, abs=0.3)
    assert measured([1.0], [-2.5]).drift == pytest.approx(-0.2, abs=0.1)


@given(
    losses=st.lists(st.floats(-5, 5), min_size=1, max_size=9),
    scale=st.floats(-3, 3).map(lambda power: 10**power),
    shift=st.floats(-50, 50),
)
def test_units_of_the_loss_do_not_matter(losses: list[float], scale: float, shift: float) -> None:
    """Heights of rescaled and shifted losses are the same."""
    one = np.array(losses)
    other = scale * (one + shift)
    plain = surface.height(one, best=float(one.min()), gain=2.0)
    moved = surface.height(other, best=float(other.min()), gain=2.0 * scale)
    assert moved == pytest.approx(plain, abs=1e-6)
    assert (plain <= np.log1p(surface.WORST / surface.UNIT)).all()


def test_a_lost_training_is_as_high_as_heights_get() -> None:
    """Infinitely bad is a cliff, not a number that bends the plateau beside it."""
    heights = surface.height(np.array([1.0, np.inf]), best=1.0, gain=1.0)
    assert heights == pytest.approx([0.0, np.log1p(surface.WORST / surface.UNIT)])


def test_more_seeds_leave_less_doubt() -> None:
    """A mean of many counts for more than one training."""
    one, many = (measured([1.0, 0.0, 1.0], [-4.0, -2.5, -1.0], seeds=n) for n in (1.0, 16.0))
    place = np.array([-2.5])
    assert many.at(place).deviation < one.at(place).deviation


def test_a_place_far_from_advice_is_believed_when_measured() -> None:
    """Advice for another task bends nothing once trainings say otherwise."""
    heights = [4.0, 3.5, 2.5, 0.7, 0.0, 0.7]
    seen = measured(heights, [-4.0, -3.5, -2.5, -1.25, -0.75, -0.25])
    assert PLACES[np.argmin(seen.at(PLACES).loss)] == pytest.approx(-0.75, abs=0.2)


def test_trainings_that_contradict_each_other_are_taken_for_noise() -> None:
    """Of a hundred rows each seed tells another story: no far rate is the answer to that."""
    decades = [-2.75, -2.25, -1.75, -1.25, -2.57, -2.07, -1.57, -1.07, -2.27, -1.77, -1.27]
    heights = [3.6, 2.6, 0.0, 3.5, 3.3, 2.4, 0.0, 4.6, 3.0, 2.8, 0.0]
    lengths = [0.25] * 4 + [0.5] * 4 + [1.0] * 3
    seen = measured(heights, decades, lengths=lengths, seeds=3.0)
    assert -2.1 < PLACES[np.argmin(seen.at(PLACES).loss)] < -1.0
