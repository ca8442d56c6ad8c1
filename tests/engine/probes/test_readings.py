"""Do readings find what is in a curve, and say so when there is nothing?"""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from tuner_engine.probes import readings
from tuner_engine.probes.readings import read_sweep

RATES = np.geomspace(1e-6, 1e0, 121)
FACTOR = 1.6
"""How far off a noisy edge may be read: four of the sweep's twenty points a decade."""

SEEDS = st.integers(0, 10_000)
EDGES = st.floats(-3, -0.5).map(lambda power: 10**power)


def curve(*, edge: float, seed: int = 0, noise: float = 0.02, seeds: int = 4) -> NDArray[Any]:
    """Return the losses of a sweep that falls from 2.3 and rises past its start at `edge`."""
    fall = 1.5 / (1 + (edge / 30 / RATES) ** 1.5)
    rise = np.where(edge * 0.7 < RATES, (RATES / edge - 0.7) / 0.3 * 1.7, 0)
    rng = np.random.default_rng(seed)
    return 2.3 - fall + rise + noise * rng.normal(size=(seeds, len(RATES)))


@given(edge=EDGES, seed=SEEDS, noise=st.floats(0, 0.05))
def test_the_edge_is_found_under_noise(edge: float, seed: int, noise: float) -> None:
    """Where the typical loss passes its start, the edge is read within a small factor."""
    found = read_sweep(RATES, curve(edge=edge, seed=seed, noise=noise))
    assert found.verdict == "ok"
    assert found.edge is not None
    assert edge / FACTOR <= found.edge <= edge * FACTOR
    assert found.initial_loss == pytest.approx(2.3, abs=0.06)


@given(edge=EDGES, seed=SEEDS)
def test_a_tail_of_nan_is_an_edge(edge: float, seed: int) -> None:
    """Seeds that are lost for good count as infinitely bad, even if they come back."""
    losses = curve(edge=2.0, seed=seed)
    start = int(np.searchsorted(RATES, edge))
    losses[:, start] = np.nan
    found = read_sweep(RATES, losses)
    assert found.edge == pytest.approx(edge, rel=FACTOR - 1)
    filled = losses.copy()
    filled[:, start:] = np.nan
    infinite = losses.copy()
    infinite[:, start:] = np.inf
    assert read_sweep(RATES, filled) == read_sweep(RATES, infinite) == found


def test_one_lost_seed_of_four_moves_no_edge_far() -> None:
    """The typical seed decides, not the first one to break."""
    losses = curve(edge=0.1)
    losses[0, 70:] = np.nan
    found = read_sweep(RATES, losses)
    assert found.verdict == "ok"
    assert found.edge == pytest.approx(0.1, rel=FACTOR - 1)


@given(
    edge=EDGES,
    seed=SEEDS,
    noise=st.floats(0.001, 0.05),
    shift=st.floats(-100, 100),
    scale=st.floats(-9, 9).map(lambda power: 10**power),
)
def test_units_of_the_loss_do_not_matter(
    edge: float, seed: int, noise: float, shift: float, scale: float
) -> None:
    """Adding a constant or rescaling changes neither verdict nor edge; losses may be negative."""
    losses = curve(edge=edge, seed=seed, noise=noise)
    one, other = read_sweep(RATES, losses), read_sweep(RATES, scale * (losses + shift))
    assert (one.verdict, one.edge) == (other.verdict, other.edge)
    assert other.drop == pytest.approx(scale * one.drop, rel=1e-6)


@pytest.mark.parametrize("broken_from", [100, 121])
def test_noise_alone_is_hardly_ever_ok(broken_from: int) -> None:
    """A loss that does not fall is flat in 98 of 100 sweeps, whether or not it breaks."""
    verdicts = []
    for seed in range(200):
        losses = 2.3 + np.random.default_rng(seed).normal(size=(4, len(RATES)))
        losses[:, broken_from:] = np.nan
        verdicts.append(read_sweep(RATES, losses).verdict)
    assert verdicts.count("flat") >= 0.98 * len(verdicts)


def test_a_constant_loss_is_flat() -> None:
    """Not even rounding moves it."""
    assert read_sweep(RATES, np.full((4, len(RATES)), 0.7)).verdict == "flat"


def test_a_loss_that_only_falls_never_diverged() -> None:
    """There is no edge to search below."""
    losses = curve(edge=1e6)
    found = read_sweep(RATES, losses - np.linspace(0, 1, len(RATES)))
    assert (found.verdict, found.edge) == ("never-diverged", None)


@pytest.mark.parametrize("lost", [0, 1, 10])
def test_a_sweep_that_is_lost_early_diverged_at_once(lost: int) -> None:
    """Rates that should have been harmless were not."""
    losses = curve(edge=0.1)
    losses[:, lost:] = np.nan
    assert read_sweep(RATES, losses).verdict == "diverged-at-once"


def test_seeds_that_fall_at_different_rates_are_too_noisy() -> None:
    """Each seed learns somewhere, but never where the others do."""
    losses = np.full((4, len(RATES)), 2.3) + 1e-3 * np.random.default_rng(0).normal(
        size=(4, len(RATES))
    )
    for seed in range(4):
        losses[seed, 40 + 20 * seed : 55 + 20 * seed] -= 1.0
    assert read_sweep(RATES, losses).verdict == "too-noisy"


@pytest.mark.parametrize("points", [3, 5, 10])
def test_a_sweep_cut_short_can_be_read(points: int) -> None:
    """Whatever a person stops after is read without a mishap."""
    found = read_sweep(RATES[:points], curve(edge=0.1)[:, :points])
    assert found.verdict in ("flat", "never-diverged", "too-noisy")


def test_the_band_holds_the_typical_curve() -> None:
    """The median over seeds lies between the outer percentiles; lost seeds lie at infinity."""
    losses = curve(edge=0.1, noise=0.1)
    losses[0, 90:] = np.nan
    low, high = readings.band(losses)
    typical = readings.typical(losses)
    inner = slice(3, -3)
    assert (low[inner] <= typical[inner] + 0.1).all()
    assert (typical[inner] <= high[inner] + 0.1).all()
    assert np.isinf(high[95])


@given(edge=EDGES, seed=SEEDS)
def test_the_edge_shows_in_a_coarse_sweep_of_one_seed(edge: float, seed: int) -> None:
    """Eight points a decade are what a short training can spare."""
    sparse = slice(None, None, 2)
    found = read_sweep(RATES[sparse], curve(edge=edge, seed=seed, seeds=1)[:, sparse])
    assert found.edge is not None
    assert edge / FACTOR**2 <= found.edge <= edge * FACTOR**2


def test_a_loss_that_comes_back_has_not_broken() -> None:
    """Momentum throws it above its beginning once; the edge is where it stays."""
    losses = curve(edge=0.1, noise=0.001)
    losses[:, 70:77] = 4.0
    found = read_sweep(RATES, losses)
    assert found.edge == pytest.approx(0.1, rel=FACTOR - 1)


@given(seed=SEEDS)
def test_a_model_that_begins_by_predicting_nothing_does_not_break_by_drifting(seed: int) -> None:
    """Next to no noise at first and a drift of some of it: the edge is where it really breaks."""
    rng = np.random.default_rng(seed)
    losses = 0.693147 + 1e-6 * rng.normal(size=(1, len(RATES)))
    losses += 1e-5 * RATES / RATES[20] * (RATES < 1e-3)
    losses += np.where(RATES > 0.05, RATES, 0)
    ignorance = 0.6931
    found = read_sweep(RATES, losses, least_rise=readings.LEAST_RISE * ignorance)
    assert found.edge == pytest.approx(0.05, rel=FACTOR - 1)
    begun = read_sweep(RATES[:32], losses[:, :32], least_rise=readings.LEAST_RISE * ignorance)
    assert begun.edge is None
