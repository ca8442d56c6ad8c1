"""Tasks as a person declares them, small enough to train in a test."""

from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax

from tuner_engine import Task
from tuner_engine.own import building, splits
from tuner_engine.specs import Hyperparameters
from tuner_engine.training.task import Task as Built

PLAIN = """
import jax
import jax.numpy as jnp
import numpy as np
import optax

from tuner_engine import Task

def data(examples=200):
    rng = np.random.default_rng(0)
    x = rng.normal(size=(examples, 4)).astype(np.float32)
    return x, (x[:, 0] > x[:, 1]).astype(np.int32)

def init(key):
    return {"w": 0.1 * jax.random.normal(key, (4, 2)), "b": jnp.zeros(2)}

def loss(params, batch):
    x, y = batch
    logits = x @ params["w"] + params["b"]
    losses = optax.softmax_cross_entropy_with_integer_labels(logits, y)
    return losses.mean(), {"accuracy": logits.argmax(-1) == y}

x, y = data()

"""
"""How a file of a linear model in plain JAX begins."""

FOLDER = Path(__file__).parent
"""Where the tasks declared here count as lying."""


def settings(**changes: Any) -> Hyperparameters:
    """Return a short training of a task."""
    usual: dict[str, Any] = {
        "model": "own",
        "optimizer": "adam",
        "schedule": "constant",
        "learning_rate": 1e-2,
        "warmup_share": 0.0,
        "batch_size": 20,
        "epochs": 2,
        "patience": None,
        "weight_decay": 0.0,
        "dropout": 0.0,
        "label_smoothing": 0.0,
        "gradient_clip": None,
    }
    return Hyperparameters(**{**usual, **changes})


def linear(examples: int = 200) -> dict[str, np.ndarray]:
    """Return examples whose label a linear model can learn."""
    x = np.random.default_rng(0).normal(size=(examples, 4)).astype(np.float32)
    return {"x": x, "y": (x[:, 0] > x[:, 1]).astype(np.int32)}


def init(key: jax.Array) -> Any:
    """Return the parameters of a linear model."""
    return {"w": 0.1 * jax.random.normal(key, (4, 2)), "b": jnp.zeros(2)}


def cross_entropy(logits: jax.Array, batch: Any) -> jax.Array:
    """Return the mean loss of a batch."""
    losses = optax.softmax_cross_entropy_with_integer_labels(logits, batch["y"])
    return losses.mean()


def loss(params: Any, batch: Any) -> Any:
    """Return the mean loss of a linear model, and its accuracy."""
    logits = batch["x"] @ params["w"] + params["b"]
    return cross_entropy(logits, batch), {"accuracy": logits.argmax(-1) == batch["y"]}


def declared(**changes: Any) -> Task:
    """Return a linear model in plain JAX, with 40 validation examples, changed in some parts."""
    data = linear()
    usual: dict[str, Any] = {
        "init": None if "model" in changes else init,
        "loss": loss,
        "train": {name: array[:160] for name, array in data.items()},
        "valid": {name: array[160:] for name, array in data.items()},
    }
    return Task(**{**usual, **changes})


def built(task: Task, **changes: Any) -> Built:
    """Return what the cohort gets from a declaration, under `settings(**changes)`."""
    read = splits.read(task, folder=FOLDER, seed=0, valid_share=0.2)
    return building.task(task, read, settings(**changes), folder=FOLDER, signature="test")
