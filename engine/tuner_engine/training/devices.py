"""Where does training run?

`configure` decides before JAX starts; afterwards the code path is the same for one CPU, several
host devices, several GPUs or a TPU: one mesh axis, `lanes`, over all local devices.
"""

import os
import platform
import sys
from importlib import metadata
from pathlib import Path

import platformdirs

from tuner_engine.errors import DeviceError
from tuner_engine.specs import Device

HOST_DEVICES_FLAG = "--xla_force_host_platform_device_count"
"""Gives XLA one CPU device per core, which trains lanes side by side."""

PLATFORMS: dict[Device, str] = {"cpu": "cpu", "gpu": "cuda", "tpu": "tpu"}
"""Names as JAX spells them."""

PACKAGES = ("jax", "jaxlib", "flax", "optax", "numpy")
"""Versions that results depend on."""


def cache_folder() -> Path:
    """Return the folder of compiled programs and remembered layouts."""
    chosen = os.environ.get("TUNER_TUI_CACHE")
    return Path(chosen) if chosen else platformdirs.user_cache_path("tuner-tui")


def configure(device: Device) -> None:
    """Make JAX use `device`, with one CPU device per core and compiled programs kept on disk.

    Has effect only before JAX touches a device; a process that already uses one keeps it.

    Args:
        device: `auto` takes what JAX prefers.

    Raises:
        DeviceError: There is no such device, or JAX lacks its plug-in.
    """
    flags = os.environ.get("XLA_FLAGS", "")
    if HOST_DEVICES_FLAG not in flags:
        os.environ["XLA_FLAGS"] = f"{flags} {HOST_DEVICES_FLAG}={_cores()}".strip()
    import jax

    if device != "auto":
        # JAX reads the variable when it is imported, which may have happened before.
        jax.config.update("jax_platforms", PLATFORMS[device])
    if "JAX_COMPILATION_CACHE_DIR" not in os.environ:
        jax.config.update("jax_compilation_cache_dir", str(cache_folder() / "xla"))
        jax.config.update("jax_persistent_cache_min_compile_time_secs", 0.0)
        jax.config.update("jax_persistent_cache_min_entry_size_bytes", -1)
    try:
        found = jax.local_devices()
    except RuntimeError as error:
        reason = str(error).splitlines()[0]
        raise DeviceError(
            f"--device {device} cannot be used: {reason}; `tuner-tui doctor` lists what can"
        ) from error
    kind = found[0].platform
    if device != "auto" and kind != device:
        raise DeviceError(f"--device {device} was asked for, but this process already uses {kind}")


def environment() -> dict[str, str | None]:
    """Return what results depend on besides the spec: versions, platform and device."""
    import jax

    devices = jax.local_devices()
    return {
        "python": platform.python_version(),
        **{package: metadata.version(package) for package in PACKAGES},
        "platform": f"{sys.platform}-{platform.machine()}",
        "device": devices[0].device_kind,
        "device_platform": devices[0].platform,
        "devices": str(len(devices)),
    }


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
