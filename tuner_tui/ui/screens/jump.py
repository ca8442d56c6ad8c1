"""Which pane next?

A letter stands on every pane that can be gone to; the letter goes there, anything else goes back.
"""

from collections.abc import Mapping

from textual.app import ComposeResult
from textual.events import Key
from textual.geometry import Offset
from textual.widget import Widget
from textual.widgets import Static

from tuner_tui.ui.screens.dialog import Answering

LETTERS = "asdfghjklqwertyuiopzxcvbnm"
"""In the order in which they are given out: the home row first."""


class JumpScreen(Answering[Widget | None]):
    """Shows letters over the screen below, and answers the pane that was chosen.

    Args:
        targets: Letter → pane.
    """

    DEFAULT_CSS = """
    JumpScreen { background: transparent; }
    JumpScreen Static {
        position: absolute; width: 3; height: 1; background: $accent; color: $background;
        text-style: bold;
    }
    """

    def __init__(self, targets: Mapping[str, Widget]) -> None:
        super().__init__()
        self._targets = dict(targets)

    def compose(self) -> ComposeResult:
        """Put each letter on its pane's corner."""
        for letter, widget in self._targets.items():
            label = Static(f" {letter} ", markup=False)
            label.offset = Offset(widget.region.x, widget.region.y)
            yield label

    def on_key(self, event: Key) -> None:
        """Answer a letter's pane; any other key answers none."""
        event.stop()
        self.dismiss(self._targets.get(event.character or ""))


def lettered(widgets: list[Widget]) -> dict[str, Widget]:
    """Return a letter for each pane in sight."""
    seen = [widget for widget in widgets if widget.region.area]
    return dict(zip(LETTERS, seen, strict=False))
