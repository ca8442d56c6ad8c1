"""Which keys are there?"""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical, VerticalScroll
from textual.types import CSSPathType
from textual.widgets import Static

from tuner_tui.ui import bindings
from tuner_tui.ui.bindings import Scope
from tuner_tui.ui.screens.dialog import Dialog
from tuner_tui.ui.widgets.labelled import Labelled, Line

_SECTIONS: tuple[tuple[str, tuple[Scope, ...]], ...] = (
    ("Everywhere", ("everywhere",)),
    ("Data and recipe", ("setup",)),
    ("Probe", ("probe",)),
    ("Dialogs", ("dialog",)),
)
"""Headings and the scopes under them. House choice."""

_KEY_WIDTH = 13
"""Cells that the keys take."""

_SIGNS = {
    "plus": "+",
    "equals_sign": "=",
    "minus": "-",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "left_curly_bracket": "{",
    "right_curly_bracket": "}",
    "enter": "⏎",
}
"""How keys are written that Textual names in words."""


class HelpScreen(Dialog[None]):
    """The table of keys, as sentences."""

    CSS_PATH: ClassVar[CSSPathType | None] = ["dialog.tcss", "help.tcss"]
    BINDINGS: ClassVar = [Binding("q,question_mark,f1", "close", show=False)]

    def compose(self) -> ComposeResult:
        """Lay out the list."""
        with Vertical(id="window"):
            with VerticalScroll():
                yield Labelled(lines(), label_width=_KEY_WIDTH)
            yield Static("↑ ↓ scrolls · esc, ^g or ? closes", classes="note")


def lines() -> list[Line]:
    """Return all keys under their headings."""
    listed: list[Line] = []
    for heading, scopes in _SECTIONS:
        listed.append((heading, "", "bold $text-accent"))
        listed += [(f"  {key.shown}", key.help, "") for key in bindings.among(scopes)]
    listed.append(("Chart", "", "bold $text-accent"))
    listed += [(f"  {_shown(binding)}", binding.tooltip, "") for binding in _chart_bindings()]
    return listed


def _chart_bindings() -> list[Binding]:
    from tuner_tui.ui.chart.widget import Chart

    return [binding for binding in Chart.BINDINGS if isinstance(binding, Binding)]


def _shown(binding: Binding) -> str:
    return binding.key_display or " ".join(_SIGNS.get(key, key) for key in binding.key.split(","))
