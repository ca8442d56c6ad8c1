"""A text and its hyperparameters: which task of predicting tokens do they make?

Losses are nats per token that is learnt; padding and prompts count for nothing.
"""

import math
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, cast

import jax
import jax.numpy as jnp
import numpy as np
import optax
from flax import nnx

from tuner_engine import sizes
from tuner_engine.data.dataset import Arrays, Dataset
from tuner_engine.models import losses
from tuner_engine.models.computation import computation
from tuner_engine.models.decoder import Decoder
from tuner_engine.specs import Hyperparameters
from tuner_engine.training.task import Batch, Noise, Task, Variables, functional

CONSTANT_ROWS = 4096
"""Rows of a split counted at once for the loss of a constant prediction; the split may be larger
than memory. House choice."""


def task(dataset: Dataset, settings: Hyperparameters) -> Task:
    """Return the task of training a decoder to predict each next token.

    Args:
        dataset: Encoded and split; whether only completions are learnt is in its arrays.
        settings: Only what shapes the model and its computation matters here.
    """
    facts = dataset.profile.workload
    layers, width = sizes.shape(settings)
    build = partial(
        Decoder,
        vocabulary=facts.outputs,
        layers=layers,
        width=width,
        computation=computation(settings),
    )
    init, bind = functional(lambda rngs: build(rngs=rngs))
    length = dataset.train["tokens"].shape[1] - 1
    heads = sizes.decoder_heads(width).heads
    masked = "learn" in dataset.train
    return Task(
        init=init,
        loss=_loss(bind),
        score=_score(bind),
        weight=_learnt if masked else None,
        constant_loss=constant_loss(dataset),
        report=_report(dataset),
        train=dataset.train,
        valid=dataset.valid,
        test=dataset.test,
        signature=f"{settings.model} {build.keywords} {length} {sorted(dataset.train)}",
        score_block=sizes.score_block(length * max(facts.outputs, heads * length)),
    )


def _loss(bind: Callable[[Variables], nnx.Module]) -> Any:
    def loss(
        variables: Variables, batch: Batch, key: jax.Array, noise: Noise
    ) -> tuple[jax.Array, Any]:
        logits = _predicted(bind(variables), batch, noise.dropout, key)
        nats = losses.cross_entropy(logits, _next(batch), noise)
        learn = _learn(batch)
        if learn is None:
            return nats.mean(), variables.rest
        # Selected, not multiplied: what is not learnt may be anything, even infinite.
        total = jnp.where(learn, nats, 0.0).sum()
        return total / jnp.maximum(learn.sum(), 1), variables.rest

    return loss


def _score(bind: Callable[[Variables], nnx.Module]) -> Any:
    def score(variables: Variables, batch: Batch) -> dict[str, jax.Array]:
        logits = _predicted(bind(variables), batch, None, None)
        labels, learn = _next(batch), _learn(batch)
        nats = optax.softmax_cross_entropy_with_integer_labels(logits, labels)
        correct = (logits.argmax(-1) == labels).astype(jnp.float32)
        if learn is None:
            return {"loss": nats.mean(-1), "correct": correct.mean(-1)}
        count = learn.sum(-1).astype(jnp.float32)

        def mean(values: jax.Array) -> jax.Array:
            return jnp.where(learn, values, 0.0).sum(-1) / jnp.maximum(count, 1.0)

        return {"loss": mean(nats), "correct": mean(correct), "weight": count}

    return score


def _predicted(
    model: nnx.Module, batch: Batch, dropout: jax.Array | None, key: jax.Array | None
) -> jax.Array:
    """Return the logits after every token of each row but the last."""
    segments = batch["segments"][:, :-1] if "segments" in batch else None
    tokens = batch["tokens"][:, :-1].astype(jnp.int32)
    decoder = cast(Decoder, model)
    return decoder(tokens, segments=segments, dropout=dropout, key=key)


def _next(batch: Batch) -> jax.Array:
    labels: jax.Array = batch["tokens"][:, 1:].astype(jnp.int32)
    return labels


def _learn(batch: Batch) -> jax.Array | None:
    """Return which predictions are learnt; none where all are.

    The first token of a segment is never predicted from the segment before it.
    """
    if "learn" not in batch:
        return None
    segments = batch["segments"]
    within = segments[:, 1:] == segments[:, :-1]
    learn: jax.Array = batch["learn"][:, 1:] & within
    return learn


def _learnt(batch: Batch) -> jax.Array:
    """Return how many predictions of a batch are learnt."""
    learn = _learn(batch)
    if learn is None:
        raise ValueError("a batch without a mask has no weight of its own")
    return learn.sum().astype(jnp.float32)


def _report(dataset: Dataset) -> Callable[[Mapping[str, float]], dict[str, float]]:
    tokens = dataset.profile.workload.tokens
    unit = {"char": "bits_per_character", "byte": "bits_per_byte"}.get(
        tokens.tokenizer if tokens is not None else ""
    )

    def report(means: Mapping[str, float]) -> dict[str, float]:
        nats = means["loss"]
        # Far above any vocabulary's size; only a training that is lost gets there.
        perplexity = math.exp(min(nats, 700.0))
        bits = {unit: nats / math.log(2)} if unit else {}
        return {"perplexity": perplexity, "token_accuracy": means["correct"]} | bits

    return report


def constant_loss(dataset: Dataset) -> float:
    """Return nats per token of validation when each token is as likely as in training.

    Args:
        dataset: Its arrays may be larger than memory.
    """
    vocabulary = dataset.profile.workload.outputs
    # One is added to each count, so that a token seen only in validation costs a finite loss.
    counts = _counts(dataset.train, vocabulary) + 1
    seen = _counts(dataset.valid, vocabulary)
    return float(-(seen * np.log(counts / counts.sum())).sum() / max(seen.sum(), 1))


def _counts(split: Arrays, vocabulary: int) -> np.ndarray:
    """Return how often each token of a split is learnt."""
    counts = np.zeros(vocabulary, np.int64)
    for start in range(0, len(split["tokens"]), CONSTANT_ROWS):
        part = {
            name: np.asarray(array[start : start + CONSTANT_ROWS]) for name, array in split.items()
        }
        labels = part["tokens"][:, 1:]
        if "learn" in part:
            segments = part["segments"]
            labels = labels[part["learn"][:, 1:] & (segments[:, 1:] == segments[:, :-1])]
        counts += np.bincount(labels.ravel().astype(np.intp), minlength=vocabulary)
    return counts
