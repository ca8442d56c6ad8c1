"""What did a worker print, and what did its run say?

Plain text for the logs screen. Invariant: what comes from a file leaves as printable lines, and
however long the file, only its end is read.
"""

from collections.abc import Iterator
from pathlib import Path

from tuner_engine.printable import printable
from tuner_engine.runs import Run

TAIL_BYTES = 256 * 2**10
"""Read from the end of a file. House choice: some thousands of lines."""

LINE_CHARACTERS = 2000
"""Kept of one line; an event can hold a whole table of columns."""


def printed(run: Run) -> list[str]:
    """Return the last lines that the worker and its libraries printed."""
    return list(_last(run.path / "worker.log"))


def events(run: Run) -> list[str]:
    """Return the last lines of the run's events, as they are kept."""
    return list(_last(run.path / "events.jsonl"))


def _last(path: Path) -> Iterator[str]:
    try:
        with path.open("rb") as file:
            size = file.seek(0, 2)
            file.seek(max(0, size - TAIL_BYTES))
            text = file.read().decode("utf-8", "replace")
    except OSError:
        return
    lines = text.splitlines()
    for line in lines[1:] if size > TAIL_BYTES else lines:
        yield printable(line, width=LINE_CHARACTERS)
