"""Which rows of a table are alike, and do like rows have like answers?

Invariant: rows are compared in the columns that a model is fed, on the rows that have a target.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tuner_engine.data import classes
from tuner_engine.data.tables import split
from tuner_engine.data.tables.columns import Column
from tuner_engine.data.tables.target import Target
from tuner_engine.printable import printable
from tuner_engine.workload import Caution

_NOTICED_SHARE = 0.01
"""Share of rows that repeat, or that no model can get right, worth a word. House choice."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """Numbers that are equal for equal rows, counting first appearances from 0, shape [rows].

    Attributes:
        features: Of rows that are equal in every feature.
        rows: Of rows that are also equal in their target.
    """

    features: NDArray[np.int64]
    rows: NDArray[np.int64]

    @property
    def duplicate_share(self) -> float:
        """Share of rows that repeat an earlier one, 0 to 1."""
        return 1.0 - (int(self.rows.max()) + 1) / self.rows.size


def likeness(features: Sequence[Column], target: Target) -> Likeness:
    """Return which rows are alike."""
    import polars as pl

    alike = split.groups(pl.DataFrame([column.values for column in features]))
    rows = pl.DataFrame({"features": alike, "target": target.values})
    return Likeness(alike, split.groups(rows))


def cautions(found: Likeness, target: Target, *, given: bool) -> tuple[Caution, ...]:
    """Return what repeated rows mean for scores.

    Args:
        found: Which rows are alike.
        target: What is predicted.
        given: Whether the source itself splits them.
    """
    cautions = []
    if found.duplicate_share >= _NOTICED_SHARE:
        kept = "" if given else "; equal rows stay on one side of the split"
        message = (
            f"{found.duplicate_share:.1%} of the rows repeat an earlier one in every column used"
            f"{kept}."
        )
        cautions.append(Caution(code="duplicate-rows", message=message))
    if target.classes is not None:
        cautions += _contradictions(found.features, target)
    return tuple(cautions)


def _contradictions(alike: NDArray[np.int64], target: Target) -> list[Caution]:
    ceiling = classes.ceiling(alike, target.values)
    if 1.0 - ceiling < _NOTICED_SHARE:
        return []
    message = (
        "Rows that are equal in every column used differ in "
        f"{printable(target.column.name, width=60)!r}, so that no model can be right on more than "
        f"{ceiling:.1%}: labels are wrong, or columns that would tell are missing."
    )
    return [Caution(code="contradicting-labels", message=message)]
