"""Who works on a run, since when, and how are they asked to finish?

Invariant: only a process that holds the run's lock is ever signalled.
"""

import os
import signal
import time
from pathlib import Path

from tuner_engine.events import RunStarted
from tuner_engine.runs import Run

LONGEST_START_S = 60.0
"""An interpreter that took longer to come here was not measured but misread. House choice."""


def age_s() -> float:
    """Return the seconds since this process was started, as near as the system tells.

    Where it does not, the CPU time so far stands for them: starting is hardly ever waiting.
    """
    try:
        fields = Path("/proc/self/stat").read_text().rpartition(")")[2].split()
        began_s = int(fields[19]) / os.sysconf("SC_CLK_TCK")
        found_s = time.clock_gettime(time.CLOCK_BOOTTIME) - began_s
    except (OSError, ValueError, IndexError, AttributeError):
        return time.process_time()
    return found_s if 0 <= found_s <= LONGEST_START_S else time.process_time()


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
