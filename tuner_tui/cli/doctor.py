"""What does this machine offer, and what keeps it from offering more?"""

import os
import platform
import re
import shutil
import sys
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path
from typing import Annotated

import msgspec
from cyclopts import Parameter

from tuner_engine import runs
from tuner_engine.errors import ExitCode, TunerError
from tuner_engine.printable import printable
from tuner_tui.cli import COMMANDS, output, parsing

app = parsing.command("doctor", COMMANDS["doctor"])

LEAST_FREE_BYTES = 2**30
"""Free space below which runs and compiled programs may not fit. House choice."""

SMALLEST_SCREEN = (80, 24)
"""Columns and rows that the app is laid out for."""

_GPU_FOLDER = Path("/proc/driver/nvidia/gpus")
"""Where NVIDIA's driver on Linux lists what it drives."""


class Terminal(msgspec.Struct, frozen=True, kw_only=True):
    """What the app would draw on."""

    is_terminal: bool
    term: str | None
    colors: str
    columns: int
    rows: int
    multiplexer: str | None
    encoding: str


class Storage(msgspec.Struct, frozen=True, kw_only=True):
    """Where runs are kept."""

    path: str
    writable: bool
    free_bytes: int
    runs: int


class Device(msgspec.Struct, frozen=True, kw_only=True):
    """One device that JAX can train on."""

    id: int
    platform: str
    kind: str
    memory_bytes: int | None


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
    found, failure = _devices() if ask_jax else (None, None)
    terminal, storage, packages = _terminal(environ), _storage(), _packages()
    gpus = _nvidia_gpus()
    problems = [
        *([f"JAX finds no devices: {failure}"] if failure else []),
        *_missing(packages),
        *_cramped(terminal),
        *_full(storage),
        *_unused_gpu(found, gpus=gpus),
    ]
    return Report(
        python=platform.python_version(),
        executable=sys.executable,
        system=platform.platform(),
        packages=packages,
        terminal=terminal,
        storage=storage,
        devices=found,
        nvidia_gpus=gpus,
        problems=tuple(problems),
    )


def _packages() -> dict[str, str | None]:
    """Return the version of every package that the distribution asks for."""
    needed = metadata.requires("tuner-tui") or []
    matches = [re.match(r"[\w.-]+", need) for need in needed if "extra ==" not in need]
    names = [match[0] for match in matches if match]
    return {"tuner-tui": _version("tuner-tui"), **{name: _version(name) for name in sorted(names)}}


def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def _terminal(environ: Mapping[str, str]) -> Terminal:
    size = shutil.get_terminal_size()
    multiplexer = next((name for name in ("TMUX", "STY", "ZELLIJ") if environ.get(name)), None)
    return Terminal(
        is_terminal=sys.stdin.isatty() and sys.stderr.isatty(),
        term=environ.get("TERM"),
        colors=_colors(environ),
        columns=size.columns,
        rows=size.lines,
        multiplexer={"TMUX": "tmux", "STY": "screen", "ZELLIJ": "zellij"}.get(multiplexer or ""),
        encoding=sys.stdout.encoding,
    )


def _colors(environ: Mapping[str, str]) -> str:
    if environ.get("NO_COLOR"):
        return "none, as NO_COLOR asks"
    if environ.get("COLORTERM", "") in {"truecolor", "24bit"}:
        return "16 million"
    return "256" if "256color" in environ.get("TERM", "") else "16"


def _storage() -> Storage:
    home = runs.home()
    standing = next(folder for folder in (home, *home.absolute().parents) if folder.exists())
    return Storage(
        path=str(home),
        writable=standing.is_dir() and os.access(standing, os.W_OK | os.X_OK),
        free_bytes=shutil.disk_usage(standing).free,
        runs=len(runs.listed()),
    )


def _devices() -> tuple[tuple[Device, ...], str | None]:
    """Return what JAX can train on, or nothing and why."""
    try:
        from tuner_engine.training import devices

        devices.configure("auto")
        import jax

        found = jax.local_devices()
    except (ImportError, RuntimeError, TunerError) as error:
        return (), printable(str(error), width=300)
    return tuple(
        Device(id=one.id, platform=one.platform, kind=one.device_kind, memory_bytes=_memory(one))
        for one in found
    ), None


def _memory(device: object) -> int | None:
    """Return how much memory a device lets us have; a CPU does not say."""
    stats = getattr(device, "memory_stats", lambda: None)()
    return stats.get("bytes_limit") if stats else None


def _nvidia_gpus() -> int:
    if _GPU_FOLDER.is_dir():
        return len(list(_GPU_FOLDER.iterdir()))
    return 1 if shutil.which("nvidia-smi") else 0


def _missing(packages: Mapping[str, str | None]) -> list[str]:
    return [
        f"{name} is not installed: pip install {name}"
        for name, version in packages.items()
        if version is None
    ]


def _cramped(terminal: Terminal) -> list[str]:
    columns, rows = SMALLEST_SCREEN
    if terminal.is_terminal and (terminal.columns < columns or terminal.rows < rows):
        size = f"{terminal.columns} by {terminal.rows}"
        return [f"the terminal is {size}: the app is laid out for {columns} by {rows} or more"]
    return []


def _full(storage: Storage) -> list[str]:
    place = printable(storage.path)
    if not storage.writable:
        return [f"{place} cannot be written: set TUNER_TUI_HOME to a folder that can"]
    if storage.free_bytes < LEAST_FREE_BYTES:
        return [f"{place} has {_size(storage.free_bytes)} left: make room, or set TUNER_TUI_HOME"]
    return []


def _unused_gpu(devices: tuple[Device, ...] | None, *, gpus: int) -> list[str]:
    if devices is None or not gpus or any(device.platform == "gpu" for device in devices):
        return []
    cure = "pip install 'tuner-tui[cuda]', and look at JAX_PLATFORMS if it is set"
    return [f"an NVIDIA GPU is here, but JAX cannot use it: {cure}"]


def _print(report: Report) -> None:
    from rich.text import Text

    from tuner_tui.cli import tables

    terminal, storage = report.terminal, report.storage
    rows = [
        ("python", f"{report.python} ({report.executable})"),
        ("system", report.system),
        *((name, version or "missing") for name, version in report.packages.items()),
        ("terminal", _described(terminal)),
        ("runs", f"{storage.runs} in {storage.path}, {_size(storage.free_bytes)} free"),
        *((f"device {device.id}", _named(device)) for device in report.devices or ()),
    ]
    lines = tables.pairs(rows)
    problems = [Text(f"! {problem}", style="yellow") for problem in report.problems]
    output.print_lines([*lines, Text(), *(problems or [Text("nothing is amiss")])])


def _described(terminal: Terminal) -> str:
    if not terminal.is_terminal:
        return "none: the app needs one, the other commands do not"
    inside = f", inside {terminal.multiplexer}" if terminal.multiplexer else ""
    size = f"{terminal.columns} by {terminal.rows}"
    return f"{terminal.term}, {size}, colours: {terminal.colors}, {terminal.encoding}{inside}"


def _named(device: Device) -> str:
    memory = f", {_size(device.memory_bytes)}" if device.memory_bytes else ""
    return f"{device.platform}: {device.kind}{memory}"


def _size(count: int) -> str:
    return f"{count / 2**30:.1f} GiB"
