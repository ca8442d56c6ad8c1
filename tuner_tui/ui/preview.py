"""What does a file look like, before anybody opens it?

Invariant: looking costs the beginning of the file, and whatever it holds leaves as printable lines.
"""

from collections.abc import Iterator
from pathlib import Path

from tuner_engine.errors import DataError
from tuner_engine.printable import printable
from tuner_engine.specs import DataSpec

LINES = 12
"""Of a file that are shown. House choice."""

COLUMNS = 400
"""Characters of a line that are shown."""

NAMES = 200
"""Entries of a folder that are counted by the end of their names."""


def lines(source: str) -> tuple[str, ...]:
    """Return a few lines that say what a file or folder holds.

    Args:
        source: As a person names it; no demo and no task.
    """
    path = Path(source)
    try:
        path = path.expanduser()
        if path.is_dir():
            return tuple(_folder(path))
        return tuple(_file(source))
    except (OSError, RuntimeError, ValueError) as error:
        return (printable(f"cannot be read: {error}"),)
    except DataError as error:
        return (str(error),)


def _folder(path: Path) -> Iterator[str]:
    names = [entry.name for _, entry in zip(range(NAMES), path.iterdir(), strict=False)]
    more = " or more" if len(names) == NAMES else ""
    yield f"a folder of {len(names)}{more} entries"
    yield printable(", ".join(sorted(names)[:20]), width=COLUMNS)


def _file(source: str) -> Iterator[str]:
    from tuner_engine.data.glimpse import Glimpse

    glimpse = Glimpse(DataSpec(source=source))
    size = glimpse.source.disk_bytes
    packed = ", compressed" if glimpse.source.gzipped else ""
    first = glimpse.first
    if b"\0" in first[:4096]:
        yield f"{_size(size)}{packed}, no text"
        return
    yield f"{_size(size)}{packed}"
    text = first[: LINES * COLUMNS * 4].decode("utf-8", "replace")
    for line in text.splitlines()[:LINES]:
        yield printable(line, width=COLUMNS)


def _size(count: int) -> str:
    """Return bytes in the unit that a person says them in."""
    for power, unit in ((3, "GB"), (2, "MB"), (1, "kB")):
        if count >= 1000**power:
            return f"{count / 1000**power:.3g} {unit}"
    return f"{count:,} bytes"
