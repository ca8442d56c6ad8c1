"""What does one update of a chart cost: CPU in the app, bytes to the terminal?

Runs the real app with its real driver inside a pseudo-terminal and prints a table; asserts
nothing. Run it as `python tests/benchmarks/chart_update.py`. The budget is 8 ms and 2 kB for a
streaming update at 120 by 40 with 2 series of 1,000 points.

CPU is the process's own time from one update to the next, less that of as long a pause without
one. Times are medians with the quartiles around them.
"""

import asyncio
import fcntl
import json
import os
import pty
import select
import statistics
import struct
import sys
import termios
import time
from collections.abc import Callable, Iterator
from functools import partial
from itertools import cycle, islice
from pathlib import Path

import numpy as np
from textual.app import App, ComposeResult

from tuner_tui.chart.figure import Axis, Band, Figure, Marker, Series
from tuner_tui.ui.chart.widget import Chart

UPDATES = 40
"""Updates measured per row of the table."""

PAUSE_S = 0.1
"""Seconds between updates: the app's own pace."""

SCENARIOS = (
    "stream 1k",
    "stream 10k",
    "stream 100k",
    "stream+band 1k",
    "stream, free axes 1k",
    "stream, smooth 1k",
    "stream, smooth 100k",
    "cursor 1k",
    "cursor 100k",
    "zoom 1k",
    "whole 1k",
)
"""What is done, and the points that each of two series has in the end."""

SIZES = ((80, 24), (120, 40), (200, 60))


def sweep(points: int, shown: int, *, free: bool = False, band: bool = False) -> Figure:
    """Return a learning-rate sweep of which the first `shown` points are measured."""
    rates = np.logspace(-7, 0, points)
    smooth = 2.3 - 1.9 / (1 + (3e-3 / rates) ** 1.5) + np.where(rates > 0.08, rates * 12 - 0.96, 0)
    raw = smooth + np.random.default_rng(0).normal(0, 0.06, points)
    x, y, z = rates[:shown], smooth[:shown], raw[:shown]
    return Figure(
        series=(Series("raw", x, z, style="muted"), Series("smoothed", x, y)),
        bands=(Band(x, y - 0.15, y + 0.15),) if band else (),
        markers=(Marker("x", 2.4e-3, "suggested 2.4e-3", suggestion=True),),
        x_axis=Axis("learning rate", "log", None if free else (1e-7, 1.0)),
        y_axis=Axis("training loss", "linear", None if free else (0.0, 3.0)),
        title="Sweep",
    )


def acts(scenario: str, chart: Chart) -> Iterator[Callable[[], object]]:
    """Yield what is done to the chart, one act per measured update."""
    points = int(scenario.rsplit(maxsplit=1)[-1].removesuffix("k")) * 1_000
    if not scenario.startswith("stream"):
        chart.show(sweep(points, points))
        cursor = cycle([partial(chart.action_step, -10)])
        zoom = cycle([partial(chart.action_zoom_x, way) for way in (-1, 1)])
        turns = {"cursor": cursor, "zoom": zoom, "whole": cycle([chart.refresh])}
        yield from islice(turns[scenario.split(maxsplit=1)[0]], UPDATES + 1)
        return
    if "smooth" in scenario:
        chart.action_smooth(1)
    for update in range(UPDATES + 1):
        share = 0.6 + 0.4 * update / UPDATES
        figure = sweep(
            points, int(points * share), free="free" in scenario, band="band" in scenario
        )
        yield partial(chart.show, figure)


class Bench(App[None]):
    """A chart alone on the screen, driven by a scenario; reports on a file descriptor."""

    def __init__(self, scenario: str, report: int) -> None:
        super().__init__()
        self._scenario = scenario
        self._report = report

    def compose(self) -> ComposeResult:
        yield Chart()

    def on_mount(self) -> None:
        self.run_worker(self._drive())

    async def _drive(self) -> None:
        chart = self.query_one(Chart)
        await asyncio.sleep(5 * PAUSE_S)
        idle = [await self._cost(lambda: None) for _ in range(10)]
        self._say({"idle_ms": statistics.median(idle)})
        for act in acts(self._scenario, chart):
            self._say({"cpu_ms": await self._cost(act)})
        self.exit()

    async def _cost(self, act: Callable[[], object]) -> float:
        start = time.process_time()
        act()
        await asyncio.sleep(PAUSE_S)
        return (time.process_time() - start) * 1e3

    def _say(self, words: dict[str, float]) -> None:
        os.write(self._report, json.dumps(words).encode() + b"\n")


def measured(scenario: str, columns: int, rows: int) -> tuple[list[float], list[int]]:
    """Return CPU milliseconds and bytes of each update of a scenario at a size of terminal."""
    told, report = os.pipe()
    os.set_inheritable(report, True)  # noqa: FBT003 - takes no keywords
    child, terminal = pty.fork()
    if child == 0:
        environment = {**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor"}
        arguments = [sys.executable, __file__, scenario, str(report)]
        os.execve(sys.executable, arguments, environment)  # noqa: S606 - this very script
    os.close(report)
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
    costs, sizes = _followed(terminal, told)
    os.waitpid(child, 0)
    os.close(terminal)
    os.close(told)
    return costs, sizes


def _followed(terminal: int, told: int) -> tuple[list[float], list[int]]:
    idle_ms, costs, sizes, drawn = 0.0, [], [], 0
    waiting = b""
    while True:
        ready, _, _ = select.select([terminal, told], [], [], 30)
        if terminal in ready:
            try:
                drawn += len(os.read(terminal, 1 << 16))
            except OSError:  # the child has gone, and its side of the terminal with it
                break
            continue  # what was drawn before a report belongs to it
        said = os.read(told, 1 << 16) if told in ready else b""
        if not said:
            break
        *lines, waiting = (waiting + said).split(b"\n")
        for words in map(json.loads, lines):
            idle_ms = words.get("idle_ms", idle_ms)
            if "cpu_ms" in words:
                costs.append(words["cpu_ms"] - idle_ms)
                sizes.append(drawn)
            drawn = 0
    # The first act puts the chart on the screen; the rest change it.
    return costs[1:], sizes[1:]


def quartiles(values: list[float] | list[int]) -> str:
    """Return median and quartiles as text."""
    low, middle, high = statistics.quantiles(values, n=4)
    return f"{middle:8.1f} ({low:.1f} to {high:.1f})"


def main() -> None:
    """Print the table, or be the app inside the terminal."""
    if len(sys.argv) == 3:
        Bench(sys.argv[1], int(sys.argv[2])).run()
        return
    write = sys.stdout.write
    write(f"{Path(__file__).name}: {UPDATES} updates each; CPU in ms, bytes to the terminal\n")
    for columns, rows in SIZES:
        for scenario in SCENARIOS:
            costs, sizes = measured(scenario, columns, rows)
            cpu, size = quartiles(costs), quartiles(sizes)
            write(f"{columns}x{rows}  {scenario:18} cpu {cpu:28} bytes {size}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
