"""How soon does the app's first frame stand, against a one-widget Textual app?

Run as `python tests/benchmarks/first_frame.py`. Both are started in turn in a pty of 80×24 and
timed until their text arrives; only the ratio counts. The budget is at most 1.5, see the design's
table of budgets.
"""

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence

import terminal

ROUNDS = 15
"""Starts of each kind. House choice: the median then moves by a few per cent."""

PATIENCE_S = 30.0
"""How long a first frame is waited for."""

ONE_WIDGET = """
from textual.app import App
from textual.widgets import Static

class OneWidget(App):
    def compose(self):
        yield Static("here-it-is")

OneWidget().run()
"""
"""The floor: a Textual app that shows one line."""

OPEN_APP = """
from tuner_engine.specs import DataSpec, RunSpec
from tuner_tui.ui import open_app
open_app(RunSpec(command="probe-lr", data=DataSpec(source="demo:wine")))
"""
"""The app without the command line's parser."""

COMMAND = "import sys; from tuner_tui.__main__ import main; sys.argv[0] = 'tuner-tui'; main()"
"""What the installed command does."""

CASES: dict[str, Sequence[str]] = {
    "open_app": (sys.executable, "-c", OPEN_APP),
    "tuner-tui demo:wine": (sys.executable, "-c", COMMAND, "demo:wine"),
}
"""What is timed."""


def seconds(command: Sequence[str], awaited: bytes) -> float:
    """Return the wall-clock seconds from the start of a process until a text arrives.

    Args:
        command: The program and its arguments.
        awaited: Part of its first frame.

    Raises:
        TimeoutError: The text did not come.
    """
    began_s = time.perf_counter()
    pid, tty = terminal.start(command, columns=80, rows=24)
    try:
        terminal.read_until(tty, awaited, deadline_s=PATIENCE_S)
        return time.perf_counter() - began_s
    finally:
        terminal.end(pid, tty)


def main() -> None:
    """Print one line a case."""
    os.environ["TERM"] = "xterm-256color"
    floor = (sys.executable, "-c", ONE_WIDGET)
    with tempfile.TemporaryDirectory() as home:
        os.environ["TUNER_TUI_HOME"] = home
        for name, command in CASES.items():
            pairs = [
                (seconds(command, b"demo:wine"), seconds(floor, b"here-it-is"))
                for _ in range(ROUNDS)
            ]
            ratio = statistics.median(ours / floors for ours, floors in pairs)
            least = statistics.median(floors for _, floors in pairs)
            sys.stdout.write(f"{name}: {ratio:.2f} × a one-widget app ({least:.3f} s)\n")


if __name__ == "__main__":
    main()
