"""Would an optimizer that needs no learning rate do as well?

Each is trained once as the longest trials were: the same seed, the same length, the same clipping
and decay. It is reported beside the probe's answer and never chosen.
Invariant: a rival has a program of its own; it touches no lane of the probe.
"""

import math
from collections.abc import Generator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, NamedTuple

import jax
import numpy as np
import optax

from tuner_engine import events
from tuner_engine.events import AnyEvent
from tuner_engine.leaving import Left
from tuner_engine.probes import group, programs
from tuner_engine.probes.bench import Bench
from tuner_engine.probes.luck import tie_threshold
from tuner_engine.probes.optimum import Optimum
from tuner_engine.specs import Hyperparameters, RateFree
from tuner_engine.training import cohort, courses
from tuner_engine.training.task import Batch, Noise, Task, Variables
from tuner_engine.workload import Caution

BETTER = 0.01
"""Share of what training gains by which a rival must win to be called better. House choice."""

WARMUP_SHARE = 0.05
"""Of a training without a schedule, if none is set. Source: arXiv 2405.15682, appendix."""


class Rival(NamedTuple):
    """How an optimizer is run."""

    make: Any
    """(rate, weight decay) → the optimizer."""
    rate: float
    """Its published rate: 1 where it finds its own."""
    averaged: bool
    """Whether it replaces the schedule by an average of weights, which is what is scored."""


RIVALS: dict[RateFree, Rival] = {
    "prodigy": Rival(optax.contrib.prodigy, 1.0, averaged=False),
    "dadapt_adamw": Rival(optax.contrib.dadapt_adamw, 1.0, averaged=False),
    "schedule_free_adamw": Rival(optax.contrib.schedule_free_adamw, 0.0025, averaged=True),
    "schedule_free_sgd": Rival(optax.contrib.schedule_free_sgd, 1.0, averaged=True),
}
"""With Optax's defaults. The schedule-free ones have a rate that is less touchy, not none."""


@dataclass(frozen=True, slots=True)
class Compared:
    """What one rival came to.

    Attributes:
        name: Which.
        loss: Best validation loss, smoothed as trials are; infinite if it diverged.
    """

    name: RateFree
    loss: float


def compare(
    bench: Bench, names: Sequence[RateFree], found: Optimum, *, initial_loss: float
) -> Generator[AnyEvent, None, tuple[Compared, ...]]:
    """Train rivals one after another, and tell how each compares.

    Args:
        bench: The training that the probe is about.
        names: Which rivals.
        found: What the trials say; the rivals are as long as the longest of them.
        initial_loss: Loss of the untrained model.

    Returns:
        Those that were trained to the end of that length.
    """
    done = []
    for name in names:
        if bench.terms.must_end():
            break
        try:
            loss = yield from _trained(bench, name, found.horizon_share)
        except Left:
            break
        if loss is None:
            break
        done.append(Compared(name, loss))
        least = max(
            BETTER * (initial_loss - found.loss), tie_threshold(bench.terms.seed_sd, seeds=1)
        )
        message = _in_words(name, loss, found, bench.settings, least=least)
        yield events.CautionRaised(caution=Caution(code="rate-free-compared", message=message))
    return tuple(done)


def _trained(
    bench: Bench, name: RateFree, horizon_share: float
) -> Generator[AnyEvent, None, float | None]:
    """Train one rival; none if it had to stop."""
    rival = RIVALS[name]
    task, settings = contender(bench.program.task, bench.settings, name)
    course = courses.course(task, settings, horizon_share=horizon_share)
    yield events.PhaseStarted(
        phase="branches",
        lanes=1,
        lane_steps=course.steps,
        plan=f"one training of {course.steps} steps with {name}, for comparison",
    )
    program = yield from programs.compiled(task, settings, bench.terms, phase="branches", lanes=1)
    lane = courses.lane(settings, learning_rate=rival.rate, seed=bench.terms.seed)
    losses = np.empty(0)
    for chunk in cohort.train(program, [lane], course):
        losses = np.concatenate([losses, chunk.figures["loss"][0]])
        yield events.StepsTaken(phase="branches", lane_steps=int(chunk.taken.sum()))
        if chunk.diverged.any():
            return math.inf
        if not chunk.last and bench.terms.must_end():
            return None
    return group.steady(losses)[0]


def contender(
    task: Task, settings: Hyperparameters, name: RateFree
) -> tuple[Task, Hyperparameters]:
    """Return the task and the settings that train with a rival instead."""
    rival = RIVALS[name]

    def optimizer(rate: Any, weight_decay: Any) -> optax.GradientTransformation:
        chosen = rival.make(rate, weight_decay=weight_decay)
        chosen = _scored_apart(chosen) if rival.averaged else chosen
        if settings.gradient_clip is None:
            return chosen
        return optax.chain(optax.clip_by_global_norm(settings.gradient_clip), chosen)

    changed = replace(task, optimizer=optimizer, signature=f"{task.signature} {name}")
    if not rival.averaged:
        return changed, replace(settings, optimizer="own")
    steady = replace(
        settings,
        optimizer="own",
        schedule="constant",
        warmup_share=settings.warmup_share or WARMUP_SHARE,
    )
    return _doubled(changed), steady


class _Pair(NamedTuple):
    """Weights that gradients are taken at, and their average, which is what counts."""

    moving: Any
    average: Any


def _doubled(task: Task) -> Task:
    """Return the task with an average of the weights beside them: that is what is scored."""

    def init(key: jax.Array) -> Variables:
        params, rest = task.init(key)
        # Two copies: what training donates must not be one array under two names.
        return Variables(_Pair(params, jax.tree.map(lambda leaf: leaf + 0, params)), rest)

    def loss(
        variables: Variables, batch: Batch, key: jax.Array, noise: Noise
    ) -> tuple[jax.Array, Any]:
        return task.loss(Variables(variables.params.moving, variables.rest), batch, key, noise)

    def score(variables: Variables, batch: Batch) -> Any:
        return task.score(Variables(variables.params.average, variables.rest), batch)

    return replace(task, init=init, loss=loss, score=score)


def _scored_apart(inner: optax.GradientTransformation) -> optax.GradientTransformation:
    """Return a schedule-free optimizer of pairs: it moves the average along, too."""

    def update(updates: _Pair, state: Any, params: _Pair | None = None) -> tuple[_Pair, Any]:
        if params is None:
            raise ValueError("an average of weights needs the weights")
        moves, state = inner.update(updates.moving, state, params.moving)
        moved = optax.apply_updates(params.moving, moves)
        average = optax.contrib.schedule_free_eval_params(state, moved)
        return _Pair(moves, jax.tree.map(jax.numpy.subtract, average, params.average)), state

    return optax.GradientTransformation(partial(_of_moving, inner), update)


def _of_moving(inner: optax.GradientTransformation, params: _Pair) -> Any:
    return inner.init(params.moving)


def _in_words(
    name: RateFree, loss: float, found: Optimum, settings: Hyperparameters, *, least: float
) -> str:
    length = f"{found.horizon_share * settings.epochs:.3g} epochs"
    best = f"{found.loss:.4g} of the best rate tried at that length"
    if not math.isfinite(loss):
        return f"{name} diverged within {length}; the best rate tried reached {found.loss:.4g}."
    if loss < found.loss - least:
        verdict = "it may be worth a training of its own"
    elif loss <= found.loss + least:
        verdict = "about as good"
    else:
        verdict = "the measured rate does better"
    return f"{name} reached {loss:.4g} in {length}, against {best}: {verdict}."
