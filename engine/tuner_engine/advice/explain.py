"""Why does one setting have its value: from which rows, by which formula, against what else?

Invariant: an explanation adds nothing to the recipe; it looks up what the setting cites, and puts
the recipe's own numbers in.
"""

import re
import textwrap
from typing import Literal

import msgspec

from tuner_engine.advice import presets, recorded
from tuner_engine.advice.beliefs import worded
from tuner_engine.advice.presets import Figure, Presets, Row, Status
from tuner_engine.advice.shelves import placed, said
from tuner_engine.advice.worked import worked
from tuner_engine.errors import UsageError
from tuner_engine.printable import printable
from tuner_engine.recipe import Recipe, Setting
from tuner_engine.settings import SETTINGS

SCHEMA: Literal["tuner-tui/explanation/1"] = "tuner-tui/explanation/1"

_CITED = re.compile(r"\(([^()]+)\)$")
"""The end of a source: row identifiers, then how they were read."""


class Ground(msgspec.Struct, frozen=True, kw_only=True):
    """One row that a setting rests on."""

    id: str
    status: Status
    says: str
    """Its figure for the setting, in words; empty where it gives none."""
    formula: str
    numbers: str
    """The formula with the recipe's numbers put in; empty where there is nothing to compute."""
    valid: str
    note: str
    sources: tuple[str, ...]
    """Where it can be read, with the place inside."""


class Explanation(msgspec.Struct, frozen=True, kw_only=True):
    """Everything about one setting of a recipe."""

    schema: Literal["tuner-tui/explanation/1"] = SCHEMA
    name: str
    meaning: str
    setting: Setting
    grounds: tuple[Ground, ...]


def explain(recipe: Recipe, name: str) -> Explanation:
    """Return everything about one setting.

    Args:
        recipe: Any; rows that its sources name and that are not known here are left out.
        name: Of the setting.

    Raises:
        UsageError: The recipe has no such setting.
    """
    if name not in recipe.settings:
        known = ", ".join(map(printable, recipe.settings))
        raise UsageError(f"no setting is called {printable(name)!r}; the recipe has: {known}")
    setting = recipe.settings[name]
    kept = _presets(recipe)
    grounds = (_ground(row_id, name, kept, recipe) for row_id in _row_ids(setting))
    return Explanation(
        name=name,
        meaning=SETTINGS[name].meaning if name in SETTINGS else "",
        setting=setting,
        grounds=tuple(ground for ground in grounds if ground is not None),
    )


def _presets(recipe: Recipe) -> list[Presets]:
    """Return the presets that the recipe's sources may name, a person's own first."""
    regime = recipe.workload.regime
    tuned = "inference" if regime == "inference" else "finetune"
    family = recipe.workload.family if regime == "scratch" else tuned
    return [*recorded.shelf(), presets.load(family, "rules")]


def _row_ids(setting: Setting) -> list[str]:
    """Return the identifiers of the rows that a setting cites, each once."""
    matches = (_CITED.search(source) for source in setting.sources)
    words = (word.strip() for found in matches if found for word in found[1].split(","))
    return list(dict.fromkeys(words))


def _ground(row_id: str, name: str, kept: list[Presets], recipe: Recipe) -> Ground | None:
    holder = next((shelf for shelf in kept if row_id in shelf.rows), None)
    if holder is None:
        return None
    row = holder.rows[row_id]
    figure = row.settings.get(name)
    return Ground(
        id=row.id,
        status=row.status,
        says=said(figure) if figure else "",
        formula=row.formula,
        numbers=_numbers(row, figure, recipe),
        valid=row.valid,
        note=row.note,
        sources=tuple(placed(source, holder) for source in row.sources),
    )


def _numbers(row: Row, figure: Figure | None, recipe: Recipe) -> str:
    rules = [figure.rule] if figure else [other.rule for other in row.settings.values()]
    return next((told for rule in rules if rule and (told := worked(rule, recipe))), "")


def lines(explanation: Explanation, *, width: int = 100) -> list[str]:
    """Return an explanation as text, without anything that could steer a terminal.

    Args:
        explanation: Of one setting.
        width: Columns to wrap at, at least 40.
    """
    setting, ends = explanation.setting, explanation.setting.range or ()
    unit = f" {setting.unit}" if setting.unit else ""
    value = "unset" if setting.value is None else f"{worded(setting.value)}{unit}"
    told = [f"{explanation.name} = {value}", f"{explanation.meaning}."]
    told += _part("Why", setting.why, width=width)
    if ends:
        among = (
            ", ".join(map(worded, ends))
            if setting.scale == "choice"
            else (f"{worded(ends[0])} to {worded(ends[-1])}, {setting.scale}")
        )
        told += _part("Worth searching", among, width=width)
    locked = ", locked" if setting.locked else ""
    told += _part(
        "How sure", f"{setting.basis}, {setting.confidence} confidence{locked}", width=width
    )
    for other in setting.alternatives:
        told += _part("Others say", other, width=width)
    told += _part("What would change it", setting.changes, width=width)
    if setting.evidence:
        told += _part("Measured by", ", ".join(setting.evidence), width=width)
    for ground in explanation.grounds:
        told += ["", *_ground_lines(ground, width=width)]
    return [printable(line) for line in told]


def encode(explanation: Explanation) -> bytes:
    """Return an explanation as indented JSON ending in a newline."""
    return msgspec.json.format(msgspec.json.encode(explanation), indent=2) + b"\n"


def _part(title: str, text: str, *, width: int) -> list[str]:
    if not text:
        return []
    return textwrap.wrap(f"{title}: {text}", width=width, subsequent_indent="  ")


def _ground_lines(ground: Ground, *, width: int) -> list[str]:
    parts = (
        ("says", ground.says),
        ("formula", ground.formula),
        ("with numbers", ground.numbers),
        ("valid for", ground.valid),
        ("note", ground.note),
        *(("source", source) for source in ground.sources),
    )
    told = [f"{ground.id} ({ground.status})"]
    for title, text in parts:
        wrapped = _part(title, text, width=width - 2)
        told += [f"  {line}" for line in wrapped]
    return told
