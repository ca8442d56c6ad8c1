"""A task of your own: a model, a loss and data, to be tuned and trained by tuner-tui.

tuner-tui --task example.py                        open the app on it
tuner-tui advise --task example.py                 what to begin with, and why
tuner-tui probe lr --task example.py               the learning rate, measured
tuner-tui train --task example.py --set hidden=128

`tuner-tui task --help` says what else a task may have.
"""

from typing import Any, Literal

import jax
import numpy as np
import optax
from flax import nnx

from tuner_engine import Task


class Net(nnx.Module):
    """Replace this by your model: any Flax NNX module.

    BatchNorm statistics and Dropout's random stream are kept for every training by themselves.
    """

    def __init__(self, hidden: int, activation: str, rngs: nnx.Rngs) -> None:
        self.first = nnx.Linear(2, hidden, rngs=rngs)
        self.norm = nnx.BatchNorm(hidden, rngs=rngs)
        self.dropout = nnx.Dropout(0.1, rngs=rngs)
        self.last = nnx.Linear(hidden, 2, rngs=rngs)
        self.activation = getattr(nnx, activation)

    def __call__(self, x: jax.Array) -> jax.Array:
        """Return the logits of each example."""
        return self.last(self.dropout(self.activation(self.norm(self.first(x)))))


def loss(model: Net, batch: dict[str, jax.Array]) -> tuple[jax.Array, dict[str, jax.Array]]:
    """Return the mean loss of a batch, and metrics: numbers, or one for each example.

    The model is in train() mode while it trains, and in eval() mode where it is scored. If you need
    randomness or the mode here, name two more arguments: `key` and `training`.
    """
    logits = model(batch["x"])
    losses = optax.softmax_cross_entropy_with_integer_labels(logits, batch["y"])
    return losses.mean(), {"accuracy": logits.argmax(-1) == batch["y"]}


def predict(model: Net, batch: dict[str, jax.Array]) -> tuple[jax.Array, jax.Array]:
    """Return the probabilities of the classes, and the true class of each example.

    Only for the area under the ROC curve and the calibration; leave it out where there are none.
    """
    return jax.nn.softmax(model(batch["x"])), batch["y"]


def spirals(examples: int, *, seed: int) -> dict[str, np.ndarray]:
    """Return two spirals. Replace this by your data: arrays, or anything that yields batches."""
    rng = np.random.default_rng(seed)
    y = rng.integers(0, 2, examples)
    angle = 3 * np.pi * np.sqrt(rng.uniform(size=examples))
    turned = angle + np.pi * y
    x = np.stack([angle * np.cos(turned), angle * np.sin(turned)], axis=1) / 5
    return {"x": x + rng.normal(scale=0.05, size=x.shape), "y": y}


def task(hidden: int = 64, activation: Literal["relu", "gelu", "tanh"] = "relu") -> Task:
    """Return the task. Arguments with a default can be set: `--set hidden=128`."""
    options: dict[str, Any] = {
        # What the task says stands in the recipe; what it leaves out is advised.
        "batch_size": 64,
        "epochs": 30,
        # Your optimizer, if the named ones will not do; the rate may differ between trainings
        # side by side, so it is only passed on:
        # "optimizer": lambda learning_rate, weight_decay: optax.adamw(
        #     learning_rate, b2=0.95, weight_decay=weight_decay
        # ),
        # Your schedule, as multiples of the peak rate:
        # "schedule": lambda steps: optax.cosine_decay_schedule(1.0, steps),
    }
    return Task(
        model=lambda rngs: Net(hidden, activation, rngs=rngs),
        loss=loss,
        predict=predict,
        train=spirals(2000, seed=0),
        valid=spirals(500, seed=1),
        test=spirals(500, seed=2),
        **options,
    )
