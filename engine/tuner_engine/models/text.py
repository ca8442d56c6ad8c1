"""Texts to classify and their hyperparameters: which task do they make?

Losses are cross-entropy in nats.
"""

from functools import partial
from typing import cast

import jax
import jax.numpy as jnp
from flax import nnx

from tuner_engine.data.dataset import Dataset
from tuner_engine.models import classification, sizes
from tuner_engine.models.computation import computation
from tuner_engine.models.encoder import INNER
from tuner_engine.models.text_encoder import TextEncoder
from tuner_engine.specs import Hyperparameters
from tuner_engine.training.task import Batch, Task, functional


def task(dataset: Dataset, settings: Hyperparameters) -> Task:
    """Return the task of training a text encoder to classify.

    Args:
        dataset: Encoded and split.
        settings: Only what shapes the model and its computation matters here.
    """
    facts = dataset.profile.workload
    if facts.tokens is None:
        raise ValueError("a data set of texts states its tokens")
    layers, width = sizes.shape(settings)
    length = dataset.train["tokens"].shape[1]
    build = partial(
        TextEncoder,
        vocabulary=facts.tokens.vocabulary,
        length=length,
        layers=layers,
        width=width,
        outputs=facts.outputs,
        computation=computation(settings),
    )
    init, bind = functional(lambda rngs: build(rngs=rngs))
    heads = sizes.encoder_heads(width).heads
    return Task(
        init=init,
        loss=classification.loss(bind, _forward),
        score=classification.score(bind, _forward),
        constant_loss=classification.constant_loss(dataset),
        report=classification.report,
        train=dataset.train,
        valid=dataset.valid,
        test=dataset.test,
        signature=f"{settings.model} {build.keywords}",
        score_block=sizes.score_block(length * (INNER * width + heads * length)),
    )


def _forward(
    model: nnx.Module, batch: Batch, dropout: jax.Array | None, key: jax.Array | None
) -> jax.Array:
    tokens = batch["tokens"].astype(jnp.int32)
    return cast(TextEncoder, model)(tokens, dropout=dropout, key=key)
