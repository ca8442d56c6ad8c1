"""Which runs are there, one row each?"""

from collections.abc import Collection, Sequence
from datetime import datetime

from tuner_engine.history import Entry
from tuner_engine.printable import printable
from tuner_tui.ui import pace, wording
from tuner_tui.ui.questions import BY_COMMAND
from tuner_tui.ui.widgets.labelled import Line
from tuner_tui.ui.widgets.rows import Cell, Column, Rows

COLUMNS = (
    Column(title="", width=1),
    Column(title="when", width=11),
    Column(title="asked", width=14),
    Column(title="data", width=18),
    Column(title="status", width=11),
    Column(title="found", flexible=True),
    Column(title="took", width=8, align="right", least=90),
    Column(title="tags", width=24, least=110),
)
"""From left to right."""

_MARK = "●"
"""Beside runs that are marked."""

_TROUBLE = frozenset({"failed", "died", "no-verdict"})
"""Statuses that are worth a second look."""


class RunList(Rows):
    """The table of runs."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(COLUMNS, id=id)

    def show_entries(self, entries: Sequence[Entry], *, marked: Collection[str]) -> None:
        """Show these runs.

        Args:
            entries: In their order.
            marked: Identifiers of those that are marked.
        """
        self.show([cells(entry, marked=entry.id in marked) for entry in entries])


def cells(entry: Entry, *, marked: bool) -> tuple[Cell, ...]:
    """Return one run's row."""
    asked = BY_COMMAND[entry.command].words if entry.command in BY_COMMAND else entry.command
    status = "rows--warning" if entry.status in _TROUBLE else ""
    return (
        Cell(_MARK if marked else "", "rows--strong"),
        Cell(when(entry), "rows--quiet"),
        Cell(printable(asked)),
        Cell(wording.source_name(entry.source)),
        Cell(entry.status, "rows--strong" if entry.status == "running" else status),
        Cell(found(entry)),
        Cell("" if entry.wall_s is None else pace.clock(entry.wall_s), "rows--quiet"),
        Cell(tags(entry), "rows--quiet"),
    )


def when(entry: Entry) -> str:
    """Return the moment a run began, on the clock of this machine, without its year."""
    if not entry.started:
        return printable(entry.id, width=11)
    return f"{datetime.fromisoformat(entry.started).astimezone():%m-%d %H:%M}"


def found(entry: Entry) -> str:
    """Return what a run came to, in a few words."""
    parts = [
        f"{printable(name.replace('_', ' '))} {wording.value(value)}"
        for name, value in entry.found.items()
    ]
    if entry.loss is not None:
        parts.append(f"loss {wording.number(entry.loss)}")
    if not parts and entry.verdict:
        parts.append(printable(entry.verdict))
    return ", ".join(parts)


def tags(entry: Entry) -> str:
    """Return a run's tags, each with its sign."""
    return " ".join(f"#{printable(tag)}" for tag in entry.remarks.tags)


def lines(entry: Entry | None) -> list[Line]:
    """Return what is known of one run."""
    if entry is None:
        return [("no run matches", "", "$text-muted")]
    told: list[Line] = [("run", printable(entry.id), "bold")]
    if entry.remarks:
        remark = " ".join(filter(None, (tags(entry), printable(entry.remarks.note))))
        told.append(("note", remark, "$text-accent"))
    if entry.summary:
        told.append(("found", printable(entry.summary), ""))
    spent = [pace.clock(entry.wall_s)] if entry.wall_s is not None else []
    if entry.full_trainings is not None:
        spent.append(f"{entry.full_trainings:.2g} full trainings")
    if spent:
        told.append(("cost", " · ".join(spent), ""))
    told.append(("data", printable(entry.source), ""))
    told.append(("folder", printable(entry.path), "$text-muted"))
    return told
