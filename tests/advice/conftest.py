"""What do the tests of advice share? Data of any size, known without a file."""

from collections.abc import Callable
from typing import Any

import pytest

from tuner_engine.advice import advise
from tuner_engine.recipe import Recipe
from tuner_engine.specs import Choices
from tuner_engine.workload import Caution, DataFacts, Profile, TaskKind, Workload

CREATED = "2026-03-01T12:00:00+00:00"


def workload(rows: int = 20_000, task: TaskKind = "classification") -> Workload:
    return Workload(
        family="tabular",
        task=task,
        train_examples=rows,
        valid_examples=max(rows // 5, 1),
        test_examples=max(rows // 5, 1),
        features=12,
        outputs=3 if task == "classification" else 1,
    )


@pytest.fixture(scope="session")
def work() -> Callable[..., Workload]:
    """Make the facts of a table with so many training rows."""
    return workload


@pytest.fixture(scope="session")
def profiled() -> Callable[..., Profile]:
    """Make the profile of a table with so many training rows."""

    def make(
        rows: int = 20_000,
        task: TaskKind = "classification",
        cautions: tuple[Caution, ...] = (),
    ) -> Profile:
        data = DataFacts(
            source="t.csv", sha256="0", rows=rows, format="csv", target="y", target_guessed=False
        )
        return Profile(workload=workload(rows, task), data=data, cautions=cautions)

    return make


@pytest.fixture(scope="session")
def advised(profiled: Callable[..., Profile]) -> Callable[..., Recipe]:
    """Advise for a table with so many training rows, with some choices made."""

    def make(rows: int = 20_000, task: TaskKind = "classification", **chosen: Any) -> Recipe:
        return advise(profiled(rows, task), Choices(**chosen), created=CREATED)

    return make
