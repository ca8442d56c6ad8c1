"""How do gradients become steps?

Each optimizer is Optax's own. Learning rate and weight decay may be traced values, so that lanes
of one program differ in them: the state of an optimizer never depends on either.
"""

from collections.abc import Callable
from typing import Any

import jax
import optax

from tuner_engine.specs import Optimizer

MOMENTUM = 0.9
"""Of SGD: share of the last update kept. Source: arXiv 1706.02677."""

PLATEAU_FACTOR = 0.1
"""Learning rate after a plateau over before. Default of `optax.contrib.reduce_on_plateau`."""

PLATEAU_PATIENCE = 10
"""Windows of steps without a better training loss before a plateau is called. Same source."""

Traced = float | jax.Array
"""A number that may be known only when the program runs."""


def make(
    name: Optimizer,
    *,
    learning_rate: Traced,
    weight_decay: Traced,
    gradient_clip: float | None = None,
    plateau_window_steps: int | None = None,
) -> optax.GradientTransformationExtraArgs:
    """Return an optimizer whose `update` takes the step's loss as `value`.

    Decay is applied to matrices only, never to biases or scales. `sgd` and `adam` add it to the
    gradient; `adamw`, `lion` and `muon` decouple it: a step shrinks weights by rate × decay.

    Args:
        name: Which one.
        learning_rate: Of this step, > 0.
        weight_decay: ≥ 0.
        gradient_clip: Largest global gradient norm; none for no clipping.
        plateau_window_steps: Steps over which losses are averaged to look for a plateau; none for
            a rate that follows its schedule alone.
    """
    parts = [optax.clip_by_global_norm(gradient_clip)] if gradient_clip is not None else []
    parts.append(_CORES[name](learning_rate, weight_decay))
    if plateau_window_steps is not None:
        parts.append(
            optax.contrib.reduce_on_plateau(
                factor=PLATEAU_FACTOR,
                patience=PLATEAU_PATIENCE,
                accumulation_size=plateau_window_steps,
            )
        )
    return optax.with_extra_args_support(optax.chain(*parts))


def _matrices(params: Any) -> Any:
    return jax.tree.map(lambda leaf: leaf.ndim >= 2, params)


def _sgd(learning_rate: Traced, weight_decay: Traced) -> optax.GradientTransformation:
    decay = optax.add_decayed_weights(weight_decay, mask=_matrices)
    return optax.chain(decay, optax.sgd(learning_rate, momentum=MOMENTUM))


def _adam(learning_rate: Traced, weight_decay: Traced) -> optax.GradientTransformation:
    decay = optax.add_decayed_weights(weight_decay, mask=_matrices)
    return optax.chain(decay, optax.adam(learning_rate))


def _adamw(learning_rate: Traced, weight_decay: Traced) -> optax.GradientTransformation:
    return optax.adamw(learning_rate, weight_decay=weight_decay, mask=_matrices)


def _lion(learning_rate: Traced, weight_decay: Traced) -> optax.GradientTransformation:
    return optax.lion(learning_rate, weight_decay=weight_decay, mask=_matrices)


def _muon(learning_rate: Traced, weight_decay: Traced) -> optax.GradientTransformation:
    return optax.contrib.muon(learning_rate, weight_decay=weight_decay, weight_decay_mask=_matrices)


_CORES: dict[Optimizer, Callable[[Traced, Traced], optax.GradientTransformation]] = {
    "sgd": _sgd,
    "adam": _adam,
    "adamw": _adamw,
    "lion": _lion,
    "muon": _muon,
}
