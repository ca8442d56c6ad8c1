"""Has every model the parameters that its published shape has?

Nothing is computed: shapes are enough.
"""

from collections.abc import Callable
from typing import Any

import jax
import pytest
from flax import nnx

from tuner_engine.models.cnn import CNN
from tuner_engine.models.decoder import Decoder
from tuner_engine.models.ft_transformer import FTTransformer
from tuner_engine.models.mlp import MLP
from tuner_engine.models.resnet import ResNet
from tuner_engine.models.tabular_resnet import TabularResNet
from tuner_engine.models.text_bag import TextBag
from tuner_engine.models.text_encoder import TextEncoder
from tuner_engine.models.vit import ViT


def count(build: Callable[..., nnx.Module], **sizes: Any) -> int:
    """Return the parameters of a model that is never made."""
    model = nnx.eval_shape(lambda: build(**sizes, rngs=nnx.Rngs(0)))
    params = jax.tree.leaves(nnx.state(model, nnx.Param))
    return sum(leaf.size for leaf in params)


def linear(before: int, after: int) -> int:
    return before * after + after


def test_an_mlp() -> None:
    """Matrices and biases."""
    expected = linear(7, 20) + linear(20, 20) + linear(20, 4)
    assert count(MLP, features=7, layers=2, width=20, outputs=4) == expected


def test_a_tabular_resnet() -> None:
    """A block has a normalisation and an inner layer of twice the width."""
    block = 2 * 20 + linear(20, 40) + linear(40, 20)
    expected = linear(7, 20) + 3 * block + 2 * 20 + linear(20, 4)
    assert count(TabularResNet, features=7, layers=3, width=20, outputs=4) == expected


def test_an_ft_transformer() -> None:
    """Weights for every column, a bias for every feature; the first block has one norm less."""
    width, inner = 24, 32
    block = 4 * linear(width, width) + linear(width, 2 * inner) + linear(inner, width) + 4 * width
    tokens = 5 * width + 3 * width + width
    expected = tokens + 2 * block - 2 * width + 2 * width + linear(width, 4)
    groups = ((0,), (1, 2, 3), (4,))
    assert (
        count(FTTransformer, groups=groups, features=5, layers=2, width=24, outputs=4) == expected
    )


def test_a_cnn() -> None:
    """Three convolutions without biases, each with a normalisation."""
    expected = 9 * (1 * 32 + 32 * 64 + 64 * 128) + 2 * (32 + 64 + 128) + linear(128, 10)
    assert count(CNN, channels=1, layers=3, width=32, outputs=10) == expected


def test_resnet_20_is_the_published_one() -> None:
    """272,474 on CIFAR-10, where shortcuts project."""
    sizes = {"channels": 3, "large": False, "layers": 9, "number": 3, "width": 16, "outputs": 10}
    assert count(ResNet, **sizes) == 272_474


def test_resnet_18_is_the_published_one() -> None:
    """11,689,512 on ImageNet, as in torchvision."""
    sizes = {"channels": 3, "large": True, "layers": 8, "number": 4, "width": 64, "outputs": 1000}
    assert count(ResNet, **sizes) == 11_689_512


def test_vit_tiny_is_the_published_one() -> None:
    """DeiT-Ti has 5,717,416, of which the class token and its position are 384."""
    shape = {"layers": 12, "width": 192, "outputs": 1000}
    found = count(ViT, height=224, width_pixels=224, channels=3, **shape)
    assert found == 5_717_416 - 384


def test_a_text_encoder() -> None:
    """Embeddings, blocks of twelve squares, and a head."""
    width = 128
    block = 4 * linear(width, width) + linear(width, 512) + linear(512, width) + 4 * width
    expected = (5000 + 64) * width + 2 * block + 2 * width + linear(width, 2)
    sizes = {"vocabulary": 5000, "length": 64, "layers": 2, "width": width, "outputs": 2}
    assert count(TextEncoder, **sizes) == expected


@pytest.mark.parametrize(("vocabulary", "pairs"), [(8192, 32768), (5000, 32768), (70, 1024)])
def test_a_bag_of_words(vocabulary: int, pairs: int) -> None:
    """A row for each token and about four for its pairs, two poolings, dense layers, a head."""
    sizes = {"vocabulary": vocabulary, "layers": 3, "width": 32, "outputs": 2}
    expected = (vocabulary + pairs) * 32 + linear(64, 32) + linear(32, 32) + linear(32, 2)
    assert count(TextBag, **sizes) == expected


@pytest.mark.parametrize(
    ("layers", "width", "keys", "inner"),
    [(4, 128, 64, 352), (6, 384, 96, 1024), (14, 768, 192, 2048), (20, 2048, 512, 5472)],
)
def test_a_decoder(layers: int, width: int, keys: int, inner: int) -> None:
    """Shared keys, three gated matrices, and one table for reading and writing."""
    block = 2 * width**2 + 2 * width * keys + 3 * width * inner + 2 * width
    expected = 1000 * width + layers * block + width
    assert count(Decoder, vocabulary=1000, layers=layers, width=width) == expected
