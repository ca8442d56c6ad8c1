"""Which published values are known, and where does each come from?

A row is one published fact: figures or a formula, for some models, with its sources and the status
of the reading. Invariant: nothing without a source gets past this module, so that whatever advice
takes from a row can be traced.
"""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

import msgspec
from msgspec import Meta

import tuner_presets
from tuner_engine.advice import sheets
from tuner_engine.errors import DataError
from tuner_engine.printable import printable
from tuner_engine.recipe import Confidence, Value
from tuner_engine.workload import TaskKind

FOLDER = Path(tuner_presets.__file__).parent
"""Where the built-in presets are."""

Status = Literal["verified", "verified-2nd", "recalled", "computed", "house", "recorded"]
"""How a row was read: in the primary source, in a copy, from memory, derived, chosen by us, or
recorded by a person or team because it worked for them."""

Regime = Literal["scratch", "fine-tune", "inference"]
Plain = float | int | str | bool
Text = Annotated[str, Meta(min_length=1)]

T = TypeVar("T")


class Source(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Something that can be read: code, a paper, or both."""

    where: Text
    """Repository at a commit, or a paper's identifier."""
    paper: str = ""
    licence: str = ""
    """Of the repository, where it is known."""


class Figure(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a row says about one setting.

    A figure says at least one of: a value, to leave the setting unset, a range, a rule.
    """

    value: Plain | None = None
    unset: bool = False
    """The advice is to leave the setting unset."""
    range: tuple[Plain, ...] | None = None
    """Lowest and highest value searched on a numeric scale; every option on `choice`."""
    scale: Literal["linear", "log", "choice"] = "linear"
    or_zero: bool = False
    """Zero is tried beside a range that does not contain it."""
    rule: str = ""
    """The function in `advice.rules` that computes the value from facts."""
    confidence: Confidence = "medium"
    why: str = ""
    """One sentence for the recipe, where the value is taken as it stands."""

    def __post_init__(self) -> None:
        """Refuse a figure that says nothing, or contradicts itself."""
        if self.value is None and not self.unset and self.range is None and not self.rule:
            raise ValueError("a figure needs a value, `unset`, a range or a rule")
        if self.value is not None and self.unset:
            raise ValueError("a figure has a value or is unset, not both")
        if self.scale != "choice" and self.range is not None:
            _check_bounds(self.range, value=self.value, or_zero=self.or_zero)


class Row(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One published fact, by its identifier."""

    id: Text
    models: tuple[str, ...] = ()
    """Families of model it is about; none for all."""
    task: TaskKind | None = None
    """None for all."""
    regime: Regime = "scratch"
    settings: dict[str, Figure] = {}
    at: dict[str, Plain] = {}
    """Conditions that the figures were found under, such as `batch_size`."""
    formula: str = ""
    valid: str = ""
    """Where the formula holds."""
    note: str = ""
    sources: Annotated[tuple[Text, ...], Meta(min_length=1)]
    """Each the name of a source, then, after a blank, a place inside it."""
    status: Status

    def __post_init__(self) -> None:
        """Refuse a row that states no fact, or is surer of it than its reading allows."""
        if not self.settings and not self.formula:
            raise ValueError("a row needs settings or a formula")
        unsure = self.status in {"recalled", "house"}
        if unsure and any(figure.confidence != "low" for figure in self.settings.values()):
            raise ValueError(
                f"every figure of a row with status {self.status!r} has low confidence"
            )


class Presets(msgspec.Struct, frozen=True, kw_only=True):
    """The rows that one piece of advice may draw on, with all sources they name."""

    rows: Mapping[str, Row]
    sources: Mapping[str, Source]

    def figure(self, row_id: str, setting: str) -> Figure:
        """Return what a row says about one setting."""
        return self.rows[row_id].settings[setting]

    def value(self, row_id: str, setting: str) -> Plain:
        """Return the value that a row gives one setting.

        Raises:
            DataError: The row gives a range or a rule only.
        """
        found = self.figure(row_id, setting).value
        if found is None:
            raise DataError(f"row {row_id} gives {setting} no value; add one to its figure")
        return found

    def condition(self, row_id: str, name: str) -> float:
        """Return a number that a row's figures were found under.

        Raises:
            DataError: The row does not state it.
        """
        found = self.rows[row_id].at.get(name)
        if not isinstance(found, float | int):
            raise DataError(f"row {row_id} does not state its {name}; add it to the row's `at`")
        return found

    def cited(self, *row_ids: str) -> tuple[str, ...]:
        """Return the sources of rows in words, each once, with its rows and how they were read.

        The places inside the sources stay with the rows.
        """
        found: dict[tuple[str, Status], list[str]] = {}
        for row in (self.rows[row_id] for row_id in row_ids):
            for name in dict.fromkeys(source.partition(" ")[0] for source in row.sources):
                found.setdefault((name, row.status), []).append(row.id)
        return tuple(
            f"{self._named(name)} ({', '.join(ids if status == 'house' else [*ids, status])})"
            for (name, status), ids in found.items()
        )

    def _named(self, name: str) -> str:
        source = self.sources[name]
        return f"{source.where}, {source.paper}" if source.paper else source.where


@cache
def load(*families: str) -> Presets:
    """Return the built-in rows of some families, together with those that hold for every family.

    Args:
        families: Names of files in the presets, such as `tabular`.

    Raises:
        DataError: A file holds something else than presets; the text names file and row.
    """
    parts: dict[str, str] = {}
    for family in ("any", *families):
        parts |= sheets.rows(FOLDER / f"{family}.toml")
    return Presets(
        rows=sheets.Sheet(parts, _part_of_row),
        sources=sheets.Sheet(sheets.named(FOLDER / "sources.toml"), _part_of_source),
    )


def _part_of_row(name: str, text: str) -> Row:
    (table,) = _parsed(sheets.ROW + text, name=f"row {name}")["rows"]
    return _as(Row, table, what=f"row {name}")


def _part_of_source(name: str, text: str) -> Source:
    return _as(Source, _parsed(text, name=f"source {name}"), what=f"source {name}")


def read(paths: list[Path], *, sources: Path) -> Presets:
    """Return all rows of preset files.

    Args:
        paths: TOML files of rows, each with sources of its own or not; no two rows have the same
            identifier.
        sources: The TOML file of the sources that all of them may name.

    Raises:
        DataError: A row lacks its source or status, names an unknown source, repeats an
            identifier, or holds anything that is not understood.
    """
    known = _known(tables(sources), name=sources.name)
    rows: dict[str, Row] = {}
    for path in paths:
        content = tables(path)
        known |= _known(content.get("sources", {}), name=path.name)
        for index, table in enumerate(entries(content, name=path.name)):
            try:
                found = row(table, index=index)
            except DataError as error:
                raise DataError(f"{path.name}: {error}") from error
            _check_row(found, known=known, rows=rows, name=path.name)
            rows[found.id] = found
    return Presets(rows=rows, sources=known)


def family(path: Path) -> str:
    """Return the family that a file of presets says it is about.

    Raises:
        DataError: It does not say.
    """
    found = tables(path).get("family")
    if not isinstance(found, str) or not found:
        raise DataError(
            f'{path.name}: names no family; begin it with family = "tabular" or another'
        )
    return found


def tables(path: Path) -> dict[str, Any]:
    """Return what a TOML file holds, not yet checked.

    Raises:
        DataError: The file cannot be read, or is no TOML.
    """
    try:
        return _parsed(path.read_text(encoding="utf-8"), name=path.name)
    except (OSError, ValueError) as error:
        raise DataError(f"{path.name}: no readable TOML: {printable(str(error))}") from error


def _parsed(text: str, *, name: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise DataError(f"{name}: no readable TOML: {printable(str(error))}") from error


def sources(path: Path, content: dict[str, Any]) -> dict[str, Source]:
    """Return the sources that the rows of a file may name: the built-in ones and its own.

    Raises:
        DataError: One of them is malformed.
    """
    own = _known(content.get("sources", {}), name=path.name)
    return {**load().sources, **own}


def entries(content: dict[str, Any], *, name: str) -> list[Any]:
    """Return the tables of a file's rows, not yet checked.

    Raises:
        DataError: The file holds something else than presets.
    """
    strangers = content.keys() - {"family", "rows", "sources"}
    if strangers or not isinstance(content.get("rows"), list):
        found = ", ".join(sorted(content)) or "nothing"
        raise DataError(f"{name}: holds {printable(found)}; presets are `family` and `rows`")
    listed: list[Any] = content["rows"]
    return listed


def row(table: object, *, index: int) -> Row:
    """Return one row of a file, checked by itself.

    Raises:
        DataError: It is none; the text names the row.
    """
    return _as(Row, table, what=f"row {index + 1} ({_identifier(table)})")


def _known(content: object, *, name: str) -> dict[str, Source]:
    if not isinstance(content, dict):
        raise DataError(f"{name}: `sources` is no table; write [sources.NAME] with where = ...")
    return {
        key: _as(Source, table, what=f"{name}: source {printable(key)}")
        for key, table in content.items()
    }


def _as(kind: type[T], table: object, *, what: str) -> T:
    try:
        return msgspec.convert(table, kind)
    except msgspec.ValidationError as error:
        raise DataError(f"{what}: {printable(str(error))}") from error


def _identifier(table: object) -> str:
    found = table.get("id", "without an id") if isinstance(table, dict) else "not a table"
    return printable(str(found), width=40)


def _check_row(row: Row, *, known: dict[str, Source], rows: dict[str, Row], name: str) -> None:
    if row.id in rows:
        raise DataError(f"{name}: row {printable(row.id)} is there twice; give one another id")
    strangers = [named for named in row.sources if named.partition(" ")[0] not in known]
    if strangers:
        raise DataError(
            f"{name}: row {printable(row.id)} names the unknown source "
            f"{printable(strangers[0].partition(' ')[0])}; add it to the file of sources"
        )


def _check_bounds(bounds: tuple[Plain, ...], *, value: Value, or_zero: bool) -> None:
    numbers = [bound for bound in bounds if isinstance(bound, float | int)]
    if len(bounds) != 2 or len(numbers) != 2 or numbers[0] > numbers[1]:
        raise ValueError(f"a range is its lowest and highest number, not {list(bounds)}")
    if not isinstance(value, float | int) or (or_zero and value == 0):
        return
    if not numbers[0] <= value <= numbers[1]:
        raise ValueError(f"the value {value} lies outside its range {list(bounds)}")
