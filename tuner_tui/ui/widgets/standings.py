"""Which arm does better, and by more than luck?

One row an arm: its name, its score as an interval on a common scale, and the word for it. Rows
are in the order of their announcement, so that the list holds still while numbers arrive.
"""

from collections.abc import Sequence

from tuner_engine.printable import printable
from tuner_tui.figures.standings import Standing, extent
from tuner_tui.ui.widgets.rows import Cell, Column, Rows
from tuner_tui.ui.wording import number

BAR_CELLS = 21
"""Cells of the scale. House choice."""

_NAME_CELLS = 26

COLUMNS = (
    Column(title="arm", width=_NAME_CELLS),
    Column(title="loss", width=9, align="right"),
    Column(title="over seeds", width=BAR_CELLS),
    Column(title="spread", width=9, align="right", narrow=False),
    Column(title="seeds", width=6, align="right", narrow=False),
    Column(title="", flexible=True),
)
"""From left to right."""


class Standings(Rows):
    """The table of arms."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(COLUMNS, id=id)
        self._listed: tuple[Standing, ...] = ()

    def show_standings(self, listed: Sequence[Standing]) -> None:
        """Show how arms compare."""
        self._listed = tuple(listed)
        self.show(rows(listed))

    @property
    def highlighted(self) -> Standing | None:
        """The arm under the highlight; none while there are none."""
        return self._listed[self.row] if self.row < len(self._listed) else None


def rows(listed: Sequence[Standing]) -> list[tuple[Cell, ...]]:
    """Return the cells of each arm."""
    ends = extent(listed)
    return [_row(standing, ends) for standing in listed]


def bar(standing: Standing, ends: tuple[float, float], *, cells: int = BAR_CELLS) -> str:
    """Return an interval and its middle on a scale of `cells` cells.

    Args:
        standing: One with a score.
        ends: Values at the scale's first and last cell.
        cells: At least 1.
    """
    if standing.middle is None or standing.low is None or standing.high is None:
        return ""
    low, middle, high = (
        _cell(value, ends, cells) for value in (standing.low, standing.middle, standing.high)
    )
    drawn = ["·"] * cells
    drawn[low : high + 1] = "─" * (high + 1 - low)
    drawn[middle] = "●"
    return "".join(drawn)


def _cell(value: float, ends: tuple[float, float], cells: int) -> int:
    span = ends[1] - ends[0]
    return round((value - ends[0]) / span * (cells - 1)) if span > 0 else cells // 2


def _row(standing: Standing, ends: tuple[float, float] | None) -> tuple[Cell, ...]:
    name = Cell(printable(standing.arm, width=_NAME_CELLS))
    if standing.middle is None or ends is None or standing.low is None or standing.high is None:
        return name, Cell("–"), Cell(""), Cell(""), Cell("0"), Cell("diverged", "rows--warning")
    lost = f", {standing.diverged} diverged" if standing.diverged else ""
    looks = {"best": "rows--strong", "worse": "rows--quiet"}
    return (
        name,
        Cell(number(standing.middle), "rows--strong" if standing.word == "best" else ""),
        Cell(bar(standing, ends)),
        Cell(f"±{number((standing.high - standing.low) / 2)}"),
        Cell(f"{standing.seeds}"),
        Cell(f"{standing.word}{lost}", looks.get(standing.word, "")),
    )
