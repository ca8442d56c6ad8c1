"""Which GPUs does this machine have, and who uses them?

NVIDIA's own tool is asked, without JAX: it sees a GPU that JAX cannot use, and what other
processes hold. Invariant: a tool that is absent, slow or talks nonsense means that nothing is
known, never an error.
"""

import csv
import shutil
import subprocess
from collections.abc import Sequence

import msgspec

from tuner_engine.printable import printable

TOOL = "nvidia-smi"

PATIENCE_S = 5.0
"""Longest wait for the tool; it hangs where a driver is broken. House choice."""

MEBIBYTE = 2**20

_GPU_FIELDS = "uuid,index,name,memory.total,memory.used,utilization.gpu,temperature.gpu"
_PROCESS_FIELDS = "gpu_uuid,pid,process_name,used_memory"


class Gpu(msgspec.Struct, frozen=True, kw_only=True):
    """One GPU at one moment; none where the tool does not say."""

    index: int
    name: str
    memory_bytes: int | None
    used_bytes: int | None
    utilization: float | None
    """Share of the last moments in which something ran, 0 to 1."""
    temperature_c: float | None
    processes: "tuple[GpuProcess, ...]"


class GpuProcess(msgspec.Struct, frozen=True, kw_only=True):
    """A process that computes on a GPU."""

    pid: int
    name: str
    used_bytes: int | None


def gpus() -> tuple[Gpu, ...]:
    """Return every NVIDIA GPU that the driver shows, in its order."""
    found = [row for row in _asked("gpu", _GPU_FIELDS) if row[1].isdigit()]
    running = _asked("compute-apps", _PROCESS_FIELDS) if found else []
    return tuple(_gpu(row, running) for row in found)


def _gpu(row: Sequence[str], running: Sequence[Sequence[str]]) -> Gpu:
    uuid, index, name, total, used, busy, temperature = row
    share = _number(busy)
    return Gpu(
        index=int(index),
        name=printable(name),
        memory_bytes=_bytes(total),
        used_bytes=_bytes(used),
        utilization=None if share is None else share / 100,
        temperature_c=_number(temperature),
        processes=tuple(
            GpuProcess(pid=int(pid), name=printable(program, width=60), used_bytes=_bytes(memory))
            for on, pid, program, memory in running
            if on == uuid and pid.isdigit()
        ),
    )


def _asked(what: str, fields: str) -> list[list[str]]:
    """Return the tool's table, each row with as many cells as there are fields."""
    tool = shutil.which(TOOL)
    if tool is None:
        return []
    command = [tool, f"--query-{what}={fields}", "--format=csv,noheader,nounits"]
    try:
        answer = subprocess.run(  # noqa: S603 - a fixed command, found on the path
            command, capture_output=True, timeout=PATIENCE_S, check=True, stdin=subprocess.DEVNULL
        )
    except (OSError, subprocess.SubprocessError):
        return []
    lines = answer.stdout.decode(errors="replace").splitlines()
    rows = ([cell.strip() for cell in row] for row in csv.reader(lines))
    return [row for row in rows if len(row) == fields.count(",") + 1]


def _number(cell: str) -> float | None:
    """Return the number in a cell; none for `[N/A]` and its like."""
    try:
        return float(cell)
    except ValueError:
        return None


def _bytes(cell: str) -> int | None:
    mebibytes = _number(cell)
    return None if mebibytes is None else int(mebibytes * MEBIBYTE)
