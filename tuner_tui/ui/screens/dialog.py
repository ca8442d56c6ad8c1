"""What have all dialogs in common?"""

from typing import ClassVar, TypeVar

from textual.await_complete import AwaitComplete
from textual.binding import BindingType
from textual.screen import ModalScreen
from textual.types import CSSPathType

from tuner_tui.ui import bindings

Result = TypeVar("Result")


class Answering(ModalScreen[Result]):
    """A screen over another that is answered once, however fast keys come.

    Over a slow line keys arrive in bursts: what comes after the answer is for nobody.
    """

    def dismiss(self, result: Result | None = None) -> AwaitComplete:
        """Leave with an answer; once left, do nothing."""
        if self not in self.app.screen_stack:
            return AwaitComplete()
        return super().dismiss(result)


class Dialog(Answering[Result | None]):
    """A window over the screen; closing it answers none."""

    CSS_PATH: ClassVar[CSSPathType | None] = "dialog.tcss"
    BINDINGS: ClassVar[list[BindingType]] = bindings.of("dialog")

    def action_close(self) -> None:
        """Leave without a change."""
        self.dismiss(None)
