"""Scales, limits and ticks."""

import math
from sys import float_info

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tuner_tui.chart.figure import ScaleKind
from tuner_tui.chart.scales import (
    Scale,
    grown_limits,
    nice_limits,
    scale_between,
    short_label,
    ticks,
)

KINDS = st.sampled_from(["linear", "log"])
ANY = st.floats(allow_nan=False, allow_infinity=False)
ABOVE_ZERO = st.floats(min_value=5e-324, max_value=float_info.max)


def limits_of(kind: ScaleKind, first: float, second: float) -> tuple[float, float]:
    if kind == "log":
        first, second = (max(abs(value), 5e-324) for value in (first, second))
    return min(first, second), max(first, second)


@given(kind=KINDS, first=ANY, second=ANY, count=st.integers(1, 20))
@settings(deadline=None)
def test_ticks_lie_inside_the_limits_and_rise(
    kind: ScaleKind, first: float, second: float, count: int
) -> None:
    """There are at most as many ticks as asked; they rise, and none is outside."""
    scale = scale_between(limits_of(kind, first, second), kind)
    found = ticks(scale, count)
    values = [tick.value for tick in found]
    assert len(found) <= count
    assert all(scale.low <= value <= scale.high for value in values)
    assert values == sorted(set(values))


@given(kind=KINDS, first=ANY, second=ANY)
@settings(deadline=None)
def test_nice_limits_contain_the_data(kind: ScaleKind, first: float, second: float) -> None:
    """Fitted limits are finite, apart, and leave nothing out."""
    low, high = limits_of(kind, first, second)
    below, above = nice_limits(low, high, kind)
    assert below <= low <= high <= above
    assert below < above
    assert math.isfinite(below)
    assert math.isfinite(above)


@given(
    kind=KINDS,
    first=st.floats(1e-12, 1e12),
    second=st.floats(1e-12, 1e12),
    share=st.floats(0, 1),
)
def test_a_value_comes_back_from_the_unit_interval(
    kind: ScaleKind, first: float, second: float, share: float
) -> None:
    """Data to unit to data returns the value."""
    assume(abs(math.log(first / second)) > 1e-3)
    low, high = limits_of(kind, first, second)
    scale = Scale(kind, low, high)
    value = min(max(low + (high - low) * share, low), high)
    assert scale.value(scale.unit(value)) == pytest.approx(value, rel=1e-9, abs=(high - low) * 1e-9)


@pytest.mark.parametrize("kind", ["linear", "log"])
def test_the_limits_are_zero_and_one(kind: ScaleKind) -> None:
    """The ends of the axis are the ends of the unit interval, exactly."""
    scale = Scale(kind, 3e-4, 0.7)
    assert scale.units(np.array([3e-4, 0.7])).tolist() == [0.0, 1.0]


def test_a_log_scale_has_no_place_for_zero() -> None:
    """Values that are not positive become NaN, without a warning."""
    assert np.isnan(Scale("log", 1e-3, 1).units(np.array([0.0, -1.0, np.nan]))).all()


def test_limits_grow_in_steps() -> None:
    """Data inside the limits changes nothing; data outside moves them to the next nice ones."""
    before = nice_limits(0.3, 2.2, "linear")
    assert before == (0.0, 2.5)
    assert grown_limits(before, 0.2, 2.4, "linear") == before
    assert grown_limits(before, 0.2, 2.6, "linear") == (0.0, 3.0)


@given(st.lists(st.floats(-1e9, 1e9), min_size=1, max_size=30))
def test_growing_limits_never_shrink(values: list[float]) -> None:
    """Limits that follow a stream contain every limits they had before."""
    limits = None
    for value in values:
        after = grown_limits(limits, value, value, "linear")
        if limits is not None:
            assert after[0] <= limits[0]
            assert limits[1] <= after[1]
        limits = after


@pytest.mark.parametrize(
    ("kind", "low", "high", "count", "labels"),
    [
        ("log", 1e-7, 1, 8, "1e-7 1e-6 1e-5 1e-4 1e-3 0.01 0.1 1"),
        ("log", 1e-7, 1, 4, "1e-6 1e-4 0.01 1"),
        ("log", 2e-3, 4e-2, 4, "2e-3 5e-3 0.01 0.02"),
        ("log", 0.3, 0.5, 3, "0.3 0.4 0.5"),
        ("linear", 0, 2.3, 5, "0.0 0.5 1.0 1.5 2.0"),
        ("linear", 0, 64, 4, "0 20 40 60"),
        ("linear", 0, 1e-6, 3, "0 5e-7 1e-6"),
        ("linear", 1e6, 1000003, 4, "1000000 1000001 1000002 1000003"),
        ("linear", -0.3, 0.3, 7, "-0.3 -0.2 -0.1 0.0 0.1 0.2 0.3"),
    ],
)
def test_labels_are_short(
    kind: ScaleKind, low: float, high: float, count: int, labels: str
) -> None:
    """Ticks are labelled the way a person would write them."""
    found = ticks(Scale(kind, low, high), count)
    assert " ".join(tick.label for tick in found) == labels


@pytest.mark.parametrize(
    ("value", "label"),
    [
        (1e-4, "1e-4"),
        (3e-3, "3e-3"),
        (0.5, "0.5"),
        (0.0123, "0.0123"),
        (2.4e-3, "2.4e-3"),
        (1000, "1e3"),
        (1234, "1234"),
        (-0.05, "-0.05"),
        (0, "0"),
        (1e-300, "1e-300"),
        (math.inf, "inf"),
        (math.nan, "nan"),
    ],
)
def test_a_number_is_written_in_few_characters(value: float, label: str) -> None:
    """The shorter of the plain and the scientific form is used."""
    assert short_label(value) == label
