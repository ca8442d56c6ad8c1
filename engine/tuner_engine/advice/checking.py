"""What is wrong with a file of presets?

Reading stops at the first mistake; here every one is named, with its file and row, and with what
is allowed. Invariant: a file without a problem here is one that advice can follow.
"""

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any, get_args

from tuner_engine.advice import presets
from tuner_engine.advice.presets import FOLDER, Figure, Row
from tuner_engine.errors import DataError, UsageError
from tuner_engine.printable import printable
from tuner_engine.recipe import Value
from tuner_engine.settings import SETTINGS, Known
from tuner_engine.specs import Choices, checked
from tuner_engine.workload import Family

FAMILIES = (*get_args(Family), "any", "finetune", "inference", "rules")
"""What a file of presets may be about."""

FACTS = frozenset(
    {
        "activation",
        "attention_dropout",
        "cutmix",
        "decay_share",
        "depth",
        "ensemble_size",
        "feed_forward_dropout",
        "feed_forward_factor",
        "heads",
        "l2_penalty",
        "least_leaf",
        "leaves",
        "mixup",
        "random_erasing",
        "randaugment_magnitude",
        "residual_dropout",
        "sampler",
        "tokens_per_parameter",
        "tolerance",
        "trees",
        "trials",
    }
)
"""Names that published rows speak of, and no recipe holds."""

RULES = (
    "adapters",
    "decoders",
    "images",
    "memory",
    "noise",
    "reach",
    "repetition",
    "sampling",
    "scaling",
    "scaling_laws",
    "tabular",
    "texts",
    "tuning",
)
"""Modules of `advice.rules` whose functions rows may name."""


_TRAINED = frozenset(Choices.__dataclass_fields__)
"""Settings of what is trained here, each with bounds of its own."""


def problems(paths: list[Path]) -> tuple[str, ...]:
    """Return everything that is wrong with files of presets, a line each.

    Args:
        paths: TOML files; the built-in sources may be named in any of them.
    """
    seen: dict[str, str] = {}
    return tuple(said for path in paths for said in _in_file(path, seen))


def preset_files(folder: Path) -> list[Path]:
    """Return the files of presets in a folder, by name.

    Raises:
        DataError: There is no such folder.
    """
    if not folder.is_dir():
        raise DataError(f"{printable(str(folder))}: no such folder; give a folder of TOML files")
    return sorted(path for path in folder.glob("*.toml") if path.name != "sources.toml")


def _in_file(path: Path, seen: dict[str, str]) -> Iterator[str]:
    name = printable(path.name)
    try:
        tables = presets.tables(path)
        known = presets.sources(path, tables)
        rows = presets.entries(tables, name=name)
    except DataError as error:
        yield str(error)
        return
    if tables.get("family") not in FAMILIES:
        found = printable(str(tables.get("family")), width=40)
        yield f"{name}: family {found} is not known; it is one of {', '.join(FAMILIES)}"
    for index, table in enumerate(rows):
        for said in _in_row(table, index=index, known=known, seen=seen, path=path):
            yield f"{name}: {said}"


def _in_row(
    table: Any, *, index: int, known: dict[str, Any], seen: dict[str, str], path: Path
) -> Iterator[str]:
    try:
        row = presets.row(table, index=index)
    except DataError as error:
        yield str(error)
        return
    place = f"row {index + 1} ({printable(row.id, width=40)})"
    if row.id in seen:
        yield f"{place}: this id is in {seen[row.id]}, too; give one of them another"
    seen.setdefault(row.id, printable(path.name))
    for source in row.sources:
        if (named := source.partition(" ")[0]) not in known:
            yield f"{place}: unknown source {printable(named)}; add [sources.{printable(named)}]"
    for setting, figure in row.settings.items():
        for said in _in_figure(setting, figure, row):
            yield f"{place}: {said}"


def _in_figure(name: str, figure: Figure, row: Row) -> Iterator[str]:
    known = SETTINGS.get(name)
    if known is None and name not in FACTS:
        yield f"unknown setting {printable(name, width=40)}; known are {', '.join(SETTINGS)}"
    if figure.rule and not _is_rule(figure.rule):
        yield f"{name} names the unknown rule {printable(figure.rule, width=40)}"
    if known is not None and not _suits(figure.value, known, row):
        allowed = ", ".join(known.options) or f"a {known.kind}"
        yield f"{name} {printable(str(figure.value), width=40)} is not allowed; it is {allowed}"
    elif (row.status, row.regime) == ("recorded", "scratch") and name in _TRAINED:
        try:
            checked({name: figure.value}, Choices, what=f"{name} {figure.value}")
        except UsageError as error:
            yield str(error)


def _is_rule(name: str) -> bool:
    return any(hasattr(import_module(f"{__package__}.rules.{home}"), name) for home in RULES)


def _suits(value: Value, known: Known, row: Row) -> bool:
    """Return whether a recipe could hold the value; published rows may speak of other words."""
    if value is None:
        return True
    number = isinstance(value, float | int) and not isinstance(value, bool)
    match known.kind:
        case "number":
            return number
        case "count":
            return number and (isinstance(value, int) or row.status != "recorded")
        case "share":
            return number and 0 <= float(value) <= 1
        case "switch":
            return isinstance(value, bool)
        case "choice" if row.status == "recorded":
            return value in known.options
        case _:
            return isinstance(value, str)


def built_in() -> list[Path]:
    """Return the files of built-in presets."""
    return preset_files(FOLDER)
