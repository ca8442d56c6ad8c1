"""How much memory may reading a file take?

Invariant: nothing larger than `available_bytes` is decoded, whatever the file claims to be.
"""

import os
from pathlib import Path

PEAK_OVER_DECODED = 10
"""Peak memory of reading a table over its decoded bytes: the bytes, the positions of separators,
text cells, numbers and the encoded matrix. Measured 7 to 9 on tables of short numbers, the worst
case in use. House choice."""


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
