"""How much memory do the devices have left, and how much does a compiled program take?

Invariant: a figure that a back end does not give is none, never zero.
"""

from collections.abc import Sequence
from typing import Any

import jax

from tuner_engine.data import memory as host

HEADROOM = 0.9
"""Share of a device's free memory that is planned with; the rest is for what the allocator splits
and what comes beside training. Source: users' reports collected for OpenNMT-tf and ludwig, which
search under 90 %."""


OUT_OF_MEMORY = "RESOURCE_EXHAUSTED"
"""How XLA's error message begins when a device has no memory left."""


def free_bytes(devices: Sequence[Any]) -> int | None:
    """Return the bytes that training may take on each of `devices`.

    Host devices share the machine's memory, and each may have an equal part of it.

    Args:
        devices: JAX devices of one kind.
    """
    if devices[0].platform == "cpu":
        return int(HEADROOM * host.available_bytes() / len(devices))
    stats = [device.memory_stats() for device in devices]
    if not all(stats) or not all("bytes_limit" in found for found in stats):
        return None
    left = min(found["bytes_limit"] - found.get("bytes_in_use", 0) for found in stats)
    return int(HEADROOM * left)


def ran_out(error: BaseException) -> bool:
    """Return whether an error says that memory was not enough, on the host or on a device."""
    return isinstance(error, MemoryError) or OUT_OF_MEMORY in str(error)


def taken_bytes(executables: Sequence[jax.stages.Compiled]) -> int | None:
    """Return what the largest of some programs takes on one device, arguments included.

    Args:
        executables: Compiled for the same devices; one runs at a time.
    """
    found = [_analysed(executable) for executable in executables]
    known = [count for count in found if count is not None]
    return max(known) if known else None


def _analysed(executable: jax.stages.Compiled) -> int | None:
    analysis = executable.memory_analysis()
    if analysis is None:
        return None
    total = (
        analysis.argument_size_in_bytes
        + analysis.output_size_in_bytes
        + analysis.temp_size_in_bytes
        - analysis.alias_size_in_bytes
    )
    return int(total) if total > 0 else None
