"""Which examples train, which validate, which test?

Invariant: equal rows stay on one side, so no validation score is earned by remembering; every
class with two or more different rows is both trained on and validated.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import polars as pl

STREAM = 2
"""Second word of the seed: keeps splitting apart from sampling."""

_HASH_SEED = 0
"""Of the row hash; any constant will do, for a hash is only compared with others of its table."""

TRAIN, VALID, TEST = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Parts:
    """Positions of the examples of each side, ascending."""

    train: NDArray[np.int64]
    valid: NDArray[np.int64]
    test: NDArray[np.int64]


def groups(frame: "pl.DataFrame") -> NDArray[np.int64]:
    """Return a number for each row, equal for equal rows and counting first appearances.

    Args:
        frame: Features and target of each example.
    """
    import polars as pl

    hashed = frame.hash_rows(seed=_HASH_SEED).to_frame("hash").with_row_index("row")
    firsts = hashed.select(pl.col("row").first().over("hash"))["row"].to_numpy()
    return np.unique(firsts, return_inverse=True)[1].astype(np.int64)


def split(
    group: NDArray[np.int64],
    strata: NDArray[np.int32] | None,
    *,
    valid_share: float,
    test_share: float,
    seed: int,
) -> Parts:
    """Return a seeded split of whole groups, in each stratum by the same shares.

    Args:
        group: Of each example, counting from 0, shape [examples].
        strata: Class of each example; none for a split without strata.
        valid_share: Share of the examples for validation, above 0.
        test_share: Share of the examples for the test, 0 for none.
        seed: Of the split.
    """
    rng = np.random.default_rng((seed, STREAM))
    sizes = np.bincount(group)
    side = np.empty(sizes.size, dtype=np.int64)
    stratum = np.zeros(sizes.size, dtype=np.int64)
    if strata is not None:
        stratum[group] = strata
    shuffled = rng.permutation(sizes.size)
    by_stratum = shuffled[np.argsort(stratum[shuffled], kind="stable")]
    counts = np.unique(stratum, return_counts=True)[1]
    for members in np.split(by_stratum, np.cumsum(counts)[:-1]):
        side[members] = _sides(sizes[members], valid_share=valid_share, test_share=test_share)
    of_example = side[group]
    return Parts(*(np.flatnonzero(of_example == which) for which in (TRAIN, VALID, TEST)))


def of(
    group: NDArray[np.int64],
    strata: NDArray[np.int32] | None,
    *,
    sides: NDArray[np.int8] | None,
    valid_share: float,
    test_share: float,
    seed: int,
) -> Parts:
    """Return the split that the source gives, or else a seeded one.

    A source without examples to validate on has them cut from those to train on.

    Args:
        group: Of each example, counting from 0, shape [examples].
        strata: Class of each example; none for a split without strata.
        sides: `TRAIN`, `VALID` or `TEST` of each example; none where the source gives no split.
        valid_share: Share of the examples for validation, above 0.
        test_share: Share of the examples for the test, 0 for none.
        seed: Of what is cut.
    """
    shares = {"valid_share": valid_share, "test_share": test_share}
    if sides is None:
        return split(group, strata, **shares, seed=seed)
    train, valid, test = (np.flatnonzero(sides == which) for which in (TRAIN, VALID, TEST))
    if valid.size:
        return Parts(train, valid, test)
    cut = split(
        np.unique(group[train], return_inverse=True)[1].astype(np.int64),
        None if strata is None else strata[train],
        **(shares | {"test_share": 0.0} if test.size else shares),
        seed=seed,
    )
    return Parts(train[cut.train], train[cut.valid], test if test.size else train[cut.test])


def _sides(sizes: NDArray[np.int64], *, valid_share: float, test_share: float) -> NDArray[np.int64]:
    """Return the side of each group of a stratum, the groups being in random order.

    Groups line up by size; where the middle of a group falls decides. A group larger than the
    validation share goes last, to the training side, lest it fill the validation alone.
    """
    total = sizes.sum()
    order = np.argsort(sizes > max(1, valid_share * total), kind="stable")
    middles = (np.cumsum(sizes[order]) - sizes[order] / 2) / total
    side = np.empty(sizes.size, dtype=np.int64)
    side[order] = np.where(
        middles < valid_share, VALID, np.where(middles < valid_share + test_share, TEST, TRAIN)
    )
    for lacking, givers in ((TRAIN, (TEST, VALID)), (VALID, (TEST, TRAIN))):
        _lend(side, order, lacking=lacking, givers=givers)
    return side


def _lend(
    side: NDArray[np.int64], order: NDArray[np.int64], *, lacking: int, givers: tuple[int, int]
) -> None:
    """Move one group to a side that has none, from one that can spare it; changes `side`."""
    if (side == lacking).any():
        return
    for giver in givers:
        spare = order[side[order] == giver]
        least = 1 if giver == TEST else 2
        if spare.size >= least:
            side[spare[0]] = lacking
            return
    if lacking == TRAIN:
        side[order[0]] = TRAIN
