"""What is reported of a table: its workload, its columns, and what to beware of?

Invariant: facts are counted on the same rows that training sees.
"""

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from tuner_engine.data import classes
from tuner_engine.data.tables.columns import Column
from tuner_engine.data.tables.prepare import Levels, Plan
from tuner_engine.data.tables.split import Parts
from tuner_engine.data.tables.table import Table
from tuner_engine.data.tables.target import Target
from tuner_engine.specs import DataSpec
from tuner_engine.workload import Caution, ColumnFacts, DataFacts, Workload

Role = Literal["feature", "target", "unused"]


def workload(
    target: Target,
    features: Sequence[Column],
    parts: Parts,
    *,
    features_wide: int,
    duplicate_share: float,
) -> Workload:
    """Return the facts that advice depends on.

    Args:
        target: What is predicted.
        features: Columns to learn from, on the rows that have a target.
        parts: The split of those rows.
        features_wide: Columns of the encoded matrix.
        duplicate_share: Share of rows that repeat an earlier one.
    """
    missing = sum(column.values.null_count() for column in features)
    train = target.values[parts.train]
    classified = target.task == "classification"
    return Workload(
        family="tabular",
        task=target.task,
        train_examples=parts.train.size,
        valid_examples=parts.valid.size,
        test_examples=parts.test.size,
        features=features_wide,
        outputs=len(target.class_names) if classified else 1,
        majority_share=float(_counts(train).max() / train.size) if classified else None,
        missing_share=missing / (target.rows.size * len(features)),
        duplicate_share=duplicate_share,
    )


def data(
    spec: DataSpec, table: Table, columns: Sequence[Column], *, found: Target, plan: Plan
) -> DataFacts:
    """Return how the file was read and what each column is."""
    layout = table.layout
    return DataFacts(
        source=spec.source,
        sha256=table.sha256,
        rows=table.frame.height,
        format=layout.format,
        encoding=layout.encoding,
        delimiter=layout.delimiter,
        header=layout.header,
        target=found.column.name,
        target_guessed=spec.target is None and table.target is None,
        target_unit="nats" if found.task == "classification" else "standard deviations",
        class_names=found.class_names,
        columns=_columns(columns, found, plan),
        sampled_from_rows=table.whole_rows,
    )


def _columns(columns: Sequence[Column], found: Target, plan: Plan) -> tuple[ColumnFacts, ...]:
    used, levels = plan.used, dict(plan.categories)
    facts = []
    for column in columns:
        role: Role = "feature" if column.name in used else "unused"
        encoding = _encoding(levels[column.name]) if column.name in levels else ""
        if column is found.column:
            role, encoding = "target", found.note
        facts.append(
            ColumnFacts(
                name=column.name,
                kind=column.kind,
                missing=column.missing,
                distinct=column.distinct,
                role=role,
                note="; ".join(note for note in (column.note, encoding) if note),
            )
        )
    return tuple(facts)


def _encoding(levels: Levels) -> str:
    if levels.signed:
        return "-1 or 1"
    extra = [
        word for word, used in (("rare", levels.pooled), ("missing", levels.with_gaps)) if used
    ]
    return f"one-hot, {levels.known.len()} levels" + (
        f" and {' and '.join(extra)}" if extra else ""
    )


def cautions(work: Workload, target: Target, parts: Parts) -> tuple[Caution, ...]:
    """Return what a person should know of the split."""
    found = []
    if work.features > work.train_examples:
        message = (
            f"{work.features:,} features for {work.train_examples:,} training rows: "
            "a network can learn these rows by heart."
        )
        found.append(Caution(code="more-features-than-rows", message=message))
    if not target.class_names:
        return tuple(found)
    return (*found, *classes.cautions(target.values, target.class_names, parts, noun="rows"))


def _counts(values: NDArray[Any]) -> NDArray[np.intp]:
    """Return how often each class index occurs."""
    return np.bincount(values.astype(np.intp))
