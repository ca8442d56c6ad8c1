"""How is a comparison of runs printed?"""

from collections.abc import Sequence

import msgspec

from tuner_engine import comparison
from tuner_engine.comparison import Group, Row
from tuner_engine.recipe import Value
from tuner_engine.runs import Run
from tuner_tui.cli import tables
from tuner_tui.cli.lines import Line

_HEADINGS: dict[Group, str] = {
    "asked": "asked",
    "setting": "settings",
    "found": "found",
    "cost": "cost",
}
"""Above the rows of each group."""


class Fact(msgspec.Struct, frozen=True, kw_only=True):
    """One fact of all runs."""

    group: Group
    name: str
    values: tuple[Value, ...]
    """One a run, in the order of `runs`."""
    differs: bool
    tied: bool = False
    """Whether seeds alone explain by how much, as a probe of them measured it."""


class Comparison(msgspec.Struct, frozen=True, kw_only=True):
    """Several runs side by side."""

    schema: str = "tuner-tui/runs-diff/1"
    runs: tuple[str, ...]
    facts: tuple[Fact, ...]


def document(runs: Sequence[Run]) -> Comparison:
    """Return every fact of the runs.

    Raises:
        UsageError: The spec of one of them cannot be read.
    """
    return Comparison(
        runs=tuple(run.id for run in runs),
        facts=tuple(
            Fact(
                group=row.group,
                name=row.name,
                values=row.values,
                differs=row.differs,
                tied=row.tied,
            )
            for row in comparison.rows([comparison.side(run) for run in runs])
        ),
    )


def lines(runs: Sequence[Run], *, every: bool) -> list[Line]:
    """Return the facts in which the runs differ, or all of them, one column a run.

    Raises:
        UsageError: The spec of one of them cannot be read.
    """
    rows = comparison.rows([comparison.side(run) for run in runs])
    shown = [row for row in rows if every or row.differs]
    common = len(rows) - len(shown)
    told = tables.columns(
        ("", *(run.id for run in runs)), [cells for row in _headed(shown) for cells in row]
    )
    if common:
        told.append(Line(f"the same in all: {common} (--all shows them)", "dim"))
    return told


def _headed(rows: Sequence[Row]) -> list[list[tuple[str, ...]]]:
    """Return each row's cells, with its group's name above the first of a group."""
    listed, before = [], ""
    for row in rows:
        name = f"{row.name} (a tie)" if row.tied else row.name
        cells = [(f"  {name}", *map(tables.number, row.values))]
        if row.group != before:
            cells.insert(0, (_HEADINGS[row.group], *("" for _ in row.values)))
        listed.append(cells)
        before = row.group
    return listed
