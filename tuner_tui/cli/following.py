"""How is a run followed that another process carries out?

Invariant: following changes nothing; whoever stops to follow leaves the run going.
"""

import time

from tuner_engine import events as said
from tuner_engine.errors import ExitCode
from tuner_engine.printable import printable
from tuner_engine.runs import Run, Tail
from tuner_engine.state import RunState, fold
from tuner_tui import cli
from tuner_tui.cli import output, progress, reading

PAUSE_S = 0.1
"""Between two looks at the folder. House choice: ten a second, as in the app."""


def follow(run: Run) -> int:
    """Tell of a run's events, old and new, until it ends; then print its result.

    Returns:
        The run's own exit code; that of an internal error where it died without a word.
    """
    end = _heard(run)
    if end is None:
        return cli.fail(f"run {run.id} died without a result", ExitCode.INTERNAL)
    content = run.result()
    if content is None:
        return cli.fail(f"{printable(end.message)} (run {run.id})", end.exit_code)
    from tuner_tui.cli import tables

    result = reading.result(content, name=run.id)
    output.print_lines(tables.document(result, width=output.width()))
    return end.exit_code


def _heard(run: Run) -> said.RunFinished | None:
    """Return how the run ended, once it has; none if it did without saying so."""
    tail, state = Tail(run), RunState()
    with progress.reporter(quiet=False) as reporter:
        while True:
            alive = run.status() in {"running", "waiting"}
            for event in tail.read():
                state = fold(state, event)
                reporter.show(state, event)
            if state.finished is not None or not alive:
                return state.finished
            time.sleep(PAUSE_S)
