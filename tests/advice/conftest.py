"""What do the tests of advice share? Data of any size, known without a file."""

from collections.abc import Callable
from typing import Any

import pytest

from tuner_engine.advice import advise
from tuner_engine.recipe import Recipe
from tuner_engine.specs import Choices
from tuner_engine.workload import (
    Caution,
    DataFacts,
    Family,
    Hardware,
    Pixels,
    Profile,
    TaskKind,
    Tokens,
    Workload,
)

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


def of_family(family: Family, examples: int = 7_000, **facts: Any) -> Profile:
    """Return the profile of data of any family, with the facts that such data bring."""
    tasks: dict[Family, TaskKind] = {"language": "language-modelling", "own": "own"}
    task = facts.pop("task", tasks.get(family, "classification"))
    sequence = facts.pop("sequence_length", 128)
    tokens = facts.pop("train_tokens", examples * sequence)
    lengths = {"mean_length": 50.0, "median_length": 40.0, "longest": 300}
    usual: dict[str, Any] = {
        "pixels": Pixels(height=28, width=28, channels=1) if family == "image" else None,
        "tokens": Tokens(
            tokenizer="char",
            vocabulary=65,
            train_tokens=tokens,
            sequence_length=sequence,
            **lengths,
        )
        if family in {"text", "language"}
        else None,
        "hardware": Hardware(device="gpu") if facts.pop("accelerated", False) else None,
    }
    work = Workload(
        family=family,
        task=task,
        train_examples=examples,
        valid_examples=max(examples // 5, 1),
        test_examples=max(examples // 5, 1),
        features=12 if family == "tabular" else 0,
        outputs=1 if task == "regression" else 3,
        **{**usual, **facts},
    )
    data = DataFacts(
        source="d", sha256="5ea1", rows=examples, format="csv", target="y", target_guessed=False
    )
    return Profile(workload=work, data=data)


@pytest.fixture(scope="session")
def of() -> Callable[..., Profile]:
    """Make the profile of data of any family."""
    return of_family


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
