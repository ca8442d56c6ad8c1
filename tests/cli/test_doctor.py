"""Does the doctor see what is there, and say what to do about what is not?"""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tuner_engine import hardware
from tuner_tui.cli import ailments, doctor, machine
from tuner_tui.cli.machine import Device

Tuner = Callable[..., Any]

CPU = Device(id=0, platform="cpu", kind="cpu", memory_bytes=None)
GPU = Device(id=0, platform="gpu", kind="H200", memory_bytes=139 * 2**30)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine of our making: one CPU, no NVIDIA driver, every package, room on disk."""
    monkeypatch.setattr(machine, "devices", lambda: ((CPU,), None))
    monkeypatch.setattr(machine, "nvidia_gpus", lambda: 0)
    monkeypatch.setattr(machine, "version", lambda name: "1.0")
    monkeypatch.setattr(ailments, "LEAST_FREE_BYTES", 0)
    monkeypatch.setattr(hardware, "gpus", tuple)


def test_healthy_machine_has_no_problems(quick: None, tuner: Tuner, home: Path) -> None:
    """The report names packages, devices and the folder of runs."""
    answer = tuner("doctor")
    assert answer.code == 0
    for part in ("jax", "cyclopts", "device 0", str(home), "nothing is amiss"):
        assert part in answer.out


def test_report_is_one_document(quick: None, tuner: Tuner) -> None:
    """Scripts get the same facts as JSON."""
    report = json.loads(tuner("doctor", "--json").out)
    assert report["schema"] == "tuner-tui/doctor/1"
    assert report["devices"] == [
        {"id": 0, "platform": "cpu", "kind": "cpu", "memory_bytes": None, "used_bytes": None}
    ]
    assert report["problems"] == []


def test_devices_may_be_left_alone(tuner: Tuner, monkeypatch: pytest.MonkeyPatch) -> None:
    """With --no-devices JAX is not asked."""
    monkeypatch.setattr(machine, "devices", lambda: pytest.fail("asked"))
    assert json.loads(tuner("doctor", "--json", "--no-devices").out)["devices"] is None


@pytest.mark.parametrize(
    ("changes", "advice"),
    [
        ({"nvidia_gpus": lambda: 2}, "an NVIDIA GPU is here, but JAX cannot use it"),
        ({"devices": lambda: ((), "no luck")}, "JAX finds no devices: no luck"),
        ({"version": lambda name: None if name == "optax" else "1"}, "pip install optax"),
        ({"LEAST_FREE_BYTES": 2**80}, "make room"),
    ],
)
def test_problem_comes_with_its_cure(
    changes: dict[str, Any],
    advice: str,
    quick: None,
    tuner: Tuner,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each thing that is amiss is one line that says what to do."""
    for name, value in changes.items():
        monkeypatch.setattr(ailments if name.isupper() else machine, name, value)
    (problem,) = json.loads(tuner("doctor", "--json").out)["problems"]
    assert advice in problem


def test_gpu_in_use_is_no_problem(
    quick: None, tuner: Tuner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A GPU that JAX sees is listed with its memory."""
    monkeypatch.setattr(machine, "nvidia_gpus", lambda: 1)
    monkeypatch.setattr(machine, "devices", lambda: ((GPU,), None))
    out = tuner("doctor").out
    assert "gpu: H200, 139.0 GiB" in out
    assert "nothing is amiss" in out


@pytest.mark.parametrize(
    ("folders", "tool", "count"), [(2, None, 2), (0, "/bin/nvidia-smi", 1), (0, None, 0)]
)
def test_nvidia_gpus_are_counted_without_jax(
    folders: int,
    tool: str | None,
    count: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """By the driver's folder, or at least by the presence of its tool."""
    place = tmp_path / "gpus"
    for number in range(folders):
        (place / str(number)).mkdir(parents=True)
    monkeypatch.setattr(machine, "_GPU_FOLDER", place)
    monkeypatch.setattr(shutil, "which", lambda name: tool)
    assert machine.nvidia_gpus() == count


@pytest.mark.parametrize(
    ("environ", "colors"),
    [
        ({"NO_COLOR": "1", "COLORTERM": "truecolor"}, "none, as NO_COLOR asks"),
        ({"COLORTERM": "truecolor"}, "16 million"),
        ({"TERM": "xterm-256color"}, "256"),
        ({}, "16"),
    ],
)
def test_colours_are_told_from_the_environment(environ: dict[str, str], colors: str) -> None:
    """The usual variables, in the usual order."""
    assert doctor.examine(environ, ask_jax=False).terminal.colors == colors


@pytest.mark.parametrize(
    ("variable", "name"), [("TMUX", "tmux"), ("STY", "screen"), ("ZELLIJ", "zellij")]
)
def test_multiplexer_is_named(variable: str, name: str) -> None:
    """What stands between the program and the terminal changes what it can do."""
    assert doctor.examine({variable: "x"}, ask_jax=False).terminal.multiplexer == name


def test_unwritable_home_is_a_problem(
    quick: None, tuner: Tuner, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The doctor itself still works where no run could be kept."""
    (tmp_path / "file").touch()
    monkeypatch.setenv("TUNER_TUI_HOME", str(tmp_path / "file"))
    answer = tuner("doctor", "--json")
    assert answer.code == 0
    assert "set TUNER_TUI_HOME" in json.loads(answer.out)["problems"][0]


@pytest.mark.parametrize(
    ("environ", "advice"),
    [
        ({"CUDA_VISIBLE_DEVICES": ""}, "CUDA_VISIBLE_DEVICES is ''"),
        ({"CUDA_VISIBLE_DEVICES": "-1"}, "CUDA_VISIBLE_DEVICES is '-1'"),
        ({"JAX_PLATFORMS": "cpu"}, "JAX_PLATFORMS is 'cpu'"),
        ({"JAX_PLATFORMS": "cuda,cpu"}, "pip install 'tuner-tui[cuda]'"),
    ],
)
def test_unused_gpu_says_what_keeps_it(
    environ: dict[str, str], advice: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A variable that hides the GPU is named before a package that is missing."""
    monkeypatch.setattr(machine, "version", lambda name: None)
    (problem,) = ailments.unused_gpu((CPU,), gpus=1, environ=environ)
    assert advice in problem


def test_plugin_that_does_not_start_is_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the plug-in installed, installing it is no cure."""
    monkeypatch.setattr(machine, "version", lambda name: "0.10")
    (problem,) = ailments.unused_gpu((CPU,), gpus=1, environ={})
    assert "does not start" in problem


@pytest.mark.parametrize(("used", "problems"), [(0.9, 1), (0.1, 0)])
def test_crowded_gpu_names_who_crowds_it(
    used: float, problems: int, quick: None, tuner: Tuner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Other processes are listed, and are a problem once they hold most of the memory."""
    other = hardware.GpuProcess(pid=2**22 + 1, name="trainer", used_bytes=2**30)
    gpu = hardware.Gpu(
        index=0,
        name="H200",
        memory_bytes=100 * 2**30,
        used_bytes=int(used * 100 * 2**30),
        utilization=0.5,
        temperature_c=61.0,
        processes=(other,),
    )
    monkeypatch.setattr(hardware, "gpus", lambda: (gpu,))
    monkeypatch.setattr(machine, "devices", lambda: ((GPU,), None))
    answer = tuner("doctor").out
    assert "50% busy, 61 °C; trainer" in answer
    assert answer.count("choose another with CUDA_VISIBLE_DEVICES") == problems
