"""Which facts were stated on the command line, beside data or instead of them?

Invariant: a word that could mean two things is routed by what it names, and never ignored.
"""

from pathlib import Path
from typing import Any, get_args

import msgspec

from tuner_engine.advice.stated.facts import Stated, Subject, TaskWord
from tuner_engine.errors import UsageError
from tuner_engine.printable import printable
from tuner_engine.recipe import Value
from tuner_engine.settings import SETTINGS
from tuner_engine.specs import Choices, DataSpec, Device, Model
from tuner_tui.cli import asked

TASKS = tuple(word for part in get_args(TaskWord) for word in (get_args(part) or (part,)))
"""Every word that says what a model is for."""

DATA: dict[str, Any] = {"source": ""} | {
    name: one.default for name, one in DataSpec.__dataclass_fields__.items() if name != "source"
}
"""Field of a `DataSpec` → its value where nothing was typed."""


class Words(msgspec.Struct, frozen=True, kw_only=True):
    """What was typed after `advise`, not yet checked."""

    data: dict[str, Any] = msgspec.field(default_factory=lambda: dict(DATA))
    """Values of all fields of a `DataSpec`."""
    task: str | None = None
    """A task of one's own, or what the model is for, in one word."""
    model: str | None = None
    """One that is trained here, or a pretrained one."""
    facts: dict[str, Any] = {}
    """Values of fields of `Stated`."""
    choices: dict[str, Any] = {}
    """Values of fields of `Choices`, but for the model."""
    assignments: tuple[str, ...] = ()
    """Settings, or arguments of one's own task, each as NAME=VALUE."""
    seed: int = 0
    device: Device = "auto"
    recipe: Path | None = None
    explain: str | None = None
    """The setting that is asked about."""
    json: bool = False
    output: Path | None = None


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """What the command line says, sorted."""

    data: dict[str, Any]
    task: str | None
    """The person's own task."""
    choices: Choices
    """What was decided about a training."""
    further: dict[str, Value]
    """What was decided about tuning or sampling."""
    facts: Stated
    about: Subject
    """Which model, and what for."""

    @property
    def read(self) -> bool:
        """Whether there are data, or a task, to look at."""
        return bool(self.data["source"]) or self.task is not None

    @property
    def stated(self) -> bool:
        """Whether facts were stated that data do not hold."""
        pretrained = self.about.model is not None and not self.about.runnable
        return not self.facts.silent or pretrained or self.about.task is not None


def said(words: Words) -> Said:
    """Return what the command line says, each word where it belongs.

    Raises:
        UsageError: A value lies outside its range, or a word means nothing here.
    """
    facts = asked.checked(words.facts, Stated)
    task = _word(words.task)
    about = Subject(model=words.model, task=task, vocabulary=words.data["vocabulary"])
    trained = about.runnable and facts.regime in {None, "scratch"}
    own = words.task if task is None else None
    further, rest = _settled(words.assignments) if own is None else ({}, words.assignments)
    model = next((name for name in get_args(Model) if trained and name == words.model), None)
    return Said(
        data=words.data,
        task=own,
        choices=asked.choices({**words.choices, "model": model}, assignments=rest),
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
