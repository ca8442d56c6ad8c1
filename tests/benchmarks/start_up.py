"""How long does the program take to answer, against the libraries that it cannot do without?

Run as `python tests/benchmarks/start_up.py`. Processes alternate, and only ratios are printed:
the budget is at most 1.5 for `--help`, see the design's table of budgets.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence

ROUNDS = 15
"""Processes of each kind. House choice: the median then moves by a few per cent."""

PROGRAM = "import sys; from tuner_tui.__main__ import main; sys.argv[0] = 'tuner-tui'; main()"
"""What the installed command does."""

CASES = {
    "tuner-tui --help": (("--help",), "import cyclopts, msgspec"),
    "tuner-tui tune --help": (("tune", "--help"), "import cyclopts, msgspec"),
    "tuner-tui runs list": (("runs", "list"), "import cyclopts, msgspec"),
    "tuner-tui advise, LoRA facts": (
        (
            *("advise", "--model", "llama-3-8b", "--regime", "lora", "--examples", "12000"),
            *("--avg-tokens", "300", "--gpu-memory", "24GB"),
        ),
        "import cyclopts, msgspec",
    ),
    "tuner-tui advise, sampling": (
        ("advise", "--model", "llama-3-8b", "--engine", "vllm", "--task", "code"),
        "import cyclopts, msgspec",
    ),
    "tuner-tui advise, table facts": (
        ("advise", "--family", "tabular", "--examples", "12000", "--classes", "3"),
        "import cyclopts, msgspec",
    ),
    "tuner-tui advise demo:wine": (
        ("advise", "demo:wine"),
        "import cyclopts, msgspec, polars, rich.text; from sklearn.datasets import load_wine",
    ),
}
"""Command → its arguments, and the imports that are its floor."""


def seconds(program: str, arguments: Sequence[str]) -> float:
    """Return the wall-clock seconds of one fresh process.

    Raises:
        CalledProcessError: The process failed, so its time means nothing.
    """
    began_s = time.perf_counter()
    subprocess.run(
        [sys.executable, "-c", program, *arguments],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=True,
    )
    return time.perf_counter() - began_s


def ratio(arguments: Sequence[str], floor: str) -> tuple[float, float]:
    """Return the median ratio of a command's time to its floor's, and the floor in seconds."""
    pairs = [(seconds(PROGRAM, arguments), seconds(floor, ())) for _ in range(ROUNDS)]
    return (
        statistics.median(command_s / floor_s for command_s, floor_s in pairs),
        statistics.median(floor_s for _, floor_s in pairs),
    )


def main() -> None:
    """Print one line a command."""
    with tempfile.TemporaryDirectory() as home:
        os.environ["TUNER_TUI_HOME"] = home
        for name, (arguments, floor) in CASES.items():
            found, floor_s = ratio(arguments, floor)
            sys.stdout.write(f"{name:<28} {found:5.2f} × {floor_s * 1000:.0f} ms ({floor})\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
