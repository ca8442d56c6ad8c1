"""A table and its hyperparameters: which task do they make?

Losses are cross-entropy in nats, or the mean squared error of the standardised target.
"""

from collections.abc import Callable, Mapping
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax
from flax import nnx

from tuner_engine.data import Dataset, TableEncoding
from tuner_engine.models import losses
from tuner_engine.models.mlp import MLP
from tuner_engine.specs import Hyperparameters
from tuner_engine.training.task import Batch, Noise, Task, Variables, functional


def task(dataset: Dataset, settings: Hyperparameters) -> Task:
    """Return the task of training `settings.model` on a table.

    Args:
        dataset: Encoded and split.
        settings: Only the model and its shape matter here.
    """
    facts = dataset.profile.workload
    sizes: dict[str, Any] = {
        "features": facts.features,
        "hidden_layers": settings.hidden_layers,
        "hidden_width": settings.hidden_width,
        "outputs": facts.outputs,
    }
    init, bind = functional(lambda rngs: MLP(**sizes, rngs=rngs))
    if facts.task == "classification":
        loss, score = _classification(bind)
        report: Callable[[Mapping[str, float]], dict[str, float]] = _accuracy
    else:
        loss, score = _regression(bind)
        report = _errors(dataset)
    return Task(
        init=init,
        loss=loss,
        score=score,
        constant_loss=_constant_loss(dataset),
        report=report,
        train=dataset.train,
        valid=dataset.valid,
        test=dataset.test,
        signature=f"{settings.model} {sizes} {facts.task}",
    )


Bind = Callable[[Variables], nnx.Module]


def _classification(bind: Bind) -> tuple[Any, Any]:
    def loss(
        variables: Variables, batch: Batch, key: jax.Array, noise: Noise
    ) -> tuple[jax.Array, Any]:
        logits = bind(variables)(batch["x"], dropout=noise.dropout, key=key)
        return losses.cross_entropy(logits, batch["y"], noise).mean(), variables.rest

    def score(variables: Variables, batch: Batch) -> dict[str, jax.Array]:
        logits = bind(variables)(batch["x"])
        return {
            "loss": optax.softmax_cross_entropy_with_integer_labels(logits, batch["y"]),
            "correct": (logits.argmax(-1) == batch["y"]).astype(jnp.float32),
        }

    return loss, score


def _regression(bind: Bind) -> tuple[Any, Any]:
    def loss(
        variables: Variables, batch: Batch, key: jax.Array, noise: Noise
    ) -> tuple[jax.Array, Any]:
        errors = bind(variables)(batch["x"], dropout=noise.dropout, key=key)[:, 0] - batch["y"]
        return jnp.square(errors).mean(), variables.rest

    def score(variables: Variables, batch: Batch) -> dict[str, jax.Array]:
        errors = bind(variables)(batch["x"])[:, 0] - batch["y"]
        target = batch["y"]
        return {"loss": jnp.square(errors), "target": target, "target_squared": target**2}

    return loss, score


def _accuracy(means: Mapping[str, float]) -> dict[str, float]:
    return {"accuracy": means["correct"]}


def _errors(dataset: Dataset) -> Callable[[Mapping[str, float]], dict[str, float]]:
    encoding = dataset.encoding
    scale = encoding.target_scale if isinstance(encoding, TableEncoding) else None
    if scale is None:
        raise ValueError("a regression data set states the scale of its target")

    def report(means: Mapping[str, float]) -> dict[str, float]:
        rmse = {"rmse": float(np.sqrt(means["loss"])) * scale.std}
        variance = means["target_squared"] - means["target"] ** 2
        # A target that never varies has nothing to explain.
        return rmse | ({"r2": 1 - means["loss"] / variance} if variance > 0 else {})

    return report


def _constant_loss(dataset: Dataset) -> float:
    """Loss on validation of predicting what the training split holds on average."""
    if dataset.profile.workload.task == "regression":
        return float(np.mean(np.square(dataset.valid["y"])))
    # One is added to each count, so that a class seen only in validation costs a finite loss.
    classes = dataset.profile.workload.outputs
    counts = np.bincount(dataset.train["y"].astype(np.intp), minlength=classes) + 1
    return float(-np.log(counts / counts.sum())[dataset.valid["y"].astype(np.intp)].mean())
