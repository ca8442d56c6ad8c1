"""Do readings find what is in a curve, and say so when there is nothing?"""

from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from numpy.typing import NDArray

from tuner_engine.probes import readings
from tuner_engine.probes.readings import RungReading, read_drift, read_rung, read_sweep

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


# ── rungs ────────────────────────────────────────────────────────────────────────────────────────

GRID = 10.0 ** np.arange(-4, 0.1, 0.5)


def rung(losses: Any, *, rates: Any = GRID, initial: float = 2.0) -> RungReading | None:
    return read_rung(list(rates), losses, initial_loss=initial, horizon_share=1.0)


def bowl(vertex: float, *, seeds: int = 2, width: float = 0.05) -> list[list[float]]:
    """Return losses on a parabola in log10 rate, equal for all seeds."""
    heights = 1.0 + width * (np.log10(GRID) - vertex) ** 2
    return [[float(height)] * seeds for height in heights]


@given(vertex=st.floats(-3.4, -0.6), width=st.floats(0.01, 0.5))
def test_the_vertex_of_a_parabola_is_found(vertex: float, width: float) -> None:
    """Losses on a parabola in log rate give its vertex, off the grid too."""
    found = rung(bowl(vertex, width=width))
    assert found is not None
    assert np.log10(found.best) == pytest.approx(vertex, abs=1e-6)
    assert found.border is None
    assert found.low <= found.best <= found.high


def test_the_range_ends_where_straight_lines_cross_one_percent() -> None:
    """A V in log rate that gains 1 from 2 stays within 1 % of it for 0.1 decades each side."""
    heights = 1.0 + 0.1 * np.abs(np.log10(GRID) + 2)
    found = rung([[float(height)] for height in heights])
    assert found is not None
    assert np.log10([found.low, found.high]) == pytest.approx([-2.1, -1.9])
    assert found.noise is None


@given(vertex=st.floats(-3.4, -0.6), lost=st.integers(0, len(GRID) - 1), seed=st.integers(0, 1))
def test_a_rate_that_lost_a_seed_is_never_chosen(vertex: float, lost: int, seed: int) -> None:
    """One diverged seed makes a rate unsafe; the choice and its range stay off it."""
    losses: list[list[float | None]] = [list(row) for row in bowl(vertex)]
    losses[lost][seed] = None
    found = rung(losses)
    assert found is not None
    assert found.loss == min(row[0] for row in bowl(vertex)[:lost] + bowl(vertex)[lost + 1 :])
    assert not found.low < GRID[lost] * 0.999 < GRID[lost] * 1.001 < found.high


def test_no_rate_left_is_no_reading() -> None:
    """When every rate lost a seed there is nothing to say."""
    assert rung([[1.0, None] for _ in GRID]) is None
    assert rung([[float("nan"), 1.0] for _ in GRID]) is None


@pytest.mark.parametrize(("vertex", "border"), [(-4.5, "low"), (0.5, "high"), (-2.0, None)])
def test_a_best_rate_at_the_end_is_flagged(vertex: float, border: str | None) -> None:
    """The true best may lie beyond the rates that were tried."""
    found = rung(bowl(vertex))
    assert found is not None
    assert found.border == border


@given(easy=st.floats(-0.5, 0.5), noise=st.floats(0, 0.01), seed=SEEDS)
def test_a_seed_that_is_easy_at_every_rate_is_no_noise(
    easy: float, noise: float, seed: int
) -> None:
    """What a seed does at all rates alike does not blur their comparison."""
    rng = np.random.default_rng(seed)
    plain = np.array(bowl(-2.0, seeds=3)) + noise * rng.normal(size=(len(GRID), 3))
    one, other = rung(plain.tolist()), rung(np.add(plain, [0, easy, 2 * easy]).tolist())
    assert one is not None
    assert other is not None
    assume(one.noise is not None and other.noise is not None)
    near = {reading.noise for reading in (one, other)}
    assert max(near) <= 4 * noise + 1e-9  # type: ignore[operator,type-var]


def test_noise_between_seeds_widens_the_range() -> None:
    """Rates that cannot be told apart are all offered."""
    calm = np.array(bowl(-2.0))
    rough = calm + 0.05 * np.array([(-1) ** n * np.array([1, -1]) for n in range(len(GRID))])
    narrow, wide = rung(calm.tolist()), rung(rough.tolist())
    assert narrow is not None
    assert wide is not None
    assert (wide.loss, wide.best) == (pytest.approx(narrow.loss), pytest.approx(narrow.best))
    assert wide.noise == pytest.approx(0.05, rel=0.5)
    assert wide.high / wide.low > 1.5 * narrow.high / narrow.low


# ── drift ────────────────────────────────────────────────────────────────────────────────────────


def reading(best: float, share: float) -> RungReading:
    return RungReading(
        best=best, low=best, high=best, loss=1.0, noise=None, border=None, horizon_share=share
    )


def test_a_full_training_is_not_extrapolated() -> None:
    """At full length the best rate is the best rate."""
    drift = read_drift([reading(1e-2, 1 / 3), reading(3e-3, 1.0)])
    assert (drift.rate, drift.reach) == (3e-3, 1.0)


def test_one_length_drifts_as_published() -> None:
    """Without a second length only the published slope is known."""
    drift = read_drift([reading(1e-2, 0.1)])
    assert drift.rate == pytest.approx(1e-2 * 10**readings.DRIFT_PRIOR)
    assert drift.slope == readings.DRIFT_PRIOR


def test_two_lengths_are_averaged_with_what_is_published() -> None:
    """A fall of half a decade over one decade of length meets the published third."""
    drift = read_drift([reading(1e-2, 0.01), reading(10**-2.5, 0.1)])
    assert drift.slope == pytest.approx((-0.5 + readings.DRIFT_PRIOR) / 2)
    assert drift.rate == pytest.approx(10 ** (-2.5 + drift.slope))


@given(first=st.floats(-6, 0), second=st.floats(-6, 0), share=st.floats(0.01, 0.9))
def test_drift_keeps_within_its_limits(first: float, second: float, share: float) -> None:
    """However far apart two readings lie, the extrapolation never rises or leaps."""
    drift = read_drift([reading(10**first, share / 3), reading(10**second, share)])
    low, high = readings.DRIFT_LIMIT
    assert low <= drift.slope <= high
    assert drift.rate <= 10**second * (1 + 1e-9)
