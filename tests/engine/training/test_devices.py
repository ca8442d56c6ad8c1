"""Does JAX run where it was asked to?"""

import json
import os
import subprocess
import sys

import pytest

from tuner_engine.errors import DeviceError
from tuner_engine.training import devices


def test_the_environment_names_versions_and_devices(device: None) -> None:
    """Everything results depend on besides the spec."""
    found = devices.environment()
    assert found["devices"] == "2"
    assert found["device_platform"] == "cpu"
    assert {"jax", "jaxlib", "flax", "optax", "numpy", "python"} <= found.keys()


def test_another_device_than_the_running_one_is_refused(
    device: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process that already uses the CPU says so."""
    import jax

    updated = {}
    monkeypatch.setattr(jax.config, "update", lambda name, value: updated.update({name: value}))
    with pytest.raises(DeviceError, match="already uses cpu"):
        devices.configure("gpu")
    assert updated["jax_platforms"] == "cuda"


SCRIPT = """
import json, sys
import jax
from tuner_engine.errors import DeviceError
from tuner_engine.training import devices
try:
    devices.configure(sys.argv[1])
    print(json.dumps([jax.default_backend(), jax.local_device_count()]))
except DeviceError as error:
    print(json.dumps(str(error)))
"""


def configured(device: str) -> object:
    environment = {name: v for name, v in os.environ.items() if name != "XLA_FLAGS"}
    environment["JAX_PLATFORMS"] = ""
    finished = subprocess.run(
        [sys.executable, "-c", SCRIPT, device],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(finished.stdout)


def test_a_device_is_heeded_though_jax_is_imported() -> None:
    """As in a worker that loads JAX while it waits; the CPU has a device for each core."""
    assert configured("cpu") == ["cpu", len(os.sched_getaffinity(0))]


def test_a_device_that_is_absent_is_one_clear_line() -> None:
    """It names the option and the command that lists what there is."""
    message = configured("tpu")
    assert isinstance(message, str)
    assert "--device tpu" in message
    assert "doctor" in message
    assert "\n" not in message
