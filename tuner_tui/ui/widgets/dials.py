"""Which facts can be turned by keys, and what do they say now?"""

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import BindingType
from textual.message import Message

from tuner_tui.ui import bindings
from tuner_tui.ui.widgets.rows import Cell, Column, Rows


class Dials(Rows):
    """One row per fact: its name, its value, and what follows from it.

    Args:
        title: Over the names.
        id: As of any widget.
    """

    BINDINGS: ClassVar[list[BindingType]] = bindings.of("dials")

    class Turned(Message):
        """A person wants the next or the previous value of a fact.

        Args:
            name: Of the fact.
            by: 1 or -1.
        """

        def __init__(self, name: str, by: int) -> None:
            super().__init__()
            self.name = name
            self.by = by

    class Asked(Message):
        """A person wants to type a value of a fact.

        Args:
            name: Of the fact.
        """

        def __init__(self, name: str) -> None:
            super().__init__()
            self.name = name

    def __init__(self, title: str, *, id: str | None = None) -> None:  # noqa: A002
        columns = (
            Column(title=title, width=12),
            Column(title="", width=34),
            Column(title="", flexible=True, narrow=False),
        )
        super().__init__(columns, id=id)
        self._names: tuple[str, ...] = ()

    def show_facts(self, facts: Sequence[tuple[str, str, str]]) -> None:
        """Show facts: name, value and note of each."""
        self._names = tuple(name for name, _, _ in facts)
        self.styles.height = len(facts) + 1
        self.show(
            [
                (Cell(name), Cell(f"< {value} >", "rows--strong"), Cell(note, "rows--quiet"))
                for name, value, note in facts
            ]
        )

    @property
    def chosen(self) -> str | None:
        """The highlighted fact."""
        return self._names[self.row] if self.row < len(self._names) else None

    def action_turn(self, by: int) -> None:
        """Ask for another value of the highlighted fact."""
        if self.chosen is not None:
            self.post_message(self.Turned(self.chosen, by))

    def action_ask(self) -> None:
        """Ask to type one."""
        if self.chosen is not None:
            self.post_message(self.Asked(self.chosen))
