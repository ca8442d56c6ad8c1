"""How large is a model that nobody has built, and what does a step of it cost?

Counted from the shapes that the models trained here are built with, so that a choice between them
needs no JAX. Invariant: parameters are those that the built model has; products are those of one
example's forward pass, as far as matrices and convolutions make them.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import msgspec

from tuner_engine import sizes
from tuner_engine.recipe import Value
from tuner_engine.workload import Workload

RESNET_STAGES = {"resnet-20": 3, "resnet-18": 4}
"""Stages of each residual network. Source: arXiv 1512.03385."""

LARGE_PIXELS = 64
"""Pixels a side from which a residual network quarters an image first."""

FT_HEADS, FT_INNER = 8, 4 / 3
"""Heads, and inner width over width, of the FT-Transformer. Source: arXiv 2106.11959."""

MOMENTS = {"sgd": 1, "adam": 2, "adamw": 2, "lion": 1, "muon": 1}
"""Numbers that an optimizer keeps for each parameter."""

TRAINING = 3
"""Products of a training step over those of its forward pass: the backward pass makes two for
each, one for the weights and one for what is beneath."""

BYTES = 4
"""Of a float32, in which parameters and moments are kept."""


class Weight(msgspec.Struct, frozen=True, kw_only=True):
    """What a model weighs."""

    parameters: int
    products: float
    """Multiplications with an addition, of one example forward."""
    state_bytes: int
    """Parameters, moments, and the best checkpoint where training stops early."""
    step_flops: float
    """Of one optimizer step with the whole batch, about: the first layer needs no gradient beneath
    it, and strides cost more backward than forward."""


@dataclass(frozen=True, slots=True)
class _Part:
    """Parameters of a part, and the products of one example in it."""

    parameters: float
    products: float = 0.0

    def __add__(self, other: "_Part") -> "_Part":
        return _Part(self.parameters + other.parameters, self.products + other.products)

    def __mul__(self, times: int) -> "_Part":
        return _Part(self.parameters * times, self.products * times)


_NOTHING = _Part(0.0)


def weight(
    values: Mapping[str, Value], workload: Workload, *, columns: int | None = None
) -> Weight | None:
    """Return what the model of a recipe weighs, if it is one that is trained here.

    Args:
        values: The recipe's.
        workload: What it is trained on.
        columns: Columns of a table that are features; counted as encoded where not known.

    Returns:
        None for pretrained models and for a person's own, whose shapes are not known here.
    """
    layers, width = values.get("hidden_layers"), values.get("hidden_width")
    if not isinstance(layers, int) or not isinstance(width, int):
        return None
    whole = _model(str(values.get("model")), workload, layers, width, columns)
    if whole is None:
        return None
    batch = values.get("batch_size")
    examples = batch if isinstance(batch, int) else 1
    best = values.get("patience") is not None
    kept = 1 + best + MOMENTS.get(str(values.get("optimizer")), 2)
    return Weight(
        parameters=round(whole.parameters),
        products=whole.products,
        state_bytes=round(whole.parameters * kept * BYTES),
        step_flops=2.0 * TRAINING * whole.products * examples,
    )


def _model(
    name: str, workload: Workload, layers: int, width: int, columns: int | None
) -> _Part | None:
    if name in {"mlp", "tabular-resnet"}:
        table = _mlp if name == "mlp" else _tabular_resnet
        return table(workload.features, layers, width, workload.outputs)
    if name == "ft-transformer":
        return _ft_transformer(workload, layers, width, columns or workload.features)
    if workload.pixels is not None:
        return _images(name, workload, layers, width)
    if workload.tokens is not None:
        return _texts(name, workload, layers, width)
    return None


def _images(name: str, workload: Workload, layers: int, width: int) -> _Part | None:
    if name == "cnn":
        return _cnn(workload, layers, width)
    if name in RESNET_STAGES:
        return _resnet(workload, layers, width, RESNET_STAGES[name])
    return _vit(workload, layers, width) if name.startswith("vit-") else None


def _texts(name: str, workload: Workload, layers: int, width: int) -> _Part | None:
    if name == "text-bag":
        return _text_bag(workload, layers, width)
    if name.startswith("text-encoder-"):
        return _text_encoder(workload, layers, width)
    return _decoder(workload, layers, width) if name.startswith("decoder-") else None


def _linear(before: int, after: int, *, rows: int = 1, biased: bool = True) -> _Part:
    return _Part(before * after + (after if biased else 0), rows * before * after)


def _mlp(features: int, layers: int, width: int, outputs: int) -> _Part:
    hidden = _linear(features, width) + _linear(width, width) * (layers - 1)
    return hidden + _linear(width, outputs)


def _tabular_resnet(features: int, layers: int, width: int, outputs: int) -> _Part:
    block = _Part(2 * width) + _linear(width, 2 * width) + _linear(2 * width, width)
    return _linear(features, width) + block * layers + _Part(2 * width) + _linear(width, outputs)


def _ft_transformer(workload: Workload, layers: int, width: int, columns: int) -> _Part:
    tokens, features = columns + 1, workload.features
    spread = _Part((features + tokens) * width, features * columns * width)
    inner = max(int(FT_INNER * width), 1)
    block = (
        _attention(width, min(FT_HEADS, width), math.ceil(width / FT_HEADS), rows=tokens)
        + _linear(width, 2 * inner, rows=tokens)
        + _linear(inner, width, rows=tokens)
        + _Part(4 * width)
    )
    # The first block's attention goes without its normalisation; one more stands at the end.
    return spread + block * layers + _linear(width, workload.outputs)


def _cnn(workload: Workload, layers: int, width: int) -> _Part:
    height, across, before = _image(workload)
    whole, after = _NOTHING, before
    for stage in range(layers):
        after = width * 2**stage
        whole += _convolution(before, after, side=3, at=height * across) + _Part(2 * after)
        height, across, before = max(height // 2, 1), max(across // 2, 1), after
    return whole + _linear(after, workload.outputs)


def _resnet(workload: Workload, layers: int, width: int, number: int) -> _Part:
    height, across, channels = _image(workload)
    large = min(height, across) >= LARGE_PIXELS
    if large:
        height, across = -(-height // 2), -(-across // 2)
    whole = _convolution(channels, width, side=7 if large else 3, at=height * across)
    whole += _Part(2 * width)
    if large:
        height, across = -(-height // 2), -(-across // 2)
    before = width
    for stage, blocks in enumerate(sizes.stages(layers, number)):
        if stage:
            height, across = -(-height // 2), -(-across // 2)
        after = width * 2**stage
        for _ in range(blocks):
            whole += _residual(before, after, at=height * across)
            before = after
    return whole + _linear(before, workload.outputs)


def _residual(before: int, after: int, *, at: int) -> _Part:
    """Return a block of two convolutions, with a third where the width changes."""
    block = _convolution(before, after, side=3, at=at) + _Part(2 * after)
    block += _convolution(after, after, side=3, at=at) + _Part(2 * after)
    if before != after:
        block += _convolution(before, after, side=1, at=at) + _Part(2 * after)
    return block


def _convolution(before: int, after: int, *, side: int, at: int) -> _Part:
    return _Part(side**2 * before * after, side**2 * before * after * at)


def _vit(workload: Workload, layers: int, width: int) -> _Part:
    height, across, channels = _image(workload)
    side = sizes.patch_side(height, across)
    number = sizes.patches(height, across, side)
    return (
        _linear(side**2 * channels, width, rows=number)
        + _Part(number * width)
        + _encoder_block(width, rows=number) * layers
        + _Part(2 * width)
        + _linear(width, workload.outputs)
    )


def _text_encoder(workload: Workload, layers: int, width: int) -> _Part:
    vocabulary, length = _text(workload)
    return (
        _Part((vocabulary + length) * width)
        + _encoder_block(width, rows=length) * layers
        + _Part(2 * width)
        + _linear(width, workload.outputs)
    )


def _text_bag(workload: Workload, layers: int, width: int) -> _Part:
    vocabulary, _ = _text(workload)
    widths = [2 * width] + [width] * (layers - 1)
    whole = _Part((vocabulary + sizes.pair_rows(vocabulary)) * width)
    for before in widths[:-1]:
        whole += _linear(before, width)
    return whole + _linear(widths[-1], workload.outputs)


def _decoder(workload: Workload, layers: int, width: int) -> _Part:
    _, length = _text(workload)
    heads, inner = sizes.decoder_heads(width), sizes.gated_width(width)
    block = (
        _Part(2 * width)
        + _attention(
            width,
            heads.heads,
            heads.head_dim,
            rows=length,
            kv_heads=heads.kv_heads,
            biased=False,
        )
        + _linear(width, inner, rows=length, biased=False) * 3
    )
    head = _Part(workload.outputs * width, length * workload.outputs * width)
    return block * layers + _Part(width) + head


def _encoder_block(width: int, *, rows: int) -> _Part:
    heads = sizes.encoder_heads(width)
    return (
        _Part(4 * width)
        + _attention(width, heads.heads, heads.head_dim, rows=rows)
        + _linear(width, 4 * width, rows=rows)
        + _linear(4 * width, width, rows=rows)
    )


def _attention(
    width: int,
    heads: int,
    head_dim: int,
    *,
    rows: int,
    kv_heads: int | None = None,
    biased: bool = True,
) -> _Part:
    queries, keys = heads * head_dim, (kv_heads or heads) * head_dim
    return (
        _linear(width, queries, rows=rows, biased=biased)
        + _linear(width, keys, rows=rows, biased=biased) * 2
        + _linear(queries, width, rows=rows, biased=biased)
        + _Part(0.0, 2 * rows * rows * queries)
    )


def _image(workload: Workload) -> tuple[int, int, int]:
    assert workload.pixels is not None  # noqa: S101 - asked before
    return workload.pixels.height, workload.pixels.width, workload.pixels.channels


def _text(workload: Workload) -> tuple[int, int]:
    assert workload.tokens is not None  # noqa: S101 - asked before
    return workload.tokens.vocabulary, workload.tokens.sequence_length
