"""How does a flat mapping become JSON, YAML, TOML, an environment or a Modelfile?

Invariant: the bytes are ASCII, so no terminal obeys them, and reading them back gives the mapping.
"""

import json
import shlex
from collections.abc import Iterable, Mapping
from typing import Any

from tuner_engine.printable import printable
from tuner_engine.recipe import Value

Nested = dict[str, Any]


def nested(fields: Mapping[str, object]) -> Nested:
    """Return dotted names as mappings inside mappings, in the order given."""
    tree: Nested = {}
    for path, value in fields.items():
        *above, name = path.split(".")
        place = tree
        for part in above:
            place = place.setdefault(part, {})
        place[name] = value
    return tree


def as_json(fields: Mapping[str, object]) -> bytes:
    """Return indented JSON ending in a newline."""
    return json.dumps(nested(fields), indent=2, allow_nan=False).encode() + b"\n"


def as_yaml(fields: Mapping[str, object], *, comments: Iterable[str] = ()) -> bytes:
    """Return YAML with comments above it."""
    import yaml

    body: str = yaml.safe_dump(nested(fields), sort_keys=False, allow_unicode=False, width=100)
    return (_commented(comments) + body).encode()


def as_toml(values: Mapping[str, Value]) -> bytes:
    """Return TOML; what is unset becomes a comment, as TOML has no null."""
    lines = (
        f"# {name} is unset" if value is None else f"{name} = {_toml(value)}"
        for name, value in values.items()
    )
    return "".join(f"{line}\n" for line in lines).encode()


def as_environment(values: Mapping[str, Value]) -> bytes:
    """Return lines for `docker --env-file` or a shell's `source`; what is unset is empty."""
    lines = (f"{name.upper()}={_word(value)}\n" for name, value in values.items())
    return "".join(lines).encode()


def as_modelfile(fields: Mapping[str, object], *, comments: Iterable[str] = ()) -> bytes:
    """Return an Ollama Modelfile; `FROM` is its base model, the rest its parameters."""
    base = fields.get("FROM")
    lines = [f"FROM {base}"] if base is not None else ["# FROM your-model"]
    lines += [f"PARAMETER {name} {value}" for name, value in fields.items() if name != "FROM"]
    return (_commented(comments) + "".join(f"{line}\n" for line in lines)).encode()


def _commented(comments: Iterable[str]) -> str:
    return "".join(f"# {ascii_only(comment)}\n" for comment in comments)


def ascii_only(text: str) -> str:
    """Return text as one line of printable ASCII."""
    return printable(text).encode("ascii", "backslashreplace").decode()


def _toml(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return _quoted(value) if isinstance(value, str) else repr(value)


def _quoted(text: str) -> str:
    """Return a basic string of TOML: JSON's, but without surrogates."""
    return '"' + "".join(map(_letter, text)) + '"'


def _letter(letter: str) -> str:
    code = ord(letter)
    if letter in '"\\':
        return f"\\{letter}"
    if 32 <= code < 127:
        return letter
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _word(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return shlex.quote(ascii_only(value)) if isinstance(value, str) else repr(value)
