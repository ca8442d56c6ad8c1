"""Which keyword arguments of the person's function can be varied, and what may each be?

Invariant: a value that leaves this module has the type of the argument's default.
"""

import inspect
import math
import typing
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal, get_args, get_origin

import msgspec

from tuner_engine.errors import TaskError, UsageError
from tuner_engine.printable import printable
from tuner_engine.specs import Choices, Hyperparameters, checked
from tuner_engine.workload import Argument, Workload

Plain = float | int | str | bool

OURS = ("model", "optimizer", "schedule", "learning_rate", "weight_decay", "arguments")
"""Settings that no argument may be called like: training varies them, or the task brings its own.
An argument with the name of another setting, such as `batch_size`, is that setting."""

_SHARED = frozenset(Hyperparameters.__dataclass_fields__) - set(OURS)

_FACTORIES = {"learning_rate": "learning_rate", "weight_decay": "learning_rate, weight_decay"}
"""Setting → arguments of an optimizer factory that gets it."""

_KINDS: dict[type, Literal["switch", "whole", "number", "words"]] = {
    bool: "switch",
    int: "whole",
    float: "number",
    str: "words",
}

_EXPECTED = {
    "switch": "true or false",
    "whole": "a whole number",
    "number": "a finite number",
    "words": "text",
}


def of(function: Callable[..., Any], *, place: str) -> tuple[Argument, ...]:
    """Return the arguments of a function that can be varied, in its order.

    Args:
        function: Of the person; it is only looked at.
        place: How errors call it.

    Raises:
        TaskError: An argument has no default, or a name that means something else here.
    """
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError) as error:
        raise TaskError(f"{place}: its arguments cannot be read ({error})") from error
    hints = _hints(function)
    found = [_argument(parameter, hints.get(parameter.name), place) for parameter in parameters]
    return tuple(argument for argument in found if argument is not None)


def read(given: Mapping[str, Plain], known: Sequence[Argument], *, place: str) -> dict[str, Plain]:
    """Return values as the arguments' types; text from a command line becomes what it says.

    Args:
        given: Values by name.
        known: What the function takes.
        place: How errors call it.

    Raises:
        UsageError: There is no such argument, or it does not take the value.
    """
    by_name = {argument.name: argument for argument in known}
    for name in given:
        if name not in by_name:
            raise UsageError(
                f"{place} has no argument {printable(name)!r} to set; "
                + (f"it has {', '.join(map(_shown, known))}" if known else "it has none at all")
            )
    return {name: _value(by_name[name], value) for name, value in given.items()}


def _hints(function: Callable[..., Any]) -> dict[str, Any]:
    try:
        return typing.get_type_hints(function)
    except Exception:  # annotations may name what only exists for a type checker
        return {}


def _argument(parameter: inspect.Parameter, hint: Any, place: str) -> Argument | None:
    name, default = parameter.name, parameter.default
    if parameter.kind in {parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD}:
        return None
    if default is parameter.empty:
        raise TaskError(
            f"{place}: the argument {name!r} has no default, and nobody passes one; give it one"
        )
    if type(default) not in _KINDS:
        return None
    if name in OURS:
        raise TaskError(f"{place}: an argument cannot be called {name!r}: {_meaning(name)}")
    if parameter.kind is parameter.POSITIONAL_ONLY:
        raise TaskError(f"{place}: the argument {name!r} is positional-only; let it take its name")
    kind = "number" if hint is float and type(default) is int else _KINDS[type(default)]
    argument = Argument(name=name, kind=kind, default=default, options=_options(hint))
    try:
        if name in _SHARED:
            checked({name: default}, Choices, what="its default")
        default = _value(argument, default)
    except UsageError as error:
        raise TaskError(f"{place}: the argument {name!r}: {error}") from error
    return msgspec.structs.replace(argument, default=default)


def _meaning(name: str) -> str:
    """Return why an argument cannot have the name of this setting."""
    if name in _FACTORIES:
        return (
            "trainings side by side differ in it, so only the optimizer gets it; take "
            f"Task(optimizer=lambda {_FACTORIES[name]}: …)"
        )
    return "every recipe has a setting of that name, which means something else; rename it"


def _options(hint: Any) -> tuple[Plain, ...]:
    if get_origin(hint) is Literal:
        return tuple(option for option in get_args(hint) if type(option) in _KINDS)
    return ()


def _value(argument: Argument, given: Plain) -> Plain:
    value = _typed(argument, given)
    if value is None or (argument.options and value not in argument.options):
        allowed = " or ".join(map(repr, argument.options)) or _EXPECTED[argument.kind]
        raise UsageError(
            f"--set {argument.name}={printable(str(given))}: expected {printable(allowed)}"
        )
    return value


def _typed(argument: Argument, given: Plain) -> Plain | None:
    """Return the value as the argument's type; none where it says nothing of the kind."""
    match argument.kind:
        case "words":
            return None if isinstance(given, bool) else str(given)
        case "switch":
            words = {"true": True, "false": False}
            return given if isinstance(given, bool) else words.get(str(given).lower())
        case "whole":
            return _number(given, int)
        case "number":
            return _number(given, float)


def _number(given: Plain, kind: type[int] | type[float]) -> int | float | None:
    if isinstance(given, bool) or (kind is int and isinstance(given, float) and given % 1):
        return None
    try:
        number = kind(given)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def _shown(argument: Argument) -> str:
    if argument.options:
        return f"{argument.name}: {' | '.join(map(repr, argument.options))}"
    return f"{argument.name} (default {printable(repr(argument.default))})"


def shared(known: Sequence[Argument]) -> tuple[Argument, ...]:
    """Return the arguments that are settings of every training, such as `batch_size`."""
    return tuple(argument for argument in known if argument.name in _SHARED)


def typed(choices: Choices, workload: Workload) -> dict[str, Plain]:
    """Return the arguments that a person chose, in the types that the task gives them.

    Raises:
        UsageError: There is no task, no such argument, or it does not take the value.
    """
    chosen = choices.arguments or {}
    if workload.declared is not None:
        return read(chosen, workload.declared.arguments, place=workload.declared.place)
    if chosen:
        raise UsageError(
            f"--set {printable(next(iter(chosen)))}: only a task of your own has arguments to set; "
            "name one with --task FILE:NAME"
        )
    return {}


def in_force(known: Sequence[Argument], choices: Choices, *, place: str) -> dict[str, Plain]:
    """Return the value of every argument: chosen, or else its default.

    Args:
        known: What the function takes.
        choices: Of the person; a setting of every training counts for the argument of its name.
        place: How errors call it.

    Raises:
        UsageError: There is no such argument, or it does not take the value.
    """
    settings = {argument.name: getattr(choices, argument.name) for argument in shared(known)}
    given = {name: value for name, value in settings.items() if value is not None}
    chosen = read({**given, **(choices.arguments or {})}, known, place=place)
    return {argument.name: chosen.get(argument.name, argument.default) for argument in known}
