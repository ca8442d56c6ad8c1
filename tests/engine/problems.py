"""Problems small enough to train in a test, some with answers known in closed form."""

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any, get_args, get_type_hints

import jax
import jax.numpy as jnp
import msgspec
import numpy as np
from flax import nnx

from tuner_engine.data import Dataset, TableEncoding, TargetScale
from tuner_engine.recipe import Recipe, Setting, this_tool
from tuner_engine.specs import Hyperparameters
from tuner_engine.training import cohort
from tuner_engine.training.cohort import Course, Lane
from tuner_engine.training.layouts import Layout
from tuner_engine.training.program import Program
from tuner_engine.training.task import Batch, Noise, Task, Variables, functional, rest
from tuner_engine.workload import DataFacts, Profile, Workload

FEATURES, CLASSES = 6, 3


GROUPS = tuple((column,) for column in range(FEATURES))
"""Every feature has one column."""

LAYOUTS = [
    Layout(lanes, steps)
    for lanes in get_args(get_type_hints(Layout)["lanes"])
    if lanes != "spread"
    for steps in get_args(get_type_hints(Layout)["steps"])
    if lanes != "spread"
]
"""Every way to go through lanes and steps, where a device holds a lane."""


def settings(**changes: Any) -> Hyperparameters:
    """Return a small training: 8 hidden units, 8 epochs of 8 steps on `blobs()`."""
    usual: dict[str, Any] = {
        "model": "mlp",
        "hidden_layers": 1,
        "hidden_width": 8,
        "optimizer": "adamw",
        "schedule": "cosine",
        "learning_rate": 1e-2,
        "warmup_share": 0.0,
        "batch_size": 32,
        "epochs": 8,
        "patience": None,
        "weight_decay": 0.01,
        "dropout": 0.0,
        "label_smoothing": 0.0,
        "gradient_clip": None,
    }
    return Hyperparameters(**{**usual, **changes})


def recipe(dataset: Dataset, **changes: Any) -> Recipe:
    """Return a recipe of `settings(**changes)` with nothing measured or locked."""
    return Recipe(
        created="2025-01-02T03:04:05+00:00",
        tool=this_tool(),
        workload=dataset.profile.workload,
        settings={
            name: Setting(value=value, basis="preset", confidence="low", why="Made for a test.")
            for name, value in msgspec.to_builtins(settings(**changes)).items()
            if name != "arguments"
        },
        data=dataset.profile.data,
    )


def blobs(*, seed: int = 0, train: int = 256, shuffled: bool = False) -> Dataset:
    """Return three normal clouds that overlap a little; with shuffled labels, pure noise."""
    rng = np.random.default_rng(seed)
    centres = rng.normal(size=(CLASSES, FEATURES))
    y = rng.integers(0, CLASSES, train + 160).astype(np.int32)
    x = (centres[y] + 0.7 * rng.normal(size=(len(y), FEATURES))).astype(np.float32)
    if shuffled:
        y = rng.permutation(y)
    splits = [{"x": x[part], "y": y[part]} for part in _parts(train)]
    return Dataset(
        _profile("classification", train, CLASSES), *splits, TableEncoding(groups=GROUPS)
    )


def plane(*, train: int = 256) -> Dataset:
    """Return a regression whose standardised target is linear in the features, with some noise."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=(train + 160, FEATURES)).astype(np.float32)
    y = x @ np.linspace(-1, 1, FEATURES) + 0.1 * rng.normal(size=len(x))
    mean, std = float(y[:train].mean()), float(y[:train].std())
    z = ((y - mean) / std).astype(np.float32)
    splits = [{"x": x[part], "y": z[part]} for part in _parts(train)]
    return Dataset(
        _profile("regression", train, 1),
        *splits,
        TableEncoding(groups=GROUPS, target_scale=TargetScale(mean, std)),
    )


def quadratic(curvature: float = 1.0, *, start: float = 1.0, spread: float = 0.0) -> Task:
    """Return the task of minimising ½ · curvature · w²: one weight, every batch the same.

    Args:
        curvature: Its second derivative.
        start: The weight before the first step.
        spread: By how much seeds differ in where they start.
    """

    def init(key: jax.Array) -> Variables:
        return Variables({"w": start + spread * jax.random.normal(key, (1,))}, {})

    def height(variables: Variables) -> jax.Array:
        return 0.5 * curvature * jnp.sum(variables.params["w"] ** 2)

    return one_weight(init=init, height=height, signature=f"quadratic {curvature} {spread}")


def one_weight(*, init: Any, height: Any, target: Any = None, signature: str = "one") -> Task:
    """Return a task whose losses depend on the variables alone.

    Args:
        init: PRNG key → variables.
        height: Variables → training loss.
        target: Variables → validation loss; the same if absent.
        signature: Names it.
    """

    def score(variables: Variables, batch: Batch) -> dict[str, jax.Array]:
        return {"loss": (target or height)(variables) + 0 * batch["x"]}

    return Task(
        init=init,
        loss=lambda variables, batch, key, noise: (height(variables) + 0 * batch["x"].sum(), {}),
        score=score,
        constant_loss=1.0,
        report=lambda means: {},
        train={"x": np.zeros(8, np.float32)},
        valid={"x": np.zeros(5, np.float32)},
        test=None,
        signature=signature,
    )


class Convolved(nnx.Module):
    """One convolution, statistics of the batch, and the mean over the picture."""

    def __init__(self, rngs: nnx.Rngs) -> None:
        self.stem = nnx.Conv(1, 2, (3, 3), rngs=rngs)
        self.norm = nnx.BatchNorm(2, momentum=MOMENTUM, rngs=rngs)
        self.head = nnx.Linear(2, 1, rngs=rngs)

    def __call__(self, x: jax.Array, *, training: bool) -> jax.Array:
        seen = self.norm(self.stem(x), use_running_average=not training)
        found: jax.Array = self.head(nnx.relu(seen).mean((1, 2)))[:, 0]
        return found


MOMENTUM = 0.75
"""Of the running statistics of `Convolved`."""


def pictures(*, seed: int = 0, train: int = 48) -> Task:
    """Return a regression on tiny pictures whose model convolves and keeps running statistics."""
    rng = np.random.default_rng(seed)
    x = rng.normal(1.0, 2.0, size=(train + 20, 4, 4, 1)).astype(np.float32)
    arrays = {"x": x, "y": np.abs(x).mean((1, 2, 3))}
    init, bind = functional(Convolved)

    def loss(
        variables: Variables, batch: Batch, key: jax.Array, noise: Noise
    ) -> tuple[jax.Array, Any]:
        module = bind(variables)
        errors = module(batch["x"], training=True) - batch["y"]
        return jnp.square(errors).mean(), rest(module)

    def score(variables: Variables, batch: Batch) -> dict[str, jax.Array]:
        errors = bind(variables)(batch["x"], training=False) - batch["y"]
        return {"loss": jnp.square(errors)}

    return Task(
        init=init,
        loss=loss,
        score=score,
        constant_loss=None,
        report=lambda means: {},
        train={name: array[:train] for name, array in arrays.items()},
        valid={name: array[train:] for name, array in arrays.items()},
        test={name: array[train:] for name, array in arrays.items()},
        signature="pictures",
        score_block=7,
    )


def replaced(task: Task, **changes: Any) -> Task:
    """Return a task that differs in some of its parts."""
    return dataclasses.replace(task, **changes)


def course(steps: int, *, every: int | None = None, patience: int | None = None) -> Course:
    """Return a course at constant rate."""
    return Course(multiples=np.ones(steps), score_every=every, patience=patience)


def lane(learning_rate: float, *, seed: int = 0, weight_decay: float = 0.0) -> Lane:
    """Return a lane."""
    return Lane(learning_rate=learning_rate, weight_decay=weight_decay, seed=seed)


def trained(
    program: Program,
    lanes: Sequence[Lane],
    course: Course,
    *,
    chunk_steps: int | Sequence[int] | None = None,
) -> dict[str, np.ndarray]:
    """Train to the end and return all that was measured, with the final weights of each lane."""
    chunks = list(cohort.train(program, lanes, course, chunk_steps=chunk_steps))
    last = chunks[-1]
    ended = program.fetched(last.state, last.slots)
    losses = np.concatenate([chunk.train_losses for chunk in chunks], axis=1)
    left = course.steps - losses.shape[1]
    found = {
        "train": np.pad(losses, [(0, 0), (0, left)], constant_values=np.nan),
        "active": last.active,
        "diverged": last.diverged,
        "taken": last.taken,
        "params": weights(ended.variables.params),
        "rest": weights(ended.variables.rest),
    }
    if ended.best is not None:
        found["best"] = weights(ended.best.params)
    scored = np.concatenate([chunk.figures.get("loss", _none(chunk)) for chunk in chunks], axis=1)
    return {**found, "valid": scored}


def weights(tree: Any) -> np.ndarray:
    """Return all weights of each lane as one row: [lanes, weights]."""
    leaves = [leaf.reshape(len(leaf), -1) for leaf in jax.tree.leaves(tree)]
    return np.concatenate(leaves, axis=1) if leaves else np.empty((0, 0))


def same(one: Mapping[str, np.ndarray], other: Mapping[str, np.ndarray]) -> None:
    """Assert that two trainings measured the same bits."""
    assert one.keys() == other.keys()
    for name, values in one.items():
        np.testing.assert_array_equal(values, other[name], err_msg=name)


def rows(found: Mapping[str, np.ndarray], *lanes: int) -> dict[str, np.ndarray]:
    """Return what some of the lanes measured."""
    return {name: values[list(lanes)] if len(values) else values for name, values in found.items()}


def _none(chunk: cohort.Measured) -> np.ndarray:
    return np.empty((len(chunk.active), 0), np.float32)


def _parts(train: int) -> list[slice]:
    return [slice(0, train), slice(train, train + 100), slice(train + 100, train + 160)]


def _profile(task: Any, train: int, outputs: int) -> Profile:
    return Profile(
        workload=Workload(
            family="tabular",
            task=task,
            train_examples=train,
            valid_examples=100,
            test_examples=60,
            features=FEATURES,
            outputs=outputs,
        ),
        data=DataFacts(
            source="made",
            sha256="0" * 64,
            rows=train + 160,
            format="csv",
            target="y",
            target_guessed=False,
        ),
    )
