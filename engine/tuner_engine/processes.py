"""Who works on a run, and how are they asked to finish?

Invariant: only a process that holds the run's lock is ever signalled.
"""

import os
import signal

from tuner_engine.events import RunStarted
from tuner_engine.runs import Run


def pid_of(run: Run) -> int | None:
    """Return the process that last said it took up the run; none if none ever did."""
    started = [event.pid for event in run.events() if isinstance(event, RunStarted)]
    return started[-1] if started else None


def ask_to_finish(run: Run, pid: int) -> bool:
    """Ask the process that writes a run to finish with what it has.

    Args:
        run: A run that may be going.
        pid: The process that said it took up the run.

    Returns:
        Whether a process was asked; a run that is no longer written has none.
    """
    if run.status() != "running":
        return False
    try:
        alone = os.getpgid(pid) == pid
        (os.killpg if alone else os.kill)(pid, signal.SIGTERM)
    except (ProcessLookupError, PermissionError):
        return False
    return True
