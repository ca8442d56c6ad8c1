"""What have all dialogs in common?"""

from typing import ClassVar, TypeVar

from textual.binding import BindingType
from textual.screen import ModalScreen
from textual.types import CSSPathType

from tuner_tui.ui import bindings

Result = TypeVar("Result")


class Dialog(ModalScreen[Result | None]):
    """A window over the screen; closing it answers none."""

    CSS_PATH: ClassVar[CSSPathType | None] = "dialog.tcss"
    BINDINGS: ClassVar[list[BindingType]] = bindings.of("dialog")

    def action_close(self) -> None:
        """Leave without a change."""
        self.dismiss(None)
