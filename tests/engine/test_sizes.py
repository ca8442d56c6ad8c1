"""Do a model's other sizes follow sensibly from its layers and width?"""

import problems
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuner_engine import sizes
from tuner_engine.errors import UsageError


@given(st.integers(1, 4096))
def test_heads_cover_the_width_nearly(width: int) -> None:
    """Queries are about as wide as the stream, and keys are shared evenly."""
    for heads, kv_heads, head_dim in (sizes.encoder_heads(width), sizes.decoder_heads(width)):
        assert head_dim in (sizes.NARROW_HEAD, sizes.WIDE_HEAD)
        assert heads % kv_heads == 0
        assert heads == 1 or abs(heads * head_dim - width) <= head_dim / 2


@pytest.mark.parametrize(
    ("width", "heads"),
    [(128, (4, 2, 32)), (192, (6, 2, 32)), (384, (12, 3, 32)), (512, (8, 2, 64))],
)
def test_decoders_share_keys(width: int, heads: tuple[int, int, int]) -> None:
    """Two to four queries share a key."""
    assert sizes.decoder_heads(width) == heads


def test_published_encoders_have_their_heads() -> None:
    """BERT-Tiny has two heads, ViT-Tiny three, BERT-Base twelve."""
    assert [sizes.encoder_heads(width).heads for width in (128, 192, 768)] == [2, 3, 12]


@given(st.integers(1, 60), st.integers(1, 5))
def test_stages_hold_every_block(blocks: int, number: int) -> None:
    """No stage is empty, and none has more than one block more than another."""
    found = sizes.stages(blocks, number)
    assert sum(found) == blocks
    assert len(found) == min(number, blocks)
    assert 1 <= min(found) <= max(found) <= min(found) + 1


def test_published_networks_have_their_stages() -> None:
    """ResNet-20 has three stages of three blocks, ResNet-18 four of two."""
    assert sizes.stages(9, 3) == (3, 3, 3)
    assert sizes.stages(8, 4) == (2, 2, 2, 2)


@pytest.mark.parametrize(
    ("height", "width", "side", "number"),
    [(28, 28, 4, 49), (32, 32, 4, 64), (64, 64, 8, 64), (224, 224, 16, 196), (8, 8, 1, 64)],
)
def test_common_images_are_cut_as_usual(height: int, width: int, side: int, number: int) -> None:
    """49 to 196 patches."""
    assert sizes.patch_side(height, width) == side
    assert sizes.patches(height, width, side) == number


@given(st.integers(1, 600), st.integers(1, 600))
def test_patches_are_never_too_many(height: int, width: int) -> None:
    """Whatever the image, attention stays affordable."""
    side = sizes.patch_side(height, width)
    assert 1 <= sizes.patches(height, width, side) <= sizes.MOST_PATCHES


@given(st.integers(1, 10**12))
def test_scoring_never_stops_and_never_swells(numbers: int) -> None:
    """At least one example, and no more numbers than allowed where there is a choice."""
    block = sizes.score_block(numbers)
    assert 1 <= block <= sizes.MOST_SCORED
    assert block == 1 or block * numbers <= sizes.SCORED_NUMBERS


def test_a_model_without_a_shape_is_refused() -> None:
    """With the name of what is missing."""
    with pytest.raises(UsageError, match=r"mlp needs --hidden-layers and --hidden-width"):
        sizes.shape(problems.settings(hidden_width=None))
