"""How much memory does the app hold after a probe, over a one-widget Textual app?

```text
python tests/benchmarks/app_memory.py
```

Starts both in a pty of 120×40. In the app, a whole probe of `demo:digits` is run by key and drawn;
then the resident memory of the app's own process is read, without its worker. Prints both and the
difference in MB; the budget is 60. Linux only: it reads /proc.
"""

import os
import pty
import re
import select
import signal
import struct
import sys
import tempfile
import termios
import time
from collections.abc import Sequence
from fcntl import ioctl
from pathlib import Path

import first_frame

DEADLINE_S = 180.0
"""How long a probe may take."""


def resident_mb(command: Sequence[str], script: Sequence[tuple[bytes, bytes]]) -> float:
    """Return the resident memory of a terminal program after some keys, in MB.

    Args:
        command: The program and its arguments.
        script: Texts to wait for, each with the keys to press then.
    """
    pid, terminal = pty.fork()
    if pid == 0:
        os.execv(command[0], list(command))  # noqa: S606 - our own program, no shell
    ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
    for awaited, keys in script:
        read_until(terminal, awaited)
        os.write(terminal, keys)
    drain(terminal, quiet_s=1.0)
    status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    os.kill(pid, signal.SIGTERM)
    drain(terminal, quiet_s=0.2)
    os.waitpid(pid, 0)
    os.close(terminal)
    found = re.search(r"VmRSS:\s+(\d+) kB", status)
    if found is None:
        raise RuntimeError("the kernel does not say how much memory a process holds")
    return int(found[1]) / 1024


def read_until(terminal: int, awaited: bytes) -> None:
    """Read a terminal's output until a text arrives; raise TimeoutError if it does not."""
    seen, end_s = b"", time.monotonic() + DEADLINE_S
    while awaited not in seen:
        if time.monotonic() > end_s:
            raise TimeoutError(f"{awaited!r} did not appear")
        if select.select([terminal], [], [], 0.5)[0]:
            seen += os.read(terminal, 65536)


def drain(terminal: int, *, quiet_s: float) -> None:
    """Read a terminal's output until it pauses for so long."""
    while select.select([terminal], [], [], quiet_s)[0]:
        try:
            os.read(terminal, 65536)
        except OSError:
            return  # the program has closed its side


def main() -> None:
    """Print both figures and their difference."""
    os.environ["TERM"] = "xterm-256color"
    bare = resident_mb((sys.executable, "-c", first_frame.ONE_WIDGET), [(b"here-it-is", b"")])
    command = (sys.executable, "-c", first_frame.COMMAND, "demo:digits")
    with tempfile.TemporaryDirectory() as home:
        os.environ["TUNER_TUI_HOME"] = home
        ours = resident_mb(command, [(b"gradient", b"r"), (b"confidence)", b"")])
    print(f"one-widget app {bare:.1f} MB, after a probe {ours:.1f} MB: {ours - bare:.1f} MB more")


if __name__ == "__main__":
    main()
