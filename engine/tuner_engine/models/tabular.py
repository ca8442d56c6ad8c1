"""A table and its hyperparameters: which task do they make?

Losses are cross-entropy in nats, or the mean squared error of the standardised target.
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, cast

import jax
import jax.numpy as jnp
import numpy as np
from flax import nnx

from tuner_engine import sizes
from tuner_engine.data import Dataset, TableEncoding
from tuner_engine.models import classification
from tuner_engine.models.classification import Bind, Forward
from tuner_engine.models.computation import computation
from tuner_engine.models.ft_transformer import HEADS, FTTransformer
from tuner_engine.models.mlp import MLP
from tuner_engine.models.tabular_resnet import TabularResNet
from tuner_engine.specs import Hyperparameters
from tuner_engine.training.task import Batch, Noise, Task, Variables, functional, rest


def task(dataset: Dataset, settings: Hyperparameters) -> Task:
    """Return the task of training `settings.model` on a table.

    Args:
        dataset: Encoded and split.
        settings: Only the model, its shape and its computation matter here.
    """
    facts = dataset.profile.workload
    build = _builder(dataset, settings)
    init, bind = functional(lambda rngs: build(rngs=rngs))
    predict = None
    if facts.task == "classification":
        loss = classification.loss(bind, _forward)
        score = classification.score(bind, _forward)
        constant_loss = classification.constant_loss(dataset)
        report: Callable[[Mapping[str, float]], dict[str, float]] = classification.report
        predict = classification.predict(bind, _forward)
    else:
        loss, score = _regression(bind, _forward)
        constant_loss = float(np.mean(np.square(dataset.valid["y"])))
        report = _errors(dataset)
    return Task(
        init=init,
        loss=loss,
        score=score,
        constant_loss=constant_loss,
        report=report,
        predict=predict,
        train=dataset.train,
        valid=dataset.valid,
        test=dataset.test,
        signature=f"{settings.model} {build.keywords} {facts.task}",
        score_block=_score_block(dataset, settings),
    )


def _builder(dataset: Dataset, settings: Hyperparameters) -> "partial[Any]":
    layers, width = sizes.shape(settings)
    common: dict[str, Any] = {
        "features": dataset.profile.workload.features,
        "layers": layers,
        "width": width,
        "outputs": dataset.profile.workload.outputs,
        "computation": computation(settings),
    }
    if settings.model == "tabular-resnet":
        return partial(TabularResNet, **common)
    if settings.model == "ft-transformer":
        return partial(FTTransformer, groups=_encoding(dataset).groups, **common)
    return partial(MLP, **common)


def _score_block(dataset: Dataset, settings: Hyperparameters) -> int:
    width = sizes.shape(settings).width
    if settings.model != "ft-transformer":
        return sizes.score_block(width)
    tokens = 1 + len(_encoding(dataset).groups)
    return sizes.score_block(tokens * max(3 * width, HEADS * tokens))


def _encoding(dataset: Dataset) -> TableEncoding:
    if not isinstance(dataset.encoding, TableEncoding):
        raise ValueError("a data set of tables states how their columns became numbers")
    return dataset.encoding


def _forward(model: nnx.Module, batch: Batch, noise: Noise, key: jax.Array | None) -> jax.Array:
    return cast(Callable[..., jax.Array], model)(batch["x"], dropout=noise.dropout, key=key)


def _regression(bind: Bind, forward: Forward) -> tuple[Any, Any]:
    def loss(
        variables: Variables, batch: Batch, key: jax.Array, noise: Noise
    ) -> tuple[jax.Array, Any]:
        model = bind(variables)
        errors = forward(model, batch, noise, key)[:, 0] - batch["y"]
        return jnp.square(errors).mean(), rest(model)

    def score(variables: Variables, batch: Batch) -> dict[str, jax.Array]:
        errors = forward(bind(variables), batch, Noise(), None)[:, 0] - batch["y"]
        target = batch["y"]
        return {"loss": jnp.square(errors), "target": target, "target_squared": target**2}

    return loss, score


def _errors(dataset: Dataset) -> Callable[[Mapping[str, float]], dict[str, float]]:
    scale = _encoding(dataset).target_scale
    if scale is None:
        raise ValueError("a regression data set states the scale of its target")

    def report(means: Mapping[str, float]) -> dict[str, float]:
        rmse = {"rmse": float(np.sqrt(means["loss"])) * scale.std}
        variance = means["target_squared"] - means["target"] ** 2
        # A target that never varies has nothing to explain.
        return rmse | ({"r2": 1 - means["loss"] / variance} if variance > 0 else {})

    return report
