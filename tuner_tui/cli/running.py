"""How does a headless command carry out a run, from its spec to its exit code?

Invariant: everything that can be refused is refused before a run folder exists. Events are shown
as they come, and the result when it is there, also after an interruption.
"""

import sys
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from tuner_engine import events as said
from tuner_engine import processes, runs, state
from tuner_engine.errors import UsageError
from tuner_engine.printable import printable
from tuner_engine.runs import Run
from tuner_engine.specs import Choices, Command, RunSpec
from tuner_tui import cli
from tuner_tui.cli import options, output, progress, reading, starting, stopping

if TYPE_CHECKING:
    from tuner_engine.loading import Loaded


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One run as the command line asks for it.

    Attributes:
        command: What to do.
        table: On which data.
        choices: With which values fixed.
        recipe: A file to start from.
        effort: Where, and for how long.
        stream: How to speak.
        keep_as: A file in the run folder for the result, unless `--output` names another.
    """

    command: Command
    table: options.Table
    choices: Choices
    recipe: Path | None
    effort: options.Effort
    stream: options.Stream
    keep_as: str | None = None


def carry_out(request: Request) -> int:
    """Do the run, print what it found, and return the exit code.

    Raises:
        UsageError: The request makes no sense.
        DataError: The data or the recipe to start from cannot be used.
    """
    began_s = time.monotonic() - (processes.age_s() if cli.own_process else 0.0)
    stream = request.stream
    if stream.json and stream.events:
        raise UsageError("--json and --events exclude each other; --events ends with the document")
    output.check_writable(stream.output)
    from tuner_engine import worker

    spec, dataset = _prepared(request)
    run = runs.create(spec, now=datetime.now(UTC))
    reporter = progress.reporter(quiet=stream.quiet)
    with reporter, stopping.heeding_signals(reporter.say) as stop:
        told = worker.run(run, dataset, stop=stop.event, started_s=began_s)
        heard = _listening(told, stop=stop.event, reporter=reporter, stream=stream)
    end = heard.last
    if end is None:
        raise RuntimeError(f"run {run.id} ended without saying how")
    if end.status == "failed":
        for line in end.trace:
            cli.tell(printable(line))
        return cli.fail(f"{printable(end.message)} (run {run.id})", end.exit_code)
    _hand_over(run, request, deaf=heard.deaf)
    if heard.deaf:
        raise BrokenPipeError
    return stop.exit_code(end.exit_code)


def _prepared(request: Request) -> "tuple[RunSpec, Loaded]":
    """Check every option, then read the files: first the small one, then the large one."""
    from tuner_engine import loading

    spec = options.run_spec(
        request.command, table=request.table, choices=request.choices, effort=request.effort
    )
    given = None if request.recipe is None else reading.document(request.recipe)
    dataset = loading.load(starting.known(spec, given))
    if given is None:
        return spec, dataset
    begun = starting.recipe(dataset.profile, spec.choices, given=given, now=datetime.now(UTC))
    return replace(spec, recipe=begun), dataset


@dataclass(slots=True)
class _Heard:
    last: said.RunFinished | None = None
    deaf: bool = False
    """Whether whoever read the output has left."""


def _listening(
    told: Iterable[said.AnyEvent],
    *,
    stop: threading.Event,
    reporter: progress.Reporter,
    stream: options.Stream,
) -> _Heard:
    """Follow the run to its end; where nobody listens any more, to an early one."""
    heard = _Heard()
    now = state.RunState()
    for event in told:
        now = state.fold(now, event)
        if isinstance(event, said.RunFinished):
            heard.last = event
        if heard.deaf:
            continue
        try:
            reporter.show(now, event)
            if stream.events:
                output.print_bytes(said.encode(event) + b"\n")
        except BrokenPipeError:
            heard.deaf = True
            stop.set()
    return heard


def _hand_over(run: Run, request: Request, *, deaf: bool) -> None:
    """Print the result as it was asked for, and write it to its file whatever happens."""
    content = run.result()
    if content is None:
        raise RuntimeError(f"run {run.id} ended without a result")
    try:
        if not deaf:
            _print(content, run=run, stream=request.stream)
            _plot(run, stream=request.stream)
    finally:
        _save(content, run=run, request=request)


def _print(content: bytes, *, run: Run, stream: options.Stream) -> None:
    if stream.events:
        output.print_bytes(msgspec.json.format(content, indent=-1) + b"\n")
    elif stream.json:
        output.print_bytes(content)
    else:
        from tuner_tui.cli import tables

        result = reading.result(content, name=run.id)
        output.print_lines(tables.document(result, width=output.width()))


def _plot(run: Run, *, stream: options.Stream) -> None:
    beside_json = stream.json or stream.events
    if stream.plot and not (beside_json and stream.quiet):
        from tuner_tui.cli import plots

        plots.write(run.events(), file=sys.stderr if beside_json else sys.stdout)


def _save(content: bytes, *, run: Run, request: Request) -> None:
    place = request.stream.output
    if place is None and request.keep_as is not None:
        place = run.path / request.keep_as
    if place is not None:
        output.save(content, place)
        if not request.stream.quiet:
            cli.tell(f"JSON written to {printable(str(place))}")
