"""What does it cost to name the wrong class, and how often is the right one named?"""

from collections.abc import Callable, Mapping
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax
from flax import nnx

from tuner_engine.data.dataset import Dataset
from tuner_engine.models import losses
from tuner_engine.training.task import Batch, Noise, Variables, rest

Forward = Callable[[nnx.Module, Batch, Noise, jax.Array | None], jax.Array]
"""(model, batch, noise, PRNG key) → logits [examples, classes]. The key is none when not training,
where noise is nothing."""

Bind = Callable[[Variables], nnx.Module]


def loss(bind: Bind, forward: Forward) -> Any:
    """Return the mean training loss of a batch, as `Task.loss`."""

    def loss(
        variables: Variables, batch: Batch, key: jax.Array, noise: Noise
    ) -> tuple[jax.Array, Any]:
        model = bind(variables)
        logits = forward(model, batch, noise, key)
        return losses.cross_entropy(logits, batch["y"], noise).mean(), rest(model)

    return loss


def score(bind: Bind, forward: Forward) -> Any:
    """Return each example's loss, and whether its class is the likeliest, as `Task.score`."""

    def score(variables: Variables, batch: Batch) -> dict[str, jax.Array]:
        logits = forward(bind(variables), batch, Noise(), None)
        return {
            "loss": optax.softmax_cross_entropy_with_integer_labels(logits, batch["y"]),
            "correct": (logits.argmax(-1) == batch["y"]).astype(jnp.float32),
        }

    return score


def predict(bind: Bind, forward: Forward) -> Any:
    """Return the probabilities of each example's classes, and its class, as `Task.predict`."""

    def predict(variables: Variables, batch: Batch) -> tuple[jax.Array, jax.Array]:
        logits = forward(bind(variables), batch, Noise(), None)
        return jax.nn.softmax(logits), batch["y"]

    return predict


def report(means: Mapping[str, float]) -> dict[str, float]:
    """Return the accuracy, as `Task.report`."""
    return {"accuracy": means["correct"]}


def constant_loss(dataset: Dataset) -> float:
    """Return nats on validation of predicting each class as often as it is in training."""
    # One is added to each count, so that a class seen only in validation costs a finite loss.
    classes = dataset.profile.workload.outputs
    counts = np.bincount(dataset.train["y"].astype(np.intp), minlength=classes) + 1
    return float(-np.log(counts / counts.sum())[dataset.valid["y"].astype(np.intp)].mean())
