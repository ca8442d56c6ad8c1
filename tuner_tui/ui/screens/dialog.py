"""What have all dialogs in common?"""

from typing import ClassVar, TypeVar

from textual.screen import ModalScreen

from tuner_tui.ui import bindings

Result = TypeVar("Result")


class Dialog(ModalScreen[Result | None]):
    """A window over the screen; closing it answers none."""

    CSS_PATH = "dialog.tcss"
    BINDINGS: ClassVar = bindings.of("dialog")

    def action_close(self) -> None:
        """Leave without a change."""
        self.dismiss(None)
