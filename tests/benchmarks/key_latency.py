"""How long does the app take from a key press to its frame, while every core is busy?

```text
python tests/benchmarks/key_latency.py
```

Runs a probe of `demo:digits` in the app in a pty of 120×40, keeps every core busy with endless
loops, then moves the chart's cursor key by key and times the first byte of each answer. Prints the
median, the 95th percentile and the longest in milliseconds; the budget is 50 ms for 95 %.
"""

import os
import pty
import select
import signal
import statistics
import struct
import subprocess
import sys
import tempfile
import termios
import time
from fcntl import ioctl

import app_memory
import first_frame

PRESSES = 100
"""Keys timed."""

STEPS = (b"\x1b[D", b"\x1b[C")
"""Cursor left and right, pressed in turn, so that each press has something to draw."""

QUIET_S = 0.08
"""Silence after which an answer counts as drawn."""


def latencies_ms(terminal: int) -> list[float]:
    """Return the milliseconds from each key to the first byte that answers it."""
    found = []
    for press in range(PRESSES):
        app_memory.drain(terminal, quiet_s=QUIET_S)
        began_s = time.perf_counter()
        os.write(terminal, STEPS[press % 2])
        select.select([terminal], [], [], 5.0)
        found.append(1000 * (time.perf_counter() - began_s))
    return found


def main() -> None:
    """Print one line."""
    os.environ["TERM"] = "xterm-256color"
    command = [sys.executable, "-c", first_frame.COMMAND, "demo:digits"]
    with tempfile.TemporaryDirectory() as home:
        os.environ["TUNER_TUI_HOME"] = home
        pid, terminal = pty.fork()
        if pid == 0:
            os.execv(command[0], command)  # noqa: S606 - our own program, no shell
        ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
        for awaited, keys in ((b"gradient", b"r"), (b"confidence)", STEPS[0])):
            app_memory.read_until(terminal, awaited)
            os.write(terminal, keys)
        busy = [
            subprocess.Popen([sys.executable, "-c", "while True: pass"])
            for _ in range(os.cpu_count() or 1)
        ]
        try:
            times = sorted(latencies_ms(terminal))
        finally:
            for process in busy:
                process.kill()
            os.kill(pid, signal.SIGTERM)
            app_memory.drain(terminal, quiet_s=0.2)
            os.waitpid(pid, 0)
            os.close(terminal)
    late = times[int(0.95 * len(times))]
    print(f"median {statistics.median(times):.1f} ms, 95 % {late:.1f} ms, most {times[-1]:.1f} ms")


if __name__ == "__main__":
    main()
