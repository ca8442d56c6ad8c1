"""Which facts does advice depend on?

A `Workload` says what is trained on what; `DataFacts` says how the file was read. Both are plain
values: they travel in events, recipes and results.
"""

from typing import Literal

import msgspec

TaskKind = Literal["classification", "regression"]
ColumnKind = Literal["numeric", "boolean", "date", "category", "text", "id", "constant", "empty"]


class Caution(msgspec.Struct, frozen=True, kw_only=True):
    """Something the person should know, with a code that scripts can match."""

    code: str
    message: str


class Workload(msgspec.Struct, frozen=True, kw_only=True):
    """What is trained on what: the facts that rules read.

    Counts are examples after splitting. `features` counts the columns of the encoded design matrix.
    """

    family: Literal["tabular"]
    task: TaskKind
    train_examples: int
    valid_examples: int
    test_examples: int
    features: int
    outputs: int
    """Classes, or 1 for regression."""
    majority_share: float | None = None
    """Share of the commonest class among training examples, 0 to 1; none for regression."""
    missing_share: float = 0.0
    """Share of missing cells among the columns used, 0 to 1."""
    duplicate_share: float = 0.0
    """Share of rows that repeat an earlier row, 0 to 1."""


class ColumnFacts(msgspec.Struct, frozen=True, kw_only=True):
    """How one column was understood."""

    name: str
    kind: ColumnKind
    missing: int
    """Cells without a value."""
    distinct: int
    """Different values, missing not counted."""
    role: Literal["feature", "target", "unused"]
    note: str = ""
    """Why the column is unused, or how it is encoded."""


class DataFacts(msgspec.Struct, frozen=True, kw_only=True):
    """How the file was read, and what it holds."""

    source: str
    """As the person named it: a path or `demo:NAME`."""
    sha256: str
    """Of the bytes read."""
    rows: int
    format: str
    """`csv`, `parquet`, `jsonl`, …; with `+gzip` when compressed."""
    encoding: str | None = None
    delimiter: str | None = None
    header: bool | None = None
    target: str
    target_guessed: bool
    target_unit: Literal["nats", "standard deviations"] = "nats"
    """Unit of losses: cross-entropy in nats, or squared error of the standardised target."""
    class_names: tuple[str, ...] = ()
    columns: tuple[ColumnFacts, ...] = ()
    sampled_from_rows: int | None = None
    """Rows of the whole file when only a sample was read."""


class Profile(msgspec.Struct, frozen=True, kw_only=True):
    """Everything known of the data before anything is trained."""

    workload: Workload
    data: DataFacts
    cautions: tuple[Caution, ...] = ()
