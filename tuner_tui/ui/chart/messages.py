"""What does a chart say to its screen?"""

from typing import TYPE_CHECKING

from textual.message import Message

from tuner_tui.chart.cursor import Readings
from tuner_tui.chart.figure import Figure
from tuner_tui.chart.scene import Reading
from tuner_tui.chart.view import View

if TYPE_CHECKING:
    from tuner_tui.ui.chart.widget import Chart


class _FromChart(Message, bubble=True):
    """Base of what a chart says.

    Attributes:
        chart: The sender.
    """

    def __init__(self, chart: "Chart") -> None:
        super().__init__()
        self.chart = chart

    @property
    def control(self) -> "Chart":
        """The sender, by which `@on` selects."""
        return self.chart


class CursorMoved(_FromChart, namespace="chart"):
    """The cursor stands elsewhere, or what it reads has changed.

    Attributes:
        reading: All that it reads.
    """

    def __init__(self, chart: "Chart", reading: Reading) -> None:
        super().__init__(chart)
        self.reading = reading

    @property
    def x(self) -> float:
        """Where it stands, in data coordinates."""
        return self.reading.x

    @property
    def readings(self) -> Readings:
        """Name and height of each series there."""
        return self.reading.values

    @property
    def slopes(self) -> Readings:
        """Name and slope of each line there, per unit of x or per decade on a log axis."""
        return self.reading.slopes

    @property
    def distance(self) -> float | None:
        """From the nearest suggestion: a ratio on a log axis, else a difference."""
        return self.reading.distance


class CursorCleared(_FromChart, namespace="chart"):
    """The cursor has gone."""


class Chosen(_FromChart, namespace="chart"):
    """A person chose the value under the cursor.

    Attributes:
        x: The value, in data coordinates.
    """

    def __init__(self, chart: "Chart", x: float) -> None:
        super().__init__(chart)
        self.x = x


class ExportAsked(_FromChart, namespace="chart"):
    """A person wants the figure in a file.

    Attributes:
        figure: As it is looked at: on its scales, smoothed.
        view: The limits it is looked at in.
        remark: What was done to the numbers, in words; empty for nothing.
    """

    def __init__(self, chart: "Chart", figure: Figure, view: View, remark: str) -> None:
        super().__init__(chart)
        self.figure = figure
        self.view = view
        self.remark = remark
