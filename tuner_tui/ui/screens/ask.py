"""What does a person type for one fact?"""

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.suggester import SuggestFromList
from textual.widgets import Input, Static

from tuner_engine.errors import TunerError
from tuner_engine.printable import printable
from tuner_tui.ui.screens.dialog import Dialog

Answer = TypeVar("Answer")


class AskScreen(Dialog[Answer], Generic[Answer]):
    """Asks for a line of text, and answers what is made of it.

    Args:
        question: As text.
        value: What the field holds at first.
        known: Words that are offered while typing.
        made: From text to answer; what it refuses is shown, and asked again.
    """

    def __init__(
        self, question: str, value: str, *, known: Sequence[str], made: Callable[[str], Answer]
    ) -> None:
        super().__init__()
        self._question = question
        self._value = value
        self._known = tuple(known)
        self._made = made

    def compose(self) -> ComposeResult:
        """Lay out question, what is known, field and refusal."""
        listed = ", ".join(self._known)
        with Vertical(id="window"):
            yield Static(self._question, classes="question", markup=False)
            yield Static(printable(listed), classes="note", markup=False)
            yield Input(self._value, suggester=SuggestFromList(self._known, case_sensitive=False))
            yield Static("", classes="refusal", markup=False)
            yield Static("⏎ takes it · → completes · esc or ^g leaves it", classes="note")

    @on(Input.Submitted)
    def _answer(self, event: Input.Submitted) -> None:
        try:
            self.dismiss(self._made(event.value))
        except TunerError as error:
            self.query_one(".refusal", Static).update(printable(str(error)))
