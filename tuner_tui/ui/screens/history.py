"""Which runs were there, and which of them are worth a look?

Lists are read from the run folders in a thread. Invariant: what is highlighted and what is marked
are runs, not rows, so that they stay when the list is narrowed, sorted or read anew.
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.screen import Screen
from textual.widgets import Input, Static

from tuner_engine import comparison, history, remarks, runs
from tuner_engine.errors import TunerError
from tuner_engine.history import ORDERS, Entry, Order
from tuner_engine.printable import printable
from tuner_engine.remarks import Remarks
from tuner_tui.ui import bindings, wording
from tuner_tui.ui import session as acts
from tuner_tui.ui.messages import Decided, RunOpened
from tuner_tui.ui.places import BY_NAME
from tuner_tui.ui.session import Session
from tuner_tui.ui.widgets.key_line import KeyLine
from tuner_tui.ui.widgets.labelled import Paragraphs
from tuner_tui.ui.widgets.rows import Rows
from tuner_tui.ui.widgets.run_list import RunList, lines
from tuner_tui.ui.widgets.title import Title

if TYPE_CHECKING:
    from tuner_tui.ui.watching import Watched


class HistoryScreen(Screen[None]):
    """The list of runs, and what is known of the highlighted one.

    Args:
        session: What is known when the screen opens.
    """

    CSS_PATH = "history.tcss"
    BINDINGS: ClassVar[list[BindingType]] = bindings.of("history")

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._going = False
        self._entries: Sequence[Entry] = ()
        """All runs."""
        self._listed: Sequence[Entry] = ()
        """Those in sight, in their order."""
        self._marked: tuple[str, ...] = ()
        self._kept: str | None = None
        """The run that the highlight is to stay on."""
        self._order: Order = "newest"
        self._read = False

    def compose(self) -> ComposeResult:
        """Lay out the list between its two lines, and the run below it."""
        yield Title("history", self._session)
        yield Static("reading the runs …", id="count", markup=False)
        yield Input(placeholder="words: data, command, status, #tag, note", id="filter")
        yield RunList(id="runs")
        yield Paragraphs(id="run")
        yield KeyLine()

    def on_mount(self) -> None:
        """Put the keys on the list."""
        self.query_one("#filter").display = False
        self.query_one(RunList).focus()

    def on_screen_resume(self) -> None:
        """Read the folders anew: runs come and go while the person is elsewhere."""
        self._reload()

    def show(self, session: Session, watched: "Watched | None") -> None:
        """Show another session; a run that has ended is read anew."""
        self._session = session
        self.query_one(Title).show(session)
        going = watched is not None and watched.going
        if self._going != going and self.is_current:
            self._reload()
        self._going = going

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Say which keys make sense now."""
        if action == "compare":
            return len(self._chosen(2)) > 1
        if action in ("open", "mark", "note", "remove", "export_run"):
            return self._entry is not None
        return True

    def action_filter(self) -> None:
        """Type words to narrow the list."""
        field = self.query_one("#filter", Input)
        field.display = True
        field.focus()

    def action_sort(self) -> None:
        """Take the next order."""
        self._order = ORDERS[(ORDERS.index(self._order) + 1) % len(ORDERS)]
        self._list()

    def action_mark(self) -> None:
        """Mark the highlighted run, or no longer, and go on to the next."""
        entry = self._entry
        if entry is not None:
            others = tuple(it for it in self._marked if it != entry.id)
            self._marked = others if entry.id in self._marked else (*others, entry.id)
            self._list()
            self.query_one(RunList).action_move(1)

    def action_open(self) -> None:
        """Show the highlighted run on the probe screen, going or ended."""
        if self._entry is not None:
            self.post_message(RunOpened(self._entry.run))

    def action_compare(self) -> None:
        """Set the marked runs side by side; with one mark, that one and the highlighted run."""
        from tuner_tui.ui.screens.compare import CompareScreen

        try:
            self.app.push_screen(CompareScreen([it.run for it in self._chosen(2)]))
        except TunerError as error:
            self._refuse(error)

    def action_note(self) -> None:
        """Write a note and tags on the highlighted run."""
        from tuner_tui.ui.screens.note import NoteScreen

        entry = self._entry
        if entry is None:
            return

        def answered(answer: Remarks | None) -> None:
            if answer is not None:
                self._try(lambda: remarks.keep(entry.run, answer))

        self.app.push_screen(NoteScreen(entry.id, entry.remarks), answered)

    def action_remove(self) -> None:
        """Delete the marked runs, or the highlighted one, once a person says so."""
        from tuner_tui.ui.screens.confirm import ConfirmScreen

        chosen = self._chosen(1)
        if not chosen:
            return
        what = chosen[0].id if len(chosen) == 1 else wording.count(len(chosen), "run")

        def answered(answer: str | None) -> None:
            if answer == "delete":
                self._marked = ()
                self._try(*(partial(runs.remove, it.run) for it in chosen))

        self.app.push_screen(
            ConfirmScreen(
                f"Delete {printable(what)} for good?",
                (("keep", "Keep"), ("delete", "Delete, with all that was measured")),
            ),
            answered,
        )

    def action_export_run(self) -> None:
        """Take the highlighted run's recipe up, as measured, and go to where it is exported."""
        if self._entry is not None:
            self._take_up(self._entry)

    @on(Input.Changed, "#filter")
    def _narrow(self) -> None:
        self._list()

    @on(Input.Submitted, "#filter")
    def _narrowed(self) -> None:
        self.action_leave_filter()

    def action_leave_filter(self) -> None:
        """Go back to the list; an empty filter goes away."""
        field = self.query_one("#filter", Input)
        field.display = bool(field.value)
        self.query_one(RunList).focus()

    @on(Rows.Highlighted, "#runs")
    def _describe(self, event: Rows.Highlighted) -> None:
        if event.index < len(self._listed):
            self.query_one("#run", Paragraphs).show_lines(lines(self._listed[event.index]))
            self.refresh_bindings()

    @on(Rows.Opened)
    def _opened(self) -> None:
        self.action_open()

    @property
    def _entry(self) -> Entry | None:
        """The highlighted run; asked of the list itself, which no key outruns."""
        row = self.query_one(RunList).row
        return self._listed[row] if row < len(self._listed) else None

    def _chosen(self, least: int) -> list[Entry]:
        """Return the marked runs, and the highlighted one where the marks are too few."""
        names = [*self._marked]
        if len(names) < least and self._entry is not None:
            names.append(self._entry.id)
        by_id = {it.id: it for it in self._entries}
        return [by_id[name] for name in dict.fromkeys(names) if name in by_id]

    def _try(self, *acts: Callable[[], object]) -> None:
        """Do what may be refused, one after the other, and read the folders anew."""
        for act in acts:
            try:
                act()
            except TunerError as error:
                self._refuse(error)
        self._reload()

    def _refuse(self, error: TunerError) -> None:
        self.notify(printable(str(error)), severity="error", markup=False)

    @work(thread=True, exclusive=True, group="history", exit_on_error=False)
    def _take_up(self, entry: Entry) -> None:
        try:
            side = comparison.side(entry.run)
        except TunerError as error:
            self.app.call_from_thread(self._refuse, error)
            return
        self.app.call_from_thread(self._taken_up, side)

    def _taken_up(self, side: comparison.Side) -> None:
        if side.recipe is None:
            self.notify("This run ended before it had a recipe.", severity="error")
            return
        session = acts.adopted(self._session, side.spec)
        self.post_message(Decided(acts.settled(session, side.recipe)))
        self.app.simulate_key(BY_NAME["export"].key if "export" in BY_NAME else "e")

    @work(thread=True, exclusive=True, group="list", exit_on_error=False)
    def _reload(self) -> None:
        """Read the folders, in a thread: there may be hundreds."""
        entries = history.entries()
        self.app.call_from_thread(self._take, entries)

    def _take(self, entries: Sequence[Entry]) -> None:
        self._entries = entries
        known = {it.id for it in entries}
        self._marked = tuple(name for name in self._marked if name in known)
        self._read = True
        if self.is_mounted:
            self._list()

    def _list(self) -> None:
        """Narrow and sort what there is, and keep the highlight on its run."""
        words = self.query_one("#filter", Input).value
        self._kept = self._entry.id if self._entry else self._kept
        self._listed = history.ordered(history.matching(self._entries, words), self._order)
        table = self.query_one(RunList)
        places = [place for place, it in enumerate(self._listed) if it.id == self._kept]
        table.show_entries(self._listed, marked=self._marked)
        if places:
            table.row = places[0]
        if not self._listed:
            self.query_one("#run", Paragraphs).show_lines(lines(None))
        self.query_one("#count", Static).update(self._told(words))
        self.refresh_bindings()

    def _told(self, words: str) -> str:
        """Return how many runs are in sight, and why those."""
        if not self._entries:
            return f"no runs yet under {printable(str(runs.home()))}" if self._read else "…"
        shown = wording.count(len(self._listed), "run")
        parts = [shown if not words else f"{len(self._listed)} of {len(self._entries)} runs"]
        parts.append(f"by {self._order}" if self._order != "newest" else "newest first")
        if words:
            parts.append(f"with {printable(words)}")
        if self._marked:
            parts.append(f"{len(self._marked)} marked")
        return " · ".join(parts)
