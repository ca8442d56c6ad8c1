"""Do the benchmark's rules of other finders, and its regret, say what they should?"""

import math
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))

import peer_rules
import rate_truth

EDGE = 0.1


def recorded(seed: int, swept: peer_rules.Range) -> np.ndarray:
    """Return a sweep that falls from 2.3 and rises past its start at `EDGE`, with noise."""
    rates = peer_rules.rates(swept)
    fall = 1.5 / (1 + (EDGE / 30 / rates) ** 1.5)
    rise = np.where(rates > 0.7 * EDGE, (rates / EDGE - 0.7) / 0.3 * 1.7, 0)
    noise = 0.03 * np.random.default_rng(seed).normal(size=peer_rules.STEPS)
    return np.asarray(2.3 - fall + rise + noise)


SUGGESTED = {
    "fastai valley": (0.0020893, 0.000831764, 0.00120226),
    "fastai slide": (0.00436516, 0.00436516, 0.00436516),
    "minimum / 10": (0.00831764, 0.00831764, 0.00831764),
    "steepest in log rate": (0.0275423, 0.00912011, 0.0190546),
    "Lightning": (0.00275423, 8.31764e-07, 0.00190546),
    "torch-lr-finder": (0.0109648, 0.00912011, 0.0190546),
}
"""Of three sweeps; those of fastai by the code of its own functions."""


@pytest.mark.parametrize("name", peer_rules.RULES)
@pytest.mark.parametrize("seed", range(3))
def test_rules_suggest_what_their_tools_do(name: str, seed: int) -> None:
    """On recorded sweeps, to the last digit that is kept."""
    swept, rule = peer_rules.RULES[name]
    assert rule(recorded(seed, swept)) == pytest.approx(SUGGESTED[name][seed], rel=1e-5)


@pytest.mark.parametrize("name", peer_rules.RULES)
def test_rules_survive_a_sweep_that_is_lost(name: str) -> None:
    """A tail of NaN ends the curve; what comes before it still gives a rate."""
    swept, rule = peer_rules.RULES[name]
    losses = recorded(0, swept)
    losses[85:] = np.nan
    rate = rule(losses)
    assert rate is not None
    assert swept.low <= rate <= swept.high


def test_the_valley_lies_half_way_down_a_straight_fall() -> None:
    """A third and a sixth of the way along its points."""
    rates, losses = np.geomspace(1e-7, 1, 61), np.linspace(2, 1, 61)
    assert peer_rules.valley(rates, losses) == pytest.approx(rates[29])


def truth(*means: float) -> rate_truth.Truth:
    return rate_truth.Truth(
        np.array([-3.0, -2.0, -1.0]),
        tuple(np.array([mean - 0.01, mean + 0.01]) for mean in means),
        initial=2.0,
        full_steps=100,
        valid_examples=10,
    )


def test_regret_is_what_a_rate_loses_of_all_there_is_to_gain() -> None:
    """Zero at the best, 100 % at the untrained loss, on straight lines in log rate between."""
    known = truth(1.5, 1.0, 1.1)
    assert known.regrets == pytest.approx([50, 0, 10])
    assert known.best == pytest.approx(1e-2)
    assert known.regret(10**-1.5) == pytest.approx(5)
    assert known.within(11) == pytest.approx((1e-2, 1e-1))


@pytest.mark.parametrize("lost", [math.inf, 50.0])
def test_a_rate_that_breaks_training_loses_everything(lost: float) -> None:
    """And no more: one explosion would say nothing but its size."""
    assert truth(1.5, 1.0, lost).regrets[-1] == rate_truth.MOST


def test_an_easy_seed_makes_no_rate_better() -> None:
    """A rate with few seeds is judged by how it differs over the seeds that it has."""
    seeds = np.array([-0.2, 0.0, 0.2])
    known = rate_truth.Truth(
        np.array([-3.0, -2.0, -1.0]),
        (1.5 + seeds[:1], 1.0 + seeds, 1.1 + seeds),
        initial=2.0,
        full_steps=100,
        valid_examples=10,
    )
    assert known.means == pytest.approx([1.5, 1.0, 1.1])
    assert known.best == pytest.approx(1e-2)


def test_one_lost_seed_of_two_loses_half_of_all() -> None:
    """However far it exploded."""
    losses = np.array([1.0, math.inf])
    known = replace(truth(1.5, 1.0, 1.2), losses=(losses, np.ones(2), losses))
    assert known.regrets[0] == pytest.approx(50)


def test_luck_makes_the_best_rate_seem_worse() -> None:
    """Rates that are alike but for noise leave something to seem better."""
    rng = np.random.default_rng(0)
    noisy = tuple(1.0 + 0.1 * rng.normal(size=20) for _ in range(3))
    assert 0 < replace(truth(1.0, 1.0, 1.0), losses=noisy).floor < 5
    assert truth(1.5, 1.0, 1.5).floor == 0


def test_truth_is_refined_until_the_best_rate_lies_inside(monkeypatch: pytest.MonkeyPatch) -> None:
    """A few seeds may have pointed to the wrong place."""

    def trained(
        _: object, __: object, decades: np.ndarray, *, seeds: int, first: int
    ) -> list[np.ndarray]:
        return [np.full(seeds - first, 1 + (decade + 4.5) ** 2 / 50) for decade in decades]

    monkeypatch.setattr(rate_truth, "trained", trained)
    found = rate_truth.refined(truth(1.5, 1.0, 1.1), None, None, seeds=8)  # type: ignore[arg-type]
    assert np.log10(found.best) == pytest.approx(-4.5)
    whole = [x for x, row in zip(found.decades, found.losses, strict=True) if len(row) == 8]
    assert min(whole) == pytest.approx(-5.0)
    assert np.diff(whole) == pytest.approx(rate_truth.FINE_STEP)


@pytest.mark.parametrize(("depth", "closer"), [(0.01, 0), (1.0, 2)])
def test_truth_looks_closer_in_a_steep_valley(
    monkeypatch: pytest.MonkeyPatch, depth: float, closer: int
) -> None:
    """Straight lines to far neighbours would say too much beside the best rate."""

    def trained(
        _: object, __: object, decades: np.ndarray, *, seeds: int, first: int = 0
    ) -> list[np.ndarray]:
        return [np.full(seeds - first, 1 + depth * (decade + 2) ** 2) for decade in decades]

    monkeypatch.setattr(rate_truth, "trained", trained)
    coarse = rate_truth.refined(truth(1.5, 1.0, 1.1), None, None, seeds=4)  # type: ignore[arg-type]
    fine = rate_truth.sharpened(coarse, None, None)  # type: ignore[arg-type]
    assert len(fine.decades) - len(coarse.decades) == closer
    near = np.sort(np.abs(fine.decades - np.log10(fine.best)))[1]
    assert near == pytest.approx(rate_truth.FINEST_STEP if closer else rate_truth.FINE_STEP)


@pytest.mark.parametrize(("noise", "seeds"), [(0.0, {8}), (0.007, {16, 32}), (0.05, {64})])
def test_seeds_are_added_until_good_rates_are_told_apart(
    monkeypatch: pytest.MonkeyPatch, noise: float, seeds: set[int]
) -> None:
    """None where they agree, and no more than there may be."""
    rng = np.random.default_rng(0)

    def trained(
        _: object, __: object, decades: np.ndarray, *, seeds: int, first: int
    ) -> list[np.ndarray]:
        drawn = rng.normal(size=(len(decades), seeds - first))
        return [
            1 + (decade + 2) ** 2 / 50 + noise * row
            for decade, row in zip(decades, drawn, strict=True)
        ]

    monkeypatch.setattr(rate_truth, "trained", trained)
    found = rate_truth.refined(truth(1.5, 1.0, 1.1), None, None, seeds=8)  # type: ignore[arg-type]
    found = rate_truth.told_apart(found, None, None, most=64)  # type: ignore[arg-type]
    assert found.seeds in seeds
    assert found.error <= rate_truth.ENOUGH or found.seeds == 64


def test_what_every_seed_does_alike_is_no_error() -> None:
    """Rates share their seeds, so only how they differ blurs the comparison."""
    assert truth(1.0, 1.01, 1.02).error == pytest.approx(0, abs=1e-9)
