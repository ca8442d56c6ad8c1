"""How does a measurement go, what does it say, and which value shall it be?"""

from collections.abc import Iterator, Mapping
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container
from textual.screen import Screen

from tuner_engine.errors import UsageError
from tuner_engine.printable import printable
from tuner_engine.specs import Command
from tuner_engine.state import RunState
from tuner_tui.figures import charts, marks, standings
from tuner_tui.figures.charts import Picture
from tuner_tui.ui import bindings, questions, wording
from tuner_tui.ui import session as acts
from tuner_tui.ui.chart.link import Link
from tuner_tui.ui.chart.widget import Chart
from tuner_tui.ui.config import Config
from tuner_tui.ui.messages import Decided, RateTaken
from tuner_tui.ui.session import Session
from tuner_tui.ui.watching import Watched
from tuner_tui.ui.widgets.briefing import Briefing
from tuner_tui.ui.widgets.key_line import KeyLine
from tuner_tui.ui.widgets.progress import Progress
from tuner_tui.ui.widgets.questions import QuestionLine, Word
from tuner_tui.ui.widgets.readout import Readout
from tuner_tui.ui.widgets.rows import Rows
from tuner_tui.ui.widgets.standings import Standings
from tuner_tui.ui.widgets.title import Title
from tuner_tui.ui.widgets.verdict import Verdict

_STANDINGS = "standings"
"""The pane that is a table."""

_CERTAIN: Mapping[str, int] = {"probe-lr": 2, "tune": 2}
"""Charts of a command that are sure to fill, and have their place from the start; else one."""

PANE_ROWS = 11
"""Rows that a pane needs where several are shown. House choice: axes, and eight rows of plot."""

PANE_COLUMNS = 80
"""Columns that a pane needs where two stand side by side. House choice."""


class ProbeScreen(Screen[None]):
    """The questions, and the charts and words that answer the one that is asked.

    Args:
        session: What is known when the screen opens.
    """

    CSS_PATH = "probe.tcss"
    BINDINGS: ClassVar[list[BindingType]] = bindings.of("probe")

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._watched: Watched | None = None
        self._latest: Watched | None = None
        """What came while the view was paused."""
        self._paused = False
        self._asked: Command = "probe-lr"
        self._front = ""
        self._turned = False
        """Whether a person chose which pane is in front."""
        self._drawn: dict[str, RunState] = {}
        """The state that each chart shows."""
        self._taken_s: dict[str, float] = {}

    def compose(self) -> ComposeResult:
        """Lay out the lines, and the panes between them."""
        config: Config = getattr(self.app, "config", Config())
        links: dict[str | None, Link] = {}
        yield Title("probe", self._session)
        yield QuestionLine()
        yield Progress(id="progress")
        yield Briefing(id="briefing")
        with Container(id="charts"):
            for picture in charts.ALL:
                axis = picture.setting or picture.name
                link = links.setdefault("epochs" if picture.name == "metric" else axis, Link())
                yield Chart(id=picture.name, glyphs=config.app.glyphs, link=link)
            yield Standings(id=_STANDINGS)
        yield Readout(id="readout")
        yield Verdict(id="verdict")
        yield KeyLine()

    def on_mount(self) -> None:
        """Show what there is to ask, and look up what it took before."""
        self._arrange()
        self._remember()

    def on_resize(self) -> None:
        """Show as many panes as there is room for."""
        self.call_after_refresh(self._arrange)

    def show(self, session: Session, watched: Watched | None) -> None:
        """Show how a run stands; another run begins with a fresh screen."""
        self._session, self._latest = session, watched
        before = self._watched
        fresh = watched is not None and (before is None or before.run_id != watched.run_id)
        if fresh:
            self._paused = self._turned = False
        if not self._paused:
            self._watched = watched
        if fresh and watched is not None:
            self._drawn.clear()
            self._start_over()
        if (
            watched is not None
            and watched.state.command in questions.BY_COMMAND
            and (before is None or fresh or not before.state.command)
        ):
            self._asked = questions.BY_COMMAND[watched.state.command].command
        if before is not None and before.going and watched is not None and not watched.going:
            self._remember()
        self._show_all()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Say which keys make sense now."""
        match action:
            case "take_arm":
                return self._front == _STANDINGS
            case "pause":
                return self._paused or (self._latest is not None and self._latest.going)
            case "next_question":
                return self._following() is not None
            case "other_chart":
                return len(self._panes()) > 1
        return True

    @property
    def asked(self) -> Command:
        """What is begun here."""
        return self._asked

    def action_ask(self, by: int) -> None:
        """Choose another question."""
        self._ask(questions.neighbour(self._asked, by))

    def action_next_question(self) -> None:
        """Choose the question that the verdict makes worth asking."""
        following = self._following()
        if following is not None:
            self._ask(following)

    def action_pause(self) -> None:
        """Hold the view still, or let it go on; the run goes on either way."""
        self._paused = not self._paused
        if not self._paused:
            self._watched = self._latest
        self._show_all()

    def action_other_chart(self, by: int = 1) -> None:
        """Put the next pane in front."""
        panes = self._panes()
        if panes:
            self._turned = True
            place = panes.index(self._front) if self._front in panes else -1
            self._put_in_front(panes[(place + by) % len(panes)])

    def action_take_arm(self) -> None:
        """Take the values of the highlighted arm into the recipe."""
        arm = self.query_one(Standings).highlighted
        recipe = self._session.recipe
        known = recipe.settings if recipe else {}
        values = {name: it for name, it in arm.values.items() if name in known} if arm else {}
        if values:
            self._decide(values)
        else:
            self.notify("This arm differs in no setting of the recipe.")

    @on(QuestionLine.Picked)
    def _pick(self, event: QuestionLine.Picked) -> None:
        if event.name in questions.BY_COMMAND:
            self._ask(questions.BY_COMMAND[event.name].command)
        else:
            self._turned = True
            self._put_in_front(event.name)

    @on(Rows.Opened)
    def _open_arm(self) -> None:
        self.action_take_arm()

    @on(Chart.CursorMoved)
    def _read(self, event: Chart.CursorMoved) -> None:
        if event.chart.id == self._front:
            log = event.chart.scene.shown.x_axis.scale == "log"
            self.query_one(Readout).show(event.reading, ratio=log)

    @on(Chart.CursorCleared)
    def _forget(self, event: Chart.CursorCleared) -> None:
        if event.chart.id == self._front:
            self._read_nothing()

    @on(Chart.Chosen)
    def _take(self, event: Chart.Chosen) -> None:
        setting = next((it.setting for it in charts.ALL if it.name == event.chart.id), None)
        if setting == "learning_rate":
            self.post_message(RateTaken(event.x))
        elif setting is not None:
            self._decide({setting: event.x})

    def on_descendant_focus(self) -> None:
        """Let the focused pane be the one in front."""
        focused = self.focused
        if focused is not None and focused.id in self._panes() and focused.id != self._front:
            self._front = focused.id
            self._turned = True
            self._show_lines()

    def _decide(self, values: Mapping[str, float]) -> None:
        """Take values into the recipe, locked."""
        session = self._session
        try:
            for name, value in values.items():
                session = acts.edited(session, name, _written(session, name, value))
        except UsageError as error:
            self.notify(printable(str(error)), severity="error", markup=False)
            return
        told = ", ".join(
            f"{name.replace('_', ' ')} {_written(session, name, value)}"
            for name, value in values.items()
        )
        self.post_message(Decided(session))
        self.notify(f"In the recipe, locked: {told}. u takes it back.", markup=False)

    def _ask(self, command: Command) -> None:
        self._asked = command
        self._show_all()

    def _following(self) -> Command | None:
        if self._watched is None:
            return None
        following = questions.following(self._watched.state, self._session.recipe)
        return following if following != self._asked else None

    @property
    def _answered(self) -> RunState | None:
        """The state of the watched run, if it is about the question that is asked."""
        watched = self._watched
        if watched is None or watched.state.command not in ("", self._asked):
            return None
        return watched.state

    def _panes(self) -> list[str]:
        """Return the panes of the question, in order."""
        state = self._answered
        if state is None:
            return []
        listed = charts.of(self._asked)
        certain = listed[: _CERTAIN.get(self._asked, 1)]
        panes = [it.name for it in listed if it in certain or it.filled(state)]
        arms = {training.arm for training in state.trainings}
        return [*panes, _STANDINGS] if len(arms) > 1 and state.epochs else panes

    def _show_all(self) -> None:
        """Bring every part up to date."""
        watched = self._watched
        panes = self._panes()
        if panes and (not self._turned or self._front not in panes):
            self._follow_the_run(panes)
        self._arrange()
        self._show_lines()
        self.query_one(Progress).show(watched, paused=self._paused)
        answered = self._answered is not None
        self.query_one(Verdict).show(watched if answered else None, following=self._following())
        if not answered:
            self.query_one(Briefing).brief(self._asked, self._session, self._taken_s)
        self._draw()
        self.refresh_bindings()

    def _show_lines(self) -> None:
        words = {it.name: it.words for it in charts.ALL} | {_STANDINGS: "Arms"}
        tabs = [
            Word(name=name, text=words[name], chosen=name == self._front) for name in self._panes()
        ]
        self.query_one(QuestionLine).show(self._asked, tabs)
        note = self._watched.run_id if self._watched else ""
        self.query_one(Title).show(self._session, note=note)
        if self._panes() and (
            self._front == _STANDINGS or self._chart(self._front).cursor_x is None
        ):
            self._read_nothing()

    def _follow_the_run(self, panes: list[str]) -> None:
        """Put in front what is being measured, unless somebody reads another chart."""
        wanted = charts.front(self._watched.state) if self._watched else ""
        reading = self._front in panes and self._front != _STANDINGS
        if reading and self._chart(self._front).cursor_x is not None:
            return
        if self._front not in panes or (wanted in panes and wanted != self._front):
            self._put_in_front(wanted if wanted in panes else panes[0])

    def _put_in_front(self, name: str) -> None:
        self._front = name
        self._arrange()
        self._show_lines()
        self._draw()
        self.query_one(f"#{name}").focus()

    def _arrange(self) -> None:
        """Show the pane in front, and as many of the others as there is room for."""
        panes = self._panes()
        self.query_one("#briefing").display = not panes
        box = self.query_one("#charts")
        box.display = self.query_one("#readout").display = bool(panes)
        sight = self._in_sight(panes)
        side_by_side = len(sight) > 2 and self.size.width >= 2 * PANE_COLUMNS
        box.set_class(side_by_side, "-grid")
        for pane in box.children:
            pane.display = pane.id in sight
        if panes and not isinstance(self.focused, Chart | Standings):
            self.query_one(f"#{self._front if self._front in panes else panes[0]}").focus()

    def _in_sight(self, panes: list[str]) -> list[str]:
        rows = max(1, (self.size.height - 8) // PANE_ROWS)
        room = rows * (2 if self.size.width >= 2 * PANE_COLUMNS else 1)
        place = panes.index(self._front) if self._front in panes else 0
        start = max(0, min(place, len(panes) - room))
        return panes[start : start + room]

    def _draw(self) -> None:
        """Draw what is in sight and differs from what it shows."""
        state = self._answered
        if state is None:
            return
        for picture in self._pictures_in_sight():
            shown = self._drawn.get(picture.name)
            if shown is None or picture.differs(shown, state):
                self._drawn[picture.name] = state
                self._chart(picture.name).show(picture.draw(state))
        table = self.query_one(Standings)
        shown = self._drawn.get(_STANDINGS)
        if table.display and (shown is None or shown.epochs is not state.epochs):
            self._drawn[_STANDINGS] = state
            table.show_standings(standings.of(state))

    def _pictures_in_sight(self) -> Iterator[Picture]:
        sight = self._in_sight(self._panes())
        return (picture for picture in charts.ALL if picture.name in sight)

    def _start_over(self) -> None:
        """Forget cursors and limits of the run before."""
        for chart in self.query(Chart):
            chart.action_clear()
            chart.action_fit()

    def _chart(self, name: str) -> Chart:
        return self.query_one(f"#{name}", Chart)

    def _read_nothing(self) -> None:
        """Say what could be read."""
        if self._front == _STANDINGS:
            self.query_one(Readout).say("↑ ↓ highlight an arm, ⏎ takes its values")
            return
        state = self._answered
        picture = next((it for it in charts.ALL if it.name == self._front), None)
        setting = picture.setting if picture else None
        self.query_one(Readout).show(
            None,
            suggested=marks.settled(state, setting) if state and setting else None,
            takes=setting,
        )

    @work(thread=True, exclusive=True, group="history", exit_on_error=False)
    def _remember(self) -> None:
        """Look up what the newest finished run of each command took on the same data."""
        from tuner_engine import history

        source = self._session.spec.data.source
        taken: dict[str, float] = {}
        for it in history.entries():
            if it.source == source and it.status == "done" and it.wall_s is not None:
                taken.setdefault(it.command, it.wall_s)
        self.app.call_from_thread(self._recall, taken)

    def _recall(self, taken_s: dict[str, float]) -> None:
        self._taken_s = taken_s
        if self.is_mounted and self._answered is None:
            self.query_one(Briefing).brief(self._asked, self._session, self._taken_s)


def _written(session: Session, name: str, value: float) -> str:
    """Return a value as a person would type it for a setting."""
    setting = session.recipe.settings.get(name) if session.recipe else None
    if (
        setting is not None
        and isinstance(setting.value, int)
        and not isinstance(setting.value, bool)
    ):
        return str(max(1, round(value)))
    return wording.number(value) if name == "learning_rate" else f"{value:.6g}"
