"""Do models of other libraries train as their authors wrote them?"""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import own_tasks
import pytest
from flax import linen

from tuner_engine.training.task import Noise, Task, Variables

STEPS, RATE = 8, 0.1


def descended(task: Task) -> tuple[list[float], Variables]:
    """Return the losses of a few steps of plain gradient descent on one batch."""
    batch = jax.tree.map(lambda array: jnp.asarray(array[:20]), task.train)

    @jax.jit
    def step(variables: Variables, key: Any) -> Any:
        def loss(params: Any) -> Any:
            return task.loss(variables._replace(params=params), batch, key, Noise())

        (value, rest), slope = jax.value_and_grad(loss, has_aux=True)(variables.params)
        moved = jax.tree.map(lambda p, s: p - RATE * s, variables.params, slope)
        return value, Variables(moved, rest)

    variables, losses = task.init(jax.random.key(0)), []
    for key in jax.random.split(jax.random.key(1), STEPS):
        value, variables = step(variables, key)
        losses.append(float(value))
    return losses, variables


class Residual(linen.Module):
    """One block of a ResNet, with a head."""

    @linen.compact
    def __call__(self, x: jax.Array, *, train: bool) -> jax.Array:
        for _ in range(2):
            y = linen.Conv(4, (3, 3), use_bias=False)(x)
            y = linen.relu(linen.BatchNorm(use_running_average=not train, momentum=0.9)(y))
            x = y if x.shape != y.shape else x + y
        return linen.Dense(2)(x.mean((1, 2)))


def test_a_linen_resnet_with_batch_norm() -> None:
    """It learns which half is brighter, and its statistics move with every step."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=(60, 4, 4, 1)).astype(np.float32)
    y = (x[:, :2].mean((1, 2, 3)) > x[:, 2:].mean((1, 2, 3))).astype(np.int32)
    net = Residual()

    def loss(variables: Any, batch: Any, *, training: bool) -> Any:
        if training:
            logits, state = net.apply(variables, batch["x"], train=True, mutable=["batch_stats"])
        else:
            logits, state = net.apply(variables, batch["x"], train=False), {}
        correct = logits.argmax(-1) == batch["y"]
        return own_tasks.cross_entropy(logits, batch), state, {"accuracy": correct}

    data = {"x": x, "y": y}
    task = own_tasks.built(
        own_tasks.declared(
            init=lambda key, batch: net.init(key, batch["x"], train=False),
            loss=loss,
            train=data,
            valid=data,
        )
    )
    losses, after = descended(task)
    assert losses[-1] < losses[0]
    before = task.init(jax.random.key(0)).rest["state"]["batch_stats"]
    moved = after.rest["state"]["batch_stats"]
    changed = jax.tree.map(lambda a, b: bool((a != b).any()), before, moved)
    assert all(jax.tree.leaves(changed))
    block = jax.tree.map(lambda array: array[:1], task.valid)
    assert 0 <= float(task.score(after, block)["accuracy"][0]) <= 1


def test_an_equinox_transformer() -> None:
    """Attention, dropout and all; its activation functions are leaves that stay."""
    eqx = pytest.importorskip("equinox")

    class Reader(eqx.Module):  # type: ignore[misc, name-defined]
        embed: Any
        attention: Any
        mlp: Any
        head: Any
        dropout: Any

        def __init__(self, key: jax.Array) -> None:
            a, b, c, d = jax.random.split(key, 4)
            self.embed = eqx.nn.Embedding(5, 8, key=a)
            self.attention = eqx.nn.MultiheadAttention(2, 8, key=b)
            self.mlp = eqx.nn.MLP(8, 8, 16, 1, activation=jax.nn.gelu, key=c)
            self.head = eqx.nn.Linear(8, 2, key=d)
            self.dropout = eqx.nn.Dropout(0.1)

        def __call__(self, tokens: jax.Array, key: jax.Array) -> jax.Array:
            x = jax.vmap(self.embed)(tokens)
            x = x + self.attention(x, x, x)
            x = x + self.dropout(jax.vmap(self.mlp)(x), key=key)
            return self.head(x.mean(0))

    tokens = np.random.default_rng(0).integers(0, 5, (60, 6))
    data = {"x": tokens, "y": (tokens[:, 0] > 2).astype(int)}

    def loss(model: Any, batch: Any, *, key: Any, training: bool) -> Any:
        model = model if training else eqx.nn.inference_mode(model)
        logits = jax.vmap(model)(batch["x"], jax.random.split(key, len(batch["x"])))
        return own_tasks.cross_entropy(logits, batch)

    task = own_tasks.built(own_tasks.declared(init=Reader, loss=loss, train=data, valid=data))
    losses, _ = descended(task)
    assert losses[-1] < losses[0]


def test_torch_batches() -> None:
    """A loader's tensors become arrays; its smaller last batch is left out."""
    torch = pytest.importorskip("torch")
    from torch.utils.data import DataLoader, TensorDataset

    data = own_tasks.linear(70)
    rows = TensorDataset(*(torch.from_numpy(array) for array in data.values()))

    def loss(params: Any, batch: Any) -> Any:
        return own_tasks.loss(params, dict(zip(data, batch, strict=True)))

    loader = DataLoader(rows, batch_size=20, shuffle=True)
    task = own_tasks.built(own_tasks.declared(loss=loss, train=loader, valid=loader))
    assert task.train_examples == 60
    assert all(batch[0].shape == (20, 4) for batch in task.train.batches)
