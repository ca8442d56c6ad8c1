"""How are the plainest words after `advise` read, without the library that reads the others?

An option by its full name, then its value: such words need nothing but a table of names, and
loading what reads every other way takes longer than the advice. Invariant: whatever is read here is
read alike by Cyclopts; whatever is not read here is left to it, errors and help included.
"""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from types import NoneType
from typing import Annotated, Any, Literal, get_args, get_origin

from tuner_engine.advice.stated.facts import Stated
from tuner_engine.specs import Choices, DataSpec
from tuner_tui.cli.saying import DATA, Words

_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?(e-?[0-9]+)?")
"""A number as almost everybody writes it; the others are left to Cyclopts."""

_OWN: dict[str, tuple[str, Any]] = {
    "--task": ("task", str),
    "--model": ("model", str),
    "--set": ("assignments", tuple),
    "--seed": ("seed", int),
    "--device": ("device", Words.__annotations__["device"]),
    "--recipe": ("recipe", Path),
    "--explain": ("explain", str),
    "--json": ("json", bool),
    "--output": ("output", Path),
    "-o": ("output", Path),
}
"""Option → the field of `Words` that it fills, and what it takes."""


class Positional:
    """The kind of a word that no option stands before."""


class Denied:
    """The kind of an option that says no."""


_DENIALS = {"--no-reasoning": ("facts", "reasoning", Denied)}
"""Option → the fact that it denies."""

_DATA = ("data", "source", Positional)
"""What such a word fills."""

_GROUPS: dict[str, tuple[Any, frozenset[str]]] = {
    "data": (DataSpec, frozenset({"source"})),
    "choices": (Choices, frozenset({"model", "arguments"})),
    "facts": (Stated, frozenset()),
}
"""Field of `Words` → the spec whose fields it holds, and those that no option fills."""


def words(typed: list[str]) -> Words | None:
    """Return what was typed, or nothing where it is not of the plainest kind.

    Args:
        typed: What follows the command's name.
    """
    options, rest = _options(), iter(typed)
    found: dict[str, dict[str, Any]] = {"data": {}, "choices": {}, "facts": {}, "": {}}
    for word in rest:
        group, name, kind = options.get(word, _DATA)
        value = _value(word, rest, kind=kind)
        if value is None or (name in found[group] and kind is not tuple):
            return None
        found[group][name] = (*found[group].get(name, ()), value) if kind is tuple else value
    own = found.pop("")
    return Words(**{**found, "data": DATA | found["data"], **own})


def _options() -> dict[str, tuple[str, str, Any]]:
    """Return option → the group and the field that it fills, and the field's type."""
    found = {option: ("", name, kind) for option, (name, kind) in _OWN.items()}
    for group, (spec, hidden) in _GROUPS.items():
        for name, field in spec.__dataclass_fields__.items():
            if name not in hidden:
                found["--" + name.replace("_", "-")] = (group, name, field.type)
    return found | _DENIALS


def _plain(kind: Any) -> Any:
    """Return a type without its constraints, and without `None` beside it."""
    if get_origin(kind) is Annotated:
        return _plain(get_args(kind)[0])
    parts = [part for part in get_args(kind) if part is not NoneType]
    return _plain(parts[0]) if NoneType in get_args(kind) and len(parts) == 1 else kind


def _value(word: str, rest: Iterator[str], *, kind: Any) -> Any:
    """Return what an option says, or the word itself where it is none; none if that is not plain.

    Args:
        word: The option, or the data.
        rest: What follows it; the option's value is taken from it.
        kind: What the option takes.
    """
    plain = _plain(kind)
    if plain in {bool, Denied}:
        return plain is bool
    text = word if kind is Positional else next(rest, "")
    if not text or text.startswith("-"):
        return None
    if get_origin(plain) is Literal:
        return text if text in get_args(plain) else None
    if plain in {int, float} and not _NUMBER.fullmatch(text):
        return None
    try:
        return _READERS[plain](text)
    except ValueError:
        return None


_READERS: dict[Any, Callable[[str], Any]] = {
    str: str,
    Positional: str,
    tuple: str,
    Path: Path,
    int: int,
    float: float,
}
"""Type → how its values are read."""
