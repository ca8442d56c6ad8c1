"""In which facts do runs differ, one row each?"""

from collections.abc import Sequence

from tuner_engine.comparison import Row
from tuner_engine.printable import printable
from tuner_tui.ui import wording
from tuner_tui.ui.widgets.rows import Cell, Column, Rows

_NAME_CELLS = 20
"""Cells of a fact's name. House choice."""

_VALUE_CELLS = 24
"""Cells of one run's value. House choice."""


class DifferenceTable(Rows):
    """Facts on the left, one column a run.

    Args:
        names: Of the runs.
        id: As of any widget.
    """

    def __init__(self, names: Sequence[str], *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        fact = Column(title="", width=_NAME_CELLS)
        super().__init__((fact, *(Column(title=name, width=_VALUE_CELLS) for name in names)), id=id)

    def show_rows(self, rows: Sequence[Row]) -> None:
        """Show these facts; those in which the runs agree are dimmed."""
        self.show([cells(row) for row in rows])


def cells(row: Row) -> tuple[Cell, ...]:
    """Return one fact's row; what seeds alone explain is dimmed as if it did not differ."""
    look = "" if row.differs and not row.tied else "rows--quiet"
    values = (
        Cell("–" if value is None else wording.value(_short(row.name, value)), look)
        for value in row.values
    )
    name = f"{row.name}: a tie" if row.tied else row.name
    return Cell(printable(name.replace("_", " ")), look), *values


def _short(name: str, value: object) -> "str | float | int | bool":
    """Return what tells a value from others where the whole is too long."""
    if isinstance(value, str):
        return {"data": wording.source_name(value), "content": value[:12]}.get(name, value)
    return value if isinstance(value, int | float) else str(value)
