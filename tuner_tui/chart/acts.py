"""What does each act of a person do to a chart?

Functions from one scene to the next; the widget's keys and mouse call them.
Invariant: an act that makes no sense at the moment returns the scene as it is.
"""

from dataclasses import replace

from tuner_tui.chart import cursor
from tuner_tui.chart.figure import Direction, ScaleKind
from tuner_tui.chart.look import SMOOTHINGS, axis, obstacle, wishing
from tuner_tui.chart.scales import Limits
from tuner_tui.chart.scene import Scene, looked_at, standing_at, with_tail
from tuner_tui.chart.view import Span, View, between, heights_in, moved, view_of, zoomed

_ZOOM = 0.7
"""Width of the stretch in sight after zooming in once, over the width before. House choice."""

_PAN = 0.25
"""Share of the stretch in sight that one key moves it by. House choice."""


def step(scene: Scene, steps: int) -> Scene:
    """Move the cursor by some points of data; the first time, put it in sight."""
    if scene.cursor is None:
        return _move(scene, _entrance(scene, steps))
    return _move(scene, cursor.stepped(scene.places, scene.cursor, steps))


def edge(scene: Scene, side: int) -> Scene:
    """Move the cursor to the first (-1) or last (1) point."""
    places = scene.places
    return _move(scene, float(places[0 if side < 0 else -1])) if len(places) else scene


def jump(scene: Scene, direction: int) -> Scene:
    """Move the cursor to the next marker on its right (1) or left (-1)."""
    return _move(scene, cursor.next_landmark(scene.shown, scene.cursor, direction))


def point(scene: Scene, unit: float) -> Scene:
    """Move the cursor to the point nearest to a position across the plot, 0 to 1."""
    scale = scene.view.x.scale
    return scene if scale is None else _move(scene, cursor.nearest(scene.places, scale, unit))


def turn(scene: Scene, direction: int) -> Scene:
    """Let the cursor step along the next (1) or the previous (-1) series, or along all again."""
    names = [series.name for series in scene.shown.series if series.name and series.listed]
    turns = [None, *dict.fromkeys(names)]
    at = turns.index(scene.focus) if scene.focus in turns else 0
    scene = replace(scene, focus=turns[(at + direction) % len(turns)])
    scale = scene.view.x.scale
    if scene.cursor is None or scale is None or scene.cursor in scene.places:
        return scene
    return _move(scene, cursor.nearest(scene.places, scale, scale.unit(scene.cursor)))


def clear(scene: Scene) -> Scene:
    """Take away the box that was begun, otherwise the cursor, otherwise the pin."""
    if scene.corner is not None or scene.box is not None:
        return replace(scene, corner=None, box=None)
    if scene.cursor is not None:
        return standing_at(scene, None)
    return replace(scene, pin=None)


def pin(scene: Scene) -> Scene:
    """Pin the cursor's place; a second time, or without a cursor, take the pin away."""
    return replace(scene, pin=None if scene.cursor == scene.pin else scene.cursor)


def zoom_x(scene: Scene, direction: int, *, about: float | None = None) -> Scene:
    """Show less (-1) or more (1) across, around a value, the cursor or the middle."""
    if about is None:
        about = _middle(scene.view.x) if scene.cursor is None else scene.cursor
    return _viewed(scene, x=zoomed(scene.view.x, factor=_factor(direction), about=about))


def zoom_y(scene: Scene, direction: int, *, about: float | None = None) -> Scene:
    """Show less (-1) or more (1) of the heights, around a value, the cursor's or the middle."""
    if about is None:
        about = _height(scene)
    return _viewed(scene, y=zoomed(scene.view.y, factor=_factor(direction), about=about))


def pan(scene: Scene, right: int, up: int) -> Scene:
    """Move what is in sight by steps to the right (left if negative) and up (down)."""
    return dragged(scene, scene.view, right=right * _PAN, up=up * _PAN)


def dragged(scene: Scene, start: View, *, right: float, up: float) -> Scene:
    """Return the scene with a view moved by shares of what was in sight when it began.

    Moving sideways ends following the tail.
    """
    scene = replace(scene, follows=scene.follows and not right)
    return _viewed(scene, x=moved(start.x, right), y=moved(start.y, up))


def fit(scene: Scene) -> Scene:
    """Show the whole chart, in limits fitted anew."""
    return replace(scene, view=view_of(scene.shown), follows=False, corner=None, box=None)


def corner(scene: Scene) -> Scene:
    """Begin a box at the cursor; a second time, show what lies in between, as high as it is."""
    if scene.cursor is None:
        return _move(scene, _entrance(scene, 1))
    if scene.corner is None:
        return replace(scene, corner=scene.cursor)
    low, high = sorted((scene.corner, scene.cursor))
    scene = replace(scene, corner=None)
    return (
        zoom_to(scene, (low, high), heights_in(scene.shown, (low, high))) if low < high else scene
    )


def outline(scene: Scene, across: Limits, heights: Limits) -> Scene:
    """Show a box that is being drawn."""
    return replace(scene, box=(_rising(across), _rising(heights)))


def zoom_to(scene: Scene, across: Limits, heights: Limits | None) -> Scene:
    """Show a box, and nothing else."""
    scene = replace(scene, box=None, corner=None)
    y = scene.view.y if heights is None else between(scene.view.y, *heights)
    return _viewed(scene, x=between(scene.view.x, *across), y=y)


def turn_log(scene: Scene, direction: Direction) -> Scene:
    """Turn a direction logarithmic or linear; say why where its numbers do not allow it."""
    if scene.figure is None:
        return scene
    present = axis(scene.shown, direction).scale
    if present == "linear" and (reason := obstacle(scene.figure, direction)) is not None:
        return replace(scene, word=reason)
    other: ScaleKind = "linear" if present == "log" else "log"
    return looked_at(scene, wishing(scene.look, direction, other))


def smooth(scene: Scene, direction: int) -> Scene:
    """Smooth lines more (1) or less (-1)."""
    factors = [*sorted({*SMOOTHINGS, scene.look.smoothing})]
    at = factors.index(scene.look.smoothing) + direction
    factor = factors[min(max(at, 0), len(factors) - 1)]
    return looked_at(scene, replace(scene.look, smoothing=factor))


def guide(scene: Scene) -> Scene:
    """Show or hide the lines that lead from the ticks."""
    return replace(scene, look=replace(scene.look, guides=not scene.look.guides))


def follow(scene: Scene) -> Scene:
    """Keep the last point in sight from now on, or no longer."""
    scene = replace(scene, follows=not scene.follows)
    return with_tail(scene) if scene.follows else scene


def _move(scene: Scene, x: float | None) -> Scene:
    return scene if x is None else standing_at(scene, x)


def _viewed(scene: Scene, *, x: Span | None = None, y: Span | None = None) -> Scene:
    """Return the scene with other spans; losing sight of the tail ends following it."""
    view = replace(scene.view, x=x or scene.view.x, y=y or scene.view.y)
    scene = replace(scene, view=view)
    if not scene.follows or view.x.sight is None:
        return scene
    places = cursor.stops(scene.shown, view.x.reach)
    return replace(scene, follows=len(places) > 0 and bool(view.x.sight[1] >= places[-1]))


def _entrance(scene: Scene, direction: int) -> float | None:
    """Return where a new cursor appears: on a suggestion in sight, or at the edge it leaves."""
    if scene.view.x.sight is None:
        return None
    low, high = scene.view.x.sight
    suggested = [x for x in cursor.suggestions(scene.shown) if low <= x <= high]
    if suggested:
        return suggested[0]
    places = scene.places
    seen = places[(places >= low) & (places <= high)]
    return float(seen[0 if direction > 0 else -1]) if len(seen) else None


def _height(scene: Scene) -> float:
    """Return what zooming goes around: the height that the cursor reads, or the middle."""
    if scene.cursor is not None:
        for name, value in cursor.readings(scene.shown, scene.cursor):
            if value is not None and scene.focus in (None, name):
                return value
    return _middle(scene.view.y)


def _middle(span: Span) -> float:
    return span.scale.value(0.5) if span.scale else 0.0


def _factor(direction: int) -> float:
    return _ZOOM if direction < 0 else 1 / _ZOOM


def _rising(limits: Limits) -> Limits:
    return min(limits), max(limits)
