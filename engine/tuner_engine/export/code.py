"""How does a recipe become Python that runs?

Invariant: every value enters the code as an ASCII literal, so that no text of a file becomes code.
"""

import re
from collections.abc import Iterable, Mapping

from tuner_engine.errors import UsageError
from tuner_engine.export.case import Case
from tuner_engine.export.texts import ascii_only
from tuner_engine.recipe import Value

_PLAIN = re.compile(r"[\w .,:/@+=-]*", re.ASCII)
"""Text without a character that quotes could end at."""


def literal(value: object) -> str:
    """Return a value as it is written in Python."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name!a}: {literal(one)}" for name, one in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(literal, value)) + "]"
    if isinstance(value, str) and _PLAIN.fullmatch(value):
        return f'"{value}"'
    return ascii(value)


def mapping(name: str, fields: Mapping[str, object]) -> str:
    """Return the assignment of a mapping, on several lines where it has several items."""
    items = "".join(f'    "{key}": {literal(value)},\n' for key, value in fields.items())
    return f"{name} = {{\n{items}}}\n" if items else f"{name} = {{}}\n"


def arguments(values: Mapping[str, Value]) -> str:
    """Return keyword arguments, each after a comma; unset ones are left out."""
    return "".join(
        f", {name}={literal(value)}" for name, value in values.items() if value is not None
    )


def docstring(lines: Iterable[str]) -> str:
    """Return a module's docstring of plain lines."""
    text = "\n".join(ascii_only(line).replace("\\", "/").replace('"""', "'''") for line in lines)
    return f'"""{text}\n"""\n'


def needed(case: Case, name: str, *, by: str) -> float:
    """Return a number that code cannot do without.

    Raises:
        UsageError: The recipe does not have it.
    """
    value = case.number(name)
    if value is None:
        raise UsageError(
            f"the recipe has no {name}, and {by} code needs one; "
            "export a recipe for training, or choose another format"
        )
    return value
