"""What is trained on what, as pure functions?

A `Task` is all that the cohort knows: how to begin, the loss of a batch, the score of an example.
Invariant: nothing in a task changes; parameters and mutable model state travel in `Variables`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import jax
import numpy as np
from flax import nnx

Batch = Mapping[str, Any]
"""Arrays by name, all with the same leading axis of examples."""


class Variables(NamedTuple):
    """Everything of a model that training changes."""

    params: Any
    """What the optimizer moves: a pytree of arrays."""
    rest: Any
    """What the forward pass moves, such as running statistics: a pytree, often empty."""


@dataclass(frozen=True, kw_only=True)
class Task:
    """One model, one loss, one data set.

    Attributes:
        init: PRNG key → fresh variables.
        loss: (variables, batch, PRNG key) → (mean training loss, new `rest`).
        score: (variables, batch) → figures per example, each of shape [examples]; `loss` is one.
        constant_loss: Validation loss of the best constant prediction: what knowing nothing costs.
        report: Means of those figures over a split → metrics in the units people use.
        train: Training examples; axis 0 counts examples in every array.
        valid: Validation examples.
        test: Test examples, if any were held out.
        signature: Names the compiled program: family, sizes and data shapes.
    """

    init: Callable[[jax.Array], Variables]
    loss: Callable[[Variables, Batch, jax.Array], tuple[jax.Array, Any]]
    score: Callable[[Variables, Batch], dict[str, jax.Array]]
    constant_loss: float
    report: Callable[[Mapping[str, float]], dict[str, float]]
    train: Mapping[str, np.ndarray]
    valid: Mapping[str, np.ndarray]
    test: Mapping[str, np.ndarray] | None
    signature: str

    @property
    def train_examples(self) -> int:
        """Number of training examples."""
        return examples(self.train)


def examples(batch: Batch) -> int:
    """Return the number of examples in a batch."""
    return int(next(iter(batch.values())).shape[0])


def functional(
    build: Callable[[nnx.Rngs], nnx.Module],
) -> tuple[Callable[[jax.Array], Variables], Callable[[Variables], nnx.Module]]:
    """Return a Flax NNX model as a pair of pure functions.

    Args:
        build: Makes the module from its random streams.

    Returns:
        `init`, from a PRNG key to fresh variables, and `bind`, from variables to a module that
        computes with them.
    """

    def parts(module: nnx.Module) -> tuple[Any, Any, Any]:
        split: tuple[Any, ...] = nnx.split(module, nnx.Param, ...)
        graph, params, rest = split
        return graph, params, rest

    graph, _, _ = parts(nnx.eval_shape(lambda: build(nnx.Rngs(0))))

    def init(key: jax.Array) -> Variables:
        _, params, rest = parts(build(nnx.Rngs(key)))
        return Variables(nnx.to_pure_dict(params), nnx.to_pure_dict(rest))

    def bind(variables: Variables) -> nnx.Module:
        module: nnx.Module = nnx.merge(graph, variables.params, variables.rest)
        return module

    return init, bind
