"""Encoding is fitted on training rows, and its numbers can be worked out by hand."""

from datetime import datetime, time

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuner_engine.data.tables import prepare
from tuner_engine.data.tables.columns import Column
from tuner_engine.workload import ColumnKind


def column(kind: ColumnKind, values: list[object], *, name: str = "a") -> Column:
    series = pl.Series(name, values, dtype=pl.Float64 if kind == "numeric" else None, strict=False)
    return Column(name=name, kind=kind, values=series, missing=0, distinct=0)


def encoded(held: Column, train: int) -> np.ndarray:
    """Return the whole column, encoded by a plan that saw the first `train` rows."""
    plan = prepare.fit([held], np.arange(train))
    matrix = prepare.encode(plan, [held], np.arange(held.values.len()))
    assert matrix.dtype == np.float32
    assert matrix.flags.c_contiguous
    assert matrix.shape == (held.values.len(), plan.width)
    return matrix


def clipped(value: float) -> float:
    return value / (1 + (value / 3) ** 2) ** 0.5


def test_numbers_are_scaled_by_quartiles_and_clipped_smoothly() -> None:
    """Of 0, 1, 2, 3, 4 the median is 2 and the quartiles are 1 and 3."""
    matrix = encoded(column("numeric", [0, 1, 2, 3, 4, 1e12]), train=5)
    expected = [clipped((value - 2) / 2) for value in (0, 1, 2, 3, 4)]
    assert matrix[:5, 0] == pytest.approx(expected)
    assert matrix[5, 0] == pytest.approx(3.0)


def test_a_mostly_equal_column_is_scaled_by_half_its_range() -> None:
    """Where the quartiles are equal, the range takes their place."""
    matrix = encoded(column("numeric", [0] * 9 + [10]), train=10)
    assert matrix[9, 0] == pytest.approx(clipped(2.0))


def test_missing_numbers_are_the_median_with_an_indicator() -> None:
    """The indicator exists where training rows have gaps."""
    assert encoded(column("numeric", [0, 2, None, 4]), train=4)[2].tolist() == [0.0, 1.0]
    assert encoded(column("numeric", [0, 2, 4, None]), train=3)[3].tolist() == [0.0]


def test_a_column_without_training_values_is_zero() -> None:
    """Nothing can be learnt from what training rows do not show."""
    assert encoded(column("numeric", [None, None, 5]), train=2)[:, 0].tolist() == [0, 0, 0]


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False) | st.none(), min_size=2))
def test_every_number_is_encoded_as_a_finite_one(values: list[float | None]) -> None:
    """Even the largest floats stay within the clip."""
    matrix = encoded(column("numeric", list(values)), train=max(1, len(values) // 2))
    assert np.isfinite(matrix).all()
    assert np.abs(matrix).max(initial=0) <= 3.0


def test_two_levels_are_one_signed_column() -> None:
    """-1 and 1 in the order of the levels; an unseen or missing one is 0."""
    matrix = encoded(column("category", ["b", "a", "c", None]), train=2)
    assert matrix.tolist() == [[1.0], [-1.0], [0.0], [0.0]]


def test_rare_and_unseen_levels_share_a_column() -> None:
    """Levels below the count are pooled; what training did not see joins them."""
    common = ["a"] * 9 + ["b"] * 9 + ["c"] * 9
    matrix = encoded(column("category", [*common, "rare", "unseen"]), train=28)
    assert matrix.shape[1] == 4
    assert matrix[0].tolist() == [1, 0, 0, 0]
    assert matrix[27].tolist() == matrix[28].tolist() == [0, 0, 0, 1]


def test_missing_categories_are_a_level() -> None:
    """Missing has its own column where training rows show it."""
    matrix = encoded(column("category", ["a"] * 9 + ["b"] * 9 + [None]), train=19)
    assert matrix[18].tolist() == [0, 0, 1]


def test_the_width_of_one_column_is_capped() -> None:
    """The commonest levels keep a column of their own."""
    values = [f"k{index:03d}" for index in range(100) for _ in range(prepare.RARE)]
    matrix = encoded(column("category", values), train=len(values))
    assert matrix.shape[1] == prepare.MOST_LEVELS + 1


def test_dates_are_days_and_places_on_circles() -> None:
    """Days scale like numbers; month and weekday vary here, the hour does not."""
    days = [datetime(2020, 1 + month, 6) for month in range(5)]
    matrix = encoded(column("date", days), train=5)
    assert matrix.shape[1] == 1 + 2 + 2
    assert matrix[2, 0] == 0.0
    assert matrix[3, 1:3] == pytest.approx([1.0, 0.0], abs=1e-6)


def test_times_of_day_are_on_a_circle() -> None:
    """Six in the morning is a quarter round; a missing time is the centre, and marked."""
    matrix = encoded(column("date", [time(0), time(6), None]), train=3)
    assert matrix == pytest.approx(np.array([[0, 1, 0], [1, 0, 0], [0, 0, 1]]), abs=1e-6)


@given(st.lists(st.floats(-1e6, 1e6), min_size=4, max_size=20), st.floats(-1e9, 1e9))
def test_rows_outside_training_change_nothing_else(values: list[float], other: float) -> None:
    """The last row is not trained on: whatever it holds, the others are encoded alike."""
    train = len(values) - 1
    before = encoded(column("numeric", list(values)), train=train)
    after = encoded(column("numeric", [*values[:-1], other]), train=train)
    assert np.array_equal(before[:-1], after[:-1])


def test_every_encoded_column_belongs_to_one_feature() -> None:
    """A number goes with its gaps, a date with its circles, a category with its levels."""
    moments = [datetime(2021, 1 + row % 12, 1 + row % 28) for row in range(24)]
    features = [
        column("category", list("abcabc") * 4, name="c"),
        column("numeric", [None, 1, 2, 3] * 6, name="gaps"),
        column("numeric", [*range(24)], name="whole"),
        column("date", moments, name="day"),
        column("date", [time(row) for row in range(24)], name="hour"),
        column("boolean", [True, False] * 12, name="b"),
    ]
    rows = np.arange(24)
    plan = prepare.fit(features, rows)
    matrix = prepare.encode(plan, features, rows)
    assert sorted(index for group in plan.groups for index in group) == [*range(plan.width)]
    assert len(plan.groups) == len(features)
    alone = {
        tuple(np.sort(prepare.encode(prepare.fit([one], rows), [one], rows), axis=1).ravel())
        for one in features
    }
    found = {tuple(np.sort(matrix[:, list(group)], axis=1).ravel()) for group in plan.groups}
    assert found == alone
