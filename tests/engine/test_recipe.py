"""Do beliefs move only the way they should?"""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuner_engine.errors import UsageError
from tuner_engine.recipe import SCHEMA, Recipe, Setting, Tool
from tuner_engine.workload import Workload

WORKLOAD = Workload(
    family="tabular",
    task="classification",
    train_examples=100,
    valid_examples=20,
    test_examples=20,
    features=4,
    outputs=3,
)


def setting(value: float | str | None, *, locked: bool = False) -> Setting:
    return Setting(
        value=value, range=(0.1, 1.0), basis="rule", confidence="low", why="Because.", locked=locked
    )


def recipe(**settings: Setting) -> Recipe:
    return Recipe(
        created="2025-01-02T03:04:05Z",
        tool=Tool(version="0"),
        workload=WORKLOAD,
        settings=settings,
    )


@given(st.dictionaries(st.sampled_from("abc"), st.booleans()), st.sets(st.sampled_from("abcd")))
def test_measuring_respects_locks(locks: dict[str, bool], measured: set[str]) -> None:
    """A locked belief survives every measurement; an open one gives way; a new one is added."""
    before = recipe(**{name: setting(1.0, locked=lock) for name, lock in locks.items()})
    after = before.measured({name: setting(2.0) for name in measured}).values()
    for name in locks.keys() | measured:
        keeps = locks.get(name, False) or name not in measured
        assert after[name] == (1.0 if keeps else 2.0)


def test_choice_is_certain_and_locked() -> None:
    """A person's value replaces the value and its provenance, and keeps the range."""
    chosen = recipe(dropout=setting(0.1)).chosen("dropout", 0.3, why="I know my data.")
    found = chosen.settings["dropout"]
    assert (found.value, found.basis, found.confidence, found.locked, found.why) == (
        (0.3, "chosen", "high", True, "I know my data.")
    )
    assert found.range == (0.1, 1.0)


@pytest.mark.parametrize("act", [lambda r: r.chosen("x", 1), lambda r: r.locked("x", locked=True)])
def test_unknown_setting_is_refused(act: object) -> None:
    """The error names the settings there are."""
    with pytest.raises(UsageError, match="the recipe has: dropout, epochs"):
        act(recipe(epochs=setting(9), dropout=setting(0.1)))  # type: ignore[operator]  # one of the two above


def test_lock_turns_without_touching_the_value() -> None:
    """Locking and unlocking leads back to where it began."""
    before = recipe(dropout=setting(0.1))
    locked = before.locked("dropout", locked=True)
    assert locked.settings["dropout"].locked
    assert locked.locked("dropout", locked=False) == before


def test_values_keep_the_order() -> None:
    """The bare values come in the recipe's order, unset ones included."""
    values = recipe(b=setting(None), a=setting("relu")).values()
    assert list(values.items()) == [("b", None), ("a", "relu")]


def test_recipe_round_trips_and_names_its_schema() -> None:
    """What is written reads back equal, and says what it is."""
    before = recipe(dropout=setting(0.1), clip=setting(None))
    content = msgspec.json.encode(before)
    assert msgspec.json.decode(content, type=Recipe) == before
    assert msgspec.json.decode(content)["schema"] == SCHEMA


def test_other_schema_is_refused() -> None:
    """A document of another version is not mistaken for this one."""
    content = msgspec.json.encode(recipe()).replace(b"recipe/1", b"recipe/2")
    with pytest.raises(msgspec.ValidationError, match="schema"):
        msgspec.json.decode(content, type=Recipe)
