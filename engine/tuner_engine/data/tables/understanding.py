"""Which decisions turn a file into a learning problem?

Reader, column kinds, target, split and encoding are decided here, in this order, once; `profile`
reports them and `load` carries them out.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from tuner_engine.data import held_out
from tuner_engine.data.tables import columns, demo, facts, prepare, readers, repeats, split, target
from tuner_engine.data.tables.columns import Column
from tuner_engine.data.tables.table import Table
from tuner_engine.errors import DataError, UsageError
from tuner_engine.printable import printable
from tuner_engine.specs import DataSpec
from tuner_engine.workload import Profile


@dataclass(frozen=True, slots=True)
class Understood:
    """A table with all decisions taken, before anything is encoded.

    Attributes:
        name: Of the file, safe to print.
        profile: What is known.
        features: Columns to learn from, on the rows that have a target.
        target: What is predicted.
        parts: Positions among the rows that have a target.
        plan: How features are encoded.
    """

    name: str
    profile: Profile
    features: tuple[Column, ...]
    target: target.Target
    parts: split.Parts
    plan: prepare.Plan


def understand(
    spec: DataSpec, *, seed: int, available_bytes: int, table: Table | None = None
) -> Understood:
    """Return everything that is decided about a table.

    Args:
        spec: Which table, and how it is split.
        seed: Of the split, and of the sample if one is read.
        available_bytes: Memory that may be used.
        table: What `spec` names, where it is already read.

    Raises:
        DataError: The file or its target cannot be used.
        UsageError: The shares leave nothing to train on.
    """
    if spec.valid_share + spec.test_share >= 1:
        raise UsageError(
            f"valid_share {spec.valid_share:g} and test_share {spec.test_share:g} leave nothing to "
            "train on; together they must stay below 1"
        )
    table = table or _table(spec, seed=seed, available_bytes=available_bytes)
    if table.frame.height < 2:
        raise DataError(f"{table.name}: the table has one row; splitting needs several")
    wanted = table.target if spec.target is None else spec.target
    every, doubts = columns.understand(table)
    chosen = target.choose(every, wanted, name=table.name)
    found = target.read(chosen, table)
    features = _features(every, found, table)
    likeness = repeats.likeness(features, found)
    parts = _parts(spec, likeness.rows, found, table, seed=seed)
    plan = prepare.fit(features, parts.train)
    workload = facts.workload(
        found,
        features,
        parts,
        features_wide=plan.width,
        duplicate_share=likeness.duplicate_share,
    )
    data = facts.data(spec, table, every, found=found, plan=plan)
    cautions = (
        *table.cautions,
        *doubts,
        *target.cautions(found, features, guessed=data.target_guessed, rows=table.frame.height),
        *held_out.cautions(likeness.rows, parts, given=table.sides is not None, noun="rows"),
        *repeats.cautions(likeness, found, given=table.sides is not None),
        *facts.cautions(workload, found, parts),
    )
    return Understood(
        name=table.name,
        profile=Profile(workload=workload, data=data, cautions=cautions),
        features=features,
        target=found,
        parts=parts,
        plan=plan,
    )


def _table(spec: DataSpec, *, seed: int, available_bytes: int) -> Table:
    if spec.source.startswith(demo.PREFIX):
        return demo.table(spec.source, max_rows=spec.max_rows, seed=seed)
    return readers.read(
        spec.source, max_rows=spec.max_rows, seed=seed, available_bytes=available_bytes
    )


def _features(every: tuple[Column, ...], found: target.Target, table: Table) -> tuple[Column, ...]:
    """Return the columns to learn from, on the rows that have a target."""
    used = [
        column for column in every if column.kind in columns.USED and column is not found.column
    ]
    if not used:
        unused = ", ".join(
            f"{printable(column.name, width=40)} ({column.note or column.kind})"
            for column in every[:5]
            if column is not found.column
        )
        raise DataError(
            f"{table.name}: no column is left to predict "
            f"{printable(found.column.name, width=40)!r} from: {unused or 'there is no other'}"
        )
    if found.rows.size == table.frame.height:
        return tuple(used)
    return tuple(replace(column, values=column.values.gather(found.rows)) for column in used)


def _parts(
    spec: DataSpec, group: NDArray[np.int64], found: target.Target, table: Table, *, seed: int
) -> split.Parts:
    parts = split.of(
        group,
        found.classes,
        sides=None if table.sides is None else table.sides[found.rows],
        valid_share=spec.valid_share,
        test_share=spec.test_share,
        seed=seed,
    )
    if not parts.train.size or not parts.valid.size:
        raise DataError(
            f"{table.name}: {found.rows.size:,} rows, {int(group.max()) + 1:,} of them different, "
            "are too few to split; training and validation need at least one each, of the same "
            "class"
        )
    if np.unique(found.values[parts.train]).size < 2:
        raise DataError(
            f"{table.name}: every training row has the same target; more different rows are needed"
        )
    return parts
