"""Which task stands for each family of models, where only the speed of a step matters?

Random examples in the shapes of real ones: digits and small photographs, sentences, characters.
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np

EXAMPLES = 512
"""Training examples; each step gathers its batch from them."""


class Stand(NamedTuple):
    """One model on one kind of data.

    Attributes:
        model: As a setting names it.
        layers: Of the model.
        width: Of the model.
        batch: Examples per step.
        data: Makes the data set.
        optimizer: Which steps are taken.
    """

    model: str
    layers: int
    width: int
    batch: int
    data: Callable[[], Any]
    optimizer: str = "adamw"


def table(features: int) -> Any:
    """Return rows of numbers in ten classes."""
    from tuner_engine.data.dataset import TableEncoding

    rng = np.random.default_rng(0)
    arrays = {"x": rng.normal(size=(EXAMPLES, features)).astype(np.float32), "y": _classes(10)}
    encoding = TableEncoding(groups=tuple((column,) for column in range(features)))
    return _made("tabular", "classification", 10, arrays, encoding, features=features)


def images(side: int, channels: int) -> Any:
    """Return square pictures in ten classes."""
    from tuner_engine.data.dataset import ImageEncoding
    from tuner_engine.workload import Pixels

    rng = np.random.default_rng(0)
    x = rng.integers(0, 256, (EXAMPLES, side, side, channels)).astype(np.uint8)
    encoding = ImageEncoding(mean=(128.0,) * channels, std=(74.0,) * channels)
    pixels = Pixels(height=side, width=side, channels=channels)
    arrays = {"x": x, "y": _classes(10)}
    return _made("image", "classification", 10, arrays, encoding, pixels=pixels)


def texts(length: int, vocabulary: int) -> Any:
    """Return rows of tokens in two classes."""
    tokens = _tokens((EXAMPLES, length), vocabulary)
    return _text("text", "classification", 2, {"tokens": tokens, "y": _classes(2)}, vocabulary)


def passages(length: int, vocabulary: int) -> Any:
    """Return rows of tokens, each of which predicts the next."""
    arrays = {"tokens": _tokens((EXAMPLES, length + 1), vocabulary)}
    return _text("language", "language-modelling", vocabulary, arrays, vocabulary)


STANDS: dict[str, Stand] = {
    "mlp 2×128": Stand("mlp", 2, 128, 64, lambda: table(64)),
    "mlp 2×128 sgd": Stand("mlp", 2, 128, 64, lambda: table(64), "sgd"),
    "mlp 2×512": Stand("mlp", 2, 512, 64, lambda: table(64)),
    "tabular-resnet 2×128": Stand("tabular-resnet", 2, 128, 128, lambda: table(64)),
    "ft-transformer 3×64": Stand("ft-transformer", 3, 64, 64, lambda: table(12)),
    "cnn 3×32 28²": Stand("cnn", 3, 32, 64, lambda: images(28, 1)),
    "resnet-20 32²": Stand("resnet-20", 9, 16, 32, lambda: images(32, 3)),
    "vit 3×192 32²": Stand("vit-tiny", 3, 192, 16, lambda: images(32, 3)),
    "text-bag": Stand("text-bag", 1, 32, 32, lambda: texts(64, 8192)),
    "text-encoder-tiny": Stand("text-encoder-tiny", 2, 128, 32, lambda: texts(64, 4096)),
    "decoder-1m": Stand("decoder-1m", 4, 128, 16, lambda: passages(128, 65)),
}
"""What is timed, by the name that the tables show."""


def task(stand: Stand) -> Any:
    """Return the task of training a stand."""
    from tuner_engine import models
    from tuner_engine.specs import Hyperparameters

    settings = Hyperparameters(
        model=stand.model,  # type: ignore[arg-type]
        hidden_layers=stand.layers,
        hidden_width=stand.width,
        optimizer=stand.optimizer,  # type: ignore[arg-type]
        schedule="constant",
        learning_rate=1e-3,
        warmup_share=0.0,
        batch_size=stand.batch,
        epochs=1,
        patience=None,
        weight_decay=1e-2,
        dropout=0.0,
        label_smoothing=0.0,
        gradient_clip=None,
    )
    return models.task(stand.data(), settings)


def _classes(count: int) -> np.ndarray:
    return np.random.default_rng(1).integers(0, count, EXAMPLES).astype(np.int32)


def _tokens(shape: tuple[int, int], vocabulary: int) -> np.ndarray:
    return np.random.default_rng(2).integers(1, vocabulary, shape).astype(np.uint16)


def _text(family: str, kind: str, outputs: int, arrays: Any, vocabulary: int) -> Any:
    from tuner_engine.data.dataset import TokenEncoding
    from tuner_engine.workload import Tokens

    length = arrays["tokens"].shape[1]
    tokens = Tokens(
        tokenizer="bpe",
        vocabulary=vocabulary,
        train_tokens=EXAMPLES * length,
        sequence_length=length,
        mean_length=length,
        median_length=length,
        longest=length,
    )
    return _made(family, kind, outputs, arrays, TokenEncoding(), tokens=tokens)


def _made(
    family: str,
    kind: str,
    outputs: int,
    arrays: Mapping[str, np.ndarray],
    encoding: Any,
    *,
    features: int = 0,
    **facts: Any,
) -> Any:
    from tuner_engine.data import Dataset
    from tuner_engine.workload import DataFacts, Profile, Workload

    valid = {name: array[:64] for name, array in arrays.items()}
    workload = Workload(
        family=family,  # type: ignore[arg-type]
        task=kind,  # type: ignore[arg-type]
        train_examples=EXAMPLES,
        valid_examples=64,
        test_examples=0,
        features=features,
        outputs=outputs,
        **facts,
    )
    source = DataFacts(
        source="made", sha256="", rows=EXAMPLES, format="made", target="y", target_guessed=False
    )
    return Dataset(Profile(workload=workload, data=source), arrays, valid, None, encoding)
