"""Advice, probe, confirmation: what happens in a whole tuning?

The probe's value is believed only after fresh seeds confirm it beside the advised one, both trained
in full. Where the schedule allows, the same trainings show how many epochs are worth while.
"""

import math
from collections.abc import Generator, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

import msgspec
import numpy as np

from tuner_engine import events
from tuner_engine.advice.revise import revise
from tuner_engine.events import AnyEvent, EpochMeasured, VerdictReached
from tuner_engine.leaving import Left
from tuner_engine.probes import learning_rate
from tuner_engine.probes.luck import CLEARLY, tie_threshold
from tuner_engine.probes.terms import Terms
from tuner_engine.recipe import Recipe, Setting
from tuner_engine.specs import FALLING, Hyperparameters, hyperparameters
from tuner_engine.training import courses, full
from tuner_engine.training.program import Program
from tuner_engine.workload import Caution

PROBE_SHARE = 0.7
"""Share of the budget for the probe; the rest confirms. House choice."""

CONFIRMING_SEEDS = 3
"""Fresh seeds per rate. Fewer show no spread; more cost as much as another rung. House choice."""

FRESH = 1000
"""Distance of confirming seeds from the probe's, so that no lane is judged by its own luck."""

SAME = 0.1
"""Relative difference of two rates below which one training stands for both. House choice."""

WIDE = 3
"""Latest best epoch over the earliest beyond which their middle says little. House choice."""

LATE = 0.95
"""Share of all epochs after which a best checkpoint means that training was cut short."""


@dataclass(frozen=True, slots=True)
class Arm:
    """One learning rate's confirming trainings, one entry per seed.

    Attributes:
        rate: The learning rate.
        losses: Best validation losses; NaN for a diverged training.
        epochs: Where those checkpoints lie.
    """

    rate: float
    losses: tuple[float, ...]
    epochs: tuple[float, ...]


def tune(
    program: Program,
    recipe: Recipe,
    terms: Terms,
) -> Iterator[AnyEvent]:
    """Measure the learning rate, confirm it with fresh seeds, and revise the recipe.

    Args:
        program: Compiled for the task, for `plan.MOST_LANES` lanes.
        recipe: Advice to start from; locked settings stay as they are.
        terms: Seeds, budget and evidence.

    Yields:
        Events; the last `RecipeAdvised` is the tuned recipe.
    """
    settings = hyperparameters(recipe)
    verdict: VerdictReached | None = None
    for event in learning_rate.probe(program, settings, terms.part(PROBE_SHARE)):
        yield event
        if isinstance(event, VerdictReached):
            verdict = event
    if verdict is None or not verdict.settings:
        yield from _unmeasured(verdict)
        return
    measured = verdict.settings["learning_rate"]
    yield events.RecipeAdvised(recipe=revise(recipe, verdict.settings))
    if terms.stop.is_set() or not isinstance(measured.value, float):
        return
    rates = [measured.value]
    if abs(settings.learning_rate / measured.value - 1) > SAME:
        rates.append(settings.learning_rate)
    arms = yield from _confirmations(program, settings, rates, terms)
    if arms is None:
        message = "Time ended before every confirming training was scored; the probe's rate stands."
        yield events.CautionRaised(caution=Caution(code="not-confirmed", message=message))
        return
    yield from _revisions(recipe, measured, arms, terms, cut_short=terms.must_end())


def _confirmations(
    program: Program, settings: Hyperparameters, rates: Sequence[float], terms: Terms
) -> Generator[AnyEvent, None, list[Arm] | None]:
    """Train each rate in full with fresh seeds; none if some training was never scored."""
    lanes = {
        f"rate {rate:g}, seed {terms.seed + FRESH + n}": courses.lane(
            settings, learning_rate=rate, seed=terms.seed + FRESH + n
        )
        for rate in rates
        for n in range(CONFIRMING_SEEDS)
    }
    plan = f"{CONFIRMING_SEEDS} fresh seeds confirm {' against '.join(f'{r:g}' for r in rates)}"
    told: list[EpochMeasured] = []
    with suppress(Left):
        for event in full.train(
            program, settings, lanes, phase="confirm", plan=plan, must_end=terms.must_end
        ):
            yield event
            if isinstance(event, EpochMeasured):
                told.append(event)
    if {event.label for event in told} != set(lanes):
        return None
    return [
        arm(rate, [label for label, lane in lanes.items() if lane.learning_rate == rate], told)
        for rate in rates
    ]


def arm(rate: float, labels: Sequence[str], told: Sequence[EpochMeasured]) -> Arm:
    """Return what confirming trainings at one rate came to.

    Args:
        rate: Their learning rate.
        labels: Of their events.
        told: All epochs, in the order in which they happened.
    """
    losses, epochs = [], []
    for label in labels:
        mine = [event for event in told if event.label == label]
        scored = [(event.valid_loss, event.epoch) for event in mine if event.valid_loss is not None]
        diverged = any(event.valid_loss is None for event in mine)
        loss, epoch = min(scored) if scored and not diverged else (math.nan, math.nan)
        losses.append(loss)
        epochs.append(epoch)
    return Arm(rate, tuple(losses), tuple(epochs))


def confirmed(
    measured: Setting, arms: Sequence[Arm], *, seed_sd: float | None = None
) -> tuple[Setting | None, Caution | None]:
    """Return the measured setting with its confirmation in words, or why the advice is kept.

    Args:
        measured: The probe's setting.
        arms: The measured rate's trainings, then the advised rate's if it differs.
        seed_sd: Deviation of one training's loss over seeds, where it was measured before.

    Returns:
        The setting to take, none to keep the advised one; and a caution where there is one.
    """
    losses = np.array(arms[0].losses)
    if not np.isfinite(losses).all():
        message = (
            f"{np.isnan(losses).sum()} of {len(losses)} confirming trainings at the measured "
            f"learning rate {arms[0].rate:g} diverged; the advised rate is kept."
        )
        return None, Caution(code="confirmation-diverged", message=message)
    words = f"Fresh seeds reach {losses.mean():.4g} ± {_error(losses):.2g}"
    if len(arms) > 1:
        gains = np.array(arms[1].losses) - losses
        lost = not np.isfinite(gains).all()
        other = "divergence" if lost else f"{np.mean(arms[1].losses):.4g}"
        words += f", against {other} at the advised {arms[1].rate:g}"
        tie = max(CLEARLY * _error(gains), tie_threshold(seed_sd, len(gains)))
        if not lost and gains.mean() < -tie:
            message = (
                f"Fresh seeds did better at the advised learning rate {arms[1].rate:g} than at the "
                f"measured {arms[0].rate:g}, by {-gains.mean():.3g}; the advised rate is kept."
            )
            return None, Caution(code="advice-beat-probe", message=message)
    return msgspec.structs.replace(measured, why=f"{measured.why} {words}."), None


def epochs_setting(
    recipe: Recipe, best: Arm, *, evidence: str
) -> tuple[Setting | None, Caution | None]:
    """Return how many epochs the confirming trainings were worth.

    A schedule that is tied to the length of training would change with it, so only a rate that
    does not know its end is measured this way.

    Args:
        recipe: With the schedule and the epochs that were trained.
        best: The trainings at the rate that is kept.
        evidence: Identifier of the run.
    """
    settings = hyperparameters(recipe)
    found = np.array(best.epochs)
    if not np.isfinite(found).all():
        return None, None
    if np.median(found) >= LATE * settings.epochs:
        message = (
            f"The best checkpoint came in the last epochs of {settings.epochs}: "
            "more epochs may help (--epochs)."
        )
        return None, Caution(code="epochs-too-few", message=message)
    if settings.schedule in FALLING:
        return None, None
    low, middle, high = (math.ceil(part) for part in np.quantile(found, (0.0, 0.5, 1.0)))
    setting = Setting(
        value=middle,
        range=(low, high),
        unit="epochs",
        basis="measured",
        confidence="low" if high > WIDE * low else "medium",
        why=(
            f"The best checkpoints of {len(found)} seeds came after {low} to {high} epochs; "
            "with validation data at hand, patience finds each training its own."
        ),
        sources=("measured on this data, model and device",),
        evidence=(evidence,),
    )
    return setting, None


def _unmeasured(verdict: VerdictReached | None) -> Iterator[AnyEvent]:
    """Say beside the advice, which stands, why nothing was measured."""
    if verdict is not None:
        message = f"The learning rate is advice, not measured. {verdict.summary}"
        yield events.CautionRaised(caution=Caution(code=verdict.verdict, message=message))


def _revisions(
    recipe: Recipe, measured: Setting, arms: Sequence[Arm], terms: Terms, *, cut_short: bool
) -> Iterator[AnyEvent]:
    setting, caution = confirmed(measured, arms, seed_sd=terms.seed_sd)
    if caution is not None:
        yield events.CautionRaised(caution=caution)
    kept = arms[0] if setting is not None or len(arms) == 1 else arms[1]
    changes = {} if setting is None else {"learning_rate": setting}
    # Trainings that were cut short do not show where the best checkpoint lies.
    epochs, caution = (
        (None, None) if cut_short else epochs_setting(recipe, kept, evidence=terms.evidence)
    )
    if caution is not None:
        yield events.CautionRaised(caution=caution)
    if epochs is not None:
        changes["epochs"] = epochs
    yield events.RecipeAdvised(recipe=revise(recipe, changes))


def _error(values: np.ndarray) -> float:
    return float(values.std(ddof=1) / math.sqrt(len(values))) if len(values) > 1 else math.inf
