"""What does the mouse do to a chart?

Invariant: a press that goes nowhere puts the cursor; one that moves pans or draws a box, never
both.
"""

from dataclasses import dataclass, field

from tuner_tui.chart import acts
from tuner_tui.chart.frame import Frame
from tuner_tui.chart.scales import Limits
from tuner_tui.chart.scene import Scene
from tuner_tui.chart.view import View


@dataclass(frozen=True, slots=True)
class Spot:
    """A cell of the plot that the pointer is on; it may lie outside.

    Attributes:
        column: From the left edge of the plot.
        row: From its top.
        frame: The plot.
    """

    column: int
    row: int
    frame: Frame = field(compare=False)

    def place(self, view: View) -> tuple[float, float] | None:
        """Return the data coordinates of the spot, or of the plot's edge next to it."""
        x, y = view.x.scale, view.y.scale
        if x is None or y is None:
            return None
        across, up = self.frame.unit_of_column(self.column), self.frame.unit_of_row(self.row)
        return x.value(across), y.value(up)


@dataclass(slots=True)
class Grip:
    """A button held down on the plot.

    Attributes:
        start: Where it went down.
        view: What was in sight then.
        boxes: Whether it draws a box; otherwise it moves the plot.
        went: Whether the pointer has moved since.
    """

    start: Spot
    view: View
    boxes: bool
    went: bool = False

    def goes_to(self, spot: Spot) -> bool:
        """Say whether the pointer has left the cell where it went down, now or before."""
        self.went = self.went or spot != self.start
        return self.went

    def dragged(self, scene: Scene, spot: Spot) -> Scene:
        """Return the scene with the pointer at a spot."""
        if self.boxes:
            box = self._box(spot)
            return scene if box is None else acts.outline(scene, *box)
        frame = spot.frame
        return acts.dragged(
            scene,
            self.view,
            right=(self.start.column - spot.column) / frame.columns,
            up=(spot.row - self.start.row) / frame.rows,
        )

    def released(self, scene: Scene, spot: Spot) -> Scene:
        """Return the scene after the button was let go at a spot."""
        if not self.goes_to(spot):
            return scene if self.boxes else acts.point(scene, self._across(spot))
        if not self.boxes:
            return self.dragged(scene, spot)
        box = self._box(spot)
        return scene if box is None else acts.zoom_to(scene, *box)

    def _across(self, spot: Spot) -> float:
        return spot.frame.unit_of_column(spot.column)

    def _box(self, spot: Spot) -> tuple[Limits, Limits] | None:
        one, other = self.start.place(self.view), spot.place(self.view)
        if one is None or other is None:
            return None
        return _rising(one[0], other[0]), _rising(one[1], other[1])


def _rising(one: float, other: float) -> Limits:
    return min(one, other), max(one, other)
