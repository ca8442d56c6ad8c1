"""Which words and which settings follow from a reading?

Readings become a `VerdictReached`: a named verdict, a summary with what to do next, and a setting
only where the evidence carries one.
"""

import math
from collections.abc import Mapping
from types import MappingProxyType

from tuner_engine.events import VerdictReached
from tuner_engine.probes.optimum import Optimum
from tuner_engine.probes.readings import WITHIN, SweepReading
from tuner_engine.recipe import Confidence, Setting
from tuner_engine.specs import Hyperparameters

PROBE = "learning-rate"

CLEAR_GAIN = 0.02
"""Improvement over knowing nothing that counts as learning, share of the loss of a constant
prediction. House choice: the best of many scorings of a useless model lies up to 1 % below it."""

CLEAR_ERRORS = 0.6
"""The same where validation rows are few: share of that loss over the square root of their number.
Losses of single rows scatter about as much as they are large. House choice: with shuffled labels
the best of a probe's trainings comes out below it."""

REACH_HIGH = 1.5
"""Extrapolation up to which confidence is high, full length over measured length. House choice."""

MANY_EXAMPLES = 100
"""Validation rows from which a difference between rates can be sure. House choice."""

FEW_EXAMPLES = 30
"""Validation rows below which confidence is low whatever was seen. House choice."""

BLURRED = 0.05
"""Noise over what training gains at all beyond which confidence is low. House choice."""

REACH_MEDIUM = 9.0
"""Extrapolation up to which confidence is medium. House choice."""

SWEEP_WORDS = {
    "flat": (
        "The loss never fell while the learning rate swept {low:.0e} to {high:.0e}. "
        "Check that the target can be predicted from the columns, or train longer at one rate."
    ),
    "never-diverged": (
        "No learning rate up to {high:.0e} broke training, so there is no edge to search below. "
        "Check that the loss can grow at all: a bounded or clipped loss hides divergence."
    ),
    "diverged-at-once": (
        "Training broke at the lowest rate, {low:.0e}. Look for extreme values in the data; "
        "gradient clipping may help."
    ),
    "too-noisy": (
        "Each seed learns, but at rates that the others do not confirm: the noise hides the edge. "
        "Use larger batches, or more data."
    ),
}
"""Why there is no number, and what to do next."""


UNCONFIRMED_WORDS = {
    "interrupted": "Stopped before any training confirmed a rate; start it again to go on.",
    "budget-too-small": (
        "The budget ended before any training confirmed a rate. "
        "Allow more time (--budget), or take a smaller model."
    ),
    "all-diverged": (
        "Every trial below the edge diverged in some seed. "
        "Look for extreme values in the data; gradient clipping or a warm-up may help."
    ),
}
"""Why an edge alone is no number, and what to do next."""


def of_sweep(reading: SweepReading, *, low: float, high: float) -> VerdictReached:
    """Return the verdict on a sweep that is not `ok`.

    Args:
        reading: Its reading.
        low: Lowest rate swept.
        high: Highest rate swept.
    """
    return VerdictReached(
        probe=PROBE,
        verdict=reading.verdict,
        summary=SWEEP_WORDS[reading.verdict].format(low=low, high=high),
        confidence="low",
        settings={},
        reading={
            "edge": reading.edge,
            "initial_loss": reading.initial_loss,
            "noise": reading.noise,
        },
    )


def without_trials(reading: SweepReading, *, verdict: str) -> VerdictReached:
    """Return the verdict when no training confirmed a rate, with the edge if it is known.

    Args:
        reading: Of the sweep.
        verdict: What prevented the trainings, one of `UNCONFIRMED_WORDS`.
    """
    known = (
        "nothing yet; the sweep has not reached the edge"
        if reading.edge is None
        else f"training breaks above about {reading.edge:.1e}"
    )
    return VerdictReached(
        probe=PROBE,
        verdict=verdict,
        summary=f"{UNCONFIRMED_WORDS[verdict]} Known so far: {known}.",
        confidence="low",
        settings={},
        reading={"edge": reading.edge, "initial_loss": reading.initial_loss},
    )


def of_trials(
    sweep: SweepReading,
    found: Optimum,
    settings: Hyperparameters,
    *,
    constant_loss: float | None,
    valid_examples: int,
    evidence: str,
    interrupted: bool,
    others: Mapping[str, float] = MappingProxyType({}),
) -> VerdictReached:
    """Return the verdict on confirming trainings.

    Args:
        sweep: The reading of the sweep that bounded them.
        found: What they say together.
        settings: The training that the rate is for.
        constant_loss: Validation loss of the best constant prediction, where it is known; the
            untrained model stands for it otherwise.
        valid_examples: Rows that losses were compared on.
        evidence: Identifier of the run.
        interrupted: Whether a person stopped the probe before its plan was done.
        others: Best validation loss of optimizers that were trained for comparison, by name.
    """
    edge = stability_edge(sweep, found)
    figures: dict[str, float | None] = {
        "edge": edge,
        "initial_loss": sweep.initial_loss,
        "constant_loss": constant_loss,
        "best_loss": found.loss,
        "noise": found.noise,
        "horizon_share": found.horizon_share,
        "drift": found.slope,
        "reach": found.reach,
        **{f"{name}_loss": loss if math.isfinite(loss) else None for name, loss in others.items()},
    }
    ignorance = sweep.initial_loss if constant_loss is None else constant_loss
    gain = ignorance - found.loss
    if gain < max(CLEAR_GAIN, CLEAR_ERRORS / math.sqrt(valid_examples)) * abs(ignorance):
        what = "the untrained model" if constant_loss is None else "a constant prediction"
        return _not_learning(found, f"{what} ({ignorance:.3g})", figures)
    if interrupted or (found.noise or 0.0) > BLURRED * gain:
        confidence: Confidence = "low"
    else:
        confidence = _confidence(found, valid_examples)
    low, high = found.low, max(min(found.high, edge or found.high), found.best)
    setting = Setting(
        value=_tidy(found.best),
        range=(_tidy(low), _tidy(high)),
        scale="log",
        basis="measured",
        confidence=confidence,
        why=_why(found, settings),
        sources=("measured on this data, model and device",),
        evidence=(evidence,),
    )
    return VerdictReached(
        probe=PROBE,
        verdict="interrupted" if interrupted else "ok",
        summary=_summary(setting, found, settings, edge=edge, valid_examples=valid_examples),
        confidence=confidence,
        settings={"learning_rate": setting},
        reading={**figures, "low": _tidy(low), "high": _tidy(high)},
    )


def stability_edge(sweep: SweepReading, found: Optimum) -> float | None:
    """Return where training breaks: as swept, unless trials at steady rates know better.

    Args:
        sweep: A rising rate shows the edge late.
        found: Rates at which trials survived, or were lost.
    """
    edge = sweep.edge
    if edge is not None and found.lost is not None:
        edge = min(edge, found.lost)
    if edge is not None and found.survived is not None:
        edge = max(edge, found.survived)
    return edge


def _not_learning(
    found: Optimum, ignorance: str, figures: dict[str, float | None]
) -> VerdictReached:
    return VerdictReached(
        probe=PROBE,
        verdict="not-learning",
        summary=(
            f"No rate did clearly better on validation ({found.loss:.3g}) than {ignorance}. "
            "Check the target and the columns, or train longer; a learning rate would not tell "
            "you much."
        ),
        confidence="low",
        settings={},
        reading=figures,
    )


def _confidence(found: Optimum, valid_examples: int) -> Confidence:
    few = valid_examples < FEW_EXAMPLES
    if few or found.border is not None or found.reach > REACH_MEDIUM:
        return "low"
    sure = valid_examples >= MANY_EXAMPLES and found.reach <= REACH_HIGH
    return "high" if sure else "medium"


def _why(found: Optimum, settings: Hyperparameters) -> str:
    how = (
        "trained in full"
        if found.reach < 1.01
        else f"trained for up to {_lengths(found, settings)} and followed along the drift"
    )
    return (
        f"Lowest validation loss of the best checkpoint with {settings.optimizer}, "
        f"{settings.schedule} schedule, batch {settings.batch_size}; candidates were {how}."
    )


def _summary(
    setting: Setting,
    found: Optimum,
    settings: Hyperparameters,
    *,
    edge: float | None,
    valid_examples: int,
) -> str:
    low, high = setting.range or (None, None)
    first = (
        f"Learning rate {setting.value:g}; from {low:g} to {high:g} the best checkpoint may be "
        f"within {WITHIN:.0%} of the best."
    )
    parts = [first]
    if edge is not None:
        parts.append(f"Training breaks above about {edge:.1e}.")
    if found.reach >= 1.01:
        parts.append(
            f"The longest trials took {_lengths(found, settings)}: the rate is extrapolated, "
            f"drifting {found.slope:+.2f} decades per tenfold length."
        )
    if valid_examples < MANY_EXAMPLES:
        parts.append(f"{valid_examples} validation rows tell rates apart only roughly.")
    if found.border is not None:
        words = f"The best rate was the {found.border}est one tried: the true one may lie beyond."
        parts.append(words)
    return " ".join(parts)


def _lengths(found: Optimum, settings: Hyperparameters) -> str:
    done, whole = (share * settings.epochs for share in (found.horizon_share, found.full_share))
    return f"{done:.3g} of about {whole:.3g} epochs"


def _tidy(rate: float) -> float:
    """Two significant digits: what the measurement carries."""
    return float(f"{rate:.2g}")
