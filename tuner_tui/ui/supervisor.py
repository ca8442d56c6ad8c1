"""How is a worker process started, watched and ended?

A worker lives in a session of its own, so that a hang-up of the terminal leaves it going. The app
starts it early, while it has nothing to do but import, and hands it a spec when asked.
Invariant: the worker and the app share nothing but the run folder; nothing of the worker's output
reaches the terminal, and the end of the app is not the end of a worker that has a spec.

`subprocess.Popen` and not asyncio's: a transport of asyncio kills its process when it is collected.
"""

import os
import shutil
import signal
import subprocess
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime

from tuner_engine import runs
from tuner_engine.runs import Run
from tuner_engine.specs import RunSpec

TERM_AGAIN_S = 5.0
"""How long a worker may take over finishing with what it has before it is asked again."""

KILL_AFTER_S = 10.0
"""How long after the first request a worker is killed."""

RESERVED = "run"
"""What the folder of a worker is named after that does not know yet what it will do."""

LAST_LINES = 3
"""How many lines of a dead worker's log are worth showing. House choice."""


class Worker:
    """One worker process and its run folder.

    Args:
        run: The folder, reserved or begun.
        process: The process that runs, or will run, its spec; the leader of its group.
    """

    def __init__(self, run: Run, process: subprocess.Popen[bytes]) -> None:
        self.run = run
        self.begun = False
        self._process = process
        self._asked_s: float | None = None
        self._requests = 0

    @property
    def stopping(self) -> bool:
        """Whether the worker was asked to end."""
        return self._asked_s is not None

    def begin(self, spec: RunSpec) -> Run:
        """Hand the worker its spec.

        Raises:
            UsageError: It has one already.
            OSError: The folder cannot be written.
        """
        runs.begin(self.run, spec)
        self.begun = True
        return self.run

    def stop(self, *, now_s: float) -> None:
        """Ask the worker to finish with what it has.

        Args:
            now_s: Seconds of the steady clock that `poll` is given, too.
        """
        if self._asked_s is None:
            self._asked_s = now_s
            self._request(signal.SIGTERM)

    def poll(self, *, now_s: float) -> int | None:
        """Return what the process returned, negative for a signal, or none while it lives.

        A worker that was asked to stop and does not is asked again, then killed.
        """
        code = self._process.poll()
        if code is None and self._asked_s is not None:
            waited_s = now_s - self._asked_s
            if self._requests == 1 and waited_s >= TERM_AGAIN_S:
                self._request(signal.SIGTERM)
            elif self._requests == 2 and waited_s >= KILL_AFTER_S:
                self._request(signal.SIGKILL)
        return code

    def discard(self) -> None:
        """End a worker that never got its spec, and remove its empty folder."""
        if not self.begun:
            self._request(signal.SIGKILL)
            self._process.wait()
            shutil.rmtree(self.run.path, ignore_errors=True)

    def _request(self, request: signal.Signals) -> None:
        self._requests += 1
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, request)


def start(*, command: Sequence[str], now: datetime) -> Worker:
    """Reserve a run folder and start a worker that waits in it.

    Args:
        command: The worker's program, to which `--wait --parent=PID FOLDER` is added.
        now: The moment that names the folder, in UTC.

    Raises:
        UsageError: The folder cannot be made.
        OSError: The process cannot be started.
    """
    run = runs.reserve(RESERVED, now=now)
    try:
        with (run.path / "worker.log").open("ab") as log:
            process = subprocess.Popen(  # noqa: S603 - our own program, no shell
                [*command, "--wait", f"--parent={os.getpid()}", str(run.path)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
    except OSError:
        shutil.rmtree(run.path, ignore_errors=True)
        raise
    return Worker(run, process)


def last_words(run: Run) -> tuple[str, ...]:
    """Return the last lines that a worker or its libraries printed."""
    try:
        lines = (run.path / "worker.log").read_text("utf-8", errors="replace").splitlines()
    except OSError:
        return ()
    return tuple([line for line in lines if line.strip()][-LAST_LINES:])
