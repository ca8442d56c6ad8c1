"""What can be said of each kept run in one line?

Reads only the few bytes of a run's folder that a line needs: the last event, and some fields of
its documents. Invariant: a folder that another program spoilt is listed, with what is readable.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, TypeVar

import msgspec

from tuner_engine import remarks, runs
from tuner_engine.recipe import Value
from tuner_engine.remarks import Remarks
from tuner_engine.runs import Run, RunStatus

Kind = TypeVar("Kind")
Order = Literal["newest", "data", "command", "status", "loss", "cost"]


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One run among others."""

    id: str
    path: str
    status: RunStatus
    command: str
    """`unreadable` where the spec is."""
    source: str
    started: str
    """UTC, ISO 8601; empty where the folder's name does not say."""
    verdict: str = ""
    summary: str = ""
    found: dict[str, Value] = {}
    """Settings that the run measured, by name."""
    loss: float | None = None
    """Best validation loss of a training."""
    wall_s: float | None = None
    full_trainings: float | None = None
    remarks: Remarks = Remarks()

    @property
    def run(self) -> Run:
        """Its folder."""
        return Run(Path(self.path))


class _Data(msgspec.Struct):
    source: str = ""


class _Asked(msgspec.Struct):
    command: str = "unreadable"
    data: _Data = msgspec.field(default_factory=_Data)


class _Belief(msgspec.Struct):
    value: Any = None
    basis: str = ""


class _Best(msgspec.Struct):
    valid_loss: float | None = None


class _Spent(msgspec.Struct):
    wall_s: float | None = None
    full_trainings: float | None = None


class _Left(msgspec.Struct):
    schema: str = ""
    verdict: str = ""
    summary: str = ""
    settings: dict[str, _Belief] = {}
    best: _Best | None = None
    cost: _Spent | None = None


def entry(run: Run) -> Entry:
    """Return what one line says of a run."""
    asked = _read(run, "spec.json", _Asked())
    left = _read(run, "result.json", _Left())
    spent = left.cost or _Spent()
    return Entry(
        id=run.id,
        path=str(run.path),
        status=run.status(),
        command=asked.command,
        source=asked.data.source,
        started=_started(run.id),
        verdict=left.verdict,
        summary=left.summary,
        found=_found(left),
        loss=left.best.valid_loss if left.best else None,
        wall_s=spent.wall_s,
        full_trainings=spent.full_trainings,
        remarks=remarks.of(run),
    )


def entries() -> list[Entry]:
    """Return all runs that have begun, newest first."""
    return [entry(run) for run in runs.listed()]


def matching(listed: Iterable[Entry], text: str) -> list[Entry]:
    """Return the entries that hold every word of a text, in whatever field; `#word` is a tag."""
    words = text.lower().split()
    return [it for it in listed if all(word in _haystack(it) for word in words)]


def tagged(listed: Iterable[Entry], tag: str) -> list[Entry]:
    """Return the entries with one tag."""
    return [it for it in listed if tag.removeprefix("#") in it.remarks.tags]


def ordered(listed: Iterable[Entry], by: Order) -> list[Entry]:
    """Return the entries in an order; equal ones newest first, unknown ones last."""
    newest = sorted(listed, key=lambda it: it.id, reverse=True)
    return newest if by == "newest" else sorted(newest, key=_KEYS[by])


ORDERS: tuple[Order, ...] = ("newest", "data", "command", "status", "loss", "cost")
"""All orders, as they take turns."""


def _known_first(number: float | None) -> tuple[bool, float]:
    return number is None, number or 0.0


_KEYS: Mapping[Order, Callable[[Entry], Any]] = {
    "data": lambda it: it.source.rsplit("/", 1)[-1].lower(),
    "command": lambda it: it.command,
    "status": lambda it: it.status,
    "loss": lambda it: _known_first(it.loss),
    "cost": lambda it: _known_first(it.wall_s),
}
"""What each order goes by."""


def _haystack(it: Entry) -> str:
    tags = " ".join(f"#{tag}" for tag in it.remarks.tags)
    found = " ".join(it.found)
    fields = (it.id, it.status, it.command, it.source, it.verdict, found, tags, it.remarks.note)
    return "\n".join(fields).lower()


def _found(left: _Left) -> dict[str, Value]:
    """Return the settings that a result measured; a training's settings were given to it."""
    if left.schema.startswith("tuner-tui/train/"):
        return {}
    return {name: it.value for name, it in left.settings.items() if it.basis == "measured"}


def _started(run_id: str) -> str:
    try:
        moment = datetime.strptime(run_id[:15], "%Y%m%d-%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return ""
    return moment.isoformat()


def _read(run: Run, name: str, absent: Kind) -> Kind:
    """Return some fields of a document, or `absent` where it is none."""
    try:
        return msgspec.json.decode((run.path / name).read_bytes(), type=type(absent))
    except (OSError, msgspec.DecodeError):
        return absent
