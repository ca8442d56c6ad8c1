"""How is a terminal program started, read and ended by a benchmark?"""

import os
import pty
import select
import signal
import struct
import termios
import time
from collections.abc import Sequence
from fcntl import ioctl

DEADLINE_S = 180.0
"""How long an awaited text may take, unless said otherwise."""


def start(command: Sequence[str], *, columns: int, rows: int) -> tuple[int, int]:
    """Start a program in a pty of so many cells; return its process and its terminal."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.execv(command[0], list(command))  # noqa: S606 - our own program, no shell
    ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
    return pid, terminal


def read_until(terminal: int, awaited: bytes, *, deadline_s: float = DEADLINE_S) -> None:
    """Read a terminal's output until a text arrives.

    Raises:
        TimeoutError: It did not come.
    """
    seen, end_s = b"", time.monotonic() + deadline_s
    while awaited not in seen:
        left_s = end_s - time.monotonic()
        if left_s <= 0 or not select.select([terminal], [], [], left_s)[0]:
            raise TimeoutError(f"{awaited!r} did not appear within {deadline_s:.0f} s")
        seen += os.read(terminal, 65536)


def drain(terminal: int, *, quiet_s: float) -> None:
    """Read a terminal's output until it pauses for so long."""
    while select.select([terminal], [], [], quiet_s)[0]:
        try:
            os.read(terminal, 65536)
        except OSError:
            return  # the program has closed its side


def end(pid: int, terminal: int) -> None:
    """Ask the program to leave, and wait until it has."""
    os.kill(pid, signal.SIGTERM)
    drain(terminal, quiet_s=0.2)
    os.waitpid(pid, 0)
    os.close(terminal)
