"""On what does a loss depend at all?

Its traced program is cut down to what its value needs; an input that is left out has no say. So a
probe does not vary what a person's own model ignores.
"""

from typing import Any

import jax
import jax.numpy as jnp
from jax.interpreters import partial_eval

from tuner_engine.training import feeding
from tuner_engine.training.lane import Form
from tuner_engine.training.task import Noise, Task, Variables

CHANCE, DROPOUT, SMOOTHING = "chance", "dropout", "label_smoothing"
"""The random key of a step, and the two values of `Noise`."""


def of_loss(task: Task, form: Form) -> frozenset[str]:
    """Return which of chance, dropout and label smoothing a training loss depends on.

    Args:
        task: Whose loss.
        form: Whether lanes switch units off or smooth labels; what no lane does has no say.
    """
    variables = jax.eval_shape(task.init, jax.random.key(0))
    leaves, structure = jax.tree.flatten((variables, feeding.shapes(task, form)))

    def loss(key: Any, dropout: Any, smoothing: Any, skipping: Any, *leaves: Any) -> jax.Array:
        own, batch = jax.tree.unflatten(structure, leaves)
        noise = Noise(
            dropout=dropout if form.dropout else None,
            label_smoothing=smoothing if form.label_smoothing else None,
            drop_path=skipping if form.drop_path else None,
        )
        return task.loss(Variables(*own), batch, jax.random.wrap_key_data(key), noise)[0]

    scalar = jax.ShapeDtypeStruct((), jnp.float32)
    key = jax.eval_shape(lambda: jax.random.key_data(jax.random.key(0)))
    traced = jax.make_jaxpr(loss)(key, scalar, scalar, scalar, *leaves)
    _, used = partial_eval.dce_jaxpr(traced.jaxpr, [True])
    names = (CHANCE, DROPOUT, SMOOTHING)
    return frozenset(name for name, matters in zip(names, used, strict=False) if matters)
