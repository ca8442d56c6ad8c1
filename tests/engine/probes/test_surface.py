"""Does the surface follow what was measured, and doubt where nothing was?"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuner_engine.probes import surface
from tuner_engine.probes.surface import Surface

PLACES = np.linspace(-5.0, 0.0, 101)


def measured(heights: list[float], *, decades: list[float] | None = None) -> Surface:
    at = np.array(decades if decades is not None else np.linspace(-4, -1, len(heights)))
    return Surface(at, np.zeros(len(at)), np.array(heights), expected=-2.5)


def test_it_runs_close_to_what_was_measured() -> None:
    """A clear valley is found where it was seen."""
    seen = measured([4.0, 2.5, 0.1, 2.5, 4.0], decades=[-4, -3.25, -2.5, -1.75, -1])
    mean, _ = seen.at(PLACES)
    assert PLACES[np.argmin(mean)] == pytest.approx(-2.5, abs=0.06)


def test_doubt_grows_away_from_measurements() -> None:
    """In rate and in length."""
    seen = measured([1.0, 0.5, 1.0])
    _, doubt = seen.at(np.array([-2.5, -0.5, 2.0]))
    assert (np.diff(doubt) > 0).all()
    _, long = seen.at(np.array([-2.5]), doublings=6.0)
    assert long[0] > doubt[0]


def test_where_nothing_is_known_advice_decides() -> None:
    """A single height says nothing about where the valley is."""
    mean, _ = measured([1.0], decades=[-4.9]).at(PLACES[PLACES > -3.5])
    assert PLACES[PLACES > -3.5][np.argmin(mean)] == pytest.approx(-2.5, abs=0.3)


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
