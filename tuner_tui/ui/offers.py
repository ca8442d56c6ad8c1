"""What could be opened from here?

Runs still going, data of earlier runs, demos, and whatever a typed path begins to name.
Invariant: an offer's name is exactly what opening takes; its words are safe to show.
"""

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from tuner_engine.printable import printable

if TYPE_CHECKING:
    from tuner_engine.history import Entry
    from tuner_engine.runs import Run

Kind = Literal["going", "run", "data", "file", "folder", "task", "demo", "tour"]

DEMOS: dict[str, str] = {
    "demo:digits": "1,797 handwritten digits of 8×8 pixels, 10 classes",
    "demo:wine": "178 wines from 3 growers",
    "demo:breast-cancer": "569 tumours, malignant or benign",
    "demo:diabetes": "442 patients, how far the illness went in a year",
    "demo:python": "the source of Python's own library, as running text",
}
"""Data that come with the program, and what each holds; the readers know them by these names."""

TOUR = "a probe that only pretends, explained in three hints"
"""What the tour is."""

MOST_DATA, MOST_RUNS = 8, 12
"""Sources and runs that are listed; the history has all of them. House choice."""

_COMPLETED = frozenset({"file", "folder", "demo", "task"})
"""Kinds whose names can be typed."""

MOST_ENTRIES = 2000
"""Names of a folder that are looked at: a folder of a million files must not stop the app."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """One thing that can be opened.

    Attributes:
        kind: What it is.
        name: What opening takes: a source, `FILE:NAME`, or a run's identifier.
        detail: What there is to say of it, printable.
        run: The folder of a run.
    """

    kind: Kind
    name: str
    detail: str = ""
    run: "Run | None" = None


def usual(entries: Iterable["Entry"]) -> tuple[Offer, ...]:
    """Return what is offered while nothing is typed.

    Args:
        entries: Runs, newest first.
    """
    listed = list(entries)
    going = [_run(entry, "going") for entry in listed if entry.status == "running"]
    done = [_run(entry, "run") for entry in listed if entry.status != "running"]
    return (
        *going,
        *_data(listed),
        *(Offer(kind="demo", name=name, detail=words) for name, words in DEMOS.items()),
        *done[:MOST_RUNS],
        Offer(kind="tour", name="tour", detail=TOUR),
    )


def typed(text: str) -> tuple[Offer, ...]:
    """Return what a text could name: demos, tasks, and entries of the folder that it is in.

    Args:
        text: As far as it is typed; a path may begin with `~`.
    """
    if text.startswith("demo:"):
        fitting = {name: words for name, words in DEMOS.items() if name.startswith(text)}
        return tuple(Offer(kind="demo", name=name, detail=it) for name, it in fitting.items())
    path, colon, function = text.rpartition(":")
    if colon and path.endswith(".py"):
        return (Offer(kind="task", name=text, detail=f"the function {printable(function)!r}"),)
    return tuple(_entries(text))


def completed(text: str, offers: Sequence[Offer]) -> str:
    """Return the text as far as all offers agree on how it goes on."""
    names = sorted(
        offer.name for offer in offers if offer.kind in _COMPLETED and offer.name.isprintable()
    )
    if not text or not names or not all(name.startswith(text) for name in names):
        return text
    first, last = names[0], names[-1]  # what these two share, all between them share
    agreed = next(
        (i for i, pair in enumerate(zip(first, last, strict=False)) if len(set(pair)) > 1), None
    )
    return first if agreed is None else first[:agreed]


def _data(entries: Iterable["Entry"]) -> list[Offer]:
    """Return the sources of runs, each once, newest first."""
    counts: dict[str, int] = {}
    for entry in entries:
        if entry.source and not entry.source.startswith("demo:"):
            counts[entry.source] = counts.get(entry.source, 0) + 1
    return [
        Offer(kind=_kind_of(name), name=name, detail=_times(count))
        for name, count in list(counts.items())[:MOST_DATA]
    ]


def _kind_of(source: str) -> Kind:
    path, colon, _ = source.rpartition(":")
    return "task" if colon and path.endswith(".py") else "data"


def _times(count: int) -> str:
    return "one run" if count == 1 else f"{count} runs"


def _run(entry: "Entry", kind: Kind) -> Offer:
    source = entry.source.rpartition("/")[2] or entry.source
    parts = [printable(f"{entry.command} of {source}"), entry.status, printable(entry.summary)]
    return Offer(
        kind=kind, name=entry.id, detail=" · ".join(part for part in parts if part), run=entry.run
    )


def _entries(text: str) -> Iterable[Offer]:
    """Yield the entries of a folder that begin with what is typed, folders first."""
    head, _, begun = text.rpartition("/")
    shown = f"{head}/" if "/" in text else ""
    try:
        folder = Path(shown or ".").expanduser()
        with os.scandir(folder) as entries:
            found = [
                (not entry.is_dir(), entry.name)
                for _, entry in zip(range(MOST_ENTRIES), entries, strict=False)
                if entry.name.startswith(begun) and (begun or not entry.name.startswith("."))
            ]
    except (OSError, RuntimeError, ValueError):
        return
    for is_file, name in sorted(found):
        yield _entry(shown + name, is_file=is_file)


def _entry(name: str, *, is_file: bool) -> Offer:
    if not is_file:
        return Offer(kind="folder", name=f"{name}/")
    if name.endswith(".py"):
        return Offer(kind="task", name=f"{name}:task", detail="its function `task`, if it has one")
    return Offer(kind="file", name=name)
