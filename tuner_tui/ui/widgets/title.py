"""Where is the person, and where else can they go?

One line: the data, what the screen is about, and every place with its key. Invariant: each place's
key is in sight at any width that holds them; words go first where room is short.
"""

from collections.abc import Iterable

from rich.cells import cell_len
from textual import events
from textual.content import Content
from textual.widget import Widget

from tuner_tui.ui import wording
from tuner_tui.ui.places import PLACES, Place
from tuner_tui.ui.session import Session

_GAP = "  "
"""Between two parts."""

_NAME_CELLS = 16
"""Cells that the data's name keeps before the words of places go. House choice."""


class Title(Widget):
    """The line at the top of every place.

    Args:
        here: Name of the place that it stands on.
        session: What is known at first.
    """

    DEFAULT_CSS = """
    Title { dock: top; height: 1; padding: 0 1; background: $panel; color: $text; }
    """
    ALLOW_SELECT = False

    def __init__(self, here: str, session: Session) -> None:
        super().__init__(id="title")
        self._here = here
        self._session = session
        self._note = ""

    def show(self, session: Session, *, note: str = "") -> None:
        """Show which data there are.

        Args:
            session: What is known now.
            note: A few words on how things stand, shown where there is room.
        """
        if (session.spec.data, note) != (self._session.spec.data, self._note):
            self._session, self._note = session, note
            self.refresh()

    def render(self) -> Content:
        """Return name, note and places, as far as they fit."""
        width = self.size.width
        name = wording.source_name(self._session.spec.data.source) or "tuner-tui"
        tabs = fitting(PLACES, here=self._here, width=width - _NAME_CELLS - len(_GAP))
        room = max(0, width - cell_len(_GAP.join(words for _, words in tabs)) - len(_GAP))
        left = Content(_GAP.join(part for part in (name, self._note) if part))
        left = left.stylize("bold").truncate(room, ellipsis=True, pad=True)
        return Content(_GAP).join([left, *(self._tab(place, words) for place, words in tabs)])

    def on_click(self, event: events.Click) -> None:
        """Go to the place under the pointer."""
        tabs = fitting(PLACES, here=self._here, width=self.size.width - _NAME_CELLS - len(_GAP))
        end = self.size.width + self.gutter.left
        for place, words in reversed(tabs):
            start = end - cell_len(words)
            if start <= event.x < end:
                self.app.simulate_key(place.key)
            end = start - len(_GAP)

    def _tab(self, place: Place, words: str) -> Content:
        if place.name == self._here:
            return Content.styled(words, "bold $text-accent underline")
        return Content.assemble((place.key, "bold"), (words[len(place.key) :], "$text-muted"))


def fitting(places: Iterable[Place], *, here: str, width: int) -> list[tuple[Place, str]]:
    """Return how each place is written so that all fit: key and word, or the key alone.

    Args:
        places: From left to right.
        here: The place whose word stays longest.
        width: Cells there are.
    """
    listed = list(places)
    for worded in ({place.name for place in listed}, {here}, set[str]()):
        tabs = [
            (place, f"{place.key} {place.words}" if place.name in worded else place.key)
            for place in listed
        ]
        if cell_len(_GAP.join(words for _, words in tabs)) <= width:
            return tabs
    return tabs
