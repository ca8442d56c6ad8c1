"""How does a running command show that it moves?

Everything here goes to stderr: a bar beneath plain lines on a terminal, the lines alone elsewhere,
nothing when asked to be quiet. The lines are a pure function of the events.
"""

import sys
from types import TracebackType
from typing import TYPE_CHECKING, Protocol, Self

from tuner_engine import durations
from tuner_engine import events as said
from tuner_engine.data.memory import shown_bytes
from tuner_engine.printable import printable
from tuner_engine.state import RunState
from tuner_tui.cli import output

if TYPE_CHECKING:
    from rich.progress import TaskID

EPOCH_LINES_EVERY_S = 5.0
"""Seconds of the run between two lines about epochs, where no bar shows them. House choice."""


class Reporter(Protocol):
    """Something that tells a person how a run is getting on; a context manager."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...

    def show(self, state: RunState, event: said.AnyEvent) -> None:
        """Tell of an event; `state` includes it already."""

    def say(self, line: str) -> None:
        """Tell something that no event does."""


def reporter(*, quiet: bool) -> Reporter:
    """Return the reporter that suits stderr."""
    if quiet:
        return Silence()
    return Bar() if sys.stderr.isatty() else Lines()


def line(event: said.AnyEvent) -> str | None:
    """Return what an event says in one line, or none if it only moves a bar."""
    match event:
        case said.PhaseStarted():
            lasting = "" if event.seconds is None else f" ({durations.about(event.seconds)})"
            return f"{event.phase}: {printable(event.plan)}{lasting}"
        case said.ProgramCompiled():
            return f"{event.phase}: compiled in {event.compile_s:.1f} s ({_program(event)})"
        case said.TrialsMeasured() if event.finished:
            return _rung(event)
        case said.EpochMeasured():
            return _epoch(event)
        case said.BatchTried() if event.finished:
            return _batch(event)
        case said.NoiseMeasured():
            return _noise(event)
        case said.CautionRaised():
            return f"warning: {printable(event.caution.message)}"
        case said.VerdictReached():
            return f"{printable(event.probe)}: {printable(event.summary)}"
        case _:
            return None


def _program(event: said.ProgramCompiled) -> str:
    """Return how a program is laid out, and what it needs."""
    found = event.footprint
    if found is None:
        return printable(event.layout)
    waiting = "" if found.at_once == found.lanes else f", {found.at_once} of {found.lanes} at once"
    memory = "" if found.memory_bytes is None else f", {shown_bytes(found.memory_bytes)}"
    room = "" if found.limit_bytes is None else f" of {shown_bytes(found.limit_bytes)} free"
    return (
        f"{printable(event.layout)}{waiting}; {found.parameters:,} parameters, "
        f"{found.step_flops:.2g} operations a step{memory}{room if memory else ''}"
    )


class Silence:
    """Says nothing."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        pass

    def show(self, state: RunState, event: said.AnyEvent) -> None:
        """Do nothing."""

    def say(self, line: str) -> None:
        """Do nothing."""


class Lines(Silence):
    """One line an event, each with the seconds since the run began."""

    def __init__(self) -> None:
        self._epoch_at_s = -EPOCH_LINES_EVERY_S

    def show(self, state: RunState, event: said.AnyEvent) -> None:
        """Write the event's line, if it has one and it is not too soon after its like."""
        text = line(event)
        if text is None:
            return
        if isinstance(event, said.EpochMeasured):
            if event.at_s < self._epoch_at_s + EPOCH_LINES_EVERY_S:
                return
            self._epoch_at_s = event.at_s
        self.say(f"{event.at_s:6.1f} s  {text}")

    def say(self, line: str) -> None:
        """Write a line at once."""
        sys.stderr.write(f"{line}\n")
        sys.stderr.flush()


class Bar(Silence):
    """A bar of the present phase, with the lines scrolling away above it."""

    def __init__(self) -> None:
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
        from rich.progress import TimeElapsedColumn as Elapsed

        self._console = output.console(sys.stderr)
        self._progress = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("steps"),
            Elapsed(),
            console=self._console,
            transient=True,
            refresh_per_second=5,
        )
        self._task: TaskID | None = None

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._progress.stop()

    def show(self, state: RunState, event: said.AnyEvent) -> None:
        """Move the bar, and write the event's line above it."""
        text = line(event)
        if text is not None and not isinstance(event, said.EpochMeasured):
            self.say(text)
        if isinstance(event, said.PhaseStarted):
            self._begin(event)
        if self._task is not None:
            self._progress.update(self._task, completed=state.lane_steps)
        if self._task is not None and text is not None and isinstance(event, said.EpochMeasured):
            self._progress.update(self._task, description=text)

    def say(self, line: str) -> None:
        """Write a line above the bar."""
        self._console.print(line, soft_wrap=True)

    def _begin(self, phase: said.PhaseStarted) -> None:
        if self._task is not None:
            self._progress.remove_task(self._task)
        self._task = self._progress.add_task(phase.phase, total=phase.lane_steps)


def _rung(event: said.TrialsMeasured) -> str:
    best = min(
        (trial for trial in event.trials if trial.valid_loss is not None),
        key=lambda trial: trial.valid_loss or 0.0,
        default=None,
    )
    length = f"trials at {event.horizon_share:.0%} of a full training"
    if best is None:
        return f"{length}: all {len(event.trials)} lanes diverged"
    return (
        f"{length}: {len(event.trials)} lanes, best loss {best.valid_loss:.4g} "
        f"at learning rate {best.learning_rate:.4g}"
    )


def _batch(event: said.BatchTried) -> str:
    if not event.step_s:
        return f"batch {event.batch_size:,}: {event.outcome}: {printable(event.why)}"
    middle_s = sorted(event.step_s)[len(event.step_s) // 2]
    memory = "" if event.memory_bytes is None else f", {shown_bytes(event.memory_bytes)}"
    return (
        f"batch {event.batch_size:,}: {event.batch_size / middle_s:,.0f} examples a second, "
        f"{1e3 * middle_s:.3g} ms a step{memory}"
    )


def _noise(event: said.NoiseMeasured) -> str:
    if event.noise_scale is None:
        return f"epoch {event.epoch:.3g}: noise scale not estimable"
    low = "" if event.low is None else f"{event.low:.2g}"
    high = "?" if event.high is None else f"{event.high:.2g}"
    return (
        f"epoch {event.epoch:.3g}: noise scale {event.noise_scale:.2g} ({low} to {high}) examples"
    )


def _epoch(event: said.EpochMeasured) -> str:
    loss = "diverged" if event.valid_loss is None else f"valid loss {event.valid_loss:.4g}"
    metrics = "".join(f", {printable(name)} {value:.4g}" for name, value in event.metrics.items())
    return f"{printable(event.label)}, epoch {event.epoch:.4g}: {loss}{metrics}"
