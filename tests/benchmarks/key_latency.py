"""How long does the app take from a key press to its frame, while every core is busy?

```text
python tests/benchmarks/key_latency.py
```

Runs a probe of `demo:digits` in the app in a pty of 120×40, keeps every core busy with endless
loops, then moves the chart's cursor key by key and times the first byte of each answer. Prints the
median, the 95th percentile and the longest in milliseconds; the budget is 50 ms for 95 %.
"""

import os
import select
import statistics
import subprocess
import sys
import tempfile
import time

import first_frame
import terminal

PRESSES = 100
"""Keys timed."""

STEPS = (b"\x1b[D", b"\x1b[C")
"""Cursor left and right, pressed in turn, so that each press has something to draw."""

QUIET_S = 0.08
"""Silence after which an answer counts as drawn."""


def latencies_ms(tty: int) -> list[float]:
    """Return the milliseconds from each key to the first byte that answers it."""
    found = []
    for press in range(PRESSES):
        terminal.drain(tty, quiet_s=QUIET_S)
        began_s = time.perf_counter()
        os.write(tty, STEPS[press % 2])
        select.select([tty], [], [], 5.0)
        found.append(1000 * (time.perf_counter() - began_s))
    return found


def main() -> None:
    """Print one line."""
    os.environ["TERM"] = "xterm-256color"
    command = [sys.executable, "-c", first_frame.COMMAND, "demo:digits"]
    with tempfile.TemporaryDirectory() as home:
        os.environ["TUNER_TUI_HOME"] = home
        pid, tty = terminal.start(command, columns=120, rows=40)
        for awaited, keys in ((b"gradient", b"r"), (b"confidence)", STEPS[0])):
            terminal.read_until(tty, awaited)
            os.write(tty, keys)
        busy = [
            subprocess.Popen([sys.executable, "-c", "while True: pass"])
            for _ in range(os.cpu_count() or 1)
        ]
        try:
            times = sorted(latencies_ms(tty))
        finally:
            for process in busy:
                process.kill()
            terminal.end(pid, tty)
    late = times[int(0.95 * len(times))]
    print(f"median {statistics.median(times):.1f} ms, 95 % {late:.1f} ms, most {times[-1]:.1f} ms")


if __name__ == "__main__":
    main()
