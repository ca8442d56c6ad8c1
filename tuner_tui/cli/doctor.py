"""What does this machine offer, and what keeps it from offering more?"""

import os
import platform
import sys
from collections.abc import Mapping
from typing import Annotated

import msgspec
from cyclopts import Parameter

from tuner_engine import hardware
from tuner_engine.errors import ExitCode
from tuner_engine.hardware import Gpu
from tuner_tui.cli import COMMANDS, ailments, machine, output, parsing
from tuner_tui.cli.ailments import shown_size
from tuner_tui.cli.machine import Device, Storage, Terminal

app = parsing.command("doctor", COMMANDS["doctor"])


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that was looked at."""

    schema: str = "tuner-tui/doctor/1"
    python: str
    executable: str
    system: str
    packages: dict[str, str | None]
    """Version of each package this program needs; none where it is missing."""
    terminal: Terminal
    storage: Storage
    devices: tuple[Device, ...] | None
    """None when they were not looked at."""
    nvidia_gpus: int
    """As the driver counts them, whether or not JAX can use them."""
    gpus: tuple[Gpu, ...] = ()
    """As NVIDIA's tool describes them, with the processes that use them."""
    problems: tuple[str, ...]
    """What to do about each thing that is amiss."""


@app.default
def doctor(
    *,
    json: bool = False,
    skip_devices: Annotated[bool, Parameter(name="--no-devices")] = False,
) -> int:
    """Look at everything a run depends on, and say what is amiss.

    Args:
        json: Print one JSON document instead of text.
        skip_devices: Do not ask JAX for its devices, which takes a few seconds.
    """
    report = examine(os.environ, ask_jax=not skip_devices)
    if json:
        output.print_bytes(msgspec.json.format(msgspec.json.encode(report), indent=2) + b"\n")
    else:
        _print(report)
    return ExitCode.DONE


def examine(environ: Mapping[str, str], *, ask_jax: bool) -> Report:
    """Look around.

    Args:
        environ: The process's environment.
        ask_jax: Whether to start JAX, which takes hold of the devices for a moment.
    """
    found, failure = machine.devices() if ask_jax else (None, None)
    terminal, storage, packages = machine.terminal(environ), machine.storage(), machine.packages()
    gpus = hardware.gpus()
    count = len(gpus) or machine.nvidia_gpus()
    problems = [
        *([f"JAX finds no devices: {failure}"] if failure else []),
        *ailments.missing(packages),
        *ailments.cramped(terminal),
        *ailments.full(storage),
        *ailments.unused_gpu(found, gpus=count, environ=environ),
        *ailments.busy(gpus),
    ]
    return Report(
        python=platform.python_version(),
        executable=sys.executable,
        system=platform.platform(),
        packages=packages,
        terminal=terminal,
        storage=storage,
        devices=found,
        nvidia_gpus=count,
        gpus=gpus,
        problems=tuple(problems),
    )


def _print(report: Report) -> None:
    from tuner_tui.cli import tables
    from tuner_tui.cli.lines import Line

    terminal, storage = report.terminal, report.storage
    rows = [
        ("python", f"{report.python} ({report.executable})"),
        ("system", report.system),
        *((name, version or "missing") for name, version in report.packages.items()),
        ("terminal", _described(terminal)),
        ("runs", f"{storage.runs} in {storage.path}, {shown_size(storage.free_bytes)} free"),
        *((f"device {device.id}", _named(device)) for device in report.devices or ()),
        *((f"GPU {gpu.index}", _gpu(gpu)) for gpu in report.gpus),
    ]
    lines = tables.pairs(rows)
    problems = [Line(f"! {problem}", style="yellow") for problem in report.problems]
    output.print_lines([*lines, Line(), *(problems or [Line("nothing is amiss")])])


def _described(terminal: Terminal) -> str:
    if not terminal.is_terminal:
        return "none: the app needs one, the other commands do not"
    inside = f", inside {terminal.multiplexer}" if terminal.multiplexer else ""
    size = f"{terminal.columns} by {terminal.rows}"
    return f"{terminal.term}, {size}, colours: {terminal.colors}, {terminal.encoding}{inside}"


def _named(device: Device) -> str:
    return (
        f"{device.platform}: {device.kind}{_memory_words(device.used_bytes, device.memory_bytes)}"
    )


def _gpu(gpu: Gpu) -> str:
    busy = "" if gpu.utilization is None else f", {gpu.utilization:.0%} busy"
    warm = "" if gpu.temperature_c is None else f", {gpu.temperature_c:.0f} °C"
    users = "".join(
        f"; {one.name} ({one.pid}){_memory_words(None, one.used_bytes)}" for one in gpu.processes
    )
    return f"{gpu.name}{_memory_words(gpu.used_bytes, gpu.memory_bytes)}{busy}{warm}{users}"


def _memory_words(used: int | None, total: int | None) -> str:
    if total is None:
        return ""
    return (
        f", {shown_size(total)}"
        if used is None
        else f", {shown_size(used)} of {shown_size(total)} in use"
    )
