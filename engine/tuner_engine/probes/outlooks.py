"""What would twice the epochs, or twice the data, come to?

Shorter trainings and trainings on less data are the points of two learning curves; `extrapolation`
says where those lead, if anywhere.
"""

from collections.abc import Mapping

import numpy as np

from tuner_engine.probes import curves, extrapolation
from tuner_engine.probes.curves import Curves, CurvesReading
from tuner_engine.probes.epochs_plan import Stage
from tuner_engine.probes.extrapolation import Outlook, Unknown
from tuner_engine.specs import FALLING, Schedule

TWICE = 2.0
"""How far ahead is looked, in lengths or amounts of data: further, power laws are guesses."""

UNKNOWN_WORDS: dict[Unknown, str] = {
    "too-few-sizes": "too little was trained to foretell it",
    "not-falling": "the curve does not fall any more",
    "unidentified": "the curve does not settle it",
}


def longer(
    measured: Mapping[Stage, Curves], whole: Stage, found: CurvesReading, schedule: Schedule
) -> Outlook | Unknown:
    """Return what twice the epochs would come to."""
    if found.shape == "overfitting":
        return "not-falling"
    if schedule in FALLING:
        sizes, losses = _ends({stage.length: measured[stage] for stage in lengths(measured)})
    else:
        epochs = measured[whole].epochs
        places = np.unique(np.searchsorted(epochs, epochs[-1] * np.geomspace(1 / 8, 1, 7)))
        smooth = curves.smoothed(measured[whole].valid)
        sizes = epochs[places] / epochs[-1] * whole.length
        losses = np.minimum.accumulate(smooth, axis=1)[:, places]
    return _outlook(sizes, losses, at=TWICE * whole.length)


def more_data(measured: Mapping[Stage, Curves], whole: Stage) -> Outlook | Unknown:
    """Return what twice the data would come to, for as many epochs."""
    sized = {stage.data_share: found for stage, found in measured.items() if stage.data_share < 1}
    return _outlook(*_ends({**sized, 1.0: measured[whole]}), at=TWICE)


def _outlook(sizes: np.ndarray, losses: np.ndarray, *, at: float) -> Outlook | Unknown:
    whole = np.isfinite(losses).all(axis=1)
    if not whole.any():
        return "too-few-sizes"
    return extrapolation.extrapolated(sizes, losses[whole], at=at)


def _ends(found: Mapping[float, Curves]) -> tuple[np.ndarray, np.ndarray]:
    """Return sizes rising, and the seeds' best losses at each: [seeds, sizes]."""
    sizes = sorted(found)
    return np.array(sizes), np.stack([found[size].best for size in sizes], axis=1)


def lengths(measured: Mapping[Stage, Curves]) -> list[Stage]:
    """Return the stages that saw all data, the whole training first."""
    return [stage for stage in measured if stage.data_share == 1]


def in_words(outlook: Outlook | Unknown) -> str:
    """Return what is foretold, or why nothing is."""
    if not isinstance(outlook, Outlook):
        return UNKNOWN_WORDS[outlook]
    return f"{-outlook.gain:+.2g} in loss ({-outlook.gain_high:+.2g} to {-outlook.gain_low:+.2g})"


def figures(name: str, outlook: Outlook | Unknown) -> dict[str, float | None]:
    """Return the gain that is foretold and its interval, named as a reading names figures."""
    if not isinstance(outlook, Outlook):
        return {f"{name}_gain": None}
    return {
        f"{name}_gain": outlook.gain,
        f"{name}_gain_low": outlook.gain_low,
        f"{name}_gain_high": outlook.gain_high,
    }
