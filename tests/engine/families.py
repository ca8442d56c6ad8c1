"""Data sets of every family, made in memory and small enough to train on in a test."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import problems

from tuner_engine.data import Dataset
from tuner_engine.data.dataset import Encoding, ImageEncoding, TokenEncoding
from tuner_engine.specs import Model
from tuner_engine.workload import Family, Pixels, Profile, TaskKind, Tokens, Workload

CLASSES, VOCABULARY, LENGTH = 3, 11, 9

MODELS: dict[Model, str] = {
    "mlp": "table",
    "tabular-resnet": "table",
    "ft-transformer": "table",
    "cnn": "images",
    "resnet-20": "images",
    "vit-tiny": "images",
    "text-bag": "texts",
    "text-encoder-tiny": "texts",
    "decoder-1m": "passages",
}
"""One model of every architecture, and what it is trained on."""


def dataset(kind: str, *, examples: int = 8) -> Dataset:
    """Return the same examples as training and validation split.

    Args:
        kind: `table`, `images`, `texts`, `passages` or `pairs`.
        examples: Of each split.
    """
    return {
        "table": table,
        "images": images,
        "texts": texts,
        "passages": passages,
        "pairs": pairs,
    }[kind](examples=examples)


def table(*, examples: int = 8) -> Dataset:
    """Return a classification of three clouds."""
    whole = problems.blobs()
    part = {name: values[:examples] for name, values in whole.train.items()}
    return Dataset(whole.profile, part, part, None, whole.encoding)


def images(*, examples: int = 8, height: int = 12, width: int = 12, channels: int = 2) -> Dataset:
    """Return noise whose brightness tells the class."""
    rng = np.random.default_rng(0)
    y = (np.arange(examples) % CLASSES).astype(np.int32)
    noise = rng.integers(0, 80, (examples, height, width, channels))
    arrays = {"x": (noise + 60 * y[:, None, None, None]).astype(np.uint8), "y": y}
    encoding = ImageEncoding(mean=(100.0,) * channels, std=(50.0,) * channels)
    pixels = Pixels(height=height, width=width, channels=channels)
    return _made("image", "classification", CLASSES, arrays, encoding, pixels=pixels)


def texts(*, examples: int = 8) -> Dataset:
    """Return padded rows of tokens, each with a class drawn by chance."""
    rng = np.random.default_rng(0)
    tokens = rng.integers(1, VOCABULARY, (examples, LENGTH)).astype(np.uint16)
    lengths = rng.integers(2, LENGTH + 1, examples)
    tokens[np.arange(LENGTH) >= lengths[:, None]] = 0
    arrays = {"tokens": tokens, "y": rng.integers(0, CLASSES, examples).astype(np.int32)}
    return _made("text", "classification", CLASSES, arrays, TokenEncoding(), tokens=_tokens("bpe"))


def passages(*, examples: int = 8) -> Dataset:
    """Return rows of characters."""
    rng = np.random.default_rng(0)
    arrays = {"tokens": rng.integers(1, VOCABULARY, (examples, LENGTH + 1)).astype(np.uint16)}
    encoding = TokenEncoding(characters="0123456789")
    return _made(
        "language", "language-modelling", VOCABULARY, arrays, encoding, tokens=_tokens("char")
    )


def pairs(*, examples: int = 8) -> Dataset:
    """Return rows of two packed examples and two tokens of padding; completions are learnt."""
    rng = np.random.default_rng(0)
    tokens = rng.integers(1, VOCABULARY, (examples, LENGTH + 1)).astype(np.uint16)
    segments = np.tile(np.array([1] * 4 + [2] * 4 + [0] * 2, np.int32), (examples, 1))
    learn = np.tile(np.array([0, 0, 1, 1, 1, 0, 1, 1, 0, 0], bool), (examples, 1))
    tokens[segments == 0] = 0
    arrays = {"tokens": tokens, "segments": segments, "learn": learn}
    return _made(
        "language", "instruction", VOCABULARY, arrays, TokenEncoding(), tokens=_tokens("bpe")
    )


def _tokens(tokenizer: str) -> Tokens:
    return Tokens(
        tokenizer=tokenizer,
        vocabulary=VOCABULARY,
        train_tokens=100,
        sequence_length=LENGTH,
        mean_length=6.0,
        median_length=6.0,
        longest=LENGTH,
    )


def _made(
    family: Family,
    task: TaskKind,
    outputs: int,
    arrays: Mapping[str, Any],
    encoding: Encoding,
    **facts: Any,
) -> Dataset:
    count = len(next(iter(arrays.values())))
    workload = Workload(
        family=family,
        task=task,
        train_examples=count,
        valid_examples=count,
        test_examples=0,
        features=0,
        outputs=outputs,
        **facts,
    )
    profile = Profile(workload=workload, data=problems.blobs().profile.data)
    return Dataset(profile, arrays, arrays, None, encoding)
