"""Is every setting named once, in the order of a recipe?"""

import pytest

from tuner_engine.settings import SETTINGS, ordered, unit
from tuner_engine.specs import Choices


def test_choices_come_first_and_in_their_order() -> None:
    """What a training is described by opens the table."""
    described = [name for name in Choices.__dataclass_fields__ if name != "arguments"]
    assert list(SETTINGS)[: len(described)] == described


@pytest.mark.parametrize("name", SETTINGS)
def test_setting_says_what_it_means(name: str) -> None:
    """One line, without a full stop; words to choose from wherever it is a choice."""
    known = SETTINGS[name]
    assert known.meaning
    assert not known.meaning.endswith(".")
    assert bool(known.options) == (known.kind == "choice")
    assert known.families
    assert known.regimes


def test_names_are_put_in_the_order_of_a_recipe() -> None:
    """Unknown names come last."""
    names = {"zebra", "seed", "model", "lora_rank", "antelope"}
    assert ordered(names) == ["model", "seed", "lora_rank", "antelope", "zebra"]


@pytest.mark.parametrize(
    ("name", "family", "regime", "belongs"),
    [
        ("lora_rank", "language", "lora", True),
        ("lora_rank", "language", "scratch", False),
        ("temperature", "language", "inference", True),
        ("temperature", "image", "inference", False),
        ("augmentation", "image", "scratch", True),
        ("learning_rate", "language", "inference", False),
        ("seed", "language", "inference", True),
    ],
)
def test_setting_belongs_where_it_means_something(
    *, name: str, family: str, regime: str, belongs: bool
) -> None:
    """Adapters belong to tuning, temperatures to what writes."""
    assert SETTINGS[name].belongs(family=family, regime=regime) == belongs  # type: ignore[arg-type]


def test_unit_of_an_unknown_setting_is_none() -> None:
    """A name from another program has no unit here."""
    assert unit("warmup_share") == "of the steps"
    assert unit("zebra") is None
