"""Which of several ways to train is better than the one in force, and which only tie with it?

Plain NumPy on best validation losses. Arms are compared seed by seed, as trainings with the same
seed share part of their luck; the spread of such differences is pooled over all arms. Where the
luck of seeds was measured on its own, nothing below its tie threshold is called better: few pairs
may agree by chance.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tuner_engine.probes.luck import CLEARLY, tie_threshold


@dataclass(frozen=True, slots=True)
class Standing:
    """One arm against the one in force.

    Attributes:
        gain: By how much its mean loss is lower.
        needed: What that must exceed to be no tie.
        same: Whether nothing differs at all: the setting has no effect.
        lost: Whether some seed diverged.
    """

    gain: float
    needed: float
    same: bool = False
    lost: bool = False

    @property
    def better(self) -> bool:
        """Whether it is clearly better."""
        return not self.lost and self.gain > self.needed

    @property
    def tied(self) -> bool:
        """Whether it is neither better nor worse."""
        return not self.lost and abs(self.gain) <= self.needed


def standings(
    base: ArrayLike,
    arms: Mapping[str, ArrayLike],
    *,
    least: float,
    seed_sd: float | None = None,
) -> dict[str, Standing]:
    """Return how each arm stands against the one in force.

    Args:
        base: [seeds], best losses of the arm in force, finite.
        arms: By name, [seeds or fewer] with the same seeds in the same order; NaN where diverged.
        least: Difference that is never more than a tie.
        seed_sd: Deviation of one training's loss over seeds, where it was measured.
    """
    own = np.asarray(base, float)
    gaps = {name: _gaps(own, losses) for name, losses in arms.items()}
    error = _pooled([found for found in gaps.values() if np.isfinite(found).all()])
    return {
        name: _standing(found, error=error, least=max(least, tie_threshold(seed_sd, len(found))))
        for name, found in gaps.items()
    }


def _gaps(base: NDArray[np.float64], losses: ArrayLike) -> NDArray[np.float64]:
    found: NDArray[np.float64] = np.asarray(losses, float)
    gaps: NDArray[np.float64] = base[: len(found)] - found
    return gaps


def _standing(gaps: NDArray[np.float64], *, error: float, least: float) -> Standing:
    if not np.isfinite(gaps).all():
        return Standing(gain=float("nan"), needed=least, lost=True)
    needed = max(CLEARLY * error / np.sqrt(len(gaps)), least)
    return Standing(float(gaps.mean()), float(needed), same=bool((gaps == 0).all()))


def _pooled(gaps: list[NDArray[np.float64]]) -> float:
    """Return the spread of one paired difference, over all arms that differ at all."""
    own = [found for found in gaps if len(found) > 1 and (found != 0).any()]
    freedom = sum(len(found) - 1 for found in own)
    if not freedom:
        return 0.0
    return float(np.sqrt(sum(((found - found.mean()) ** 2).sum() for found in own) / freedom))
