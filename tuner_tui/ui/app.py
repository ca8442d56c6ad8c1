"""What holds the app together: screens, keys and signals.

Invariant: whatever ends the app, the terminal is restored, the exit code says how it ended, and a
worker that has a spec goes on unless a person said otherwise.
"""

import asyncio
import signal
from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING, ClassVar, Protocol, runtime_checkable

from rich.text import Text
from textual import on
from textual.binding import BindingType
from textual.command import Provider
from textual.screen import Screen
from textual.widget import Widget

from tuner_engine.errors import ExitCode
from tuner_engine.printable import printable
from tuner_engine.specs import Command, RunSpec
from tuner_tui.ui import bindings
from tuner_tui.ui.config import Config, GlyphName
from tuner_tui.ui.live import LiveApp
from tuner_tui.ui.messages import DataAsked, ProbeAsked, RunOpened, SettingWanted, StillGoing
from tuner_tui.ui.places import BY_NAME, PLACES, Place
from tuner_tui.ui.programs import OURS, Programs
from tuner_tui.ui.theme import THEMES, following

if TYPE_CHECKING:
    from tuner_engine.runs import Run
    from tuner_tui.ui.chart.messages import ExportAsked
    from tuner_tui.ui.keymap import Bound

_SIGNALS = {signal.SIGTERM: 143, signal.SIGHUP: 129, signal.SIGINT: int(ExitCode.INTERRUPTED)}
"""Signals that end the app in good order, and what it then returns: 128 and the signal's number."""

_AS_USUAL = Config()
"""What the app is like where nobody settled anything."""

_NOT_IN_DIALOGS = frozenset(
    key.action.removeprefix("app.").split("(")[0]
    for key in bindings.KEYS
    if key.scope == "everywhere"
) - {"suspend_process"}
"""Acts of the app that wait until a dialog is answered."""


@runtime_checkable
class Arrived(Protocol):
    """A screen that opens as suits the place that a person comes from."""

    def arrive_from(self, place: str) -> None:
        """Begin with what that place is about."""


@runtime_checkable
class Highlighting(Protocol):
    """A screen that can put its highlight on a setting."""

    def highlight(self, name: str) -> None:
        """Put the highlight there."""


def _finder() -> type[Provider]:
    from tuner_tui.ui.palette import Finder  # nobody needs it for the first frame

    return Finder


class TunerApp(LiveApp):
    """The terminal app.

    Args:
        spec: Data, decided values, seed, device and budget.
        programs: What it starts.
        config: What the person settled once and for all.
    """

    TITLE = "tuner-tui"
    CSS_PATH = "app.tcss"
    COMMANDS: ClassVar[set[type[Provider] | Callable[[], type[Provider]]]] = {_finder}
    DEFAULT_MODE: str = "start"  # type: ignore[misc] # of each app: with data, it begins there
    BINDINGS: ClassVar[list[BindingType]] = bindings.of("everywhere")
    HORIZONTAL_BREAKPOINTS = [  # noqa: RUF012 - declared so by Textual
        (0, "-narrow"),
        (100, "-wide"),
    ]
    VERTICAL_BREAKPOINTS = [  # noqa: RUF012 - declared so by Textual
        (0, "-short"),
        (30, "-tall"),
    ]

    def __init__(
        self, spec: RunSpec, *, programs: Programs = OURS, config: Config = _AS_USUAL
    ) -> None:
        self.DEFAULT_MODE = "setup" if spec.data.source else "start"
        super().__init__(spec, programs=programs)
        self.config = config
        self._leaving = False
        self._left = False
        self._metered = False
        self._was_metered = False
        for place in PLACES:
            self.add_mode(place.name, partial(self._opened, place))
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = config.app.theme
        if config.keys:
            self.set_keymap({bound.id: ",".join(bound.keys) for bound in self._remapped()})

    def on_mount(self) -> None:
        """Answer signals by leaving in good order."""
        loop = asyncio.get_running_loop()
        for number, code in _SIGNALS.items():
            loop.add_signal_handler(number, partial(self.exit, return_code=code))

    def on_ready(self) -> None:
        """Once the first frame stands, greet whoever is new; `LiveApp` does the rest."""
        if not self.session.spec.data.source:
            from tuner_tui.ui import toured

            if toured.is_due():
                self.action_tour()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Say which acts make sense now; the footer lists no others."""
        if self._left or (action in _NOT_IN_DIALOGS and self._in_dialog):
            return False
        match action:
            case "stop_probe":
                return self.going
            case "measure":
                return self.session.recipe is not None and not self.going
            case "undo":
                return bool(self.timeline.past)
            case "redo":
                return bool(self.timeline.future)
            case "export":
                return self.current_mode != "export"
            case "go":
                return parameters[0] != self.current_mode and self._is_open(str(parameters[0]))
        return True

    def action_go(self, mode: str) -> None:
        """Go to a screen."""
        self.switch_mode(mode)
        self.call_after_refresh(self.show)

    def _remapped(self) -> "Iterable[Bound]":
        """Yield the acts whose keys a person has moved."""
        from tuner_tui.ui import keymap

        return (bound for bound in keymap.table(self.config.keys) if bound.id in self.config.keys)

    def _opened(self, place: Place) -> Screen[None]:
        return place.opened(self.session)

    @property
    def glyphs(self) -> GlyphName:
        """What charts are drawn with."""
        return self.config.app.glyphs

    @property
    def _in_dialog(self) -> bool:
        """Whether an answer is waited for; the palette is none."""
        return self.screen.is_modal and not self.screen.has_class("--textual-command-palette")

    def _is_open(self, name: str) -> bool:
        """Return whether there is something to be seen in a place."""
        match BY_NAME[name].needs:
            case "nothing":
                return True
            case "data":
                return bool(self.session.spec.data.source)
        return self.session.recipe is not None or self.watched is not None

    def action_measure(self, command: Command | None = None) -> None:
        """Start what the screen asks, at first the learning-rate probe, and go to its charts."""
        asked: Command = getattr(self.screen, "asked", "probe-lr")
        if self.begin_probe(command or asked):
            self.action_go("probe")

    def action_undo(self) -> None:
        """Take the last change of the recipe back."""
        self.undo()

    def action_redo(self) -> None:
        """Make the change again that was taken back."""
        self.redo()

    @on(ProbeAsked)
    def _measure(self, event: ProbeAsked) -> None:
        self.action_measure(event.command)

    @on(DataAsked)
    def _open_data(self, event: DataAsked) -> None:
        self.open_data(event.data)
        self.action_go("setup")

    def action_tour(self) -> None:
        """Show what the app does, on a probe that only pretends."""
        from tuner_tui.ui.screens.tour import TourScreen

        self.push_screen(TourScreen())

    @on(SettingWanted)
    def _show_setting(self, event: SettingWanted) -> None:
        self.go_to_setting(event.name)

    @on(RunOpened)
    def _open_run(self, event: RunOpened) -> None:
        self.open_run(event.run)

    def action_stop_probe(self) -> None:
        """Stop the running probe."""
        self.stop_probe()

    def action_interrupt(self) -> None:
        """Stop the running probe, or say how to leave."""
        if self.going:
            self.stop_probe()
        else:
            self.notify("q or ctrl+q leaves.")

    def action_help(self) -> None:
        """Show the keys."""
        from tuner_tui.ui.screens.help import HelpScreen

        self.push_screen(HelpScreen(self.config.keys))

    def action_next_theme(self) -> None:
        """Take the next theme."""
        self.theme = following(self.theme)
        self.notify(f"Theme: {self.theme}", timeout=2)

    def action_jump(self) -> None:
        """Put a letter on every pane, and go where one is pressed."""
        from tuner_tui.ui.screens.jump import JumpScreen, lettered

        targets = lettered(self.screen.focus_chain)

        def answered(pane: Widget | None) -> None:
            if pane is not None:
                pane.focus()

        if targets:
            self.push_screen(JumpScreen(targets), answered)

    def action_logs(self) -> None:
        """Show what the worker prints."""
        from tuner_tui.ui.screens.logs import LogsScreen

        self.push_screen(LogsScreen(self.measuring.run))

    def action_meter(self) -> None:
        """Show or hide the line that says how busy the machine is."""
        self._metered = not self._metered
        self.show()

    def go_to_setting(self, name: str) -> None:
        """Go to the recipe, with one setting highlighted."""
        self.action_go("recipe")

        def highlight() -> None:
            if isinstance(self.screen, Highlighting):
                self.screen.highlight(name)

        self.call_after_refresh(highlight)

    def open_run(self, run: "Run") -> None:
        """Watch a run, going or ended, and go to its charts."""
        self.attach(run)
        self.action_go("probe")

    def action_export(self) -> None:
        """Go to the formats that the recipe can leave in."""
        came_from = self.current_mode
        self.action_go("export")

        def arrive() -> None:
            if isinstance(self.screen, Arrived):
                self.screen.arrive_from(came_from)

        self.call_after_refresh(arrive)

    def on_chart_export_asked(self, event: "ExportAsked") -> None:
        """Offer the forms in which a chart can leave."""
        from tuner_tui.ui import exporting
        from tuner_tui.ui.screens.export import ChartExportScreen

        glyphs = self.config.app.glyphs
        ways = exporting.of_chart(event.figure, event.view, remark=event.remark, glyphs=glyphs)
        self.push_screen(ChartExportScreen(ways))

    async def action_quit(self) -> None:
        """Leave; with a probe running, ask what becomes of it."""
        if not self.going:
            self._leave()
            return
        from tuner_tui.ui.screens.leaving import LeavingScreen

        self.push_screen(LeavingScreen(), self._quit_answered)

    @on(StillGoing)
    def _offer(self, event: StillGoing) -> None:
        """Ask whether to watch a run of the same data that is still going."""
        from tuner_tui.ui.screens.leaving import AttachScreen

        run = event.run

        def answered(answer: str | None) -> None:
            if answer == "attach":
                self.open_run(run)

        self.push_screen(AttachScreen(printable(run.id)), answered)

    def show(self) -> None:
        """Show every open screen what there is; leave, if only the probe's end was waited for."""
        super().show()
        self._show_meter()
        if self._leaving and not self.going:
            self._leave()

    def _show_meter(self) -> None:
        """Let the place in sight have the machine's line, or none."""
        if not self._metered and not self._was_metered:
            return
        from tuner_tui.ui.widgets.meter import Meter

        self._was_metered = True
        place = self.screen_stack[0]
        meters = place.query(Meter)
        if not self._metered:
            meters.remove()
        elif not meters and place.is_mounted:
            place.mount(Meter())

    def _quit_answered(self, answer: str | None) -> None:
        if answer == "leave" or (answer == "stop" and not self.going):
            self._leave()
        elif answer == "stop":
            self._leaving = True
            self.stop_probe()
            self.notify("Leaving once the probe has read what it measured …")

    def _leave(self) -> None:
        self._left = True  # keys that follow in the same burst find nothing to act on
        problem = self.session.problem
        message = Text(f"tuner-tui: {problem}") if problem else None
        self.exit(return_code=self.session.exit_code, message=message)
