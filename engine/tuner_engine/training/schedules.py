"""How does the learning rate move over training?

A schedule is an array of multiples of the peak, one per optimizer step, made on the host from
Optax's schedules. The compiled program reads the rates as data, so that neither another schedule
nor another length of training compiles anything again.
"""

from collections.abc import Callable

import jax
import jax.numpy as jnp
import numpy as np
import optax

from tuner_engine.specs import Schedule

DECAY_SHARE = 0.2
"""Last part of warm-up-stable-decay that falls to zero, share of all steps.
Source: SmolLM recipes decay over the last 10–20 % (huggingface/smollm, pretraining configs)."""

EXPONENTIAL_FLOOR = 0.01
"""Rate at the end of exponential decay, over the peak. House choice."""

STEP_FALLS = (0.5, 0.75)
"""Where the step schedule falls, shares of all steps. Source: ResNet on CIFAR, arXiv 1512.03385."""

STEP_FACTOR = 0.1
"""Rate after each fall over before. Same source."""

ONE_CYCLE_RISE = 0.25
"""Share of one-cycle spent rising. Source: fastai `fit_one_cycle`, pct_start."""

ONE_CYCLE_START = 25.0
"""Peak over the first rate. Source: fastai `fit_one_cycle`, div."""

ONE_CYCLE_END = 1e5
"""Peak over the last rate. Source: fastai `fit_one_cycle`, div_final."""

BLOCK_STEPS = 1024
"""Steps of a schedule that are evaluated at once. House choice."""


def multiples(name: Schedule, *, steps: int, warmup_share: float = 0.0) -> np.ndarray:
    """Return the learning rate of every step as a multiple of the peak.

    Args:
        name: Which schedule. `one-cycle` has its own rise and ignores `warmup_share`;
            `reduce-on-plateau` is constant here, as its falls depend on the loss.
        steps: Length of training in optimizer steps, at least 1.
        warmup_share: Share of the steps that rise linearly to the peak, 0 to below 1.

    Returns:
        float32 [steps], in (0, 1]: the first step already moves.
    """
    # However long the rise, one step is left at the peak.
    warmup = 0 if name == "one-cycle" else min(round(warmup_share * steps), steps - 1)
    body = _SHAPES[name](steps - warmup)
    if warmup:
        # The ramp ends at the peak with the first step of the body, and starts above zero.
        ramp = optax.linear_schedule(1.0 / (warmup + 1), 1.0, warmup)
        body = optax.join_schedules([ramp, body], [warmup])
    positive: np.ndarray = np.maximum(evaluated(body, steps), np.finfo(np.float32).tiny)
    return positive


def evaluated(schedule: optax.Schedule, steps: int) -> np.ndarray:
    """Return the schedule's value at every step: float32 [steps]."""
    values: Callable[[jax.Array], jax.Array] = jax.vmap(
        lambda count: jnp.asarray(schedule(count), jnp.float32)
    )
    # JAX compiles each operation once per shape, so every length is made of blocks of one shape.
    with jax.default_device(jax.local_devices(backend="cpu")[0]):
        blocks = [
            np.asarray(values(first + jnp.arange(BLOCK_STEPS)))
            for first in range(0, steps, BLOCK_STEPS)
        ]
    return np.concatenate(blocks)[:steps]


def exponential_sweep(*, low: float, high: float, steps: int) -> np.ndarray:
    """Return rates rising exponentially from `low` to `high`: float64 [steps]."""
    return np.geomspace(low, high, steps)


def _cosine(steps: int) -> optax.Schedule:
    return optax.cosine_decay_schedule(1.0, steps)


def _one_cycle(steps: int) -> optax.Schedule:
    return optax.cosine_onecycle_schedule(
        max(steps, 4),
        1.0,
        pct_start=ONE_CYCLE_RISE,
        div_factor=ONE_CYCLE_START,
        final_div_factor=ONE_CYCLE_END / ONE_CYCLE_START,
    )


def _stable_then_decay(steps: int) -> optax.Schedule:
    fall = max(round(DECAY_SHARE * steps), 1)
    return optax.join_schedules(
        [optax.constant_schedule(1.0), optax.linear_schedule(1.0, 0.0, fall)], [steps - fall]
    )


def _exponential(steps: int) -> optax.Schedule:
    return optax.exponential_decay(1.0, steps, EXPONENTIAL_FLOOR)


def _step(steps: int) -> optax.Schedule:
    falls = {max(round(share * steps), 1): STEP_FACTOR for share in STEP_FALLS}
    return optax.piecewise_constant_schedule(1.0, falls)


def _constant(steps: int) -> optax.Schedule:
    return optax.constant_schedule(1.0)


def _linear(steps: int) -> optax.Schedule:
    return optax.linear_schedule(1.0, 0.0, steps)


_SHAPES: dict[Schedule, Callable[[int], optax.Schedule]] = {
    "constant": _constant,
    "linear": _linear,
    "cosine": _cosine,
    "one-cycle": _one_cycle,
    "warmup-stable-decay": _stable_then_decay,
    "exponential": _exponential,
    "step": _step,
    "reduce-on-plateau": _constant,
}
