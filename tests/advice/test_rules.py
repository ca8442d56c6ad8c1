"""Does each rule give the numbers that were published with it?"""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuner_engine.advice.rules import scaling, tabular

ROWS = st.integers(min_value=1, max_value=10**9)
RATES = st.floats(min_value=1e-6, max_value=1.0)
BATCHES = st.integers(min_value=1, max_value=2**16)


@pytest.mark.parametrize(
    ("rows", "batch"),
    [
        (1, 128),
        (9_999, 128),
        (10_000, 256),
        (29_999, 256),
        (30_000, 512),
        (99_999, 512),
        (100_000, 1024),
        (10**9, 1024),
    ],
)
def test_rtdl_batch_size_follows_its_bands(rows: int, batch: int) -> None:
    """Row A15: bands end below 10,000, 30,000 and 100,000 rows."""
    assert tabular.rtdl_batch_size(rows) == batch


@pytest.mark.parametrize(
    ("rows", "batch"),
    [
        (1_024, 64),
        (1_025, 128),
        (8_192, 128),
        (8_193, 256),
        (30_000, 256),
        (30_001, 512),
        (100_000, 512),
        (100_001, 1024),
    ],
)
def test_realmlp_batch_size_follows_its_bands(rows: int, batch: int) -> None:
    """Row A4: bands reach 1,024, 8,192, 30,000 and 100,000 rows."""
    assert tabular.realmlp_batch_size(rows) == batch


@pytest.mark.parametrize(
    ("rows", "limits"), [(1, (8, 512)), (100_000, (8, 512)), (100_001, (16, 1024))]
)
def test_rtdl_shape_limits_grow_with_rows(rows: int, limits: tuple[int, int]) -> None:
    """Row A13: the larger space begins above 100,000 rows."""
    assert tabular.rtdl_shape_limits(rows) == limits


@pytest.mark.parametrize(
    ("rows", "shape"), [(1, (2, 128)), (1_999, (2, 128)), (2_000, None), (10**6, None)]
)
def test_small_table_shape_ends_at_2000_rows(rows: int, shape: tuple[int, int] | None) -> None:
    """Row H5: below 2,000 rows two layers of 128, above it the published shape."""
    assert tabular.small_table_shape(rows) == shape


@pytest.mark.parametrize(
    ("rows", "batch"),
    [(1, 1), (5, 4), (8, 8), (80, 8), (159, 8), (160, 16), (1_258, 64), (1_280, 128), (10**6, 128)],
)
def test_at_most_a_tenth_lowers_small_tables_only(rows: int, batch: int) -> None:
    """Row H3: a power of two up to a tenth of the rows, at least 8, never more than there are."""
    assert tabular.at_most_a_tenth(128, train_examples=rows) == batch


@given(rows=ROWS)
def test_batch_for_any_table_is_a_power_of_two_that_fits(rows: int) -> None:
    """Whatever the size of the table, there is a whole batch to take."""
    batch = tabular.small_table_batch_size(rows)
    assert 1 <= batch <= min(rows, tabular.LARGEST_BATCH)
    assert batch & (batch - 1) == 0


@pytest.mark.parametrize(
    ("batch", "factor"), [(64, 0.5), (256, 1.0), (512, math.sqrt(2)), (1024, 2)]
)
def test_square_root_scaling_within_reach(batch: int, factor: float) -> None:
    """Row F7: four times the batch takes twice the rate."""
    scaled = scaling.square_root_scaling(1e-3, batch_size=batch, reference=256)
    assert scaled == pytest.approx(1e-3 * factor)


@given(rate=RATES, batch=BATCHES, reference=BATCHES)
def test_square_root_scaling_is_held_beyond_its_reach(
    rate: float, batch: int, reference: int
) -> None:
    """Row F7: no batch moves the rate by more than a factor of two."""
    scaled = scaling.square_root_scaling(rate, batch_size=batch, reference=reference)
    assert rate / 2 * 0.999 <= scaled <= rate * 2 * 1.001
    if not scaling.within_square_root_reach(batch_size=batch, reference=reference):
        assert scaled == pytest.approx(rate * 2 if batch > reference else rate / 2)


@pytest.mark.parametrize(("batch", "rate"), [(256, 0.1), (4096, 1.6), (8192, 3.2), (64, 0.025)])
def test_linear_scaling_from_the_imagenet_anchor(batch: int, rate: float) -> None:
    """Row F8: 0.1 per 256 examples."""
    scaled = scaling.linear_scaling(0.1, batch_size=batch, reference=256)
    assert scaled == pytest.approx(rate)


@pytest.mark.parametrize("factor", scaling.LION_FACTORS)
def test_lion_trades_rate_for_decay(factor: float) -> None:
    """Row A73: the rate falls by what the decay grows, so their product stays."""
    rate = scaling.lion_learning_rate(1e-3, factor=factor)
    decay = scaling.lion_weight_decay(1e-4, factor=factor)
    assert rate * decay == pytest.approx(1e-7)
    assert rate == pytest.approx(1e-3 / factor)


def test_lion_takes_the_geometric_middle() -> None:
    """Left alone, the factor lies as far from 3 as from 10."""
    assert scaling.lion_learning_rate(1e-3) == pytest.approx(1e-3 / math.sqrt(30))
    assert scaling.lion_weight_decay(0.0) == 0.0
