"""How busy is this machine?

Processor and memory come from the kernel's own files, GPUs from NVIDIA's tool; where neither is
there, nothing is shown. Invariant: a reading is a frozen value; shares are from 0 to 1.
"""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tuner_engine.printable import printable

if TYPE_CHECKING:
    from tuner_engine.hardware import Gpu

PROC = Path("/proc")
"""Where Linux tells of itself; other systems have no such folder."""

GIBI = 2**30


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """The machine at one moment.

    Attributes:
        busy_ticks: Work of all cores since the start of the machine, in the kernel's ticks.
        all_ticks: Work and rest.
        cores: How many there are.
        used_bytes: Memory that cannot be had.
        memory_bytes: All of it.
        gpus: As the driver shows them.
    """

    busy_ticks: int | None = None
    all_ticks: int | None = None
    cores: int = 1
    used_bytes: int | None = None
    memory_bytes: int | None = None
    gpus: "tuple[Gpu, ...]" = ()


def read(*, gpus: bool, proc: Path = PROC) -> Reading:
    """Look at the machine.

    Args:
        gpus: Whether to ask for GPUs, too; the tool takes up to a second.
        proc: Where the kernel's files are.
    """
    busy, all_ticks = _ticks(proc)
    used, total = _memory(proc)
    found: tuple[Gpu, ...] = ()
    if gpus:
        from tuner_engine import hardware

        found = hardware.gpus()
    return Reading(
        busy_ticks=busy,
        all_ticks=all_ticks,
        cores=os.cpu_count() or 1,
        used_bytes=used,
        memory_bytes=total,
        gpus=found,
    )


def busy_share(before: Reading, after: Reading) -> float | None:
    """Return the share of all cores that worked between two readings, if that is known."""
    counts = before.busy_ticks, before.all_ticks, after.busy_ticks, after.all_ticks
    if None in counts:
        return None
    worked = (after.busy_ticks or 0) - (before.busy_ticks or 0)
    passed = (after.all_ticks or 0) - (before.all_ticks or 0)
    return min(max(worked / passed, 0.0), 1.0) if passed > 0 else None


def words(before: Reading, after: Reading) -> str:
    """Return the machine in one line: `cpu 43% of 2 · memory 3.1 of 15.6 GiB · …`."""
    parts = []
    share = busy_share(before, after)
    if share is not None:
        parts.append(f"cpu {share:.0%} of {after.cores}")
    if after.used_bytes is not None and after.memory_bytes is not None:
        parts.append(f"memory {_amount(after.used_bytes, after.memory_bytes)}")
    parts += [_gpu(gpu) for gpu in after.gpus]
    return " · ".join(parts) or "this system does not say how busy it is"


def _gpu(gpu: "Gpu") -> str:
    parts = [f"GPU {gpu.index} {printable(gpu.name, width=24)}"]
    if gpu.utilization is not None:
        parts.append(f"{gpu.utilization:.0%}")
    if gpu.used_bytes is not None and gpu.memory_bytes is not None:
        parts.append(_amount(gpu.used_bytes, gpu.memory_bytes))
    if gpu.temperature_c is not None:
        parts.append(f"{gpu.temperature_c:.0f} °C")
    return " ".join(parts)


def _amount(used: int, total: int) -> str:
    return f"{used / GIBI:.1f} of {total / GIBI:.1f} GiB"


def _ticks(proc: Path) -> tuple[int | None, int | None]:
    """Return the work of all cores, and work and rest together."""
    try:
        first = (proc / "stat").read_text("ascii").splitlines()[0]
        counts = [int(word) for word in first.split()[1:9]]
    except (OSError, ValueError, IndexError):
        return None, None
    if len(counts) < 5:
        return None, None
    idle = counts[3] + counts[4]
    return sum(counts) - idle, sum(counts)


def _memory(proc: Path) -> tuple[int | None, int | None]:
    """Return memory that cannot be had, and all of it."""
    try:
        lines = (proc / "meminfo").read_text("ascii").splitlines()
        found = {line.split(":")[0]: int(line.split()[1]) * 1024 for line in lines if ":" in line}
        return found["MemTotal"] - found["MemAvailable"], found["MemTotal"]
    except (OSError, ValueError, IndexError, KeyError):
        return None, None
