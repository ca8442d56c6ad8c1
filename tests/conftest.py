"""What holds for every test?

No test touches files outside temporary folders, none depends on the terminal or the settings it
was started from, and workers that run side by side do not fight over cores.
"""

import os
import shutil
import tempfile
from pathlib import Path

import hypothesis
import pytest

ONE_THREAD_EACH = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "POLARS_MAX_THREADS": "1",
}
"""Thread pools of the numeric libraries. There is one test worker per core already."""

XLA_FLAGS = "--xla_cpu_multi_thread_eigen=false --xla_force_host_platform_device_count=2"
"""One thread for each device, and two devices whatever the machine has, so that lanes are sharded
in every test and the same program is compiled everywhere."""

FROM_THE_TERMINAL = ("COLUMNS", "LINES", "NO_COLOR", "FORCE_COLOR", "CLICOLOR_FORCE", "PYTHONPATH")
"""Variables of the starting shell that would change what programs print or import."""

hypothesis.settings.register_profile("suite", derandomize=True, deadline=None, database=None)
hypothesis.settings.load_profile("suite")


def pytest_configure(config: pytest.Config) -> None:
    """Give the whole session one environment, before anything reads it.

    The workers are started by the first process and inherit what it sets here. They share one
    compilation cache: programs that several workers need are compiled once.
    """
    if hasattr(config, "workerinput"):
        return
    scratch = Path(tempfile.mkdtemp(prefix="tuner-tui-tests-"))
    config.add_cleanup(lambda: shutil.rmtree(scratch, ignore_errors=True))
    for name in FROM_THE_TERMINAL:
        os.environ.pop(name, None)
    for name, value in ONE_THREAD_EACH.items():
        os.environ.setdefault(name, value)
    os.environ.setdefault("XLA_FLAGS", XLA_FLAGS)
    os.environ.setdefault("JAX_PLATFORMS", "cpu")
    os.environ.update(
        COLORTERM="truecolor",
        TERM="xterm-256color",
        TUNER_TUI_CACHE=str(scratch / "compiled"),
        TUNER_TUI_HOME=str(scratch / "home"),
        TZ="UTC",
        XDG_CACHE_HOME=str(scratch / "cache"),
        XDG_CONFIG_HOME=str(scratch / "config"),
        XDG_STATE_HOME=str(scratch / "state"),
    )


@pytest.fixture(autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of this test's runs: its own, empty, and outside `tmp_path`."""
    folder = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("TUNER_TUI_HOME", str(folder))
    return folder
