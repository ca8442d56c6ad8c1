"""What does a chart in a person's hands hold?

A figure, how it is to be looked at, which stretch is in sight, and where the cursor stands. Every
act of a person is a function in `acts` from one scene to the next; `drawing` shows it.
Invariant: the cursor, where there is one, lies within what the horizontal axis reaches.
"""

from dataclasses import dataclass, field, replace

from tuner_tui.chart import cursor
from tuner_tui.chart.cursor import Readings
from tuner_tui.chart.drawing import Overlay
from tuner_tui.chart.figure import Figure, Floats
from tuner_tui.chart.look import (
    DIRECTIONS,
    Look,
    arranged,
    axis,
    obstacle,
    wish,
    wishing,
)
from tuner_tui.chart.scales import Limits
from tuner_tui.chart.view import View, following, tail_of, view_of

_EMPTY = Figure()
"""What is shown before there is something."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Scene:
    """A chart at one moment.

    Attributes:
        figure: As it was handed in; none before the first one.
        shown: The figure as the look shows it.
        look: A person's wishes.
        view: What is in sight.
        cursor: Where the cursor stands, in data coordinates; none without one.
        pin: The place it is compared with.
        focus: Name of the only series that the cursor steps along; none for all.
        corner: Where a box begins that the cursor is to close.
        box: Limits of a box that the mouse draws.
        follows: Whether the last point stays in sight while a chart streams.
        word: What the last act has to say, as a sentence; empty for nothing.
    """

    figure: Figure | None = None
    shown: Figure = _EMPTY
    look: Look = field(default_factory=Look)
    view: View = field(default_factory=View)
    cursor: float | None = None
    pin: float | None = None
    focus: str | None = None
    corner: float | None = None
    box: tuple[Limits, Limits] | None = None
    follows: bool = False
    word: str = ""

    @property
    def places(self) -> Floats:
        """Where the cursor can step, rising."""
        return cursor.stops(self.shown, self.view.x.reach, self.focus)

    @property
    def remark(self) -> str:
        """What the look does to the numbers, and what the view does by itself."""
        parts = [f"EMA {self.look.smoothing:g}"] if self.look.smoothing else []
        return ", ".join([*parts, "follows"] if self.follows else parts)

    @property
    def overlay(self) -> Overlay:
        """What is laid over the figure."""
        box: tuple[Limits, Limits | None] | None = self.box
        if self.corner is not None and self.cursor is not None:
            box = ((min(self.corner, self.cursor), max(self.corner, self.cursor)), None)
        return Overlay(at=self.cursor, pin=self.pin, focus=self.focus, box=box)


@dataclass(frozen=True, slots=True)
class Reading:
    """What a cursor reads.

    Attributes:
        x: Where it stands, in data coordinates.
        values: Name and height of each series there.
        slopes: Their slopes, per unit of x or per decade on a log axis.
        distance: From the nearest suggestion: a ratio on a log axis, else a difference.
        focus: Name of the only series that it steps along; none for all.
        pin: The place it is compared with.
        pinned: Name and height of each series there.
        differences: How much more each series reads here than there.
    """

    x: float
    values: Readings
    slopes: Readings
    distance: float | None
    focus: str | None
    pin: float | None
    pinned: Readings
    differences: Readings


def read(scene: Scene) -> Reading | None:
    """Return what the cursor of a scene reads; none without a cursor."""
    figure, x, pin = scene.shown, scene.cursor, scene.pin
    if x is None:
        return None
    values = cursor.readings(figure, x)
    pinned = () if pin is None else cursor.readings(figure, pin)
    return Reading(
        x=x,
        values=values,
        slopes=cursor.slopes(figure, x),
        distance=cursor.distance(figure, x),
        focus=scene.focus,
        pin=pin,
        pinned=pinned,
        differences=cursor.differences(values, pinned) if pin is not None else (),
    )


def showing(scene: Scene, figure: Figure) -> Scene:
    """Return the scene with a figure in place of the one before.

    Look and zoom stay while it is of the same chart; a cursor that its axis does not reach goes,
    and a scale that its numbers do not allow falls back.
    """
    same = scene.figure is not None and scene.figure.identity() == figure.identity()
    look = scene.look if same else replace(scene.look, x_scale=None, y_scale=None)
    look, word = _allowed(look, figure)
    names = {series.name for series in figure.series}
    scene = replace(
        scene,
        figure=figure,
        focus=scene.focus if scene.focus in names else None,
        box=None,
        follows=scene.follows and same,
        word=word,
    )
    return kept_in_reach(looked_at(scene, look))


def _allowed(look: Look, figure: Figure) -> tuple[Look, str]:
    """Return a look without scales that the numbers refuse, and why."""
    word = ""
    for direction in DIRECTIONS:
        if wish(look, direction) == "log" and axis(figure, direction).scale == "linear":
            reason = obstacle(figure, direction)
            if reason is not None:
                look, word = wishing(look, direction, None), reason
    return look, word


def looked_at(scene: Scene, look: Look) -> Scene:
    """Return the scene as another look shows it; zoom stays where the scale does."""
    shown = scene.shown if scene.figure is None else arranged(scene.figure, look)
    view = view_of(shown, scene.view)
    scene = replace(scene, look=look, shown=shown, view=view)
    return with_tail(scene) if scene.follows else scene


def with_tail(scene: Scene) -> Scene:
    """Return the scene moved to where the last point is in sight."""
    places = cursor.stops(scene.shown, scene.view.x.reach)
    if not len(places):
        return scene
    return replace(scene, view=replace(scene.view, x=tail_of(scene.view.x, float(places[-1]))))


def kept_in_reach(scene: Scene) -> Scene:
    """Return the scene without a cursor, a pin or a corner that its axis does not reach."""

    def kept(x: float | None) -> float | None:
        reach = scene.view.x.reach
        return x if x is not None and reach and reach[0] <= x <= reach[1] else None

    return replace(scene, cursor=kept(scene.cursor), pin=kept(scene.pin), corner=kept(scene.corner))


def standing_at(scene: Scene, x: float | None) -> Scene:
    """Return the scene with the cursor elsewhere, and in sight; or without one."""
    if x is None or scene.figure is None:
        return replace(scene, cursor=None, corner=None)
    view = replace(scene.view, x=following(scene.view.x, x))
    # A cursor that leads away from the tail takes the view with it.
    follows = scene.follows and view.x == scene.view.x
    return kept_in_reach(replace(scene, cursor=x, view=view, follows=follows))
