"""Which keys are there?"""

from collections.abc import Mapping
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical, VerticalScroll
from textual.types import CSSPathType
from textual.widgets import Input, Static

from tuner_tui.ui.keymap import Bound, table
from tuner_tui.ui.places import PLACES
from tuner_tui.ui.screens.dialog import Dialog
from tuner_tui.ui.widgets.labelled import Labelled, Line

_SECTIONS: tuple[tuple[str, str], ...] = (
    ("Everywhere", "everywhere"),
    *((place.words, place.name) for place in PLACES),
    ("Comparison", "compare"),
    ("Settings", "bench"),
    ("Facts", "dials"),
    ("Formats", "exporter"),
    ("Charts", "chart"),
    ("Lists", "list"),
    ("Dialogs", "dialog"),
)
"""Headings and the scopes under them. House choice."""

_KEY_WIDTH = 13
"""Cells that the keys take."""

_HEADING = "bold $text-accent"
"""Style of a heading."""


class HelpScreen(Dialog[None]):
    """The table of keys, as sentences.

    Args:
        keymap: Keys that a person has moved.
    """

    CSS_PATH: ClassVar[CSSPathType | None] = ["dialog.tcss", "help.tcss"]
    BINDINGS: ClassVar = [
        Binding("q,question_mark,f1", "close", show=False),
        Binding("slash", "filter", show=False),
        Binding("up,k", "scroll(-1)", show=False),
        Binding("down,j", "scroll(1)", show=False),
    ]

    def __init__(self, keymap: Mapping[str, str] | None = None) -> None:
        super().__init__()
        self._keymap = keymap or {}

    def compose(self) -> ComposeResult:
        """Lay out the filter and the list."""
        with Vertical(id="window"):
            yield Input(placeholder="/ finds a key or a word", compact=True)
            with VerticalScroll():
                yield Labelled(lines(self._keymap), label_width=_KEY_WIDTH)
            yield Static("↑ ↓ scrolls · / finds · esc, ^g or ? closes", classes="note")

    def on_mount(self) -> None:
        """Let the list have the keys."""
        self.set_focus(self.query_one(VerticalScroll))

    def action_filter(self) -> None:
        """Let a person type what they look for."""
        self.set_focus(self.query_one(Input))

    def action_scroll(self, by: int) -> None:
        """Move the list by a line."""
        self.query_one(VerticalScroll).scroll_relative(y=by, animate=False)

    @on(Input.Changed)
    def _filter(self, event: Input.Changed) -> None:
        self.query_one(Labelled).show_lines(lines(self._keymap, wanted=event.value))
        self.query_one(VerticalScroll).scroll_home(animate=False)

    @on(Input.Submitted)
    def _leave_filter(self) -> None:
        self.set_focus(self.query_one(VerticalScroll))


def lines(keymap: Mapping[str, str] | None = None, *, wanted: str = "") -> list[Line]:
    """Return the keys under their headings.

    Args:
        keymap: Keys that a person has moved.
        wanted: A part of the keys, the sentence or the identifier; empty for all.
    """
    bound = [one for one in table(keymap or {}) if _matches(one, wanted.strip().casefold())]
    listed: list[Line] = []
    for heading, scope in _SECTIONS:
        rows = [(f"  {one.shown}", one.help, "") for one in bound if one.scope == scope]
        if rows:
            listed += [(heading, "", _HEADING), *rows]
    return listed or [("nothing found", "", "$text-muted")]


def _matches(bound: Bound, wanted: str) -> bool:
    return any(
        wanted in text.casefold() for text in (bound.help, bound.shown, bound.id, bound.scope)
    )
