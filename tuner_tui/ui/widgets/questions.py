"""Which question is asked, and which charts answer it?

One line: the questions, of which one is chosen, and the charts, of which one is in front.
Invariant: what is chosen and what is in front are in sight at any width.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from textual import events
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

from tuner_engine.specs import Command
from tuner_tui.ui.questions import BY_COMMAND, QUESTIONS

_GAP = "  "
"""Between two words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """One word of the line.

    Attributes:
        name: Of the question or the chart.
        text: As written.
        chosen: Whether it is the one.
    """

    name: str
    text: str
    chosen: bool


class QuestionLine(Widget):
    """Questions on the left, charts on the right."""

    DEFAULT_CSS = "QuestionLine { height: 1; padding: 0 1; background: $surface; }"
    ALLOW_SELECT = False

    class Picked(Message):
        """A word was clicked.

        Attributes:
            name: Of the question or the chart.
        """

        def __init__(self, name: str) -> None:
            super().__init__()
            self.name = name

    def __init__(self) -> None:
        super().__init__()
        self._asked: Command = "probe-lr"
        self._panes: tuple[Word, ...] = ()

    def show(self, asked: Command, panes: Sequence[Word]) -> None:
        """Show which question is chosen, and which panes there are."""
        if (asked, tuple(panes)) != (self._asked, self._panes):
            self._asked, self._panes = asked, tuple(panes)
            self.refresh()

    def render(self) -> Content:
        """Return both halves, as far as they fit."""
        left, right = fitting(self._asked, self._panes, width=self.content_size.width)
        room = self.content_size.width - _width(left) - _width(right)
        return Content.assemble(_styled(left), " " * max(0, room), _styled(right))

    def on_click(self, event: events.Click) -> None:
        """Pick the word under the pointer."""
        left, right = fitting(self._asked, self._panes, width=self.content_size.width)
        start = self.gutter.left
        place = self.gutter.left + self.content_size.width - _width(right)
        for words, at in ((left, start), (right, place)):
            for word in words:
                if at <= event.x < at + cell_len(word.text) and word.name:
                    self.post_message(self.Picked(word.name))
                    return
                at += cell_len(word.text) + len(_GAP)


def fitting(
    asked: Command, panes: Sequence[Word], *, width: int
) -> tuple[tuple[Word, ...], tuple[Word, ...]]:
    """Return the words of both halves, as long as there is room for them.

    Args:
        asked: The chosen question.
        panes: The charts.
        width: Cells there are.
    """
    words = [Word(name=it.command, text=it.words, chosen=it.command == asked) for it in QUESTIONS]
    short = [Word(name=it.command, text=it.short, chosen=it.command == asked) for it in QUESTIONS]
    alone = (
        Word(name="", text="p", chosen=False),
        Word(name=asked, text=BY_COMMAND[asked].words, chosen=True),
    )
    front = tuple(pane for pane in panes if pane.chosen)
    for left in (tuple(words), tuple(short), alone):
        if _width(left) + _width(panes) + 2 * len(_GAP) <= width:
            return left, tuple(panes)
    return alone, front


def _width(words: Sequence[Word]) -> int:
    return sum(cell_len(word.text) for word in words) + len(_GAP) * max(0, len(words) - 1)


def _styled(words: Sequence[Word]) -> Content:
    return Content(_GAP).join(
        Content.styled(word.text, "bold $text-accent underline" if word.chosen else "$text-muted")
        for word in words
    )
