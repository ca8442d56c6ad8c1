"""How does the learning rate move over training?

A schedule is an array of multiples of the peak, one per optimizer step, in plain NumPy: training
reads it as data, so that neither another schedule nor another length compiles anything, and the app
draws what training does.
Invariant: the rate rises to the peak at most once, and every multiple lies above 0 and at most 1.
"""

from collections.abc import Callable
from functools import partial

import numpy as np
from numpy.typing import NDArray

from tuner_engine.specs import Schedule

Multiples = NDArray[np.float32]
"""Learning rate of every step over the peak."""

_Curve = NDArray[np.float64]

DECAY_SHARE = 0.2
"""Last part of warm-up-stable-decay that falls, share of the steps after warm-up.
Source: SmolLM recipes decay over the last 10–20 % (huggingface/smollm, pretraining configs)."""

EXPONENTIAL_FLOOR = 0.01
"""Rate at the end of exponential decay, over the peak. House choice."""

STEP_FALLS = (0.5, 0.75)
"""Where the step schedule falls, shares of the steps after warm-up. Source: ResNet on CIFAR, arXiv
1512.03385."""

STEP_FACTOR = 0.1
"""Rate after each fall over before. Same source."""

ONE_CYCLE_RISE = 0.25
"""Share of one-cycle spent rising. Source: fastai `fit_one_cycle`, pct_start."""

ONE_CYCLE_START = 25.0
"""Peak over the first rate of one-cycle. Source: fastai `fit_one_cycle`, div."""

ONE_CYCLE_END = 1e5
"""Peak over the last rate of one-cycle. Source: fastai `fit_one_cycle`, div_final."""


def multiples(
    name: Schedule, *, steps: int, warmup_share: float = 0.0, floor: float = 0.0
) -> Multiples:
    """Return the learning rate of every step as a multiple of the peak.

    Args:
        name: Which schedule, but `own`, which only its task knows. `one-cycle` has its own rise and
            ignores `warmup_share`; `reduce-on-plateau` is constant here, as its falls depend on the
            loss.
        steps: Length of training in optimizer steps, at least 1.
        warmup_share: Share of the steps that rise linearly to the peak, 0 to below 1.
        floor: What the schedule falls to, over the peak, 0 to 1; 0 for its own end. Constant, step
            and one-cycle have none.

    Returns:
        float32 [steps], in (0, 1]: the first step already moves.
    """
    # However long the rise, one step is left at the peak.
    rise = 0 if name == "one-cycle" else warmup_steps(steps, warmup_share)
    # The ramp ends at the peak with the first step of the body, and starts above zero.
    ramp = np.arange(1, rise + 1) / (rise + 1)
    body = _SHAPES[name](steps - rise, floor)
    return np.maximum(np.concatenate([ramp, body]).astype(np.float32), np.finfo(np.float32).tiny)


def warmup_steps(steps: int, share: float) -> int:
    """Return how many steps rise before the peak."""
    return min(round(share * steps), steps - 1)


def _progress(steps: int) -> _Curve:
    return np.arange(steps) / steps


def _constant(steps: int, floor: float) -> _Curve:
    return np.ones(steps)


def _linear(steps: int, floor: float) -> _Curve:
    return _lifted(1 - _progress(steps), floor)


def _cosine(steps: int, floor: float) -> _Curve:
    return _lifted((1 + np.cos(np.pi * _progress(steps))) / 2, floor)


def _stable_then_decay(steps: int, floor: float) -> _Curve:
    fall = max(round(DECAY_SHARE * steps), 1)
    return _lifted(np.minimum((steps - np.arange(steps)) / fall, 1.0), floor)


def _exponential(steps: int, floor: float) -> _Curve:
    return np.power(floor or EXPONENTIAL_FLOOR, _progress(steps))


def _step(steps: int, floor: float) -> _Curve:
    falls = {max(round(share * steps), 1) for share in STEP_FALLS}
    fallen = sum(np.arange(steps) >= fall for fall in falls)
    return np.power(STEP_FACTOR, fallen)


def _one_cycle(steps: int, floor: float) -> _Curve:
    length = max(steps, 4)
    peak, place = int(ONE_CYCLE_RISE * length), np.arange(steps)
    up = partial(_between, 1 / ONE_CYCLE_START, 1.0)
    down = partial(_between, 1.0, 1 / ONE_CYCLE_END)
    return np.where(place < peak, up(place / peak), down((place - peak) / (length - peak)))


def _between(first: float, last: float, progress: _Curve) -> _Curve:
    """Return half a cosine from one height to another."""
    return last + (first - last) * (1 + np.cos(np.pi * progress)) / 2


def _lifted(curve: _Curve, floor: float) -> _Curve:
    return floor + (1 - floor) * curve


_SHAPES: dict[Schedule, Callable[[int, float], _Curve]] = {
    "constant": _constant,
    "linear": _linear,
    "cosine": _cosine,
    "one-cycle": _one_cycle,
    "warmup-stable-decay": _stable_then_decay,
    "exponential": _exponential,
    "step": _step,
    "reduce-on-plateau": _constant,
}
