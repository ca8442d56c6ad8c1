"""The split is seeded, stratified, complete, and keeps equal rows together."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuner_engine.data.tables import split

SHARES = st.sampled_from([(0.15, 0.15), (0.2, 0.0), (0.5, 0.3), (0.05, 0.05)])
ROWS = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 3)), min_size=2, max_size=120)


def parted(
    rows: list[tuple[int, int]], shares: tuple[float, float], *, seed: int = 0
) -> tuple[split.Parts, np.ndarray, np.ndarray]:
    """Return the split of rows of a feature and a class, their groups and their classes."""
    frame = pl.DataFrame(rows, schema=["x", "y"], orient="row")
    group = split.groups(frame)
    classes = frame["y"].to_numpy().astype(np.int32)
    parts = split.split(group, classes, valid_share=shares[0], test_share=shares[1], seed=seed)
    return parts, group, classes


@given(ROWS, SHARES, st.integers(0, 5))
def test_every_row_is_on_one_side_with_its_equals(
    rows: list[tuple[int, int]], shares: tuple[float, float], seed: int
) -> None:
    """The sides partition the rows, and no two of them hold equal rows."""
    parts, group, _ = parted(rows, shares, seed=seed)
    sides = (parts.train, parts.valid, parts.test)
    assert sorted(np.concatenate(sides).tolist()) == list(range(len(rows)))
    held = [set(group[side].tolist()) for side in sides]
    assert sum(map(len, held)) == len(set().union(*held))


@given(ROWS, SHARES, st.integers(0, 5))
def test_every_class_with_two_different_rows_is_validated(
    rows: list[tuple[int, int]], shares: tuple[float, float], seed: int
) -> None:
    """A class with one different row is trained on only."""
    parts, group, classes = parted(rows, shares, seed=seed)
    for label in set(classes.tolist()):
        assert label in classes[parts.train]
        several = np.unique(group[classes == label]).size > 1
        assert (label in classes[parts.valid]) == several


@given(ROWS)
def test_groups_are_equal_rows(rows: list[tuple[int, int]]) -> None:
    """Two rows share a group exactly when they are equal, numbered by first appearance."""
    _, group, _ = parted(rows, (0.15, 0.15))
    first: dict[tuple[int, int], int] = {}
    expected = [first.setdefault(row, len(first)) for row in rows]
    assert group.tolist() == expected


def test_shares_hold_in_each_class() -> None:
    """A hundred different rows of each of two classes split 70, 15, 15 each."""
    rows = [(index, index % 2) for index in range(200)]
    parts, _, classes = parted(rows, (0.15, 0.15))
    for side, count in ((parts.train, 70), (parts.valid, 15), (parts.test, 15)):
        assert np.bincount(classes[side]).tolist() == [count, count]


def test_one_row_repeated_does_not_fill_the_validation() -> None:
    """A group larger than the validation share trains."""
    rows = [(0, 0)] * 500 + [(index, 0) for index in range(1, 101)]
    parts, group, _ = parted(rows, (0.15, 0.15))
    assert 0 not in group[parts.valid]
    assert 0 not in group[parts.test]


@pytest.mark.parametrize("strata", [True, False])
def test_the_seed_decides(*, strata: bool) -> None:
    """Equal seeds split equally, different seeds differently."""
    group = np.arange(300)
    classes = (group % 3).astype(np.int32) if strata else None
    valid = [
        split.split(group, classes, valid_share=0.2, test_share=0.1, seed=seed).valid.tolist()
        for seed in (0, 0, 1)
    ]
    assert valid[0] == valid[1] != valid[2]


@given(st.lists(st.sampled_from([split.TRAIN, split.VALID, split.TEST]), min_size=9, max_size=60))
def test_a_given_split_is_kept(given_sides: list[int]) -> None:
    """Validation and test are those of the source; a lacking validation is cut from training."""
    sides = np.array([split.TRAIN] * 6 + given_sides, dtype=np.int8)
    group = np.arange(sides.size) // 2
    parts = split.of(group, None, sides=sides, valid_share=0.3, test_share=0.2, seed=0)
    every = np.sort(np.concatenate([parts.train, parts.valid, parts.test]))
    assert every.tolist() == [*range(sides.size)]
    if (sides == split.VALID).any():
        assert (sides[parts.valid] == split.VALID).all()
        assert (sides[parts.train] == split.TRAIN).all()
    else:
        assert parts.valid.size
        assert not set(group[parts.train]) & set(group[parts.valid])
    if (sides == split.TEST).any():
        assert parts.test.tolist() == np.flatnonzero(sides == split.TEST).tolist()
