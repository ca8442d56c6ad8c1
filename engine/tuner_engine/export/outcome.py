"""What leaves an export, and what could not?

Invariant: a setting that has a value is in the content, among the dropped, or among the
approximated, unless leaving it out says the same; nothing else is left out without a word.
"""

from types import MappingProxyType
from typing import Literal

import msgspec

from tuner_engine.recipe import Value

NEUTRAL = MappingProxyType(
    {
        "label_smoothing": 0.0,
        "accumulation": 1,
        "precision": "float32",
        "rematerialize": False,
        "augmentation": "none",
        "drop_path": 0.0,
        "layerwise_decay": 1.0,
        "ema_decay": 0.0,
        "packing": False,
        "quantization": "none",
    }
)
"""Setting → the value that a program without such a field has anyway."""


def says_something(name: str, value: Value) -> bool:
    """Return whether leaving a setting out would change the training."""
    return value is not None and not (name in NEUTRAL and NEUTRAL[name] == value)


class Dropped(msgspec.Struct, frozen=True, kw_only=True):
    """A setting that the format has no place for."""

    name: str
    value: Value
    why: str
    """One sentence without a full stop: what is missing, and what to do instead."""


class Approximated(msgspec.Struct, frozen=True, kw_only=True):
    """A setting that the format says only nearly."""

    name: str
    value: Value
    written: Value
    """What stands in its place."""
    why: str
    """One sentence without a full stop: how the two differ."""


class Exported(msgspec.Struct, frozen=True, kw_only=True):
    """A recipe in another program's words."""

    content: bytes
    """Exactly what a file or a pipe receives; UTF-8."""
    suffix: str
    """How a file of this kind is named at its end, as `.yaml`; a whole name where programs look
    for one, as `Modelfile`."""
    dropped: tuple[Dropped, ...] = ()
    approximated: tuple[Approximated, ...] = ()


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """An export as one JSON document, `tuner-tui/export/1`."""

    schema: Literal["tuner-tui/export/1"] = "tuner-tui/export/1"
    format: str
    suffix: str
    content: str
    dropped: tuple[Dropped, ...]
    approximated: tuple[Approximated, ...]


def report(exported: Exported, *, format: str) -> bytes:  # noqa: A002 - the word on the command line
    """Return an export with its losses as indented JSON ending in a newline."""
    document = Report(
        format=format,
        suffix=exported.suffix,
        content=exported.content.decode(),
        dropped=exported.dropped,
        approximated=exported.approximated,
    )
    return msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n"
