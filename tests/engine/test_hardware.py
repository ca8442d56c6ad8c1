"""Is NVIDIA's tool understood, whatever it says?"""

import os
from pathlib import Path

import pytest

from tuner_engine import hardware

UUID = "GPU-12345678-aaaa"


@pytest.fixture
def tool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A tool of our making, alone on the path with the shell's own programs."""
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    return tmp_path / hardware.TOOL


def says(tool: Path, *, gpus: str, processes: str = "", code: int = 0) -> None:
    tool.write_text(
        "#!/bin/sh\n"
        f'case "$1" in --query-gpu=*) printf "%b" "{gpus}";; *) printf "%b" "{processes}";; esac\n'
        f"exit {code}\n"
    )
    tool.chmod(0o755)


def test_a_gpu_comes_with_its_processes(tool: Path) -> None:
    """Sizes are bytes, utilisation is a share, and a process belongs to its GPU."""
    says(
        tool,
        gpus=f"{UUID}, 0, NVIDIA H200, 143771, 1200, 37, 41\\n",
        processes=f"{UUID}, 4242, /usr/bin/python, 1100\\nGPU-other, 7, x, 1\\n",
    )
    (gpu,) = hardware.gpus()
    assert (gpu.index, gpu.name, gpu.memory_bytes) == (0, "NVIDIA H200", 143771 * 2**20)
    assert (gpu.used_bytes, gpu.utilization, gpu.temperature_c) == (1200 * 2**20, 0.37, 41.0)
    assert gpu.processes == (
        hardware.GpuProcess(pid=4242, name="/usr/bin/python", used_bytes=1100 * 2**20),
    )


def test_what_the_driver_withholds_is_unknown(tool: Path) -> None:
    """`[N/A]` is no number, and no reason to fail."""
    says(tool, gpus=f"{UUID}, 1, GB10, [N/A], [N/A], [Not Supported], 40\\n")
    (gpu,) = hardware.gpus()
    assert (gpu.memory_bytes, gpu.used_bytes, gpu.utilization) == (None, None, None)
    assert gpu.temperature_c == 40.0


@pytest.mark.parametrize(
    ("gpus", "code"),
    [("", 0), ("Failed to initialize NVML: Driver/library version mismatch\\n", 0), ("x", 9)],
)
def test_a_broken_tool_knows_nothing(tool: Path, gpus: str, code: int) -> None:
    """Nonsense and failures mean that no GPU is known."""
    says(tool, gpus=gpus, code=code)
    assert hardware.gpus() == ()


def test_names_are_shown_as_text(tool: Path) -> None:
    """A process may call itself anything; escapes do not reach the terminal."""
    says(tool, gpus=f"{UUID}, 0, G, 1, 1, 1, 1\\n", processes=f"{UUID}, 1, \\033[31mred, 5\\n")
    (gpu,) = hardware.gpus()
    assert "\033" not in gpu.processes[0].name
