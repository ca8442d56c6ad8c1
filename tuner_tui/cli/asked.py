"""Does what was typed satisfy every constraint of its spec, and how is it told if not?

Names and texts go in, specs of the engine come out, whichever way the words were read. Invariant:
an error names the option as it is typed, the value, and what is allowed.
"""

import re
from collections.abc import Mapping
from typing import TypedDict, TypeVar

import msgspec

from tuner_engine.errors import UsageError
from tuner_engine.printable import printable
from tuner_engine.specs import Choices, DataSpec, Seed

T = TypeVar("T")

_NOT_OF_TASKS = (
    "target",
    "test_share",
    "max_rows",
    "text",
    "tokenizer",
    "vocabulary",
    "sequence_length",
    "image_shape",
)
"""Options of data that a task of one's own reads itself."""


def data(plain: Mapping[str, object], *, task: str | None) -> DataSpec:
    """Return the data or the task that was named, with its split.

    Args:
        plain: Values of all fields of a `DataSpec`.
        task: A task of the person's own, as FILE:NAME.

    Raises:
        UsageError: Both are named, or a value lies outside its range.
    """
    return checked({**plain, **(_as_task(plain, task) if task is not None else {})}, DataSpec)


def _as_task(plain: Mapping[str, object], named: str) -> dict[str, object]:
    """Return what a spec says differently about a task."""
    if plain["source"]:
        raise UsageError(
            f"DATA {printable(str(plain['source']))} and --task {printable(named)} exclude each "
            "other"
        )
    for name in _NOT_OF_TASKS:
        if plain[name] != DataSpec.__dataclass_fields__[name].default:
            raise UsageError(f"{option(name)} is for DATA; a task reads its data itself")
    if plain["kind"] not in {"auto", "task"}:
        raise UsageError(f"--kind {plain['kind']} is for DATA; a task is of its own kind")
    return {"source": named, "kind": "task"}


def choices(plain: Mapping[str, object], *, assignments: tuple[str, ...]) -> Choices:
    """Return the hyperparameters that were decided on the command line.

    Args:
        plain: Values of fields of `Choices`.
        assignments: Arguments of a task, each as NAME=VALUE.

    Raises:
        UsageError: A value lies outside its range.
    """
    named = {"arguments": dict(map(_assignment, assignments))} if assignments else {}
    return checked({**plain, **named}, Choices)


def _assignment(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name.isidentifier():
        raise UsageError(f"--set {printable(text)}: expected NAME=VALUE, as hidden=128")
    _refuse_broken_text("--set", text)
    return name, value


def seed(number: int) -> int:
    """Return the seed.

    Raises:
        UsageError: It is negative or takes more than 32 bits.
    """
    return checked({"seed": number}, _Chance)["seed"]


class _Chance(TypedDict):
    seed: Seed


def checked(plain: dict[str, object], kind: type[T]) -> T:
    """Hold what was typed against the constraints of its fields, in words of the command line.

    Raises:
        UsageError: A value lies outside its range.
    """
    for name, value in plain.items():
        _refuse_broken_text(option(name), value)
    try:
        return msgspec.convert(plain, kind)
    except msgspec.ValidationError as error:
        raise UsageError(_in_options(str(error), plain)) from error


def _in_options(reason: str, plain: dict[str, object]) -> str:
    """Turn ``Expected `float` > 0.0 - at `$.learning_rate` `` into `--learning-rate -1: …`."""
    place = re.search(r" - at `\$\.(\w+)`$", reason)
    if place is None:
        return printable(reason)
    allowed = reason[: place.start()].replace("Expected", "expected").replace("`", "")
    return f"{option(place[1])} {printable(str(plain[place[1]]))}: {allowed}"


def _refuse_broken_text(option: str, value: object) -> None:
    """Spec and result are JSON, which has no way to write a name that is not Unicode."""
    try:
        if isinstance(value, str):
            value.encode()
    except UnicodeEncodeError as error:
        raise UsageError(
            f"{option} {printable(str(value))} is not valid UTF-8; give the file or the column "
            "another name, or reach the file through a link"
        ) from error


def option(name: str) -> str:
    """Return a field as it is typed."""
    return "DATA" if name == "source" else "--" + name.replace("_", "-")
