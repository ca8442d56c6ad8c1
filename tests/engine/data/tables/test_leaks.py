"""A column that gives the target away is accused, an honest one is not."""

import numpy as np
import polars as pl
import pytest
from numpy.typing import NDArray

from tuner_engine.data.tables import leaks
from tuner_engine.data.tables.columns import Column

ROWS = 4000
RNG = np.random.default_rng(0)
CLASSES = RNG.integers(0, 3, ROWS)
RARE = (RNG.random(ROWS) < 0.01).astype(np.int64)
NUMBERS = RNG.lognormal(size=ROWS)


def flipped(share: float) -> NDArray[np.float64]:
    """The classes, some of them wrong."""
    return np.where(RNG.random(ROWS) < share, (CLASSES + 1) % 3, CLASSES).astype(np.float64)


def accused(
    cells: object, values: NDArray[np.generic], *, classes: int, kind: str = "numeric"
) -> bool:
    series = pl.Series("c", cells)
    distinct = series.drop_nulls().n_unique()
    column = Column("c", kind, series, series.null_count(), distinct)  # type: ignore[arg-type]
    return bool(leaks.cautions([column], values, classes=classes, target="t"))


@pytest.mark.parametrize(
    ("cells", "leaking"),
    [
        (flipped(0.001), True),
        (flipped(0.05), False),
        (CLASSES + 0.1 * RNG.random(ROWS), True),
        (CLASSES + 0.6 * RNG.normal(size=ROWS), False),
        (RNG.normal(size=ROWS), False),
        (np.arange(ROWS) * 1.0, False),
    ],
)
def test_a_number_that_tells_the_class(cells: NDArray[np.float64], *, leaking: bool) -> None:
    """Almost always right on rows held out, or not."""
    assert accused(cells, CLASSES, classes=3) is leaking


@pytest.mark.parametrize(("share", "leaking"), [(0.0, True), (0.1, False)])
def test_a_category_that_tells_the_class(share: float, *, leaking: bool) -> None:
    """Many levels, each of one class."""
    levels = [f"{int(value)}-{row % 9}" for row, value in enumerate(flipped(share))]
    assert accused(levels, CLASSES, classes=3, kind="category") is leaking


def test_a_gap_may_give_a_class_away() -> None:
    """A column that is only filled in for one class."""
    cells = [None if value else 1.0 + row % 7 for row, value in enumerate(CLASSES == 1)]
    assert accused(cells, (CLASSES == 1).astype(np.int64), classes=2)


def test_a_rare_class_is_given_away_by_what_tells_it() -> None:
    """Being right on the many proves nothing; being right on the few does."""
    assert accused(RARE * 5 + RNG.random(ROWS), RARE, classes=2)
    assert not accused(RNG.random(ROWS), RARE, classes=2)
    assert not accused(np.zeros(ROWS), RARE, classes=2)


@pytest.mark.parametrize(
    ("cells", "leaking"),
    [
        (np.log(NUMBERS), True),
        (3 - 2 * NUMBERS, True),
        (np.round(np.log(NUMBERS), 2), True),
        (np.log(NUMBERS) + 0.3 * RNG.normal(size=ROWS), False),
        (RNG.normal(size=ROWS), False),
    ],
)
def test_a_number_that_tells_a_number(cells: NDArray[np.float64], *, leaking: bool) -> None:
    """By any function of it, rounded or not."""
    assert accused(cells, NUMBERS, classes=0) is leaking


def test_few_rows_accuse_nobody_but_a_copy() -> None:
    """Among many columns one may fit few rows by chance."""
    near = np.where(np.arange(100) == 50, 0, CLASSES[:100]).astype(np.float64)
    assert not accused(near, CLASSES[:100], classes=3)
    assert accused(CLASSES[:100] * 2.0, CLASSES[:100], classes=3)
    assert not accused(CLASSES[:10] * 2.0, CLASSES[:10], classes=3)


def test_many_columns_share_one_sentence() -> None:
    """A table full of copies of its target stays readable."""
    series = [pl.Series(f"c{index}", CLASSES * (1.0 + index)) for index in range(9)]
    columns = [Column(one.name, "numeric", one, 0, 3) for one in series]
    (caution,) = leaks.cautions(columns, CLASSES, classes=3, target="t")
    assert caution.code == "leak"
    assert "'c0', 'c1', 'c2', 'c3', 'c4' and 4 more each tell 't'" in caution.message
