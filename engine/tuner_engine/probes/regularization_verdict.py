"""Which words and which settings follow from trainings with other regularisation?"""

from collections.abc import Collection
from dataclasses import dataclass, field

import numpy as np

from tuner_engine.events import VerdictReached
from tuner_engine.probes import comparison, regularization_plan
from tuner_engine.probes.comparison import Standing
from tuner_engine.probes.curves import Curves, CurvesReading
from tuner_engine.probes.regularization_plan import DECAY, Candidate
from tuner_engine.probes.verdicts import CLEAR_GAIN
from tuner_engine.recipe import Confidence, Setting
from tuner_engine.specs import Hyperparameters

PROBE = "regularization"

ADVISED = "as advised"
"""The arm that everything is compared with."""

WITHOUT_WORDS = {
    "interrupted": "Stopped before anything could be compared; start it again to go on.",
    "budget-too-small": (
        "The budget ended before the trainings as advised did. Allow more time (--budget)."
    ),
    "all-diverged": (
        "Trainings diverged at the advised values. Measure the learning rate first (`tuner-tui "
        "probe lr`)."
    ),
    "not-learning": (
        "Validation never became clearly better than knowing nothing: regularisation cannot help "
        "what does not learn. Check the target and the columns."
    ),
    "no-overfitting": (
        "No overfitting was seen: validation does not rise after its best epoch by more than seeds "
        "differ. More regularisation is not worth trying; the advised values stay."
    ),
}
"""Why nothing was measured, and what to do next."""


@dataclass(slots=True)
class Found:
    """What has been measured so far.

    Attributes:
        full_steps: Optimizer steps of the training.
        seed_sd: Deviation of one training's loss over seeds, where it was measured before.
        base: As advised.
        reading: Of that.
        tried: Each other value, with the first of the same seeds.
        best: What was tried again with fresh seeds.
        again: As advised, with those.
        confirming: That value, by factor of the learning rate.
    """

    full_steps: int
    seed_sd: float | None = None
    base: Curves | None = None
    reading: CurvesReading | None = None
    tried: dict[Candidate, Curves] = field(default_factory=dict)
    best: Candidate | None = None
    again: Curves | None = None
    confirming: dict[float, Curves] = field(default_factory=dict)

    def standings(self) -> dict[Candidate, Standing]:
        """Return how each value stands against the advised ones."""
        if self.base is None or self.reading is None:
            return {}
        arms = {each.name: own.best for each, own in self.tried.items()}
        found = comparison.standings(
            self.base.best, arms, least=self.reading.tolerance, seed_sd=self.seed_sd
        )
        return {each: found[each.name] for each in self.tried}

    def confirmed(self) -> dict[float, Standing]:
        """Return how the best value stands against the advised ones with fresh seeds, by rate."""
        if self.again is None or self.reading is None or not np.isfinite(self.again.best).all():
            return {}
        arms = {str(factor): own.best for factor, own in self.confirming.items()}
        found = comparison.standings(
            self.again.best, arms, least=self.reading.tolerance, seed_sd=self.seed_sd
        )
        return {factor: found[str(factor)] for factor in self.confirming}


def promising(found: Found) -> Candidate | None:
    """Return the value that did best, if it did clearly better than the advised one."""
    better = {each: own for each, own in found.standings().items() if own.better}
    return max(better, key=lambda each: better[each].gain, default=None)


def of(
    found: Found,
    settings: Hyperparameters,
    *,
    untried: Collection[str],
    constant_loss: float | None,
    evidence: str,
    stopped: bool,
) -> VerdictReached:
    """Return the verdict on what was measured.

    Args:
        found: All of it.
        settings: With the advised values.
        untried: Settings that the task's loss does not depend on.
        constant_loss: Validation loss of the best constant prediction, where it is known.
        evidence: Identifier of the run.
        stopped: Whether a person stopped the probe.
    """
    reason = _nothing(found, constant_loss=constant_loss, stopped=stopped)
    if reason is not None:
        return VerdictReached(
            probe=PROBE,
            verdict=reason,
            summary=WITHOUT_WORDS[reason],
            confidence="low",
            settings={},
            reading=_figures(found),
        )
    beliefs = _settings(found, settings, evidence=evidence)
    return VerdictReached(
        probe=PROBE,
        verdict="interrupted" if stopped else "ok",
        summary=" ".join(_sentences(found, settings, untried)),
        confidence=min(
            (each.confidence for each in beliefs.values()),
            key=("low", "medium", "high").index,
            default="low",
        ),
        settings=beliefs,
        reading=_figures(found),
    )


def _nothing(found: Found, *, constant_loss: float | None, stopped: bool) -> str | None:
    """Return why there is nothing to compare, if so."""
    if found.base is None:
        return "interrupted" if stopped else "budget-too-small"
    if found.reading is None or found.base.diverged.any():
        return "all-diverged"
    ignorance = found.reading.loss + found.reading.gain if constant_loss is None else constant_loss
    if found.reading.gain <= CLEAR_GAIN * abs(ignorance):
        return "not-learning"
    if found.reading.shape != "overfitting":
        return "no-overfitting"
    if not found.tried:
        return "interrupted" if stopped else "budget-too-small"
    return None


def _settings(found: Found, settings: Hyperparameters, *, evidence: str) -> dict[str, Setting]:
    standings = found.standings()
    beliefs = {}
    for name in dict.fromkeys(each.setting for each in standings):
        own = float(getattr(settings, name))
        rows = {each.value: row for each, row in standings.items() if each.setting == name}
        if all(row.same for row in rows.values()):
            continue
        tied = [own, *(value for value, row in rows.items() if row.tied)]
        value, confidence, why = own, _sure(rows), _kept(name, own, rows)
        if found.best is not None and found.best.setting == name and _won(found):
            value, confidence, why = found.best.value, "medium", _taken(found, own)
            tied = [value, *(each for each, row in rows.items() if row.better)]
        beliefs[name] = Setting(
            value=value,
            range=(min(tied), max(tied)),
            basis="measured",
            confidence=confidence,
            why=why,
            sources=("measured on this data, model and device",),
            evidence=(evidence,),
        )
    return beliefs


def _won(found: Found) -> bool:
    standing = found.confirmed().get(1.0)
    return standing is not None and standing.better


def _sure(rows: dict[float, Standing]) -> Confidence:
    return "medium" if all(not row.better for row in rows.values()) else "low"


def _kept(name: str, own: float, rows: dict[float, Standing]) -> str:
    others = ", ".join(f"{value:g} ({_word(row)})" for value, row in rows.items())
    return f"{own:g} stays: beside it were tried {others}."


def _word(row: Standing) -> str:
    if row.lost:
        return "diverged"
    if row.same:
        return "no effect"
    if row.tied:
        return "a tie"
    return f"{abs(row.gain):.2g} {'lower, but not confirmed' if row.better else 'higher'}"


def _taken(found: Found, own: float) -> str:
    standing = found.confirmed()[1.0]
    return (
        f"Fresh seeds reach a validation loss {standing.gain:.2g} lower than at {own:g}; less than "
        f"{standing.needed:.2g} would be a tie."
    )


def _sentences(found: Found, settings: Hyperparameters, untried: Collection[str]) -> list[str]:
    reading = found.reading
    if reading is None:
        return []
    said = [f"Overfitting sets in after epoch {reading.best_epoch:.3g}."]
    if found.best is None:
        said.append("No other value is clearly better, so the advised ones stay.")
    elif _won(found):
        said.append(f"{found.best.name.capitalize()} helps: {_taken(found, _own(found, settings))}")
        said += _rate_words(found, settings)
    else:
        words = f"{found.best.name.capitalize()} looked better, but fresh seeds did not confirm it."
        said.append(f"{words} The advised values stay.")
    if (span := _span(found, settings)) is not None:
        said.append(f"Weights forget over {span:.2g} of the training's length.")
    told = sorted(name.replace("_", " ") for name in untried)
    if told:
        said.append(f"This training takes no {' and no '.join(told)}.")
    return said


def _own(found: Found, settings: Hyperparameters) -> float:
    return float(getattr(settings, found.best.setting)) if found.best else 0.0


def _rate_words(found: Found, settings: Hyperparameters) -> list[str]:
    """Say where another learning rate does better still."""
    confirmed = found.confirmed()
    here = confirmed[1.0]
    best = max(
        confirmed,
        key=lambda factor: confirmed[factor].gain if not confirmed[factor].lost else -np.inf,
    )
    if best == 1.0 or confirmed[best].gain - here.gain <= here.needed:
        return ["The learning rate may stay."]
    rate = best * settings.learning_rate
    return [f"With it, a learning rate of {rate:.2g} does better still: measure it anew."]


def _span(found: Found, settings: Hyperparameters) -> float | None:
    decay = settings.weight_decay
    if found.best is not None and found.best.setting == DECAY and _won(found):
        decay = found.best.value
    return regularization_plan.span_of(decay, settings, full_steps=found.full_steps)


def _figures(found: Found) -> dict[str, float | None]:
    if found.reading is None:
        return {}
    figures: dict[str, float | None] = {
        "best_epoch": found.reading.best_epoch,
        "best_loss": found.reading.loss,
        "rise": found.reading.rise,
        "rise_needed": found.reading.rise_needed,
        "gap": found.reading.gap,
    }
    for each, row in found.standings().items():
        figures[each.name] = None if row.lost else row.gain
    for factor, row in found.confirmed().items():
        figures[f"confirmed at {factor:g} of the rate"] = None if row.lost else row.gain
        figures["tie"] = row.needed
    return figures
