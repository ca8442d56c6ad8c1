"""Which rows are there in all, a person's own and the built-in, and what does each say?"""

from pathlib import Path

import msgspec

from tuner_engine.advice import checking, presets, recorded
from tuner_engine.advice.beliefs import worded
from tuner_engine.advice.presets import FOLDER, Figure, Presets, Row
from tuner_engine.errors import UsageError
from tuner_engine.printable import printable


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """One row, where it is kept, and where its sources are."""

    schema: str = "tuner-tui/preset/1"
    family: str
    file: str
    row: Row
    sources: tuple[str, ...]
    """Each place that the row names, in full."""


def every() -> list[Found]:
    """Return all rows, a person's own first.

    Raises:
        DataError: A file is malformed.
    """
    return [found for path in (*recorded.files(), *checking.built_in()) for found in _in_file(path)]


def find(row_id: str) -> Found:
    """Return the row of an identifier; letters may be small or large.

    Raises:
        UsageError: There is none.
        DataError: A file is malformed.
    """
    wanted = row_id.casefold()
    for found in every():
        if found.row.id.casefold() == wanted:
            return found
    raise UsageError(f"no row is called {printable(row_id)!r}; `tuner-tui presets list` shows all")


def lines(found: Found) -> list[str]:
    """Return a row as text, without anything that could steer a terminal."""
    row = found.row
    told = [f"{row.id} ({row.status}), {found.family}"]
    facts = {
        "models": ", ".join(row.models),
        "task": row.task or "",
        "regime": row.regime,
        "found at": ", ".join(f"{name} {worded(value)}" for name, value in row.at.items()),
        "formula": row.formula,
        "valid for": row.valid,
        "note": row.note,
    }
    told += [f"{title}: {text}" for title, text in facts.items() if text]
    told += [f"{name} = {said(figure)}" for name, figure in row.settings.items()]
    told += [f"source: {source}" for source in found.sources]
    return [printable(line) for line in told]


def said(figure: Figure) -> str:
    """Return what a figure says, such as `0.1, searched: 0.05 to 0.2`."""
    value = "leave unset" if figure.unset else "" if figure.value is None else worded(figure.value)
    parts = [value, _searched(figure), f"by {figure.rule}" if figure.rule else ""]
    return ", ".join(part for part in parts if part)


def placed(source: str, shelf: Presets) -> str:
    """Return a source that a row names, in full and with the place inside it."""
    name, _, inside = source.partition(" ")
    known = shelf.sources[name]
    where = ", ".join(part for part in (known.where, known.paper) if part)
    return f"{where}: {inside}" if inside else where


def _searched(figure: Figure) -> str:
    if figure.range is None:
        return ""
    ends = [worded(end) for end in figure.range]
    among = f"one of {', '.join(ends)}" if figure.scale == "choice" else f"{ends[0]} to {ends[-1]}"
    return f"searched: {among}"


def _in_file(path: Path) -> list[Found]:
    shelf = presets.read([path], sources=FOLDER / "sources.toml")
    family = presets.family(path)
    return [
        Found(
            family=family,
            file=str(path),
            row=row,
            sources=tuple(placed(source, shelf) for source in row.sources),
        )
        for row in shelf.rows.values()
    ]
