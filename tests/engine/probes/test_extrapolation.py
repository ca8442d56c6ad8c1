"""Does the interval hold what comes, and is nothing foretold where the curve does not say?"""

import numpy as np
import pytest

from tuner_engine.probes import extrapolation
from tuner_engine.probes.extrapolation import Outlook

SIZES = np.array([1 / 8, 1 / 4, 1 / 2, 1.0])


def drawn(rng: np.random.Generator, sizes: np.ndarray) -> tuple[np.ndarray, float]:
    """Return three seeds of a falling power law with noise, and its value at twice the largest."""
    floor, slope, power = rng.uniform(0, 0.5), rng.uniform(0.2, 1.5), rng.uniform(0.2, 1.2)
    sigma = rng.choice([0.001, 0.01, 0.03])
    losses = floor + slope * (8 * sizes) ** -power + sigma * rng.standard_normal((3, len(sizes)))
    return losses, floor + slope * 16.0**-power


def test_intervals_hold_what_comes() -> None:
    """In four of five cases and more, over laws and noise of many kinds."""
    rng, held = np.random.default_rng(1), []
    for _ in range(150):
        losses, actual = drawn(rng, SIZES)
        found = extrapolation.extrapolated(SIZES, losses, at=2.0)
        if isinstance(found, Outlook):
            held.append(found.low <= actual <= found.high)
    assert len(held) > 60
    assert np.mean(held) >= 0.8


def test_a_clean_law_is_foretold_closely() -> None:
    """Without noise, the prediction is near and its interval narrow."""
    law = 0.1 + SIZES**-0.5
    losses = np.tile(law, (3, 1)) + 1e-4 * np.random.default_rng(0).normal(size=(3, 4))
    found = extrapolation.extrapolated(SIZES, losses, at=2.0)
    assert isinstance(found, Outlook)
    assert found.loss == pytest.approx(0.1 + 2**-0.5, abs=0.03)
    assert found.high - found.low < 0.1
    assert found.gain == pytest.approx(law[-1] - found.loss, abs=0.01)


def test_noise_without_a_trend_foretells_nothing() -> None:
    """Neither a fall nor its absence is certain."""
    losses = 1 + 0.3 * np.random.default_rng(2).normal(size=(3, 4))
    found = extrapolation.extrapolated(SIZES, losses, at=2.0)
    if isinstance(found, Outlook):
        assert found.gain_low <= 0.05
    else:
        assert found in {"unidentified", "not-falling"}


def test_a_rising_curve_is_not_extrapolated() -> None:
    """More of it does not help."""
    losses = np.tile([1.0, 1.1, 1.2, 1.3], (3, 1)) + 0.001 * np.arange(3)[:, None]
    assert extrapolation.extrapolated(SIZES, losses, at=2.0) == "not-falling"


def test_two_sizes_are_too_few() -> None:
    """A floor cannot be told from two points."""
    assert extrapolation.extrapolated([0.5, 1], np.ones((3, 2)), at=2.0) == "too-few-sizes"


def test_the_same_numbers_are_foretold_alike() -> None:
    """Chance inside is seeded."""
    losses, _ = drawn(np.random.default_rng(3), SIZES)
    one, other = (extrapolation.extrapolated(SIZES, losses, at=2.0) for _ in range(2))
    assert one == other
