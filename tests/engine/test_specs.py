"""Are requests held to their limits, and do they survive being kept?"""

import math
from typing import Any

import msgspec
import pytest

from tuner_engine import specs
from tuner_engine.errors import UsageError
from tuner_engine.specs import Choices, DataSpec, Hyperparameters, RunSpec

WHOLE: dict[str, Any] = {
    "model": "mlp",
    "hidden_layers": 2,
    "hidden_width": 64,
    "optimizer": "adamw",
    "schedule": "cosine",
    "learning_rate": 1e-3,
    "warmup_share": 0.05,
    "batch_size": 32,
    "epochs": 10,
    "patience": None,
    "weight_decay": 0.0,
    "dropout": 0.0,
    "label_smoothing": 0.0,
    "gradient_clip": None,
}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("learning_rate", 0),
        ("learning_rate", -1e-3),
        ("learning_rate", math.inf),
        ("learning_rate", math.nan),
        ("weight_decay", -0.1),
        ("weight_decay", math.inf),
        ("dropout", 1.0),
        ("label_smoothing", -0.1),
        ("warmup_share", 1.0),
        ("batch_size", 0),
        ("batch_size", 1.5),
        ("epochs", 0),
        ("hidden_layers", 0),
        ("optimizer", "sgdd"),
        ("optimizer", "\x1b[31m"),
        ("model", None),
    ],
)
def test_value_out_of_range_is_refused(name: str, value: object) -> None:
    """The error names what was given and the field, in printable text."""
    with pytest.raises(UsageError, match=rf"the recipe: .*\$\.{name}") as caught:
        specs.checked({**WHOLE, name: value}, Hyperparameters, what="the recipe")
    assert str(caught.value).isprintable()


def test_whole_value_passes() -> None:
    """Values within their limits come back as they are."""
    assert specs.checked(WHOLE, Hyperparameters, what="x") == Hyperparameters(**WHOLE)


def test_missing_value_is_refused() -> None:
    """A training with a field missing is not a training."""
    with pytest.raises(UsageError, match="epochs"):
        specs.checked({k: v for k, v in WHOLE.items() if k != "epochs"}, Hyperparameters, what="x")


def test_choices_and_hyperparameters_have_the_same_fields() -> None:
    """Whatever a training needs, a person can decide; nothing else."""
    assert Choices.__dataclass_fields__.keys() == Hyperparameters.__dataclass_fields__.keys()


@pytest.mark.parametrize(
    "data",
    [
        {"valid_share": 0.0},
        {"valid_share": 1.0},
        {"test_share": 1.0},
        {"test_share": -0.1},
        {"max_rows": 0},
    ],
)
def test_impossible_split_is_refused(data: dict[str, Any]) -> None:
    """Every split leaves rows to train and to validate on."""
    with pytest.raises(UsageError):
        specs.checked(DataSpec(source="x", **data), DataSpec, what="data")


def test_spec_round_trips() -> None:
    """A kept request asks for exactly the same again."""
    before = RunSpec(
        command="tune",
        data=DataSpec(source="größe.csv", target="-1", max_rows=10),
        choices=Choices(learning_rate=0.1, optimizer="lion"),
        seed=7,
        budget_s=60,
    )
    assert msgspec.json.decode(msgspec.json.encode(before), type=RunSpec) == before
