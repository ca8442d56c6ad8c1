"""Which charts show one cursor?

Invariant: a linked chart follows without a word of its own, so that no two charts answer each
other.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tuner_tui.ui.chart.widget import Chart


class Link:
    """Charts whose cursors stand at one place, wherever the axes hold it."""

    def __init__(self) -> None:
        self._charts: list[Chart] = []

    def join(self, chart: "Chart") -> None:
        """Let a chart lead and follow the others from now on."""
        self._charts.append(chart)

    def tell(self, leader: "Chart", x: float | None) -> None:
        """Put the others' cursors where the leader's is, or take them away with it."""
        for chart in self._charts:
            if chart is not leader and chart.is_attached:
                chart.follow_cursor(x)
