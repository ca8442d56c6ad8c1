"""In which notation is a config written, and which names and values does it hold?

JSON, YAML, TOML, lines of an environment, or an Ollama Modelfile; told apart by content. Invariant:
whatever the bytes are, the answer is one flat mapping of plain values or a `DataError`.
"""

import json
import re
import shlex
import tomllib
from collections.abc import Callable
from typing import Any, Literal, NamedTuple

from tuner_engine.errors import DataError
from tuner_engine.printable import printable

Notation = Literal["json", "yaml", "toml", "env", "modelfile"]

LARGEST_BYTES = 2**20
"""A config beyond this is something else. House choice."""

MOST_FIELDS = 5_000
"""A config with more is something else; YAML's anchors can make endless ones. House choice."""

_LINE = re.compile(r"(?:export\s+)?([A-Za-z_]\w*)=(.*)", re.ASCII)
"""One line of an environment file."""

_INSTRUCTION = re.compile(
    r"(FROM|PARAMETER|TEMPLATE|SYSTEM|ADAPTER|LICENSE|MESSAGE|REQUIRES)\s+(.*)", re.IGNORECASE
)
"""One line of a Modelfile."""


class Parsed(NamedTuple):
    """What a file holds."""

    notation: Notation
    fields: dict[str, object]
    """Dotted name → value."""


def parsed(content: bytes, *, name: str) -> Parsed:
    """Return the fields of a config.

    Args:
        content: All of the file.
        name: How errors call it; printable.

    Raises:
        DataError: It is too large, no text, in no known notation, or holds no fields.
    """
    if len(content) > LARGEST_BYTES:
        raise DataError(f"{name}: larger than {LARGEST_BYTES >> 20} MiB, so it is no config")
    text = _text(content, name=name)
    notation = _notation(text)
    try:
        tree = _READERS[notation](text)
    except (ValueError, RecursionError, OverflowError) as error:
        reason = printable(" ".join(str(error).split()), width=200)
        raise DataError(f"{name}: not a config: as {notation} it fails: {reason}") from error
    if not isinstance(tree, dict) or not tree:
        raise DataError(f"{name}: not a config: it holds no names and values")
    return Parsed(notation, flattened(tree, name=name))


def flattened(tree: dict[Any, Any], *, name: str) -> dict[str, object]:
    """Return mappings inside mappings as one, with dotted names.

    Raises:
        DataError: There are more than `MOST_FIELDS`.
    """
    fields: dict[str, object] = {}
    waiting: list[tuple[str, Any]] = [("", tree)]
    seen = 0
    while waiting:
        path, value = waiting.pop()
        seen += 1
        if seen > MOST_FIELDS:
            raise DataError(f"{name}: more than {MOST_FIELDS:,} fields, so it is no config")
        if isinstance(value, dict) and (value or not path):
            below = [(_joined(path, key), one) for key, one in value.items()]
            waiting += reversed(below)
        else:
            fields[path] = value
    return fields


def _joined(path: str, key: object) -> str:
    own = printable(str(key) if isinstance(key, str | int | float | bool) else "?", width=100)
    return f"{path}.{own}" if path else own


def _text(content: bytes, *, name: str) -> str:
    encoding = "utf-16" if content[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8-sig"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        raise DataError(
            f"{name}: not a config: it is no text; configs are never unpickled"
        ) from None
    if "\0" in text:
        raise DataError(f"{name}: not a config: it is no text; configs are never unpickled")
    return text


def _notation(text: str) -> Notation:
    """Return the notation that the text looks like; YAML, whose rules are widest, comes last."""
    if text.lstrip()[:1] in {"{", "["}:
        return "json"
    lines = [line.strip() for line in text.splitlines()]
    lines = [line for line in lines if line and not line.startswith("#")]
    if lines and all(map(_LINE.fullmatch, lines)):
        return "env"
    if any(line.upper().startswith(("FROM ", "PARAMETER ")) for line in lines):
        return "modelfile"
    try:
        tomllib.loads(text)
    except (ValueError, RecursionError):
        return "yaml"
    return "toml"


def _environment(text: str) -> dict[str, object]:
    fields: dict[str, object] = {}
    for line in map(str.strip, text.splitlines()):
        if match := _LINE.fullmatch(line):
            words = shlex.split(match[2], comments=True)
            fields[match[1].lower()] = " ".join(words) if words else None
    return fields


def _modelfile(text: str) -> dict[str, object]:
    """Return base model and parameters; quoted blocks of text hold neither."""
    fields: dict[str, object] = {}
    for line in map(str.strip, re.sub(r'"""[\s\S]*?(?:"""|\Z)', "…", text).splitlines()):
        match = _INSTRUCTION.fullmatch(line)
        if match is None:
            continue
        instruction, rest = match[1].upper(), match[2].strip()
        if instruction == "PARAMETER":
            name, _, value = rest.partition(" ")
            fields[name.lower()] = value.strip().strip('"')
        else:
            fields[instruction] = rest.strip('"')
    return fields


def _yaml(text: str) -> Any:
    import yaml

    try:
        return yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise ValueError(str(error)) from error


_READERS: dict[Notation, Callable[[str], Any]] = {
    "json": json.loads,
    "yaml": _yaml,
    "toml": tomllib.loads,
    "env": _environment,
    "modelfile": _modelfile,
}
