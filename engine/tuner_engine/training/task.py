"""What is trained on what, as pure functions?

A `Task` is all that the cohort knows: how to begin, the loss of a batch, the score of an example.
Invariant: nothing in a task changes; parameters and mutable model state travel in `Variables`.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import jax
import numpy as np
import optax
from flax import nnx

SCORE_BLOCK_EXAMPLES = 4096
"""Examples scored at once, unless a task says otherwise. House choice."""

Batch = Any
"""A pytree of arrays, all with the same leading axis of examples."""


class Variables(NamedTuple):
    """Everything of a model that training changes."""

    params: Any
    """What the optimizer moves: a pytree of arrays."""
    rest: Any
    """What the forward pass moves, such as running statistics: a pytree, often empty."""


class Noise(NamedTuple):
    """What disturbs training on purpose; lanes of one program may differ in it.

    Each is a traced scalar, or none where no lane uses it, so that nothing is computed for it.
    """

    dropout: Any = None
    """Share of units switched off."""
    label_smoothing: Any = None
    """Share of each label spread over all classes."""
    drop_path: Any = None
    """Share of examples for which the last residual branch is skipped; earlier ones less."""


@dataclass(frozen=True, slots=True)
class Stream:
    """Training examples that come as batches, in an order of their own.

    Attributes:
        batches: Iterated afresh for every epoch; each item is a host batch of equal shapes.
        per_epoch: Batches of one epoch.
        batch_size: Examples in each.
    """

    batches: Iterable[Batch]
    per_epoch: int
    batch_size: int


OptimizerFactory = Callable[[Any, Any], optax.GradientTransformation]
"""(learning rate, weight decay), both of one step and maybe traced → the optimizer."""


@dataclass(frozen=True, kw_only=True)
class Task:
    """One model, one loss, one data set.

    Attributes:
        init: PRNG key → fresh variables.
        loss: (variables, batch, PRNG key, noise) → (mean training loss, new `rest`).
        score: (variables, batch) → figures per example, each of shape [examples]; `loss` is one.
            If `weight` is another, means over a split are weighted by it.
        weight: Batch → what its mean loss stands for, such as the tokens learnt from; parts of a
            batch count by it. None: examples count alike.
        constant_loss: Validation loss of the best constant prediction: what knowing nothing
            costs; none where that is not known.
        report: Means of those figures over a split → metrics in the units people use.
        predict: (variables, batch) → (probabilities of the classes [examples, classes], the true
            class of each example [examples]); none for a task that does not name classes.
        train: Training examples, or a stream of batches; arrays may be memory-mapped.
        valid: Validation examples.
        test: Test examples, if any were held out.
        signature: Names the compiled program: family, sizes and data shapes.
        optimizer: The task's own, in place of a named one.
        multiples: The task's own schedule: steps of training → learning rate of every step over
            the peak, [steps].
        score_block: Most entries of `valid` scored at once; bounds the memory of activations.
        score_size: Examples that one entry of `valid` and `test` stands for: more than one where a
            loss is known for batches only.
    """

    init: Callable[[jax.Array], Variables]
    loss: Callable[[Variables, Batch, jax.Array, Noise], tuple[jax.Array, Any]]
    score: Callable[[Variables, Batch], dict[str, jax.Array]]
    weight: Callable[[Batch], jax.Array] | None = None
    constant_loss: float | None
    report: Callable[[Mapping[str, float]], dict[str, float]]
    train: Batch | Stream
    valid: Batch
    test: Batch | None
    signature: str
    optimizer: OptimizerFactory | None = None
    multiples: Callable[[int], np.ndarray] | None = None
    predict: Callable[[Variables, Batch], tuple[jax.Array, jax.Array]] | None = None
    score_block: int = SCORE_BLOCK_EXAMPLES
    score_size: int = 1

    @property
    def train_examples(self) -> int:
        """Number of training examples."""
        if isinstance(self.train, Stream):
            return self.train.per_epoch * self.train.batch_size
        return examples(self.train)

    @property
    def valid_examples(self) -> int:
        """Number of validation examples."""
        return examples(self.valid) * self.score_size


def examples(batch: Batch) -> int:
    """Return the number of examples in a batch."""
    return int(jax.tree.leaves(batch)[0].shape[0])


def functional(
    build: Callable[[nnx.Rngs], nnx.Module],
) -> tuple[Callable[[jax.Array], Variables], Callable[[Variables], nnx.Module]]:
    """Return a Flax NNX model as a pair of pure functions.

    Args:
        build: Makes the module from its random streams.

    Returns:
        `init`, from a PRNG key to fresh variables, and `bind`, from variables to a module that
        computes with them; `rest` reads back what computing changed in it.
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


def rest(module: nnx.Module) -> Any:
    """Return what a module holds besides its parameters, as `Variables.rest`."""
    parts: tuple[Any, ...] = nnx.split(module, nnx.Param, ...)
    return nnx.to_pure_dict(parts[2])
