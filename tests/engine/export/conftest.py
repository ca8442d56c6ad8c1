"""What the tests of exports and imports share: recipes, and recorded fields of other programs."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from tuner_engine.recipe import Recipe, Setting, Value, this_tool
from tuner_engine.workload import Workload

RECORDED = Path(__file__).parent / "recorded"

QLORA: dict[str, Value] = {
    "model": "org/small-1b",
    "optimizer": "adamw",
    "schedule": "cosine",
    "learning_rate": 2e-4,
    "warmup_share": 0.03,
    "batch_size": 16,
    "epochs": 2,
    "patience": 3,
    "weight_decay": 0.01,
    "dropout": 0.1,
    "label_smoothing": 0.0,
    "gradient_clip": None,
    "accumulation": 4,
    "precision": "bfloat16",
    "rematerialize": True,
    "beta1": 0.9,
    "beta2": 0.95,
    "epsilon": 1e-6,
    "min_learning_rate_share": 0.1,
    "sequence_length": 2048,
    "packing": True,
    "seed": 7,
    "quantization": "4bit",
    "lora_rank": 16,
    "lora_alpha": 32,
    "lora_dropout": 0.05,
    "lora_targets": "all-linear",
    "micro_batch_size": 4,
}
"""Everything that tuning with adapters says."""

SAMPLING: dict[str, Value] = {
    "model": "org/small-1b",
    "temperature": 0.7,
    "top_p": 0.9,
    "top_k": 20,
    "min_p": 0.05,
    "frequency_penalty": 0.1,
    "presence_penalty": 0.2,
    "repetition_penalty": 1.1,
    "max_tokens": 1024,
    "seed": 7,
}
"""Everything that sampling says."""

TrainingRecipe = Callable[..., Recipe]


def made(values: Mapping[str, Value], **facts: Any) -> Recipe:
    workload: dict[str, Any] = {
        "family": "language",
        "task": "instruction",
        "train_examples": 12_000,
        "valid_examples": 0,
        "test_examples": 0,
        "features": 0,
        "outputs": 1,
        **facts,
    }
    return Recipe(
        created="2025-01-01T00:00:00+00:00",
        tool=this_tool(),
        workload=Workload(**workload),
        settings={
            name: Setting(value=value, basis="rule", confidence="low", why="A test.")
            for name, value in values.items()
        },
    )


@pytest.fixture
def qlora() -> TrainingRecipe:
    """Return the recipe of tuning with adapters, with some values changed or added."""

    def make(facts: Mapping[str, Any] | None = None, **changed: Value) -> Recipe:
        known = {"regime": "qlora", "base_model": "org/small-1b", **(facts or {})}
        return made({**QLORA, **changed}, **known)

    return make


@pytest.fixture
def sampling() -> TrainingRecipe:
    """Return the recipe of sampling, with some values changed or added."""

    def make(facts: Mapping[str, Any] | None = None, **changed: Value) -> Recipe:
        known = {"regime": "inference", "base_model": "org/small-1b", **(facts or {})}
        return made({**SAMPLING, **changed}, **known)

    return make


@pytest.fixture
def training() -> TrainingRecipe:
    """Return a recipe of exactly these values, from scratch unless facts say otherwise."""

    def make(facts: Mapping[str, Any] | None = None, **values: Value) -> Recipe:
        return made(values, **(facts or {}))

    return make


@pytest.fixture(scope="session")
def recorded() -> Callable[[str, str], set[str]]:
    """Return the fields of a library's class, as its stated version has them."""

    def fields(library: str, kind: str) -> set[str]:
        return set(json.loads((RECORDED / f"{library}.json").read_text())["fields"][kind])

    return fields
