"""Images and their hyperparameters: which task do they make?

Losses are cross-entropy in nats. Pixels are normalised here, on the device, so that what is kept
in memory is a byte a channel.
"""

from collections.abc import Callable
from functools import partial
from typing import Any, cast

import jax
import jax.numpy as jnp
from flax import nnx

from tuner_engine import sizes
from tuner_engine.data.dataset import Dataset, ImageEncoding
from tuner_engine.models import augmentation, classification
from tuner_engine.models.cnn import CNN
from tuner_engine.models.computation import computation
from tuner_engine.models.resnet import LARGE, ResNet
from tuner_engine.models.vit import ViT
from tuner_engine.specs import Hyperparameters, Model
from tuner_engine.training.task import Batch, Noise, Task, functional
from tuner_engine.workload import Pixels

RESNET_STAGES: dict[Model, int] = {"resnet-20": 3, "resnet-18": 4}
"""Stages of each residual network. Source: arXiv 1512.03385."""


def task(dataset: Dataset, settings: Hyperparameters) -> Task:
    """Return the task of training `settings.model` to classify images.

    Args:
        dataset: Encoded and split.
        settings: Only the model, its shape and computation, and how images are varied matter here.
    """
    facts = dataset.profile.workload
    pixels = facts.pixels
    if pixels is None:
        raise ValueError("a data set of images states their size")
    build = _builder(settings, pixels, facts.outputs)
    init, bind = functional(lambda rngs: build(rngs=rngs))
    forward = _forward(dataset, settings)
    # The first layer at full size holds the most numbers.
    numbers = pixels.height * pixels.width * sizes.shape(settings).width
    return Task(
        init=init,
        loss=classification.loss(bind, forward),
        score=classification.score(bind, forward),
        constant_loss=classification.constant_loss(dataset),
        report=classification.report,
        predict=classification.predict(bind, forward),
        train=dataset.train,
        valid=dataset.valid,
        test=dataset.test,
        signature=f"{settings.model} {build.keywords} {pixels} {settings.augmentation}",
        score_block=sizes.score_block(numbers),
    )


def _builder(settings: Hyperparameters, pixels: Pixels, outputs: int) -> "partial[Any]":
    layers, width = sizes.shape(settings)
    common: dict[str, Any] = {
        "channels": pixels.channels,
        "layers": layers,
        "width": width,
        "outputs": outputs,
        "computation": computation(settings),
    }
    if settings.model == "cnn":
        return partial(CNN, **common)
    if settings.model in RESNET_STAGES:
        large = min(pixels.height, pixels.width) >= LARGE
        number = RESNET_STAGES[settings.model]
        return partial(ResNet, large=large, number=number, **common)
    return partial(ViT, height=pixels.height, width_pixels=pixels.width, **common)


def _forward(dataset: Dataset, settings: Hyperparameters) -> classification.Forward:
    encoding = dataset.encoding
    if not isinstance(encoding, ImageEncoding):
        raise ValueError("a data set of images states the scale of their channels")
    mean, std = (jnp.asarray(values, jnp.float32) for values in (encoding.mean, encoding.std))

    branches = settings.model != "cnn"

    def forward(model: nnx.Module, batch: Batch, noise: Noise, key: jax.Array | None) -> jax.Array:
        images = (batch["x"].astype(jnp.float32) - mean) / std
        if key is not None and settings.augmentation != "none":
            key, own = jax.random.split(key)
            images = augmentation.varied(images, settings.augmentation, own)
        skipped = {"drop_path": noise.drop_path} if branches else {}
        return cast(Callable[..., jax.Array], model)(
            images, dropout=noise.dropout, key=key, **skipped
        )

    return forward
