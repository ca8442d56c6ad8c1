"""Texts to classify and their hyperparameters: which task do they make?

Losses are cross-entropy in nats.
"""

from collections.abc import Callable
from functools import partial
from typing import Any, cast

import jax
import jax.numpy as jnp
from flax import nnx

from tuner_engine import sizes
from tuner_engine.data.dataset import Dataset
from tuner_engine.models import classification
from tuner_engine.models.computation import computation
from tuner_engine.models.encoder import INNER
from tuner_engine.models.text_bag import TextBag
from tuner_engine.models.text_encoder import TextEncoder
from tuner_engine.specs import Hyperparameters
from tuner_engine.training.task import Batch, Noise, Task, functional


def task(dataset: Dataset, settings: Hyperparameters) -> Task:
    """Return the task of training `settings.model` to classify texts.

    Args:
        dataset: Encoded and split.
        settings: Only what shapes the model and its computation matters here.
    """
    build, numbers = _builder(dataset, settings)
    init, bind = functional(lambda rngs: build(rngs=rngs))
    length = dataset.train["tokens"].shape[1]
    return Task(
        init=init,
        loss=classification.loss(bind, _forward),
        score=classification.score(bind, _forward),
        constant_loss=classification.constant_loss(dataset),
        report=classification.report,
        predict=classification.predict(bind, _forward),
        train=dataset.train,
        valid=dataset.valid,
        test=dataset.test,
        signature=f"{settings.model} {build.keywords} {length}",
        score_block=sizes.score_block(numbers),
    )


def _builder(dataset: Dataset, settings: Hyperparameters) -> "tuple[partial[Any], int]":
    """Return what makes the model, and the numbers of one text in its widest layer."""
    facts = dataset.profile.workload
    if facts.tokens is None:
        raise ValueError("a data set of texts states its tokens")
    layers, width = sizes.shape(settings)
    length = dataset.train["tokens"].shape[1]
    common: dict[str, Any] = {
        "vocabulary": facts.tokens.vocabulary,
        "layers": layers,
        "width": width,
        "outputs": facts.outputs,
        "computation": computation(settings),
    }
    if settings.model == "text-bag":
        return partial(TextBag, **common), 2 * length * width
    heads = sizes.encoder_heads(width).heads
    widest = length * (INNER * width + heads * length)
    return partial(TextEncoder, length=length, **common), widest


def _forward(model: nnx.Module, batch: Batch, noise: Noise, key: jax.Array | None) -> jax.Array:
    tokens = batch["tokens"].astype(jnp.int32)
    return cast(Callable[..., jax.Array], model)(tokens, dropout=noise.dropout, key=key)
