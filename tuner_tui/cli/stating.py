"""Which facts were stated on the command line, beside data or instead of them?

Invariant: a word that could mean two things is routed by what it names, and never ignored.
"""

from dataclasses import dataclass, replace
from typing import Annotated, get_args

from cyclopts import Group, Parameter

from tuner_engine.advice.stated import Stated, Subject
from tuner_engine.advice.stated.facts import TaskWord
from tuner_engine.errors import UsageError
from tuner_engine.printable import printable
from tuner_engine.recipe import Value
from tuner_engine.settings import SETTINGS
from tuner_engine.specs import Choices, Model, checked
from tuner_tui.cli import options

_DATA = Group("Data", sort_key=1)
_FACTS = Group("Facts, instead of DATA or beside them", sort_key=2)
_CHOICES = Group("Hyperparameters you have decided; the others are advised", sort_key=3)

TASKS = tuple(word for part in get_args(TaskWord) for word in (get_args(part) or (part,)))
"""Every word that says what a model is for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnyData(options.OptionalTable):
    """Data, a task of one's own, or none of them.

    Attributes:
        task: A task of your own instead of DATA, as FILE:NAME; or, in one word, what the model is
            for: code, chat, extraction, classification, instruction.
    """

    task: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AnyModel(options.Decided):
    """Hyperparameters, with pretrained models among the models.

    Attributes:
        named: Which model is trained, tuned or sampled: one of the models trained here, such as
            mlp, cnn or decoder-10m, or a pretrained one, such as llama-3-8b.
        assignments: A setting, as lora_rank=32, or an argument of your task, as NAME=VALUE; may be
            given several times.
    """

    model: Annotated[Model | None, Parameter(parse=False)] = None
    named: Annotated[str | None, Parameter(name="--model")] = None
    assignments: Annotated[tuple[str, ...], Parameter(name="--set", negative=())] = ()


Data = Annotated[AnyData, Parameter(name="*", group=_DATA)]
Decisions = Annotated[AnyModel, Parameter(name="*", group=_CHOICES)]
Facts = Annotated[Stated, Parameter(name="*", group=_FACTS)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What the command line says, sorted.

    Attributes:
        table: The data, or the person's own task; its source is empty if there are none.
        choices: What was decided about a training.
        further: What was decided about tuning or sampling.
        facts: What was stated.
        about: Which model, and what for.
    """

    table: AnyData
    choices: options.Decided
    further: dict[str, Value]
    facts: Stated
    about: Subject

    @property
    def read(self) -> bool:
        """Whether there are data, or a task, to look at."""
        return bool(self.table.source) or self.table.task is not None

    @property
    def stated(self) -> bool:
        """Whether facts were stated that data do not hold."""
        pretrained = self.about.model is not None and not self.about.runnable
        return not self.facts.silent or pretrained or self.about.task is not None


def said(table: AnyData, choices: AnyModel, facts: Stated) -> Said:
    """Return what the command line says, each word where it belongs.

    Raises:
        UsageError: A value lies outside its range, or a word means nothing here.
    """
    facts = checked(facts, Stated, what="the facts")
    task = _word(table.task)
    about = Subject(model=choices.named, task=task, vocabulary=table.vocabulary)
    trained = about.runnable and facts.regime in {None, "scratch"}
    own = table.task if task is None else None
    further, rest = _settled(choices.assignments) if own is None else ({}, choices.assignments)
    model = next((name for name in get_args(Model) if trained and name == choices.named), None)
    return Said(
        table=replace(table, task=own),
        choices=replace(choices, model=model, assignments=rest),
        further=further,
        facts=facts,
        about=about,
    )


def _word(task: str | None) -> TaskWord | None:
    """Return what the model is for, if that is what `--task` says and no task of one's own.

    Raises:
        UsageError: It is neither.
    """
    if task is None or ":" in task or task.endswith(".py"):
        return None
    found: TaskWord | None = next((word for word in TASKS if word == task), None)
    if found is None:
        known = ", ".join(sorted(set(TASKS)))
        raise UsageError(f"--task {printable(task)}: expected FILE:NAME, or one of {known}")
    return found


def _settled(assignments: tuple[str, ...]) -> tuple[dict[str, Value], tuple[str, ...]]:
    """Return the assignments that name settings with their values, and the others."""
    settled: dict[str, Value] = {}
    others: list[str] = []
    for text in assignments:
        name, _, value = text.partition("=")
        if name in SETTINGS and name not in Choices.__dataclass_fields__:
            settled[name] = _value(name, value)
        elif name in SETTINGS:
            raise UsageError(f"--set {printable(text)}: say --{name.replace('_', '-')} instead")
        else:
            others.append(text)
    return settled, tuple(others)


def _value(name: str, text: str) -> Value:
    """Return a setting's value from its text.

    Raises:
        UsageError: The setting takes no such value.
    """
    known = SETTINGS[name]
    if known.kind in {"choice", "words"}:
        if known.options and text not in known.options:
            raise UsageError(
                f"--set {name}={printable(text)}: expected one of {', '.join(known.options)}"
            )
        return printable(text)
    if known.kind == "switch":
        if text not in {"true", "false"}:
            raise UsageError(f"--set {name}={printable(text)}: expected true or false")
        return text == "true"
    return _number(name, text, whole=known.kind == "count")


def _number(name: str, text: str, *, whole: bool) -> Value:
    try:
        value = int(text) if whole else float(text)
    except ValueError:
        value = -1
    if not 0 <= value < 1e15:
        kind = "whole number" if whole else "number"
        raise UsageError(f"--set {name}={printable(text)}: expected a {kind} of at least 0")
    return value
