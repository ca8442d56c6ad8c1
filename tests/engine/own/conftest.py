"""Tasks in files of their own, as a person has them."""

import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

import own_tasks
import pytest

from tuner_engine.own.loading import OwnTask, load
from tuner_engine.specs import Choices, DataSpec

Written = Callable[..., str]


@pytest.fixture(autouse=True)
def _device(device: None) -> None: ...


@pytest.fixture
def written(tmp_path: Path) -> Written:
    """Write a file after the usual beginning, and return the name of a function in it."""

    def write(body: str, *, begins: str = own_tasks.PLAIN, function: str = "task") -> str:
        path = tmp_path / "train.py"
        path.write_text(begins + textwrap.dedent(body))
        return f"{path}:{function}"

    return write


@pytest.fixture
def loaded(written: Written) -> Callable[..., OwnTask]:
    """Load the task that the text of a file declares."""

    def load_text(body: str, *, choices: Choices = Choices(), **options: Any) -> OwnTask:  # noqa: B008
        spec = DataSpec(source=written(body, **options), kind="task")
        return load(spec, seed=0, choices=choices, device="cpu")

    return load_text
