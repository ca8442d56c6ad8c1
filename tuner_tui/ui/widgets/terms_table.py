"""On which terms is the training advised and run?"""

from tuner_tui.ui.session import Session
from tuner_tui.ui.terms import Term, terms
from tuner_tui.ui.widgets.rows import Cell, Column, Rows


class TermsTable(Rows):
    """One row per term: what it is, and what follows from it.

    Args:
        id: As of any widget.
    """

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(
            (
                Column(title="for this training", width=17),
                Column(title="", width=24),
                Column(title="", flexible=True, narrow=False),
            ),
            id=id,
        )
        self._terms: tuple[Term, ...] = ()

    @property
    def term(self) -> Term | None:
        """The highlighted term."""
        return self._terms[self.row] if self.row < len(self._terms) else None

    def show_terms(self, session: Session) -> None:
        """Show the terms of a session; the highlight stays on its row."""
        self._terms = terms(session)
        self.show([_cells(term) for term in self._terms])


def _cells(term: Term) -> tuple[Cell, ...]:
    return Cell(term.label), Cell(term.value, "rows--strong"), Cell(term.follows, "rows--quiet")
