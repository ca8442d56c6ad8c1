"""What shall be opened?"""

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.screen import Screen
from textual.widgets import Input, Static

from tuner_engine.printable import printable
from tuner_engine.specs import DataSpec
from tuner_tui.ui import bindings, offers
from tuner_tui.ui.messages import DataAsked, RunOpened
from tuner_tui.ui.offers import Offer
from tuner_tui.ui.session import Session
from tuner_tui.ui.widgets.key_line import KeyLine
from tuner_tui.ui.widgets.rows import Cell, Column, Rows
from tuner_tui.ui.widgets.title import Title

if TYPE_CHECKING:
    from tuner_tui.ui.watching import Watched

_LOOKED_AT = 200
"""Newest runs whose data and state are listed."""

_WORDS = {"going": "running", "data": "again", "run": "run", "file": "file", "folder": "folder"}
"""Kind → its word in the list; the others say it themselves."""


class StartScreen(Screen[None]):
    """Runs, data, demos and files, with a look at the highlighted one.

    Args:
        session: What is known when the screen opens.
    """

    CSS_PATH = "start.tcss"
    BINDINGS: ClassVar[list[BindingType]] = bindings.of("start")

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._usual: tuple[Offer, ...] = offers.usual(())
        self._offers: tuple[Offer, ...] = ()

    def compose(self) -> ComposeResult:
        """Lay out the field, the list and the preview."""
        yield Title("start", self._session)
        yield Input(placeholder="/ types a file, a folder, FILE.py:NAME or demo:…", compact=True)
        yield Rows(
            (
                Column(title="", width=8),
                Column(title="open", width=48),
                Column(title="", flexible=True, narrow=False),
            ),
            id="offers",
        )
        with Vertical(id="preview"):
            yield Static("", id="look", markup=False)
        yield KeyLine()

    def on_mount(self) -> None:
        """Offer what needs no reading; the rest comes when it is read."""
        self._offer(self._usual)
        self.set_focus(self.query_one(Rows))

    def on_screen_resume(self) -> None:
        """Look again which runs there are."""
        self._read_runs()

    def show(self, session: Session, watched: "Watched | None") -> None:
        """Show another session."""
        self._session = session
        self.query_one(Title).show(session)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Let `/` be a letter of a path while one is typed."""
        return action != "type" or not isinstance(self.focused, Input)

    def action_type(self) -> None:
        """Let a person type what to open."""
        self.set_focus(self.query_one(Input))

    def action_choose(self) -> None:
        """Go back to the list."""
        self.set_focus(self.query_one(Rows))

    def action_move(self, by: int) -> None:
        """Move the highlight while typing."""
        self.query_one(Rows).row += by

    def action_complete(self) -> None:
        """Complete what is typed as far as there is no doubt; otherwise go between the two."""
        field = self.query_one(Input)
        if not field.has_focus:
            self.set_focus(field)
            return
        longer = offers.completed(field.value, self._offers)
        if longer == field.value:
            self.set_focus(self.query_one(Rows))
        field.value = longer
        field.cursor_position = len(longer)

    @on(Rows.Opened)
    @on(Input.Submitted)
    def action_open(self) -> None:
        """Open what is highlighted."""
        offer = self._highlighted
        field = self.query_one(Input)
        if offer is None:
            if field.value:
                self.post_message(DataAsked(DataSpec(source=field.value)))
        elif offer.kind == "folder" and not offer.name.isprintable():
            self.notify("This folder's name cannot be typed: open it by a link of another name.")
        elif offer.kind == "folder":
            field.value = offer.name
            self.set_focus(field)
            field.cursor_position = len(offer.name)
        else:
            self._open(offer)

    def _open(self, offer: Offer) -> None:
        if offer.kind == "tour":
            self.app.call_later(self.app.run_action, "tour")
        elif offer.run is not None:
            self.post_message(RunOpened(offer.run))
        elif offer.kind == "task":
            self.post_message(DataAsked(DataSpec(source=offer.name, kind="task")))
        else:
            self.post_message(DataAsked(DataSpec(source=offer.name)))

    @property
    def _highlighted(self) -> Offer | None:
        row = self.query_one(Rows).row
        return self._offers[row] if row < len(self._offers) else None

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        self._offer(offers.typed(event.value) if event.value else self._usual)

    @on(Rows.Highlighted)
    def _highlight(self) -> None:
        offer = self._highlighted
        if offer is not None:
            self._look_at(offer)

    @work(exclusive=True, group="runs")
    async def _read_runs(self) -> None:
        from tuner_engine import history, runs

        def read() -> list[history.Entry]:
            return [history.entry(run) for run in runs.listed()[:_LOOKED_AT]]

        self._usual = offers.usual(await asyncio.to_thread(read))
        if not self.query_one(Input).value:
            self._offer(self._usual)

    @work(exclusive=True, group="look")
    async def _look_at(self, offer: Offer) -> None:
        if offer.kind in {"file", "folder", "data"}:
            from tuner_tui.ui import preview

            shown = await asyncio.to_thread(preview.lines, offer.name)
        else:
            shown = (offer.detail,)
        self.query_one("#look", Static).update("\n".join((printable(offer.name), *shown)))

    def _offer(self, listed: Sequence[Offer]) -> None:
        self._offers = tuple(listed)
        rows = self.query_one(Rows)
        rows.show([_cells(offer) for offer in listed])
        rows.row = 0
        if not listed:
            self.query_one("#look", Static).update("nothing here has such a name")


def _cells(offer: Offer) -> tuple[Cell, ...]:
    strong = "rows--strong" if offer.kind == "going" else ""
    return (
        Cell(_WORDS.get(offer.kind, offer.kind), strong or "rows--quiet"),
        Cell(printable(offer.name), strong),
        Cell(offer.detail, "rows--quiet"),
    )
