"""What do the contract tests share? The repository's root, and processes of their own."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

Python = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="session")
def root() -> Path:
    """The repository's root folder."""
    return ROOT


@pytest.fixture(scope="session")
def python() -> Python:
    """Run a program text in a fresh interpreter and return what it printed.

    The program starts away from the repository, so that only what is installed can be imported.
    """

    def start(
        program: str, *arguments: str, executable: str = sys.executable
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [executable, "-c", program, *arguments],
            cwd="/",
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )

    return start
