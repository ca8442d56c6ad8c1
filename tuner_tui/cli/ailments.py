"""What is amiss on this machine, and what cures it?

Invariant: every answer is a list of sentences, each with something to do; none if all is well.
"""

import os
from collections.abc import Mapping

from tuner_engine.hardware import Gpu
from tuner_engine.printable import printable
from tuner_tui.cli import machine
from tuner_tui.cli.machine import Device, Storage, Terminal

LEAST_FREE_BYTES = 2**30
"""Free space below which runs and compiled programs may not fit. House choice."""

SMALLEST_SCREEN = (80, 24)
"""Columns and rows that the app is laid out for."""

CROWDED = 0.5
"""Share of a GPU's memory in use by others from which it is worth a warning. House choice."""

CUDA_PLUGINS = ("jax-cuda13-plugin", "jax-cuda12-plugin")
"""Packages with which JAX uses NVIDIA's GPUs."""


def missing(packages: Mapping[str, str | None]) -> list[str]:
    """Name every package that is needed and not there."""
    return [
        f"{name} is not installed: pip install {name}"
        for name, version in packages.items()
        if version is None
    ]


def cramped(terminal: Terminal) -> list[str]:
    """Say so if the terminal is smaller than the app is laid out for."""
    columns, rows = SMALLEST_SCREEN
    if terminal.is_terminal and (terminal.columns < columns or terminal.rows < rows):
        size = f"{terminal.columns} by {terminal.rows}"
        return [f"the terminal is {size}: the app is laid out for {columns} by {rows} or more"]
    return []


def full(storage: Storage) -> list[str]:
    """Say so if runs cannot be kept, or soon cannot."""
    place = printable(storage.path)
    if not storage.writable:
        return [f"{place} cannot be written: set TUNER_TUI_HOME to a folder that can"]
    if storage.free_bytes < LEAST_FREE_BYTES:
        return [
            f"{place} has {shown_size(storage.free_bytes)} left: make room, or set TUNER_TUI_HOME"
        ]
    return []


def unused_gpu(
    devices: tuple[Device, ...] | None, *, gpus: int, environ: Mapping[str, str]
) -> list[str]:
    """Say what keeps JAX from a GPU that is there: first what hides it, then what is missing."""
    if devices is None or not gpus or any(device.platform == "gpu" for device in devices):
        return []
    return [f"an NVIDIA GPU is here, but JAX cannot use it: {_cure(environ)}"]


def _cure(environ: Mapping[str, str]) -> str:
    visible, platforms = environ.get("CUDA_VISIBLE_DEVICES"), environ.get("JAX_PLATFORMS", "")
    if visible is not None and visible.strip() in ("", "-1"):
        return f"CUDA_VISIBLE_DEVICES is {printable(visible)!r}, which hides it; unset the variable"
    if platforms and not {"cuda", "gpu"} & set(platforms.split(",")):
        return f"JAX_PLATFORMS is {printable(platforms)!r}, which leaves it out; unset the variable"
    if not any(machine.version(name) for name in CUDA_PLUGINS):
        return "JAX's CUDA plug-in is not installed: pip install 'tuner-tui[cuda]'"
    return (
        "the CUDA plug-in does not start; `python -c 'import jax; jax.devices(\"cuda\")'` says why"
    )


def busy(gpus: tuple[Gpu, ...]) -> list[str]:
    """Name whoever else holds so much of a GPU that training may not fit beside it."""
    problems = []
    for gpu in gpus:
        others = [one for one in gpu.processes if one.pid != os.getpid()]
        full = gpu.memory_bytes and gpu.used_bytes and gpu.used_bytes > CROWDED * gpu.memory_bytes
        if others and full:
            named = ", ".join(f"{one.name} (process {one.pid})" for one in others)
            problems.append(
                f"GPU {gpu.index} has {shown_size(gpu.used_bytes or 0)} of "
                f"{shown_size(gpu.memory_bytes or 0)} in use, by {named}: choose another with "
                "CUDA_VISIBLE_DEVICES, or wait"
            )
    return problems


def shown_size(count: int) -> str:
    """Return bytes in the unit that memory is sold in."""
    return f"{count / 2**30:.1f} GiB"
