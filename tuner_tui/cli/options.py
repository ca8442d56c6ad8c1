"""Which options do the commands share, and which spec do they make?

The fields, their types, limits and sentences are those of `tuner_engine.specs`; here they only
meet the command line. Invariant: what leaves this module satisfies every constraint of its spec.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Group, Parameter

from tuner_engine.errors import UsageError
from tuner_engine.specs import (
    Argument,
    Choices,
    Command,
    DataSpec,
    Device,
    RateFree,
    RunSpec,
    Seed,
)
from tuner_engine.specs import Effort as Measuring
from tuner_tui.cli import asked, budget

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

_DATA = Group("Data", sort_key=1)
_CHOICES = Group("Hyperparameters you have decided; the others are advised", sort_key=2)
_RUN = Group("Run", sort_key=3)
_OUTPUT = Group("Output", sort_key=4)


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
class CheckedEffort(Effort):
    """The same, for batch sizes.

    Attributes:
        check: Also go on from one checkpoint with the batch in force, twice and four times it, and
            compare.
    """

    check: Annotated[bool, Parameter(negative=())] = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredEffort(Effort):
    """The same, for learning rates.

    Attributes:
        effort: How much is measured at most: quick for half a full training, standard for two,
            thorough for every candidate in full. If absent, standard, or all that a budget allows.
        compare: An optimizer that finds its own rate, trained for comparison; may be given several
            times.
    """

    effort: Measuring | None = None
    compare: Annotated[tuple[RateFree, ...], Parameter(negative=())] = ()


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
        plot: Draw the charts as text: beneath the answer, or on stderr beside JSON.
        quiet: Say nothing on stderr but errors.
    """

    events: bool = False
    plot: bool = False
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
AnyCheckedEffort = Annotated[CheckedEffort, Parameter(name="*", group=_RUN)]
AnyMeasuredEffort = Annotated[MeasuredEffort, Parameter(name="*", group=_RUN)]
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


def data_spec(table: DataSpec) -> DataSpec:
    """Return the data or the task that was named, with its split.

    Raises:
        UsageError: Neither or both are named, or a value lies outside its range.
    """
    named = table.task if isinstance(table, Table) else None
    if named is None and not table.source and not isinstance(table, OptionalTable):
        raise UsageError("name the DATA, or a task of your own with --task FILE:NAME")
    return asked.data(fields(table, DataSpec), task=named)


def run_spec(command: Command, *, table: DataSpec, choices: Choices, effort: Effort) -> RunSpec:
    """Return the run that was asked for, without a recipe to start from.

    Raises:
        UsageError: A value lies outside its range.
    """
    assignments = choices.assignments if isinstance(choices, Decided) else ()
    return RunSpec(
        command=command,
        data=data_spec(table),
        choices=asked.choices(fields(choices, Choices), assignments=assignments),
        seed=asked.seed(effort.seed),
        device=effort.device,
        budget_s=None if effort.budget is None else budget.seconds(effort.budget),
        check=isinstance(effort, CheckedEffort) and effort.check,
        effort=effort.effort if isinstance(effort, MeasuredEffort) else None,
        compare=effort.compare if isinstance(effort, MeasuredEffort) else (),
    )


def fields(typed: object, kind: "type[DataclassInstance]") -> dict[str, object]:
    """Return the values of those fields that a spec of the engine has, too."""
    return {name: getattr(typed, name) for name in kind.__dataclass_fields__}
