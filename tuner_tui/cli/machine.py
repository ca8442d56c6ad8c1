"""What does this machine offer to train on, to draw on and to keep runs on?

Invariant: looking changes nothing, and whatever cannot be found out is none.
"""

import os
import re
import shutil
import sys
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path

import msgspec

from tuner_engine import runs
from tuner_engine.errors import TunerError
from tuner_engine.printable import printable

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
    used_bytes: int | None = None


def packages() -> dict[str, str | None]:
    """Return the version of every package that the distribution asks for."""
    needed = metadata.requires("tuner-tui") or []
    matches = [re.match(r"[\w.-]+", need) for need in needed if "extra ==" not in need]
    names = [match[0] for match in matches if match]
    return {"tuner-tui": version("tuner-tui"), **{name: version(name) for name in sorted(names)}}


def version(name: str) -> str | None:
    """Return the installed version of a package."""
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def terminal(environ: Mapping[str, str]) -> Terminal:
    """Return what the environment and the system say of the terminal."""
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


def storage() -> Storage:
    """Return where runs are kept, and how much room is left there."""
    home = runs.home()
    standing = next(folder for folder in (home, *home.absolute().parents) if folder.exists())
    return Storage(
        path=str(home),
        writable=standing.is_dir() and os.access(standing, os.W_OK | os.X_OK),
        free_bytes=shutil.disk_usage(standing).free,
        runs=len(runs.listed()),
    )


def devices() -> tuple[tuple[Device, ...], str | None]:
    """Return what JAX can train on, or nothing and why."""
    try:
        from tuner_engine.training import devices

        devices.configure("auto")
        import jax

        found = jax.local_devices()
    except (ImportError, RuntimeError, TunerError) as error:
        return (), printable(str(error), width=300)
    return tuple(
        Device(
            id=one.id,
            platform=one.platform,
            kind=one.device_kind,
            memory_bytes=_memory(one, "bytes_limit"),
            used_bytes=_memory(one, "bytes_in_use"),
        )
        for one in found
    ), None


def _memory(device: object, what: str) -> int | None:
    """Return a figure of a device's memory; a CPU does not say."""
    stats = getattr(device, "memory_stats", lambda: None)()
    return stats.get(what) if stats else None


def nvidia_gpus() -> int:
    """Count the GPUs that the driver lists, or at least guess that there is one."""
    if _GPU_FOLDER.is_dir():
        return len(list(_GPU_FOLDER.iterdir()))
    return 1 if shutil.which("nvidia-smi") else 0
