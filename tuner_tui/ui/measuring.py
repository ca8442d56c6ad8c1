"""Which runs does the app have to do with: the one it could start, and the one in sight?

Plain objects and processes, without Textual; the app asks for progress a few times a second.
Invariant: a run folder that never got a spec does not outlive the app.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from tuner_engine import runs
from tuner_engine.errors import UsageError
from tuner_engine.recipe import Recipe, SeedNoise, Setting
from tuner_engine.runs import Run
from tuner_engine.specs import DataSpec, RunSpec
from tuner_tui.ui import supervisor
from tuner_tui.ui.supervisor import Worker
from tuner_tui.ui.watching import Watch, Watched


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What a probe's verdict settled.

    Attributes:
        recipe: The recipe that was asked about.
        settings: What is believed now.
        seed_noise: By how much seeds move the loss, where that was the question.
    """

    recipe: Recipe | None
    settings: Mapping[str, Setting]
    seed_noise: SeedNoise | None = None


LOOKED_THROUGH = 50
"""How many of the newest runs are searched for one still going. House choice."""


class Measuring:
    """The worker that waits, and the run that is watched.

    Args:
        command: The worker's program.
    """

    def __init__(self, command: Sequence[str]) -> None:
        self._command = tuple(command)
        self._waiting: Worker | None = None
        self._watch: Watch | None = None
        self._handed_out = 0

    @property
    def watched(self) -> Watched | None:
        """How the watched run stands."""
        return self._watch.now if self._watch else None

    @property
    def run(self) -> Run | None:
        """The folder of the watched run."""
        return self._watch.run if self._watch else None

    @property
    def going(self) -> bool:
        """Whether a process still works on the watched run."""
        return self._watch is not None and self._watch.now.going

    def warm_up(self, *, now: datetime) -> None:
        """Start a worker that loads what it needs and waits for a spec.

        Raises:
            UsageError: The run folder cannot be made.
            OSError: The process cannot be started.
        """
        if self._waiting is None:
            self._waiting = supervisor.start(command=self._command, now=now)

    def begin(self, spec: RunSpec, *, now: datetime, now_s: float) -> Watched:
        """Hand a spec to a worker and watch its run.

        Raises:
            UsageError: The run folder cannot be made.
            OSError: The process cannot be started.
        """
        if self._waiting is not None and self._waiting.poll(now_s=now_s) is not None:
            self._waiting.discard()
            self._waiting = None
        self.warm_up(now=now)
        assert self._waiting is not None  # noqa: S101 - the line above saw to it
        worker, self._waiting = self._waiting, None
        worker.begin(spec)
        self._watch, self._handed_out = Watch(worker.run, worker), 0
        return self._watch.now

    def attach(self, run: Run) -> Watched:
        """Watch a run that another process started."""
        self._watch, self._handed_out = Watch(run), 0
        return self._watch.now

    def advance(self, *, now_s: float) -> bool:
        """Read what is new of the watched run; return whether anything changed."""
        return self._watch is not None and self._watch.advance(now_s=now_s)

    def findings(self) -> Iterator[Findings]:
        """Yield what each verdict settled since the last call; only `ok` settles anything."""
        if self._watch is None:
            return
        state = self._watch.now.state
        fresh = state.verdicts[self._handed_out :]
        self._handed_out = len(state.verdicts)
        for verdict in fresh:
            if verdict.verdict == "ok":
                yield Findings(
                    recipe=state.recipe, settings=verdict.settings, seed_noise=verdict.seed_noise
                )

    def stop(self, *, now_s: float) -> None:
        """Ask the watched run to finish with what it has."""
        if self._watch is not None:
            self._watch.stop(now_s=now_s)

    def close(self) -> None:
        """End a worker that waits in vain; a run that has begun goes on."""
        if self._waiting is not None:
            self._waiting.discard()
            self._waiting = None


def going_on(data: DataSpec) -> Run | None:
    """Return the newest run of the same data and question that is still going, if there is one."""
    for run in runs.listed()[:LOOKED_THROUGH]:
        try:
            asked = run.spec()
        except UsageError:
            continue  # a folder that another program spoilt is no run of this data
        if asked.command == "probe-lr" and _same(asked.data, data) and run.status() == "running":
            return run
    return None


def _same(one: DataSpec, other: DataSpec) -> bool:
    targets = {one.target, other.target} - {None}
    return _place(one.source) == _place(other.source) and len(targets) < 2


def _place(source: str) -> str:
    return source if source.startswith("demo:") else str(Path(source).resolve())
