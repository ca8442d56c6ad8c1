"""How soon does a probe show something, how soon does it stop, and does it keep its budget?

Run it as `python tests/benchmarks/probe_manners.py [DATA] [--budgets 20 60] [--options …]`. Each
row is one process as a person starts it, with a folder of compiled programs of its own; it prints
seconds and ratios, and asserts nothing. All times are taken from outside.

- `first point`: from a program's compiling to the first figure of a curve that it draws.
- `stop`: from Ctrl-C to the end of the process, while it compiles and while it trains; with the
  exit code, and the lanes or sizes that the result kept.
- `budget`: from before the process to after it, over the budget; `cold` compiles, `warm` finds
  programs from before.
- `cost`: steps announced over steps taken, and seconds announced over seconds taken by the phases
  that announced some.

The bars: a first point within 1 s, a stop within 0.5 s, a budget within 10 %.
"""

import argparse
import json
import os
import queue
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

PROBES = ("lr", "batch", "epochs", "seeds", "regularization")
POINTS = {
    "sweep-measured",
    "trials-measured",
    "epoch-measured",
    "losses-measured",
    "batch-tried",
    "noise-measured",
}
"""Events that a chart draws something for."""

Event = dict[str, Any]


@dataclass
class Heard:
    """One process: its events with when they came, and how it ended."""

    events: list[tuple[float, Event]] = field(default_factory=list)
    result: Event = field(default_factory=dict)
    code: int | None = None
    wall_s: float = 0.0
    stop_s: float | None = None

    def first(self, *kinds: str, after: float = 0.0) -> float | None:
        """Return when the first event of some kinds came."""
        times = (at for at, event in self.events if event["event"] in kinds and at >= after)
        return next(times, None)


def command(probe: str, options: argparse.Namespace, *more: str) -> list[str]:
    program = str(Path(sys.executable).with_name("tuner-tui"))
    return [program, "probe", probe, options.data, *options.options, "--events", "--quiet", *more]


def ran(
    words: list[str], folder: Path, *, stop: Callable[[Heard], float | None] | None = None
) -> Heard:
    """Run a command to its end, or until it is told to stop.

    Args:
        words: The command.
        folder: Of its runs and compiled programs.
        stop: Asked again and again: in how many seconds to interrupt it, if at all by now.
    """
    heard, lines = Heard(), queue.SimpleQueue[tuple[float, bytes]]()
    began_s = time.monotonic()
    environment = {
        **os.environ,
        "TUNER_TUI_HOME": str(folder / "home"),
        "TUNER_TUI_CACHE": str(folder / "cache"),
    }  # a folder of its own for what compiles, whatever JAX was told before
    environment.pop("JAX_COMPILATION_CACHE_DIR", None)
    with subprocess.Popen(words, stdout=subprocess.PIPE, env=environment) as process:
        reader = threading.Thread(target=_read, args=(process, lines), daemon=True)
        reader.start()
        asked_s = None
        while process.poll() is None:
            _drain(lines, heard, began_s)
            if stop is not None and asked_s is None:
                due_s = stop(heard)
                if due_s is not None and time.monotonic() - began_s >= due_s:
                    asked_s = time.monotonic()
                    process.send_signal(signal.SIGINT)
            time.sleep(0.002)
        ended_s = time.monotonic()
        reader.join()
    _drain(lines, heard, began_s)
    heard.code, heard.wall_s = process.returncode, ended_s - began_s
    heard.stop_s = None if asked_s is None else ended_s - asked_s
    return heard


def _read(process: "subprocess.Popen[bytes]", lines: "queue.SimpleQueue[Any]") -> None:
    for line in process.stdout or ():
        lines.put((time.monotonic(), line))


def _drain(lines: "queue.SimpleQueue[Any]", heard: Heard, began_s: float) -> None:
    while not lines.empty():
        at_s, line = lines.get()
        said = json.loads(line)
        if "event" in said:
            heard.events.append((at_s - began_s, said))
        else:
            heard.result = said


def compiling(heard: Heard) -> float | None:
    """Interrupt half a second after there is a recipe: compiling is what comes then."""
    at_s = heard.first("recipe-advised")
    return None if at_s is None else at_s + 0.5


def training(heard: Heard) -> float | None:
    """Interrupt once something was measured that a result keeps."""
    return heard.first("epoch-measured", "trials-measured", "batch-tried")


def first_points(heard: Heard) -> Iterator[float]:
    """Yield the seconds from each phase's compiling to its first point."""
    compiled = [(at, event["phase"]) for at, event in heard.events if event["event"] == COMPILED]
    for number, (at_s, _) in enumerate(compiled):
        end_s = compiled[number + 1][0] if number + 1 < len(compiled) else float("inf")
        point_s = heard.first(*POINTS, after=at_s)
        if point_s is not None and point_s < end_s:
            yield point_s - at_s


COMPILED = "program-compiled"


def costs(heard: Heard) -> tuple[float, float | None]:
    """Return announced over actual: steps, and seconds where some were announced."""
    phases = [(at, event) for at, event in heard.events if event["event"] == "phase-started"]
    announced = sum(event["lane_steps"] for _, event in phases)
    ends = [*(at for at, _ in phases[1:]), heard.first("verdict-reached") or heard.wall_s]
    timed = [
        (event["seconds"], end - at)
        for (at, event), end in zip(phases, ends, strict=True)
        if event.get("seconds")
    ]
    seconds = sum(said for said, _ in timed) / sum(took for _, took in timed) if timed else None
    return announced / max(heard.result["cost"]["steps"], 1), seconds


def kept(result: Event) -> str:
    if not result:
        return "nothing"
    return f"{len(result['lanes'])} lanes, {len(result['batches'])} sizes"


def show(probe: str, what: str, *cells: str) -> None:
    print(f"{probe:15} {what:16} {'  '.join(cells)}", flush=True)


def measure(probe: str, options: argparse.Namespace) -> None:
    with tempfile.TemporaryDirectory() as cold, tempfile.TemporaryDirectory() as spare:
        heard = ran(command(probe, options), Path(spare), stop=compiling)
        show(probe, "stop, compiling", f"{heard.stop_s or -1:.2f} s", *_ended(heard))
        for number, budget_s in enumerate(options.budgets):
            with tempfile.TemporaryDirectory() as fresh:
                folders = {"cold": Path(fresh), "warm": Path(fresh)}
                for heat, folder in folders.items() if not number else [("cold", Path(fresh))]:
                    heard = ran(command(probe, options, "--budget", f"{budget_s}s"), folder)
                    share = f"{heard.wall_s / budget_s:.2f} of the budget"
                    show(
                        probe,
                        f"{budget_s:g} s, {heat}",
                        f"{heard.wall_s:.2f} s",
                        share,
                        *_ended(heard),
                    )
        whole = ran(command(probe, options), Path(cold))
        points = (
            ", ".join(f"{each:.2f}" for each in first_points(whole)) or "told with the compiling"
        )
        show(probe, "first points", f"{points} s", f"whole {whole.wall_s:.1f} s", *_ended(whole))
        steps, seconds = costs(whole)
        lasting = "none announced" if seconds is None else f"{seconds:.2f}"
        show(probe, "cost", f"steps {steps:.2f}", f"seconds {lasting}, announced over actual")
        heard = ran(command(probe, options), Path(cold), stop=training)
        show(probe, "stop, training", f"{heard.stop_s or -1:.2f} s", *_ended(heard))


def _ended(heard: Heard) -> tuple[str, str]:
    return f"{heard.result.get('verdict', 'no result')}, code {heard.code}", kept(heard.result)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", nargs="?", default="demo:digits")
    parser.add_argument("--probes", nargs="+", default=PROBES, choices=PROBES)
    parser.add_argument("--budgets", nargs="*", type=float, default=(20.0, 60.0))
    parser.add_argument("--options", nargs=argparse.REMAINDER, default=[])
    options = parser.parse_args()
    for probe in options.probes:
        measure(probe, options)


if __name__ == "__main__":
    main()
