"""Which columns has the table, and what became of each?"""

from collections.abc import Sequence

from tuner_engine.printable import printable
from tuner_engine.workload import ColumnFacts
from tuner_tui.ui.widgets.rows import Cell, Column, Rows

_NAME_WIDTH = 80
"""Characters of a column's name that are kept for display; the table cuts further."""


class ColumnList(Rows):
    """One row per column of the data."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(
            (
                Column(title="column", width=24),
                Column(title="kind", width=9),
                Column(title="missing", width=8, align="right"),
                Column(title="distinct", width=8, align="right", narrow=False),
                Column(title="use", flexible=True),
            ),
            id=id,
        )

    def show_columns(self, columns: Sequence[ColumnFacts]) -> None:
        """Show these columns, in the order of the file."""
        self.show([_cells(column) for column in columns])


def _cells(column: ColumnFacts) -> tuple[Cell, ...]:
    look = {"target": "rows--strong", "unused": "rows--quiet"}.get(column.role, "")
    use = {"target": "target", "unused": "not used", "feature": ""}[column.role]
    note = printable(column.note)
    return (
        Cell(printable(column.name, width=_NAME_WIDTH), look),
        Cell(column.kind, look),
        Cell(f"{column.missing:,}" if column.missing else "", "rows--warning"),
        Cell(f"{column.distinct:,}", "rows--quiet"),
        Cell(": ".join(part for part in (use, note) if part), look or "rows--quiet"),
    )
