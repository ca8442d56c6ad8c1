"""Do the arguments of a person's function become settings of the types that they have?"""

from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuner_engine.errors import TaskError, UsageError
from tuner_engine.own import arguments
from tuner_engine.specs import Choices
from tuner_engine.workload import Argument


def many(
    hidden: int = 64,
    rate: float = 1,
    bias: bool = True,  # noqa: FBT001, FBT002 - as people write
    activation: Literal["relu", "gelu"] = "relu",
    note: str = "a",
    data: object = None,
    *rest: Any,
    **others: Any,
) -> None: ...


KNOWN = arguments.of(many, place="f.py:many")


def read(**given: Any) -> dict[str, Any]:
    return arguments.read(given, KNOWN, place="f.py:many")


def test_only_plain_defaults_can_be_varied() -> None:
    """Numbers, truth values and text; anything else keeps its default."""
    assert [(known.name, known.kind, known.default) for known in KNOWN] == [
        ("hidden", "whole", 64),
        ("rate", "number", 1.0),
        ("bias", "switch", True),
        ("activation", "words", "relu"),
        ("note", "words", "a"),
    ]
    assert KNOWN[3].options == ("relu", "gelu")


@pytest.mark.parametrize(
    ("name", "typed", "value"),
    [
        ("hidden", "128", 128),
        ("hidden", 128.0, 128),
        ("rate", "1e-3", 1e-3),
        ("rate", 2, 2.0),
        ("bias", "False", False),
        ("activation", "gelu", "gelu"),
        ("note", "128", "128"),
        ("note", "", ""),
    ],
)
def test_words_of_a_command_line_take_the_type_of_the_default(
    name: str, typed: Any, value: Any
) -> None:
    """And so do values from JSON."""
    found = read(**{name: typed})[name]
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("name", "typed", "told"),
    [
        ("hidden", "1.5", "a whole number"),
        ("hidden", 1.5, "a whole number"),
        ("hidden", True, "a whole number"),
        ("rate", "nan", "a finite number"),
        ("rate", "fast", "a finite number"),
        ("bias", "maybe", "true or false"),
        ("activation", "tanh", "'relu' or 'gelu'"),
    ],
)
def test_a_value_of_another_type_is_refused(name: str, typed: Any, told: str) -> None:
    """With the value, and what is allowed."""
    with pytest.raises(UsageError, match=f"--set {name}={typed}: expected {told}"):
        read(**{name: typed})


@given(st.integers(-(2**53), 2**53))
def test_whole_numbers_survive_the_command_line(number: int) -> None:
    """Whatever a whole number is, its text says the same."""
    assert read(hidden=str(number)) == {"hidden": number}


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_numbers_survive_the_command_line(number: float) -> None:
    """To the last digit."""
    assert read(rate=repr(number)) == {"rate": number}


def test_an_unknown_argument_is_refused_with_what_there_is() -> None:
    """A misspelt name sets nothing."""
    with pytest.raises(UsageError, match=r"'hiden'.*hidden \(default 64\).*'relu' | 'gelu'"):
        read(hiden=3)


def test_an_argument_named_as_a_setting_is_that_setting() -> None:
    """A choice of the batch size reaches the function; --set goes before it."""
    known = arguments.of(lambda batch_size=32, hidden=8: None, place="f.py:f")
    found = arguments.in_force(known, Choices(batch_size=64, epochs=3), place="f.py:f")
    assert found == {"batch_size": 64, "hidden": 8}
    both = Choices(batch_size=64, arguments={"batch_size": "16"})
    assert arguments.in_force(known, both, place="f.py:f")["batch_size"] == 16


def needs(hidden: int) -> None: ...


def rate(learning_rate: float = 0.1) -> None: ...


def model(model: str = "cnn") -> None: ...


def hidden(hidden: int = 1, /) -> None: ...


def empty(batch_size: int = 0) -> None: ...


def outside(activation: Literal["relu"] = "gelu") -> None: ...  # type: ignore[assignment]


@pytest.mark.parametrize(
    ("function", "told"),
    [
        (needs, "has no default"),
        (rate, "cannot be called 'learning_rate': trainings side by side differ in it"),
        (model, "cannot be called 'model'"),
        (hidden, "positional-only"),
        (empty, "`int` >= 1"),
        (outside, "expected 'relu'"),
    ],
)
def test_a_function_that_cannot_be_varied_is_refused(function: Any, told: str) -> None:
    """As a mistake in the task, with the argument's name."""
    with pytest.raises(TaskError, match=f"f.py:f.*{told}"):
        arguments.of(function, place="f.py:f")


def test_arguments_mean_nothing_without_a_task() -> None:
    """`--set` beside a table is refused, not ignored."""
    import problems

    workload = problems.blobs().profile.workload
    with pytest.raises(UsageError, match="only a task of your own has arguments"):
        arguments.typed(Choices(arguments={"hidden": 3}), workload)
    assert KNOWN[0] == Argument(name="hidden", kind="whole", default=64)
