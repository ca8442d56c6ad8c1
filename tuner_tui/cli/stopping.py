"""How does a running command react to Ctrl-C and to a request to end?

The first signal asks the run to stop: it keeps and prints what was measured. A second one ends the
process at once; the run folder stays readable, because every event in it is a whole line.
Invariant: the answer is immediate even while compiled code runs, because a thread of its own waits
for the signals.
"""

import os
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tuner_engine.errors import ExitCode

_HEEDED = (signal.SIGINT, signal.SIGTERM)
"""Signals that end a run."""

_SHOW_CURSOR = "\x1b[?25h"
"""Undoes what a progress bar does to a terminal."""


class Stop:
    """A request to stop, and the signal it came by."""

    def __init__(self) -> None:
        self.event = threading.Event()
        self.signal: int | None = None

    def exit_code(self, code: int) -> int:
        """Return the code to exit with: SIGTERM shows as 143, as shells report it."""
        if code == ExitCode.INTERRUPTED and self.signal == signal.SIGTERM:
            return 128 + signal.SIGTERM
        return code


@contextmanager
def heeding_signals(say: Callable[[str], None]) -> Iterator[Stop]:
    """Turn SIGINT and SIGTERM into a `Stop` for as long as the context lasts.

    A signal that the process was started to ignore stays ignored.

    Args:
        say: Tells the person what happens now; called from another thread.
    """
    stop = Stop()
    if threading.current_thread() is not threading.main_thread():
        yield stop  # only the main thread may handle signals
        return
    near, far = socket.socketpair()
    far.settimeout(0)
    watcher = threading.Thread(target=_watch, args=(near, stop, say), daemon=True)
    watcher.start()
    heeded = [number for number in _HEEDED if signal.getsignal(number) is not signal.SIG_IGN]
    before_fd = signal.set_wakeup_fd(far.fileno(), warn_on_full_buffer=False)
    before = {number: signal.signal(number, _already_told) for number in heeded}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(before_fd)
        far.close()
        watcher.join()
        near.close()


def _already_told(number: int, frame: object) -> None:
    """Keep Python from raising `KeyboardInterrupt`; the watcher has the signal already."""


def _watch(near: socket.socket, stop: Stop, say: Callable[[str], None]) -> None:
    while arrived := near.recv(1):
        number = arrived[0]
        if number not in _HEEDED:
            continue
        if stop.signal is not None:
            _abort(number)
        stop.signal = number
        stop.event.set()
        say("stopping, and keeping what was measured; once more to end at once")


def _abort(number: int) -> None:
    if sys.stderr.isatty():
        os.write(2, _SHOW_CURSOR.encode())
    os.write(2, b"\ntuner-tui: error: ended at once; the run folder keeps what was measured\n")
    os._exit(128 + number)
