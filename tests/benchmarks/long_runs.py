"""Do runs with very many events stay fast to read, to follow and to draw?

Run as `python tests/benchmarks/long_runs.py`. Prints milliseconds for runs of 1,000, 10,000 and
100,000 scorings: reading the folder, folding its events, every chart of an epochs probe from
nothing, and what one more event costs a chart. The last column may not grow with the run.
"""

import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from tuner_engine import events as said
from tuner_engine.runs import Run, Tail
from tuner_engine.state import fold, fold_all
from tuner_tui.figures import charts

SIZES = (1_000, 10_000, 100_000)
"""Scorings of a run."""

LANES = 12
"""Trainings side by side: three seeds of four arms."""


def events(count: int) -> Iterator[said.AnyEvent]:
    """The events of a probe with so many scorings."""
    lanes = tuple(
        said.Training(label=f"arm {at // 3}, seed {at % 3}", arm=f"arm {at // 3}", seed=at % 3)
        for at in range(LANES)
    )
    yield said.RunStarted(run_id="x", command="probe-epochs", pid=1, started="")
    yield said.LanesStarted(phase="epochs", lanes=lanes)
    for at in range(count):
        yield scored(lanes[at % LANES].label, at // LANES)


def scored(label: str, epoch: int) -> said.EpochMeasured:
    """One scoring."""
    loss = 1 / (1 + epoch / 100)
    return said.EpochMeasured(
        label=label,
        epoch=float(epoch),
        train_loss=loss,
        valid_loss=loss + 0.1,
        metrics={"accuracy": 1 - loss},
    )


def took_ms(act: Callable[[], object]) -> float:
    """Return how long something takes."""
    before_s = time.perf_counter()
    act()
    return 1000 * (time.perf_counter() - before_s)


def measured(count: int, folder: Path) -> tuple[float, ...]:
    """Return the milliseconds of each column."""
    run = Run(folder / str(count))
    run.path.mkdir()
    lines = (said.encode(event) + b"\n" for event in events(count))
    (run.path / "events.jsonl").write_bytes(b"".join(lines))
    reading = took_ms(lambda: Tail(run).read())
    told = list(run.events())
    folding = took_ms(lambda: fold_all(told))
    state = fold_all(told)
    pictures = charts.filled(state)
    drawing = took_ms(lambda: [picture.draw(state) for picture in pictures])
    after = fold(state, scored("arm 0, seed 0", count))
    return reading, folding, drawing, took_ms(lambda: pictures[0].draw(after))


def main() -> None:
    """Print the table."""
    print(f"{'scorings':>9} {'read':>8} {'fold':>8} {'draw all':>9} {'one more':>9}  ms")
    with tempfile.TemporaryDirectory() as folder:
        for count in SIZES:
            reading, folding, drawing, more = measured(count, Path(folder))
            print(f"{count:>9,} {reading:8.1f} {folding:8.1f} {drawing:9.1f} {more:9.1f}")


if __name__ == "__main__":
    main()
