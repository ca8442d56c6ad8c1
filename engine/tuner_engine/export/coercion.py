"""What does a value in somebody's file say about one of our settings?

YAML reads `2e-4` as text and JSON reads `3.0` where a whole number is meant; people write both.
Invariant: what comes back has the kind of its setting, and a refusal never repeats a secret.
"""

import math
import re

from tuner_engine.export.case import cleaned
from tuner_engine.printable import printable
from tuner_engine.recipe import Value
from tuner_engine.settings import SETTINGS

_SECRET_NAME = re.compile(r"key|token$|secret|passw|credential|auth|cookie", re.IGNORECASE)
"""Names under which people keep what must not be shown; `max_tokens` is none of them."""

_SECRET_VALUE = re.compile(
    r"^(sk-|hf_|gh[pousr]_|xox[a-z]-|AKIA|eyJ|glpat-)[\w.-]{12,}|^Bearer |[A-Za-z0-9+=]{32,}"
)
"""Well-known beginnings of keys, and any unbroken run of letters and digits as long as one."""

_LONGEST_BITS = 1024
"""Of a whole number that is still shown; Python refuses to write out a much longer one."""

_FROM_ONE = frozenset(
    {
        *("epochs", "batch_size", "micro_batch_size", "accumulation", "hidden_layers"),
        *("hidden_width", "lora_rank", "sequence_length", "group_size"),
    }
)
"""Counts of which there is at least one; others have values of their own for off or for all."""

_SWITCHES = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}


class NotAValueError(ValueError):
    """A value that says nothing about the setting; the text is half a sentence."""


def coerced(setting: str, raw: object) -> Value:
    """Return what `raw` means for a setting.

    Args:
        setting: A name in `SETTINGS`.
        raw: As JSON, YAML, TOML or an environment gave it.

    Raises:
        NotAValueError: It is of another kind.
    """
    if raw is None:
        return None
    known = SETTINGS[setting]
    match known.kind:
        case "number" | "share":
            return _within(setting, _number(raw), raw)
        case "count":
            return int(_within(setting, _whole(raw), raw))
        case "switch":
            return _switch(raw)
        case "choice":
            return _choice(raw, known.options)
        case "words":
            return _words(raw)


def shown(raw: object, *, name: str = "") -> str:
    """Return a value as it may be shown: short, printable, and no secret."""
    text = text_of(raw)
    if text is None:
        return "nothing" if raw is None else f"a {type(raw).__name__}"
    if _SECRET_NAME.search(name) or _SECRET_VALUE.search(text):
        return "(withheld)"
    return printable(text, width=40)


def text_of(raw: object) -> str | None:
    """Return a plain value as text; none for nothing, and for a list, which may have no end."""
    if isinstance(raw, str):
        return raw
    if isinstance(raw, int) and not isinstance(raw, bool) and raw.bit_length() > _LONGEST_BITS:
        return "a number of many digits"
    return str(raw) if isinstance(raw, int | float | bool) else None


def _number(raw: object) -> float:
    if isinstance(raw, bool) or not isinstance(raw, int | float | str):
        raise NotAValueError(f"{shown(raw)} is no number")
    try:
        number = float(raw)
    except (ValueError, OverflowError):
        raise NotAValueError(f"{shown(raw)} is no number") from None
    if not math.isfinite(number):
        raise NotAValueError(f"{shown(raw)} is no finite number")
    return number


def _within(setting: str, number: float, raw: object) -> float:
    """Return a number that can be a setting's at all."""
    if setting in _FROM_ONE and number < 1:
        raise NotAValueError(f"{shown(raw)} is less than 1")
    if setting == "learning_rate" and number <= 0:
        raise NotAValueError(f"{shown(raw)} is not above 0")
    if SETTINGS[setting].kind == "share" and not 0 <= number <= 1:
        raise NotAValueError(f"{shown(raw)} is no share from 0 to 1")
    return number


def _whole(raw: object) -> int:
    number = _number(raw)
    if number != int(number):
        raise NotAValueError(f"{shown(raw)} is no whole number")
    return int(number)


def _switch(raw: object) -> bool:
    if isinstance(raw, bool):
        return raw
    if isinstance(raw, str) and raw.lower() in _SWITCHES:
        return _SWITCHES[raw.lower()]
    raise NotAValueError(f"{shown(raw)} is neither true nor false")


def _choice(raw: object, options: tuple[str, ...]) -> str:
    if not isinstance(raw, str) or raw not in options:
        raise NotAValueError(f"{shown(raw)} is none of {', '.join(options)}")
    return raw


def _words(raw: object) -> str:
    if not isinstance(raw, str) or not raw.strip():
        raise NotAValueError(f"{shown(raw)} is no name")
    if _SECRET_VALUE.search(raw):
        raise NotAValueError("it looks like a secret")
    return cleaned(raw)
