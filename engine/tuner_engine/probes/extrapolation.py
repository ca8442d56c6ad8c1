"""Where would a learning curve go on to, beyond what was trained?

Plain NumPy. An ensemble of power laws floor + slope · size^(-power), each as likely as it fits,
over many draws of the noise between seeds. The spread of their predictions is the interval; where
it is wider than what the last doubling brought, or the smaller sizes would not have foretold the
largest one, the curve does not say, and nothing is predicted.

Source: ensembles of parametric curves, Domhan et al. (2015); power laws in data, arXiv 1712.00409.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

EXPONENTS = np.geomspace(0.1, 2.0, 24)
"""Powers tried. Source: published curves lie between 0.07 and 1 in data (arXiv 1712.00409); short
trainings fall faster."""

DRAWS = 200
"""Draws of the noise. House choice."""

PERCENTILES = (5.0, 95.0)
"""Ends of the interval."""

MISFIT = 0.003
"""How closely any power law describes a learning curve, share of its whole fall. House choice."""

FEWEST_SIZES = 3
"""Sizes from which a curve with a floor can be told from one without."""

Unknown = Literal["too-few-sizes", "not-falling", "unidentified"]


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a longer or larger training would come to.

    Attributes:
        size: For which the prediction is.
        loss: Median prediction.
        low: Lower end of its interval.
        high: Upper end.
        gain: Median improvement over the largest size measured.
        gain_low: Lower end of the interval of that.
        gain_high: Upper end.
    """

    size: float
    loss: float
    low: float
    high: float
    gain: float
    gain_low: float
    gain_high: float


def extrapolated(sizes: ArrayLike, losses: ArrayLike, *, at: float) -> Outlook | Unknown:
    """Return what a learning curve foretells.

    Args:
        sizes: [sizes], rising: epochs, or examples.
        losses: [seeds, sizes], finite.
        at: Size to predict for, beyond the largest.

    Returns:
        The prediction, or why there is none.
    """
    x, rows = np.asarray(sizes, float), np.asarray(losses, float)
    if len(x) < FEWEST_SIZES:
        return "too-few-sizes"
    means = rows.mean(axis=0)
    sigmas = _sigmas(rows)
    last = float(np.interp(np.log(x[-1] / 2), np.log(x), means) - means[-1])
    if last <= -sigmas[-1]:
        return "not-falling"
    found = _predictions(x, means, at, sigmas=sigmas)
    gains = means[-1] - found
    low, high = np.percentile(gains, PERCENTILES)
    if high - low > max(last, 2 * sigmas[-1]) or not _foreseen(x, means, sigmas):
        return "unidentified"
    middle = float(np.median(gains))
    return Outlook(
        size=at,
        loss=float(means[-1]) - middle,
        low=float(means[-1] - high),
        high=float(means[-1] - low),
        gain=middle,
        gain_low=float(low),
        gain_high=float(high),
    )


def _sigmas(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the noise of each size's mean over seeds, or what no law fits any better.

    Few seeds say little of one size's noise, so it is pooled: in proportion to the loss, as small
    trainings are the noisier ones, or alike where losses need not be positive.
    """
    means = rows.mean(axis=0)
    scale = means if (means > 0).all() else np.ones_like(means)
    spread = (rows / scale).var(axis=0, ddof=1).mean() / len(rows) if len(rows) > 1 else 0.0
    noise: NDArray[np.float64] = scale * np.sqrt(spread)
    return np.maximum(noise, max(MISFIT * float(np.ptp(means)), np.finfo(float).tiny))


def _foreseen(
    x: NDArray[np.float64], means: NDArray[np.float64], sigmas: NDArray[np.float64]
) -> bool:
    """Return whether the smaller sizes would have foretold the largest."""
    if len(x) - 1 < FEWEST_SIZES:
        return True  # nothing is left to check with
    found = _predictions(x[:-1], means[:-1], x[-1], sigmas=sigmas[:-1])
    low, high = np.percentile(found, (2.5, 97.5))
    return bool(low - 2 * sigmas[-1] <= means[-1] <= high + 2 * sigmas[-1])


def _predictions(
    x: NDArray[np.float64],
    means: NDArray[np.float64],
    at: float,
    *,
    sigmas: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return predictions at one size, drawn as often as their laws are likely."""
    rng = np.random.default_rng(0)
    drawn = means + sigmas * rng.standard_normal((DRAWS, len(x)))
    laws = (_law(x, drawn, at, power=power, sigmas=sigmas) for power in EXPONENTS)
    values, misfits = zip(*laws, strict=True)
    predicted, misfit = np.array(values).T, np.array(misfits).T
    weights = np.exp(-0.5 * (misfit - misfit.min(axis=1, keepdims=True)))
    weights /= weights.sum(axis=1, keepdims=True)
    return _sampled(predicted, weights, rng)


def _sampled(
    values: NDArray[np.float64], weights: NDArray[np.float64], rng: np.random.Generator
) -> NDArray[np.float64]:
    """Return values of each row, drawn by their weights."""
    draws = rng.uniform(size=(len(values), len(EXPONENTS)))
    places = (weights.cumsum(axis=1)[:, None, :] < draws[..., None]).sum(axis=2)
    return np.take_along_axis(values, places.clip(max=len(EXPONENTS) - 1), axis=1).ravel()


def _law(
    x: NDArray[np.float64],
    drawn: NDArray[np.float64],
    at: float,
    *,
    power: float,
    sigmas: NDArray[np.float64],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return predictions of a falling power law fitted to each draw, and its squared misfits."""
    basis = (x / x[-1]) ** -power
    weights = sigmas**-2 / (sigmas**-2).sum()
    centred = basis - weights @ basis
    slope = np.maximum((drawn @ (weights * centred)) / (weights @ centred**2), 0.0)
    floor = drawn @ weights - slope * (weights @ basis)
    if (drawn > 0).all():
        # Losses above zero are taken to be of a kind that never falls below.
        bounded = (drawn @ (weights * basis)) / (weights @ basis**2)
        slope, floor = np.where(floor < 0, bounded, slope), np.maximum(floor, 0.0)
    misfits = (drawn - floor[:, None] - slope[:, None] * basis) / sigmas
    return floor + slope * (at / x[-1]) ** -power, np.square(misfits).sum(axis=1)
