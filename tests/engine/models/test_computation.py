"""Does every model learn, and change nothing but speed and memory by how it is computed?"""

from collections.abc import Callable
from functools import cache
from typing import Any

import families
import jax
import jax.numpy as jnp
import numpy as np
import optax
import problems
import pytest

from tuner_engine import models
from tuner_engine.specs import Model
from tuner_engine.training.task import Noise, Task, Variables

KEY, OTHER_KEY = jax.random.key(1), jax.random.key(2)

Step = Callable[[Variables, jax.Array], Any]


@pytest.fixture(autouse=True)
def _device(device: None) -> None: ...


@cache
def made(model: Model, **changes: Any) -> Task:
    """Return a task of eight examples on a small model."""
    settings = problems.settings(model=model, hidden_layers=1, hidden_width=16, **changes)
    return models.task(families.dataset(families.MODELS[model]), settings)


@cache
def start(model: Model) -> Variables:
    """Return the first variables; a head that begins at zero has been moved from it."""
    variables = jax.jit(made(model).init)(jax.random.key(0))
    return variables._replace(params=jax.tree.map(_moved, variables.params))


def _moved(leaf: jax.Array) -> jax.Array:
    if leaf.ndim < 2 or bool(leaf.any()):
        return leaf
    return 0.1 * jax.random.normal(KEY, leaf.shape)


@cache
def measure(model: Model, *, noisy: bool = False, **changes: Any) -> Step:
    """Return the compiled loss of all training examples, the new `rest`, and the gradient."""
    task = made(model, **changes)
    noise = Noise(dropout=jnp.float32(0.5)) if noisy else Noise()

    def measured(variables: Variables, key: jax.Array) -> Any:
        def loss_of(params: Any) -> Any:
            return task.loss(Variables(params, variables.rest), task.train, key, noise)

        return jax.value_and_grad(loss_of, has_aux=True)(variables.params)

    return jax.jit(measured)


def gradient(step: Step, variables: Variables, key: jax.Array = KEY) -> tuple[float, np.ndarray]:
    """Return the loss and its gradient, flat."""
    (loss, rest), gradients = step(variables, key)
    assert jax.tree.structure(rest) == jax.tree.structure(variables.rest)
    leaves = jax.tree.leaves(gradients)
    assert {leaf.dtype for leaf in leaves} == {jnp.dtype("float32")}
    return float(loss), np.concatenate([np.ravel(leaf) for leaf in leaves])


@pytest.mark.parametrize("model", ["tabular-resnet", "resnet-20", "vit-tiny", "decoder-1m"])
def test_rematerialising_changes_no_number(model: Model) -> None:
    """Up to rounding, with the same units switched off."""
    kept = gradient(measure(model, noisy=True), start(model))
    again = gradient(measure(model, noisy=True, rematerialize=True), start(model))
    assert again[0] == pytest.approx(kept[0], rel=1e-5)
    np.testing.assert_allclose(again[1], kept[1], rtol=1e-3, atol=1e-5)


@pytest.mark.parametrize("model", families.MODELS)
def test_bfloat16_is_close_to_float32(model: Model) -> None:
    """The loss to two percent, the direction of the gradient nearly."""
    exact = gradient(measure(model), start(model))
    rounded = gradient(measure(model, precision="bfloat16"), start(model))
    assert rounded[0] == pytest.approx(exact[0], rel=0.02)
    assert rounded[0] != exact[0]
    cosine = rounded[1] @ exact[1] / (np.linalg.norm(rounded[1]) * np.linalg.norm(exact[1]))
    assert cosine > 0.99


@pytest.mark.parametrize("model", families.MODELS)
def test_dropout_is_chance_only_where_it_is_asked_for(model: Model) -> None:
    """Without it the key changes nothing; with it every key has its own loss."""
    quiet, noisy = (
        {gradient(measure(model, noisy=on), start(model), key)[0] for key in (KEY, OTHER_KEY)}
        for on in (False, True)
    )
    assert len(quiet) == 1
    assert len(noisy) == 2


@pytest.mark.parametrize("model", families.MODELS)
def test_eight_examples_are_learnt_by_heart(model: Model) -> None:
    """A model that cannot is broken somewhere between its input and its gradient."""
    variables, step, task = start(model), measure(model), made(model)
    rule = optax.adam(1e-2)
    state, update = rule.init(variables.params), jax.jit(rule.update)
    for _ in range(200):
        (_, rest), gradients = step(variables, KEY)
        updates, state = update(gradients, state)
        params = jax.tree.map(jnp.add, variables.params, updates)
        variables = Variables(params, rest)
    assert task.constant_loss is not None
    score = jax.jit(task.score)(variables, task.valid)
    assert float(score["loss"].mean()) < 0.1 * task.constant_loss
