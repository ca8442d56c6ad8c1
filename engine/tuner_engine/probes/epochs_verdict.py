"""Which words and which settings follow from trainings of several lengths and amounts of data?"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from tuner_engine.events import VerdictReached
from tuner_engine.probes import curves, outlooks
from tuner_engine.probes.curves import EARLY, Curves, CurvesReading
from tuner_engine.probes.epochs_plan import Stage
from tuner_engine.probes.extrapolation import Outlook, Unknown
from tuner_engine.probes.verdicts import BLURRED, CLEAR_GAIN, MANY_EXAMPLES
from tuner_engine.recipe import Confidence, Setting
from tuner_engine.specs import FALLING, Hyperparameters

PROBE = "epochs"

PATIENCE_MARGIN = 1.5
"""Patience over the longest stretch without news that a seed had to get through. House choice."""

LEAST_PATIENCE = 2
"""Epochs. One bad epoch is no trend."""

COMPLETE = 0.98
"""Share of a training's length from which it counts as whole: its last epoch may lack a step."""

ENOUGH_SCORINGS = 20
"""Of a training that was cut short, before it says anything. House choice."""

SOURCES = ("measured on this data, model and device",)

WITHOUT_WORDS = {
    "interrupted": "Stopped before the first trainings had ended; start it again to go on.",
    "budget-too-small": (
        "The budget ended before one whole training did. Allow more time (--budget), or take a "
        "smaller model."
    ),
    "all-diverged": (
        "Every training diverged. Measure the learning rate first (`tuner-tui probe lr`), and "
        "look for extreme values in the data."
    ),
    "not-learning": (
        "Validation never became clearly better than knowing nothing, so no number of epochs is "
        "better than another. Check the target and the columns, or measure the learning rate."
    ),
}
"""Why there is no number, and what to do next."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What a verdict depends on besides the curves.

    Attributes:
        settings: The training that the probe is about.
        constant_loss: Validation loss of the best constant prediction, where it is known.
        valid_examples: Rows that losses were compared on.
        subsets: Whether lanes could see a part of the data.
        evidence: Identifier of the run.
        stopped: Whether a person stopped the probe.
        expired: Whether its budget ended it.
        scores: Figures of the best checkpoints beyond means of examples.
        predicts: Whether the task says what it predicts, so that there may be such figures.
        seed_sd: Deviation of the best loss over seeds, where it was measured before.
    """

    settings: Hyperparameters
    constant_loss: float | None
    valid_examples: int
    subsets: bool
    evidence: str
    stopped: bool = False
    expired: bool = False
    scores: Mapping[str, float] = field(default_factory=dict)
    predicts: bool = True
    seed_sd: float | None = None


def of(measured: Mapping[Stage, Curves], now: Circumstances) -> VerdictReached:
    """Return the verdict on what was trained.

    Args:
        measured: Curves of each stage, the whole training first; a part of a training only where
            it is the only one.
        now: The circumstances.
    """
    whole = next(iter(measured), None)
    if whole is None:
        return _without("interrupted" if now.stopped else "budget-too-small", {})
    found = curves.read_curves(measured[whole], ignorance=now.constant_loss, seed_sd=now.seed_sd)
    if found is None:
        told = "interrupted" if now.stopped else "budget-too-small" if now.expired else None
        lost = bool(measured[whole].diverged.any())
        return _without("all-diverged" if lost or told is None else told, {})
    figures = _figures(measured[whole], found, now)
    reached = float(measured[whole].epochs[-1]) / now.settings.epochs
    if now.stopped or (reached < COMPLETE * whole.length and not _says(measured[whole], now)):
        return _without("interrupted" if now.stopped else "budget-too-small", figures)
    if reached < COMPLETE * whole.length:
        whole, measured = Stage(reached), {Stage(reached): measured[whole]}
    if not _learns(found, now):
        return _without("not-learning", figures)
    return _verdict(measured, whole, found, figures, now)


def _without(verdict: str, figures: dict[str, float | None]) -> VerdictReached:
    return VerdictReached(
        probe=PROBE,
        verdict=verdict,
        summary=WITHOUT_WORDS[verdict],
        confidence="low",
        settings={},
        reading=figures,
    )


def _says(cut_short: Curves, now: Circumstances) -> bool:
    """Return whether a training that was cut short is the beginning of the whole one."""
    return now.settings.schedule not in FALLING and len(cut_short.epochs) >= ENOUGH_SCORINGS


def _learns(found: CurvesReading, now: Circumstances) -> bool:
    ignorance = found.loss + found.gain if now.constant_loss is None else now.constant_loss
    return found.gain > max(CLEAR_GAIN * abs(ignorance), 2 * found.seed_sd)


def _figures(whole: Curves, found: CurvesReading, now: Circumstances) -> dict[str, float | None]:
    best = int(np.searchsorted(whole.epochs, found.best_epoch))
    metrics = {name: float(np.nanmedian(rows[:, best])) for name, rows in whole.metrics.items()}
    return {
        "epochs_measured": float(whole.epochs[-1]),
        "best_epoch": found.best_epoch,
        "best_loss": found.loss,
        "onset": found.best_epoch if found.shape == "overfitting" else None,
        "still_improving": float(found.shape == "improving"),
        "rise": found.rise,
        "rise_needed": found.rise_needed,
        "seed_sd": found.seed_sd,
        "gap": found.gap,
        **metrics,
        **now.scores,
    }


def _verdict(
    measured: Mapping[Stage, Curves],
    whole: Stage,
    found: CurvesReading,
    figures: dict[str, float | None],
    now: Circumstances,
) -> VerdictReached:
    longer, data = (
        outlooks.longer(measured, whole, found, now.settings.schedule),
        outlooks.more_data(measured, whole),
    )
    figures |= outlooks.figures("longer", longer) | outlooks.figures("more_data", data)
    value, low, high, why = _epochs(measured, whole, found, longer, now)
    confidence = _confidence(measured, whole, found, value, now)
    settings: dict[str, Setting] = {}
    if value is not None:
        settings["epochs"] = _setting(value, (low, high), why, confidence, now)
        settings["patience"] = _patience(found, value, confidence, now)
    return VerdictReached(
        probe=PROBE,
        verdict="ok",
        summary=" ".join([why, *_sentences(found, longer, data, whole, now)]),
        confidence=confidence,
        settings=settings,
        reading=figures,
    )


def _epochs(
    measured: Mapping[Stage, Curves],
    whole: Stage,
    found: CurvesReading,
    longer: Outlook | Unknown,
    now: Circumstances,
) -> tuple[int | None, int, int, str]:
    """Return how many epochs, between which ends, and why; no number where none was earned."""
    trained = round(whole.length * now.settings.epochs)
    helps = isinstance(longer, Outlook) and longer.gain_low > found.tolerance
    if now.settings.schedule in FALLING:
        shorter = _as_good(measured, whole, found)
        if shorter is not None:
            return _shortened(measured, whole, shorter, now)
        if whole.length < 1:
            return None, 0, 0, _not_reached(trained, now)
    elif found.shape != "improving":
        low, high = max(math.floor(found.low), 1), math.ceil(found.high)
        # Where nothing falls again, the first epoch that is as good as the best is enough.
        enough = found.best_epoch if found.shape == "overfitting" else found.low
        return math.ceil(enough), low, high, _where(found, epochs=trained)
    elif whole.length < 1:
        return None, 0, 0, _not_reached(trained, now)
    if helps and isinstance(longer, Outlook):
        why = (
            f"{trained} epochs are too few: twice as many would lower the loss from "
            f"{found.loss:.4g} to about {longer.loss:.4g}, as shorter trainings foretell."
        )
        return 2 * trained, trained, 4 * trained, why
    fewer = "fewer did worse" if _compared(measured, now) else "fewer were not compared"
    why = f"{trained} epochs, as planned: {fewer}, and more are not sure to do better."
    return trained, max(math.floor(min(found.low, trained)), 1), trained, why


def _compared(measured: Mapping[Stage, Curves], now: Circumstances) -> bool:
    """Return whether shorter trainings were seen: a schedule that falls has to be trained so."""
    return now.settings.schedule not in FALLING or len(outlooks.lengths(measured)) > 1


def _as_good(measured: Mapping[Stage, Curves], whole: Stage, found: CurvesReading) -> Stage | None:
    """Return the shortest schedule that costs no more than the tolerance, if it is shorter."""
    best = measured[whole].best
    good = [
        stage
        for stage in outlooks.lengths(measured)
        if stage != whole and np.mean(measured[stage].best - best) <= found.tolerance
    ]
    return min(good, key=lambda stage: stage.length, default=None)


def _shortened(
    measured: Mapping[Stage, Curves], whole: Stage, shorter: Stage, now: Circumstances
) -> tuple[int, int, int, str]:
    epochs = math.ceil(shorter.length * now.settings.epochs)
    most = round(whole.length * now.settings.epochs)
    why = (
        f"The {now.settings.schedule} schedule can be shortened: {epochs} epochs reach "
        f"{measured[shorter].best.mean():.4g}, {most} reach {measured[whole].best.mean():.4g}, "
        f"with {len(measured[whole].best)} seeds of each."
    )
    return epochs, epochs, most, why


def _where(found: CurvesReading, *, epochs: int) -> str:
    early = " The training is far too long." if found.high < EARLY * epochs else ""
    if found.shape == "overfitting":
        return (
            f"Validation is best after {found.best_epoch:.3g} epochs ({found.low:.3g} to "
            f"{found.high:.3g} are about as good) and gets worse from there.{early}"
        )
    return f"Validation gets no clearly better after {found.low:.3g} of {epochs} epochs.{early}"


def _not_reached(trained: int, now: Circumstances) -> str:
    return (
        f"The budget reached {trained} of {now.settings.epochs} epochs, and the loss still fell "
        "there: how many are enough was not seen."
    )


def _patience(
    found: CurvesReading, epochs: int, confidence: Confidence, now: Circumstances
) -> Setting:
    least = max(math.ceil(found.stale) + 1, LEAST_PATIENCE)
    value = min(max(math.ceil(PATIENCE_MARGIN * found.stale) + 1, LEAST_PATIENCE), max(epochs, 1))
    why = f"Seeds went without news for up to {found.stale:.3g} epochs before their best."
    return _setting(value, (min(least, value), max(2 * value, least)), why, confidence, now)


def _setting(
    value: int, ends: tuple[int, int], why: str, confidence: Confidence, now: Circumstances
) -> Setting:
    return Setting(
        value=value,
        range=ends,
        unit="epochs",
        basis="measured",
        confidence=confidence,
        why=why,
        sources=SOURCES,
        evidence=(now.evidence,),
    )


def _confidence(
    measured: Mapping[Stage, Curves],
    whole: Stage,
    found: CurvesReading,
    value: int | None,
    now: Circumstances,
) -> Confidence:
    beyond = value is None or value > round(whole.length * now.settings.epochs)
    lost = measured[whole].diverged.any() or len(measured[whole].best) < 2
    if beyond or lost or found.seed_sd > BLURRED * found.gain or whole.length < 1:
        return "low"
    sure = now.valid_examples >= MANY_EXAMPLES and _compared(measured, now)
    return "high" if sure else "medium"


def _sentences(
    found: CurvesReading,
    longer: Outlook | Unknown,
    data: Outlook | Unknown,
    whole: Stage,
    now: Circumstances,
) -> list[str]:
    epochs = f"{whole.length * now.settings.epochs:.3g}"
    said = [
        {
            "overfitting": (
                f"Overfitting sets in after epoch {found.best_epoch:.3g}: validation ends "
                f"{found.rise:.2g} higher, and seeds alone explain {found.rise_needed:.2g}."
            ),
            "improving": f"Underfitting: validation still fell in the last of {epochs} epochs.",
            "level": f"Overfitting was not seen in {epochs} epochs.",
        }[found.shape]
    ]
    said += _unscored(now)
    more_epochs = f"Twice the epochs: {outlooks.in_words(longer)}."
    if not now.subsets:
        return [*said, more_epochs, "Less data was not tried, as the data come as a stream."]
    return [*said, more_epochs, f"Twice the data: {outlooks.in_words(data)}."]


def _unscored(now: Circumstances) -> list[str]:
    """Say why a task of one's own has no figures beyond means of examples."""
    if now.settings.model != "own" or now.scores:
        return []
    why = (
        "Task(predict=…) did not return probabilities of classes"
        if now.predicts
        else "the task does not say what it predicts (Task(predict=…))"
    )
    return [f"Area under the curve and calibration are not known: {why}."]
