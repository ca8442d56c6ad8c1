"""How does a run stand that the app looks at, whoever started it?

The run folder is read as it grows; the worker, where the app has one, says only whether it lives.
Invariant: a run that ended without saying so is reported as died, with its last words.
"""

from dataclasses import dataclass

from tuner_engine import processes
from tuner_engine.events import RecipeAdvised, RunStarted
from tuner_engine.printable import printable
from tuner_engine.recipe import Recipe
from tuner_engine.runs import Run, Tail
from tuner_engine.state import RunState, fold_all
from tuner_tui.ui import supervisor
from tuner_tui.ui.supervisor import Worker

FOREIGN_CHECK_S = 2.0
"""How often a run that another process started is checked for life."""

READ_BYTES = 2**20
"""Read at one look at most, some thousands of events: a long run is caught up with over several
looks, between which keys are answered. House choice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """A run at one moment, as screens show it.

    Attributes:
        run_id: Which run.
        state: What its events add up to.
        going: Whether a process still works on it.
        stopping: Whether that process was asked to end.
        death: Why it ended without a result, in one line; none if it did not.
    """

    run_id: str
    state: RunState
    going: bool = True
    stopping: bool = False
    death: str | None = None


class Watch:
    """Follows one run.

    Args:
        run: Its folder.
        worker: The process, if this app started it.
    """

    def __init__(self, run: Run, worker: Worker | None = None) -> None:
        self.run = run
        self.worker = worker
        self.now = Watched(run_id=run.id, state=RunState())
        self._tail = Tail(run, most_bytes=READ_BYTES)
        self._pid: int | None = None
        self._asked = False
        self._next_check_s = 0.0

    def advance(self, *, now_s: float) -> bool:
        """Read what is new, and return whether anything changed.

        Args:
            now_s: Seconds of a steady clock.
        """
        before = self.now
        code = self.worker.poll(now_s=now_s) if self.worker else None
        if not before.going:
            return False
        fresh = self._tail.read()
        state = fold_all(fresh, before.state) if fresh else before.state
        for event in fresh:
            if isinstance(event, RunStarted):
                self._pid = event.pid
        ended = code is not None or self._vanished(now_s)
        gone = state.finished is not None or (ended and not self._tail.behind)
        self.now = Watched(
            run_id=before.run_id,
            state=state,
            going=not gone,
            stopping=self._asked and not gone,
            death=self._death(code) if gone and state.finished is None else None,
        )
        return self.now != before

    def stop(self, *, now_s: float) -> None:
        """Ask whatever works on the run to finish with what it has."""
        self._asked = True
        if self.worker is not None:
            self.worker.stop(now_s=now_s)
        elif self._pid is not None:
            processes.ask_to_finish(self.run, self._pid)

    def _vanished(self, now_s: float) -> bool:
        """Return whether a run started elsewhere is no longer worked on."""
        if self.worker is not None or now_s < self._next_check_s:
            return False
        self._next_check_s = now_s + FOREIGN_CHECK_S
        return self.run.status() == "died"

    def _death(self, code: int | None) -> str:
        how = "ended" if code is None else f"ended with code {code}"
        words = " / ".join(supervisor.last_words(self.run))
        said = f": {printable(words, width=300)}" if words else ", and its log is empty"
        return f"the worker {how} without a result{said}; r starts a new one"


def advised(run: Run) -> Recipe | None:
    """Return the recipe that a run began with, if its first events say one."""
    first = Tail(run, most_bytes=READ_BYTES).read()
    return next((event.recipe for event in first if isinstance(event, RecipeAdvised)), None)
