"""Which options do the commands share, and which spec do they make?

The fields, their types, limits and sentences are those of `tuner_engine.specs`; here they only
meet the command line. Invariant: what leaves this module satisfies every constraint of its spec.
"""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, TypedDict, TypeVar

import msgspec
from cyclopts import Group, Parameter

from tuner_engine.errors import UsageError
from tuner_engine.printable import printable
from tuner_engine.specs import Argument, Choices, Command, DataSpec, Device, RunSpec, Seed
from tuner_tui.cli import budget

_DATA = Group("Data", sort_key=1)
_CHOICES = Group("Hyperparameters you have decided; the others are advised", sort_key=2)
_RUN = Group("Run", sort_key=3)
_OUTPUT = Group("Output", sort_key=4)

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Table(DataSpec):
    """Data, or a task of the person's own in their place.

    Attributes:
        task: A task of your own instead of DATA, as FILE:NAME: a function in a Python file, which
            is run. `tuner-tui task --help` says more.
    """

    source: Annotated[str, Parameter(name="DATA")] = field(default="", kw_only=False)
    task: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionalTable(Table):
    """The same; but a command that can do without says itself what is missing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided(Choices):
    """Hyperparameters, and arguments of the person's own task.

    Attributes:
        assignments: An argument of your task, as NAME=VALUE; may be given several times.
    """

    arguments: Annotated[dict[str, Argument] | None, Parameter(parse=False)] = None
    assignments: Annotated[tuple[str, ...], Parameter(name="--set", negative=())] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where to train, and what fixes chance.

    Attributes:
        seed: Of the split, the initial weights and the order of the data.
        device: Where to train.
    """

    seed: Seed = 0
    device: Device = "auto"


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort(Place):
    """How long a run may take.

    Attributes:
        budget: Wall-clock time for the whole run, as 90s, 10m or 2h.
    """

    budget: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """How the answer leaves a command.

    Attributes:
        json: Print one JSON document instead of text.
        output: Write that JSON document to this file, too.
    """

    json: bool = False
    output: Annotated[Path | None, Parameter(name=("--output", "-o"))] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream(Document):
    """How a running command speaks.

    Attributes:
        events: Print JSON lines while it runs; the last one is the result.
        quiet: Say nothing on stderr but errors.
    """

    events: bool = False
    quiet: Annotated[bool, Parameter(name=("--quiet", "-q"))] = False


AnyTable = Annotated[Table, Parameter(name="*", group=_DATA)]
AnyOptionalTable = Annotated[OptionalTable, Parameter(name="*", group=_DATA)]
AnyChoices = Annotated[Decided, Parameter(name="*", group=_CHOICES)]
RecipeFile = Annotated[
    Path | None,
    Parameter(
        name="--recipe",
        group=_RUN,
        help="Start from the recipe in this file: a recipe, a result, or flat values.",
    ),
]
AnyPlace = Annotated[Place, Parameter(name="*", group=_RUN)]
AnyEffort = Annotated[Effort, Parameter(name="*", group=_RUN)]
AnyDocument = Annotated[Document, Parameter(name="*", group=_OUTPUT)]
Explained = Annotated[
    str | None,
    Parameter(
        name="--explain",
        group=_OUTPUT,
        help="Print all about one setting instead: reasons, formulas, sources, alternatives.",
    ),
]
AnyStream = Annotated[Stream, Parameter(name="*", group=_OUTPUT)]


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


def data_spec(table: DataSpec) -> DataSpec:
    """Return the data or the task that was named, with its split.

    Raises:
        UsageError: Neither or both are named, or a value lies outside its range.
    """
    plain = {name: getattr(table, name) for name in DataSpec.__dataclass_fields__}
    named = table.task if isinstance(table, Table) else None
    if named is not None:
        plain |= _as_task(table, named)
    elif not table.source and not isinstance(table, OptionalTable):
        raise UsageError("name the DATA, or a task of your own with --task FILE:NAME")
    return _checked(plain, DataSpec)


def _as_task(table: DataSpec, named: str) -> dict[str, object]:
    """Return what a spec says differently about a task."""
    if table.source:
        raise UsageError(
            f"DATA {printable(table.source)} and --task {printable(named)} exclude each other"
        )
    for name in _NOT_OF_TASKS:
        if getattr(table, name) != DataSpec.__dataclass_fields__[name].default:
            raise UsageError(f"{_option(name)} is for DATA; a task reads its data itself")
    if table.kind not in {"auto", "task"}:
        raise UsageError(f"--kind {table.kind} is for DATA; a task is of its own kind")
    return {"source": named, "kind": "task"}


def run_spec(command: Command, *, table: DataSpec, choices: Choices, effort: Effort) -> RunSpec:
    """Return the run that was asked for, without a recipe to start from.

    Raises:
        UsageError: A value lies outside its range.
    """
    return RunSpec(
        command=command,
        data=data_spec(table),
        choices=fixed(choices),
        seed=seed(effort),
        device=effort.device,
        budget_s=None if effort.budget is None else budget.seconds(effort.budget),
    )


def fixed(choices: Choices) -> Choices:
    """Return the hyperparameters that were decided on the command line.

    Raises:
        UsageError: A value lies outside its range.
    """
    plain: dict[str, object] = {
        name: getattr(choices, name) for name in Choices.__dataclass_fields__
    }
    if isinstance(choices, Decided) and choices.assignments:
        plain["arguments"] = dict(map(_assignment, choices.assignments))
    return _checked(plain, Choices)


def _assignment(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name.isidentifier():
        raise UsageError(f"--set {printable(text)}: expected NAME=VALUE, as hidden=128")
    _refuse_broken_text("--set", text)
    return name, value


def seed(place: Place) -> int:
    """Return the seed.

    Raises:
        UsageError: It is negative or takes more than 32 bits.
    """
    return _checked({"seed": place.seed}, _Chance)["seed"]


class _Chance(TypedDict):
    seed: Seed


def _checked(plain: dict[str, object], kind: type[T]) -> T:
    """Hold what was typed against the constraints of its fields, in words of the command line."""
    for name, value in plain.items():
        _refuse_broken_text(_option(name), value)
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
    return f"{_option(place[1])} {printable(str(plain[place[1]]))}: {allowed}"


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


def _option(name: str) -> str:
    return "DATA" if name == "source" else "--" + name.replace("_", "-")
