"""How much memory may reading a file take?

Invariant: nothing larger than `available_bytes` is decoded, whatever the file claims to be.
"""

import os
from dataclasses import dataclass
from pathlib import Path

DELIMITED_CELL_BYTES = 60
"""Peak memory per cell of a delimited text: its separator's position, the text, the number, and
its place in the matrix. Measured 51 to 61 on tables of 20 million numbers."""

JSON_CELL_BYTES = 200
"""Peak memory per cell of JSON lines, Python objects on the way. Measured 163."""

TEXT_COPIES = 3
"""Copies of the text alive at once: as read, as UTF-8, as the cells it holds."""


@dataclass(frozen=True, slots=True)
class Budget:
    """What reading may take.

    Attributes:
        available_bytes: Memory that may be used.
        bytes_per_byte: Peak memory per decoded byte of the file.
        bytes_per_row: Decoded bytes of an average row.
    """

    available_bytes: int
    bytes_per_byte: float
    bytes_per_row: float

    @property
    def most_bytes(self) -> int:
        """Decoded bytes that can be worked on."""
        return int(self.available_bytes / self.bytes_per_byte)

    @property
    def most_rows(self) -> float:
        """Rows that can be worked on."""
        return self.most_bytes / self.bytes_per_row


def budget(head: bytes, *, separators: bytes, cell_bytes: int, available_bytes: int) -> Budget:
    """Return what reading a text that begins with `head` may take.

    Args:
        head: The first decoded bytes, at least one.
        separators: Each of these bytes ends a cell.
        cell_bytes: Peak memory per cell.
        available_bytes: Memory that may be used.
    """
    cells = sum(head.count(byte) for byte in separators)
    return Budget(
        available_bytes=available_bytes,
        bytes_per_byte=TEXT_COPIES + cell_bytes * cells / len(head),
        bytes_per_row=len(head) / max(1, head.count(b"\n")),
    )


def available_bytes() -> int:
    """Return the memory that this process may still take, in bytes."""
    return min(found for found in (_of_machine(), _of_container()) if found is not None)


def _of_machine() -> int:
    meminfo = Path("/proc/meminfo")
    if meminfo.exists():
        fields = dict(line.split(":", 1) for line in meminfo.read_text("ascii").splitlines())
        if "MemAvailable" in fields:
            return int(fields["MemAvailable"].split()[0]) * 1024
    return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")


def _of_container() -> int | None:
    folder = Path("/sys/fs/cgroup")
    try:
        limit = (folder / "memory.max").read_text("ascii").strip()
        used = int((folder / "memory.current").read_text("ascii"))
    except OSError:
        return None
    return None if limit == "max" else max(0, int(limit) - used)


def shown_bytes(count: float) -> str:
    """Return a size for people: `512 bytes`, `1.2 GB`."""
    for unit, size in (("TB", 1e12), ("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if count >= size:
            return f"{count / size:.3g} {unit}"
    return f"{count:.0f} bytes"
