"""Which keys are there?"""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from tuner_tui.ui import bindings
from tuner_tui.ui.bindings import Scope
from tuner_tui.ui.screens.dialog import Dialog

_SECTIONS: tuple[tuple[str, tuple[Scope, ...]], ...] = (
    ("Everywhere", ("everywhere",)),
    ("Data and recipe", ("setup",)),
    ("Probe and charts", ("probe", "chart")),
    ("Dialogs", ("dialog",)),
)
"""Headings and the scopes under them. House choice."""


class HelpScreen(Dialog[None]):
    """The table of keys, as sentences."""

    BINDINGS: ClassVar = [Binding("q,question_mark,f1", "close", show=False)]

    def compose(self) -> ComposeResult:
        """Lay out the list."""
        with Vertical(id="window"):
            with VerticalScroll() as scroll:
                scroll.styles.max_height = "100%"
                scroll.styles.height = "auto"
                yield Static(text())
            yield Static("↑ ↓ scrolls · esc, ^g or ? closes", classes="note")


def text() -> Content:
    """Return all keys under their headings."""
    lines = []
    for heading, scopes in _SECTIONS:
        lines.append(Content.styled(heading, "bold $text-accent"))
        lines += [
            Content.assemble((f"  {key.shown:<6}", "bold"), key.help)
            for key in bindings.among(scopes)
        ]
    return Content("\n").join(lines)
