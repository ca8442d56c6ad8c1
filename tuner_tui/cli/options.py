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
from tuner_engine.specs import Choices, Command, DataSpec, Device, RunSpec, Seed
from tuner_tui.cli import budget

_DATA = Group("Data", sort_key=1)
_CHOICES = Group("Hyperparameters you have decided; the others are advised", sort_key=2)
_RUN = Group("Run", sort_key=3)
_OUTPUT = Group("Output", sort_key=4)

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Table(DataSpec):
    """A table that has to be named."""

    source: Annotated[str, Parameter(name="DATA")] = field(kw_only=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionalTable(DataSpec):
    """A table that may be left out."""

    source: Annotated[str, Parameter(name="DATA")] = field(default="", kw_only=False)


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
AnyChoices = Annotated[Choices, Parameter(name="*", group=_CHOICES)]
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
AnyStream = Annotated[Stream, Parameter(name="*", group=_OUTPUT)]


def data_spec(table: DataSpec) -> DataSpec:
    """Return the table that was named, with its split.

    Raises:
        UsageError: A value lies outside its range.
    """
    return _checked(_fields(table), DataSpec)


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
    return _checked(_fields(choices), Choices)


def seed(place: Place) -> int:
    """Return the seed.

    Raises:
        UsageError: It is negative or takes more than 32 bits.
    """
    return _checked({"seed": place.seed}, _Chance)["seed"]


class _Chance(TypedDict):
    seed: Seed


def _fields(value: "DataSpec | Choices") -> dict[str, object]:
    return {name: getattr(value, name) for name in value.__dataclass_fields__}


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
