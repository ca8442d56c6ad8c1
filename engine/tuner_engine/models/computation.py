"""In which precision is a model computed, and what is kept for the backward pass?

Invariant: parameters, losses and the statistics of normalisation are float32 whatever the
computation is in.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
from flax import nnx

from tuner_engine.specs import Hyperparameters, Precision

DTYPES: dict[Precision, Any] = {"float32": jnp.float32, "bfloat16": jnp.bfloat16}
"""Precision by name → the type of activations and of weights as they are multiplied."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Computation:
    """How a model computes, whatever its shape.

    Attributes:
        dtype: Of activations, and of weights as they are multiplied.
        rematerialize: Whether the activations inside a block are computed again in the backward
            pass instead of kept.
    """

    dtype: Any = jnp.float32
    rematerialize: bool = False

    def run(self, block: Callable[..., jax.Array], *arguments: Any) -> jax.Array:
        """Return what a block makes of its arguments.

        Args:
            block: A module.
            arguments: Arrays, or none.
        """
        if not self.rematerialize:
            return block(*arguments)

        @nnx.remat
        def again(block: Callable[..., jax.Array], *arguments: Any) -> jax.Array:
            return block(*arguments)

        found: jax.Array = again(block, *arguments)
        return found


PLAIN = Computation()
"""Float32, everything kept."""


def computation(settings: Hyperparameters) -> Computation:
    """Return the computation that hyperparameters ask for."""
    return Computation(dtype=DTYPES[settings.precision], rematerialize=settings.rematerialize)
