"""Which columns do lines of JSON objects hold?

Invariant: a column has one type; numbers and text in one column become text, and nested values
make a column unusable rather than guessed at.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tuner_engine.errors import DataError
from tuner_engine.printable import printable

if TYPE_CHECKING:
    import polars as pl

NESTED = "nested values"
"""Why a column of lists or objects is unused."""


@dataclass(frozen=True, slots=True)
class Objects:
    """Lines of JSON as columns; a key absent from a line is a missing value."""

    frame: "pl.DataFrame"
    unusable: dict[str, str]


def parse(records: Sequence[bytes], lines: Sequence[int], *, name: str) -> Objects:
    """Return the columns of JSON objects.

    Args:
        records: One object each, UTF-8.
        lines: Where they stand in the file.
        name: The file, for errors.

    Raises:
        DataError: A line holds no JSON object.
    """
    objects = [_object(raw, line, name=name) for raw, line in zip(records, lines, strict=True)]
    return of_objects(objects, name=name)


def array(text: bytes, *, name: str) -> list[dict[str, Any]]:
    """Return the objects of a JSON array.

    Args:
        text: The whole file, UTF-8.
        name: The file, for errors.

    Raises:
        DataError: It is not valid, or holds something else than objects.
    """
    try:
        items = json.loads(text)
    except (ValueError, RecursionError) as error:
        line = f"line {error.lineno:,}, " if isinstance(error, json.JSONDecodeError) else ""
        raise DataError(f"{name}: {line}not valid JSON ({_reason(error)})") from error
    for index, item in enumerate(items, 1):
        if not isinstance(item, dict):
            shown = printable(json.dumps(item), width=30)
            raise DataError(f"{name}: item {index:,} is {shown}; each must be an object, {{…}}")
    return list(items)


def of_objects(objects: Sequence[dict[str, Any]], *, name: str) -> Objects:
    """Return the columns of JSON objects that are already decoded.

    Args:
        objects: One for each row.
        name: The file, for errors.

    Raises:
        DataError: They hold no keys.
    """
    import polars as pl

    keys = dict.fromkeys(key for fields in objects for key in fields)
    columns: list[pl.Series] = []
    unusable: dict[str, str] = {}
    for key in keys:
        values = [fields.get(key) for fields in objects]
        if any(isinstance(value, dict | list) for value in values):
            unusable[key] = NESTED
            values = [json.dumps(value) if value is not None else None for value in values]
        columns.append(_series(key, values))
    if not columns:
        raise DataError(f"{name}: the JSON objects hold no keys")
    return Objects(frame=pl.DataFrame(columns), unusable=unusable)


def _object(raw: bytes, line: int, *, name: str) -> dict[str, Any]:
    try:
        value = json.loads(raw)
    except (ValueError, RecursionError) as error:
        reason = _reason(error)
        raise DataError(f"{name}: line {line:,} is not valid JSON ({reason})") from error
    if not isinstance(value, dict):
        raise DataError(f"{name}: line {line:,} holds no JSON object; each line must be one {{…}}")
    return value


def _reason(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"{error.msg} at character {error.colno}"
    return printable(str(error), width=80)


def _series(key: str, values: list[Any]) -> "pl.Series":
    import polars as pl

    kinds = {type(value) for value in values if value is not None}
    if not kinds:
        return pl.Series(key, values, dtype=pl.String)
    if kinds == {bool}:
        return pl.Series(key, values, dtype=pl.Boolean)
    if kinds <= {int, float}:
        return pl.Series(key, [_float(value) for value in values], dtype=pl.Float64)
    return pl.Series(key, [_text(value) for value in values], dtype=pl.String)


def _float(value: float | None) -> float | None:
    try:
        return None if value is None else float(value)
    except OverflowError:
        return float("inf")


def _text(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value)
