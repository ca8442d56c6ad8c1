"""What does the app know, and what changes it?

The session and the run in sight live here, with every message and tick that moves them on; keys,
screens and signals are the business of `app`.
Invariant: screens are shown state and never change it.
"""

import asyncio
import gc
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from textual import on, work
from textual.app import App

from tuner_engine.errors import ExitCode, TunerError
from tuner_engine.printable import printable
from tuner_engine.specs import Command, DataSpec, RunSpec
from tuner_tui.ui import session as acts
from tuner_tui.ui import timeline
from tuner_tui.ui.messages import Decided, RateTaken, Retargeted, StillGoing
from tuner_tui.ui.programs import OURS, Programs
from tuner_tui.ui.session import Session
from tuner_tui.ui.timeline import Timeline
from tuner_tui.ui.wording import number

if TYPE_CHECKING:  # what deals with runs is loaded once the first frame stands
    from tuner_engine.runs import Run
    from tuner_tui.ui.measuring import Findings, Measuring
    from tuner_tui.ui.watching import Watched

TICK_S = 0.1
"""How often the run folder is looked at: ten redraws a second at most, however fast it grows."""


@runtime_checkable
class Shown(Protocol):
    """A screen that renders the app's state."""

    def show(self, session: Session, watched: "Watched | None") -> None:
        """Show this."""


class LiveApp(App[None]):
    """An app that holds a session and watches a run.

    Args:
        spec: Data, decided values, seed, device and budget.
        programs: What it starts.
    """

    def __init__(self, spec: RunSpec, *, programs: Programs = OURS) -> None:
        super().__init__()
        self.timeline = Timeline(now=Session(spec=spec))
        self._programs = programs
        self._awake = False

    @property
    def session(self) -> Session:
        """What the person knows and wants now."""
        return self.timeline.now

    @cached_property
    def measuring(self) -> "Measuring":
        """The worker that waits, and the run that is watched."""
        from tuner_tui.ui.measuring import Measuring

        return Measuring(self._programs.worker)

    @property
    def watched(self) -> "Watched | None":
        """How the watched run stands."""
        return self.measuring.watched if self._awake else None

    @property
    def going(self) -> bool:
        """Whether a process still works on the watched run."""
        return self.watched is not None and self.watched.going

    def on_ready(self) -> None:
        """Once the first frame stands, read the data and watch for runs."""
        gc.freeze()
        gc.enable()
        self._awake = True
        self.set_interval(TICK_S, self._tick)
        if self.session.spec.data.source:
            self._read_data()

    def on_unmount(self) -> None:
        """Leave no process behind that nobody asked for."""
        if self._awake:
            self.measuring.close()

    def become(self, session: Session) -> None:
        """Take up another session, without a way back."""
        self._follow(timeline.replaced(self.timeline, session))

    def step_to(self, session: Session) -> None:
        """Take up another session; undoing leads back."""
        self._follow(timeline.stepped(self.timeline, session))

    def undo(self) -> None:
        """Go back to the session before the last act."""
        self._follow(timeline.undone(self.timeline))

    def redo(self) -> None:
        """Go on to the session that was undone last."""
        self._follow(timeline.redone(self.timeline))

    def _follow(self, to: Timeline) -> None:
        self.timeline = to
        self.show()

    def show(self) -> None:
        """Show what there is to the screens in sight; others are shown it when they come there."""
        for screen in self.screen_stack:
            if isinstance(screen, Shown) and screen.is_mounted:
                screen.show(self.session, self.watched)
        self.refresh_bindings()

    def guarded(self, act: Callable[[], object]) -> bool:
        """Do something that may be refused, and return whether it was not; a refusal is shown."""
        try:
            act()
        except (TunerError, OSError) as error:
            self.notify(printable(str(error)), severity="error", markup=False)
            return False
        return True

    def begin_probe(self, command: Command = "probe-lr") -> bool:
        """Start measuring the recipe as it stands, and return whether that went well.

        Args:
            command: A probe, the whole tuning, or one training.
        """

        def begin() -> None:
            spec = acts.probe_spec(self.session, command)
            self.measuring.begin(spec, now=datetime.now(UTC), now_s=time.monotonic())

        return self.guarded(begin)

    def stop_probe(self) -> None:
        """Ask the running probe to finish with what it has."""
        self.measuring.stop(now_s=time.monotonic())

    def attach(self, run: "Run") -> None:
        """Watch a run that another process started, and take over what it is about."""
        from tuner_tui.ui import watching

        def adopt() -> None:
            spec = run.spec()
            recipe = spec.recipe or watching.advised(run)
            self.step_to(acts.adopted(self.session, replace(spec, recipe=recipe)))

        if self.guarded(adopt):
            self.measuring.attach(run)

    @work(exclusive=True, group="data")
    async def _read_data(self) -> None:
        from tuner_tui.ui import advising
        from tuner_tui.ui.measuring import going_on

        try:
            recipe = await advising.advise(self.session.spec, command=self._programs.advise)
        except (TunerError, OSError) as error:
            code = getattr(error, "exit_code", ExitCode.INTERNAL)
            self.become(acts.refused(self.session, printable(str(error)), exit_code=code))
            return
        self.become(acts.advised(self.session, recipe))
        self.guarded(lambda: self.measuring.warm_up(now=datetime.now(UTC)))
        run = await asyncio.to_thread(going_on, self.session.spec.data)
        if run is not None and self.watched is None:
            self.post_message(StillGoing(run))

    @on(Decided)
    def _decide(self, event: Decided) -> None:
        lost = acts.evidence_lost(self.session, event.session)
        self.step_to(event.session)
        if lost:
            self.notify("What was measured was for another training: r measures this one.")

    @on(Retargeted)
    def _retarget(self, event: Retargeted) -> None:
        self._follow(Timeline(now=event.session))
        self._read_data()

    def open_data(self, data: DataSpec) -> None:
        """Read other data, and begin anew with them."""
        self._follow(Timeline(now=acts.opened(self.session, data)))
        self._read_data()

    @on(RateTaken)
    def _take(self, event: RateTaken) -> None:
        if self.guarded(lambda: self.step_to(acts.taken(self.session, event.learning_rate))):
            rate = number(event.learning_rate)
            self.notify(f"Learning rate {rate} is in the recipe, locked; u takes it back.")

    def _tick(self) -> None:
        """Look at the run folder."""
        if not self.is_running:
            return  # while the app closes, screens lose their parts before they go
        changed = self.measuring.advance(now_s=time.monotonic())
        for findings in self.measuring.findings():
            self._fold_in(findings)
        if changed:
            self.show()

    def _fold_in(self, findings: "Findings") -> None:
        """Take a probe's answer into the recipe, if it is about the recipe as it stands."""
        varied = {"learning_rate", *findings.settings}
        if acts.is_about(findings.recipe, self.session, varied=varied):
            found = findings.settings
            self.step_to(acts.measured(self.session, found, seed_noise=findings.seed_noise))
        else:
            self.notify("The recipe has changed since this probe began: r measures it anew.")
