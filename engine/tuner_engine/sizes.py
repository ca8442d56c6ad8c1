"""Which sizes follow from a model's layers and width?

Layers and width are settings; everything else about a shape is derived from them here, so that a
model can be made wider or deeper by one number. Models are built, and weighed, by these figures.
"""

import math
from typing import NamedTuple

from tuner_engine.errors import UsageError
from tuner_engine.specs import Hyperparameters

NARROW_HEAD, WIDE_HEAD = 32, 64
"""Widths of an attention head: 64 is what BERT, ViT and LLaMA-like models of this size take, and
32 leaves a narrow model several heads. House choice."""

MOST_PATCHES = 196
"""Most patches of an image: 14 × 14, as in ViT-B/16 at 224 pixels (arXiv 2010.11929)."""

PATCHES_A_SIDE = 8
"""Aimed-at patches along a small image's side: 64 tokens. House choice."""

LARGEST_PATCH = 16
"""Pixels along a patch's side up to which it grows with the image. Source: arXiv 2010.11929."""

PAIRS_A_TOKEN = 4
"""Rows shared by pairs of tokens, over the rows of tokens. House choice: fastText has ten million
for any vocabulary (arXiv 1607.01759), which decay and moments would visit at every step."""

FEWEST_PAIR_ROWS = 1024
"""Rows shared by pairs where the vocabulary is tiny. House choice."""

SCORED_NUMBERS = 2**24
"""Numbers that scoring holds at once in its widest layer, 64 MiB of them. House choice."""

MOST_SCORED = 4096
"""Examples scored at once, however small. House choice."""


class Shape(NamedTuple):
    """Depth and width of a model."""

    layers: int
    width: int


def shape(settings: Hyperparameters) -> Shape:
    """Return the layers and width that hyperparameters state.

    Raises:
        UsageError: One of them is absent.
    """
    if settings.hidden_layers is None or settings.hidden_width is None:
        raise UsageError(
            f"{settings.model} needs --hidden-layers and --hidden-width, got "
            f"{settings.hidden_layers} and {settings.hidden_width}"
        )
    return Shape(settings.hidden_layers, settings.hidden_width)


class Heads(NamedTuple):
    """How attention is divided."""

    heads: int
    kv_heads: int
    head_dim: int


def encoder_heads(width: int) -> Heads:
    """Return the heads of an encoder: of 64 units where they divide the width, else of 32."""
    head_dim = WIDE_HEAD if width % WIDE_HEAD == 0 else NARROW_HEAD
    heads = max(round(width / head_dim), 1)
    return Heads(heads, heads, head_dim)


def decoder_heads(width: int) -> Heads:
    """Return the heads of a decoder: of 64 units from width 512 on, else of 32.

    Two to four queries share a key where that leaves at least two keys.
    """
    head_dim = WIDE_HEAD if width >= 512 else NARROW_HEAD
    heads = max(round(width / head_dim), 1)
    shared = next(n for n in (4, 3, 2, 1) if n == 1 or (heads % n == 0 and heads // n >= 2))
    return Heads(heads, heads // shared, head_dim)


def gated_width(width: int) -> int:
    """Return the inner width of a gated layer: 8/3 of the width, in steps of 32.

    It has three matrices instead of two, and so as many weights as a plain one of 4 widths.
    Source: arXiv 2002.05202.
    """
    return math.ceil(8 * width / 3 / 32) * 32


def pair_rows(vocabulary: int) -> int:
    """Return the rows that pairs of tokens share: a power of two, about four to a token."""
    return 1 << (max(PAIRS_A_TOKEN * vocabulary, FEWEST_PAIR_ROWS) - 1).bit_length()


def stages(blocks: int, number: int) -> tuple[int, ...]:
    """Return how many blocks each of `number` stages has; later ones have the odd ones.

    A network of fewer blocks than stages has that many stages.
    """
    number = min(number, blocks)
    return tuple(blocks * (i + 1) // number - blocks * i // number for i in range(number))


def patch_side(height: int, width: int) -> int:
    """Return the pixels along a square patch's side.

    Images of 128 pixels or fewer a side are cut into about 64 patches, larger ones into patches
    of 16 pixels, or larger still where there would be more than 196.
    """
    side = math.sqrt(height * width)
    patch = min(max(round(side / PATCHES_A_SIDE), 1), LARGEST_PATCH)
    while patches(height, width, patch) > MOST_PATCHES:
        patch += 1
    return patch


def patches(height: int, width: int, side: int) -> int:
    """Return how many patches cover an image; the last ones may reach over its edge."""
    return -(-height // side) * -(-width // side)


def score_block(numbers: int) -> int:
    """Return how many examples are scored at once.

    Args:
        numbers: Of one example in the model's widest layer.
    """
    return min(max(SCORED_NUMBERS // numbers, 1), MOST_SCORED)
