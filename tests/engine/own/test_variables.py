"""Does everything of a model that training changes travel in its variables?"""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax
import own_tasks
import pytest
from flax import linen, nnx

from tuner_engine.errors import TaskError
from tuner_engine.own import trees
from tuner_engine.training.task import Noise, Task, Variables

KEY = jax.random.key(0)


class Normed(nnx.Module):
    """A layer, its statistics, and a random stream."""

    def __init__(self, rngs: nnx.Rngs) -> None:
        self.layer = nnx.Linear(4, 2, rngs=rngs)
        self.norm = nnx.BatchNorm(2, momentum=0.5, rngs=rngs)
        self.dropout = nnx.Dropout(0.5, rngs=rngs)

    def __call__(self, x: jax.Array) -> jax.Array:
        return self.dropout(self.norm(self.layer(x)))


def nnx_loss(model: Normed, batch: Any) -> jax.Array:
    return own_tasks.cross_entropy(model(batch["x"]), batch)


def stepped(task: Task, variables: Variables, batch: Any, *, key: Any = KEY) -> Any:
    loss, rest = task.loss(variables, batch, key, Noise())
    return float(loss), Variables(variables.params, rest)


def batch_of(task: Task, size: int = 20) -> Any:
    return jax.tree.map(lambda array: jnp.asarray(array[:size]), task.train)


def test_batch_statistics_follow_the_formula() -> None:
    """The running mean moves by half to the mean of each training batch, and not by scoring."""
    task = own_tasks.built(own_tasks.declared(model=Normed, loss=nnx_loss))
    start, batch = task.init(KEY), batch_of(task)
    out = np.asarray(batch["x"]) @ np.asarray(start.params["layer"]["kernel"])
    _, once = stepped(task, start, batch)
    np.testing.assert_allclose(once.rest["norm"]["mean"], 0.5 * out.mean(0), rtol=1e-5)
    _, twice = stepped(task, once, batch)
    np.testing.assert_allclose(twice.rest["norm"]["mean"], 0.75 * out.mean(0), rtol=1e-5)
    first = jax.tree.map(lambda array: jnp.asarray(array[:1]), task.valid)
    scores = [float(task.score(once, first)["loss"][0]) for _ in range(2)]
    assert scores[0] == scores[1] != float(task.score(twice, first)["loss"][0])


def test_random_streams_go_on_from_step_to_step() -> None:
    """Dropout differs from one step to the next, and two lanes with one state see the same."""
    task = own_tasks.built(own_tasks.declared(model=Normed, loss=nnx_loss))
    start, batch = task.init(KEY), batch_of(task)
    one, once = stepped(task, start, batch)
    again, _ = stepped(task, start, batch)
    later, _ = stepped(task, start._replace(rest={**once.rest, "norm": start.rest["norm"]}), batch)
    assert one == again != later
    other, _ = stepped(task, task.init(jax.random.key(1)), batch)
    assert other != one


def test_variables_hold_plain_arrays_alone() -> None:
    """PRNG keys travel as numbers, so that lanes can be stacked, moved and compared."""
    task = own_tasks.built(own_tasks.declared(model=Normed, loss=nnx_loss))
    for leaf in jax.tree.leaves(task.init(KEY)):
        assert jnp.issubdtype(leaf.dtype, np.number)


class LinenNormed(linen.Module):
    @linen.compact
    def __call__(self, x: jax.Array, train: bool) -> jax.Array:  # noqa: FBT001
        x = linen.Dense(2)(x)
        x = linen.BatchNorm(use_running_average=not train, momentum=0.5)(x)
        return linen.Dropout(0.5, deterministic=not train)(x)


def linen_parts() -> dict[str, Any]:
    net = LinenNormed()

    def loss(variables: Any, batch: Any, key: Any, training: bool) -> Any:  # noqa: FBT001
        logits, state = net.apply(
            variables, batch["x"], training, mutable=["batch_stats"], rngs={"dropout": key}
        )
        return own_tasks.cross_entropy(logits, batch), state, {"mean": logits.mean()}

    return {"init": lambda key, batch: net.init(key, batch["x"], train=False), "loss": loss}


def test_linen_keeps_its_collections() -> None:
    """What beside `params` init returns is state; the loss returns the new one."""
    task = own_tasks.built(own_tasks.declared(**linen_parts()))
    start, batch = task.init(KEY), batch_of(task)
    assert set(start.params) == {"Dense_0", "BatchNorm_0"}
    out = np.asarray(batch["x"]) @ np.asarray(start.params["Dense_0"]["kernel"])
    _, once = stepped(task, start, batch)
    mean = once.rest["state"]["batch_stats"]["BatchNorm_0"]["mean"]
    np.testing.assert_allclose(mean, 0.5 * out.mean(0), rtol=1e-5)
    one, other = (stepped(task, start, batch, key=jax.random.key(n))[0] for n in range(2))
    assert one != other


@jax.tree_util.register_pytree_with_keys_class
class Layer:
    """A module as Equinox has them: a pytree with functions and counters among its leaves."""

    def __init__(self, kernel: Any, activation: Any, calls: Any, key: Any) -> None:
        self.kernel, self.activation, self.calls, self.key = kernel, activation, calls, key

    def tree_flatten_with_keys(self) -> Any:
        names = ("kernel", "activation", "calls", "key")
        return [(jax.tree_util.GetAttrKey(n), getattr(self, n)) for n in names], None

    @classmethod
    def tree_unflatten(cls, _: Any, leaves: Any) -> "Layer":
        return cls(*leaves)

    def __call__(self, x: jax.Array) -> jax.Array:
        noise = jax.random.normal(self.key, (2,))
        return self.activation(x @ self.kernel) + self.calls + noise


def layer(key: jax.Array) -> Layer:
    return Layer(jax.random.normal(key, (4, 2)), jax.nn.tanh, jnp.int32(3), key)


def test_a_pytree_with_functions_is_trained_where_it_has_floats() -> None:
    """Its other leaves stay as they are: counters, keys, and what is no array at all."""
    task = own_tasks.built(
        own_tasks.declared(init=layer, loss=lambda m, b: own_tasks.cross_entropy(m(b["x"]), b))
    )
    start, batch = task.init(KEY), batch_of(task)
    assert isinstance(start.params, Layer)  # the optimizer sees the structure that they know
    assert [leaf.shape for leaf in jax.tree.leaves(start.params)] == [(4, 2)]
    expected = own_tasks.cross_entropy(layer(jax.random.split(KEY)[0])(batch["x"]), batch)
    found, after = stepped(task, task.init(jax.random.split(KEY)[0]), batch)
    assert found == pytest.approx(float(expected), rel=1e-6)
    assert int(jax.tree.leaves(after.rest)[0]) == 3


def test_stateful_functions_return_their_state() -> None:
    """As Haiku and Equinox have it: (parameters, state), counted here, apply put together."""

    def begun(key: jax.Array) -> Any:
        return own_tasks.init(key), {"steps": 0, "name": "counter"}

    def apply(params: Any, state: Any, x: jax.Array) -> Any:
        return x @ params["w"] + params["b"], {**state, "steps": state["steps"] + 1}

    def loss(model: Any, batch: Any) -> Any:
        logits, state = model(batch["x"])
        return own_tasks.cross_entropy(logits, batch), state

    parts = {"init": begun, "apply": apply, "stateful": True, "loss": loss}
    task = own_tasks.built(own_tasks.declared(**parts))
    now = task.init(KEY)
    for _ in range(3):
        _, now = stepped(task, now, batch_of(task))
    assert int(now.rest["state"]["steps"]) == 3


def test_what_is_scored_needs_no_new_state() -> None:
    """As of Linen without `mutable`: the second part is metrics, unless it is named as state."""

    def loss(model: Any, batch: Any, training: bool) -> Any:  # noqa: FBT001
        logits, state = model(batch["x"])
        found = own_tasks.cross_entropy(logits, batch)
        return (found, state) if training else (found, {"accuracy": jnp.ones(len(logits))})

    def apply(params: Any, state: Any, x: jax.Array) -> Any:
        return x @ params["w"] + params["b"], {"steps": state["steps"] + 1}

    parts = {"init": lambda key: (own_tasks.init(key), {"steps": 0}), "apply": apply}
    task = own_tasks.built(own_tasks.declared(**parts, stateful=True, loss=loss))
    now = task.init(KEY)
    batch = batch_of(task)
    figures = task.score(now, jax.tree.map(lambda array: array[None], batch))
    assert float(figures["accuracy"][0]) == 1.0
    _, now = stepped(task, now, batch)
    assert int(now.rest["state"]["steps"]) == 1


def test_an_optimizer_sees_the_structure_of_the_persons_parameters() -> None:
    """So masks and labels by name work as in their own program."""

    def optimizer(learning_rate: Any) -> Any:
        labels = {"w": "moves", "b": "stays"}
        parts = {"moves": optax.sgd(learning_rate), "stays": optax.set_to_zero()}
        return optax.multi_transform(parts, labels)

    task = own_tasks.built(own_tasks.declared(optimizer=optimizer), optimizer="own")
    assert task.optimizer is not None
    params = task.init(KEY).params
    made = task.optimizer(0.1, 0.0)
    moved, _ = made.update(jax.tree.map(jnp.ones_like, params), made.init(params), params)
    np.testing.assert_allclose(moved["w"], -0.1)
    np.testing.assert_array_equal(moved["b"], 0.0)


@pytest.mark.parametrize(
    ("parts", "told"),
    [
        ({"model": lambda rngs: {"w": 1}}, "returned a dict, not a flax.nnx.Module"),
        ({"model": lambda rngs: nnx.Dropout(0.5, rngs=rngs)}, "no parameters to train"),
        ({"init": lambda key: {"n": jnp.int32(3)}}, "no parameters to train"),
        ({"init": lambda key: jnp.ones(3), "stateful": True}, r"returns \(parameters, state\)"),
        ({"init": lambda key, batch: batch["z"]}, "KeyError: 'z'"),
    ],
)
def test_a_model_that_cannot_be_trained_is_named(parts: dict[str, Any], told: str) -> None:
    """Before anything is compiled."""
    with pytest.raises(TaskError, match=told):
        own_tasks.built(own_tasks.declared(**parts))


def test_parameters_without_a_gradient_are_named() -> None:
    """Whole numbers cannot be trained."""

    class Counted(nnx.Module):
        def __init__(self, rngs: nnx.Rngs) -> None:
            self.count = nnx.Param(jnp.int32(0))

    with pytest.raises(TaskError, match=r"\['count'\] is of type int32, which has no gradient"):
        own_tasks.built(own_tasks.declared(model=Counted))


def test_state_that_changes_its_structure_is_named() -> None:
    """A compiled step needs it the same before and after."""
    with pytest.raises(TaskError, match=r"structure while training, at \['more'\]"):
        trees.fitting({"n": jnp.ones(2), "more": jnp.ones(1)}, {"n": jnp.ones(2)})
    with pytest.raises(TaskError, match=r"\['n'\] changes its shape while training, from \(2,\)"):
        trees.fitting({"n": jnp.ones(3)}, {"n": jnp.ones(2)})


@pytest.mark.filterwarnings("ignore:Using 'Module.sow:DeprecationWarning")
def test_what_a_layer_sows_is_no_state() -> None:
    """Intermediate results are dropped, not carried from step to step."""

    class Sowing(Normed):
        def __call__(self, x: jax.Array) -> jax.Array:
            self.sow(nnx.Intermediate, "seen", x)
            return super().__call__(x)

    task = own_tasks.built(own_tasks.declared(model=Sowing, loss=nnx_loss))
    start = task.init(KEY)
    _, after = stepped(task, start, batch_of(task))
    assert jax.tree.structure(after) == jax.tree.structure(start)
