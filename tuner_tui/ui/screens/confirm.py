"""Which of a few answers?"""

from collections.abc import Sequence

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.events import Key
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from tuner_tui.ui.screens.dialog import Dialog


class ConfirmScreen(Dialog[str]):
    """Asks one question and answers the identifier of an answer.

    Args:
        question: As text.
        answers: Identifier and words of each, the safest first.
    """

    def __init__(self, question: str, answers: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        self._question = question
        self._answers = tuple(answers)

    def compose(self) -> ComposeResult:
        """Lay out question and answers."""
        options = [
            Option(Content(f"{number} {words}"), id=name)
            for number, (name, words) in enumerate(self._answers, start=1)
        ]
        with Vertical(id="window"):
            yield Static(self._question, classes="question", markup=False)
            yield OptionList(*options, markup=False)
            yield Static("⏎ or its number answers · esc or ^g goes back", classes="note")

    def on_key(self, event: Key) -> None:
        """Take a digit as the answer with that number."""
        if event.character and event.character.isdigit():
            place = int(event.character) - 1
            if 0 <= place < len(self._answers):
                event.stop()
                self.dismiss(self._answers[place][0])

    @on(OptionList.OptionSelected)
    def _answer(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(event.option.id)
