"""How do gradients become steps?

Each optimizer is Optax's own. Learning rate and weight decay may be traced values, so that lanes
of one program differ in them: the state of an optimizer never depends on either.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import jax
import optax

from tuner_engine.specs import Optimizer

MOMENTUM = 0.9
"""Of SGD: share of the last update kept. Source: arXiv 1706.02677."""

TABLES = ("embedding", "positions")
"""Names of parameters whose rows are looked up, of which Flax calls the first so, too."""

PLATEAU_FACTOR = 0.1
"""Learning rate after a plateau over before. Default of `optax.contrib.reduce_on_plateau`."""

PLATEAU_PATIENCE = 10
"""Windows of steps without a better training loss before a plateau is called. Same source."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """What an optimizer keeps of earlier gradients; none of each for its own default.

    Attributes:
        momentum: Of SGD and Muon: share of the last step kept.
        beta1: Of Adam and Lion: memory of the gradient's mean.
        beta2: Of Adam: memory of the gradient's square; of Lion, of the step.
        epsilon: Of Adam: what is added to the divisor.
    """

    momentum: float | None = None
    beta1: float | None = None
    beta2: float | None = None
    epsilon: float | None = None

    def named(self, **names: str) -> dict[str, float]:
        """Return what is stated, under the names of an optimizer's arguments."""
        stated = {argument: getattr(self, name) for argument, name in names.items()}
        return {argument: value for argument, value in stated.items() if value is not None}


DEFAULT = Memory()
"""Every optimizer's own."""

_ADAM = {"b1": "beta1", "b2": "beta2", "eps": "epsilon"}
"""Argument of Optax's Adam → what it is called here."""

Traced = float | jax.Array
"""A number that may be known only when the program runs."""


def make(
    name: Optimizer,
    *,
    learning_rate: Traced,
    weight_decay: Traced,
    memory: Memory = DEFAULT,
    gradient_clip: float | None = None,
    plateau_window_steps: int | None = None,
) -> optax.GradientTransformationExtraArgs:
    """Return an optimizer whose `update` takes the step's loss as `value`.

    Decay is applied to matrices only, never to biases or scales; with `muon` to those that it moves
    itself, for tables that are looked up are left to Adam. `sgd` and `adam` add decay to the
    gradient; `adamw`, `lion` and `muon` decouple it: a step shrinks weights by rate × decay.

    Args:
        name: Which one.
        learning_rate: Of this step, > 0.
        weight_decay: ≥ 0.
        memory: What it keeps of earlier gradients; the parts that it does not have are ignored.
        gradient_clip: Largest global gradient norm; none for no clipping.
        plateau_window_steps: Steps over which losses are averaged to look for a plateau; none for
            a rate that follows its schedule alone.
    """
    parts = [optax.clip_by_global_norm(gradient_clip)] if gradient_clip is not None else []
    parts.append(_CORES[name](learning_rate, weight_decay, memory))
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


def _sgd(
    learning_rate: Traced, weight_decay: Traced, memory: Memory
) -> optax.GradientTransformation:
    decay = optax.add_decayed_weights(weight_decay, mask=_matrices)
    momentum = MOMENTUM if memory.momentum is None else memory.momentum
    return optax.chain(decay, optax.sgd(learning_rate, momentum=momentum or None))


def _adam(
    learning_rate: Traced, weight_decay: Traced, memory: Memory
) -> optax.GradientTransformation:
    decay = optax.add_decayed_weights(weight_decay, mask=_matrices)
    return optax.chain(decay, optax.adam(learning_rate, **memory.named(**_ADAM)))


def _adamw(
    learning_rate: Traced, weight_decay: Traced, memory: Memory
) -> optax.GradientTransformation:
    return optax.adamw(
        learning_rate, weight_decay=weight_decay, mask=_matrices, **memory.named(**_ADAM)
    )


def _lion(
    learning_rate: Traced, weight_decay: Traced, memory: Memory
) -> optax.GradientTransformation:
    kept = memory.named(b1="beta1", b2="beta2")
    return optax.lion(learning_rate, weight_decay=weight_decay, mask=_matrices, **kept)


def _muon(
    learning_rate: Traced, weight_decay: Traced, memory: Memory
) -> optax.GradientTransformation:
    kept = memory.named(beta="momentum", adam_b1="beta1", adam_b2="beta2")
    return optax.contrib.muon(
        learning_rate,
        weight_decay=weight_decay,
        muon_weight_dimension_numbers=_dimensions,
        **kept,
    )


def _dimensions(params: Any) -> Any:
    """Return which leaves Muon moves: matrices that transform, not tables that are looked up.

    Source: Jordan et al., "Muon: An optimizer for hidden layers in neural networks" (2024).
    """

    def own(path: Any, leaf: jax.Array) -> optax.contrib.MuonDimensionNumbers | None:
        looked_up = getattr(path[-1], "key", None) in TABLES if path else False
        return optax.contrib.MuonDimensionNumbers() if leaf.ndim == 2 and not looked_up else None

    return jax.tree.map_with_path(own, params)


_CORES: dict[Optimizer, Callable[[Traced, Traced, Memory], optax.GradientTransformation]] = {
    "sgd": _sgd,
    "adam": _adam,
    "adamw": _adamw,
    "lion": _lion,
    "muon": _muon,
}
