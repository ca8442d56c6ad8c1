"""Which settings does somebody's config state, and what in it became none?

Invariant: every field of the file is a setting's, or listed as unread.
"""

import msgspec

from tuner_engine.configs.detection import detected, reader
from tuner_engine.configs.facts import Facts, facts
from tuner_engine.configs.notation import parsed
from tuner_engine.errors import DataError
from tuner_engine.export.coercion import text_of
from tuner_engine.export.entries import Fields, Found, Unread
from tuner_engine.export.outcome import Approximated
from tuner_engine.recipe import Setting
from tuner_engine.settings import unit


class Imported(msgspec.Struct, frozen=True, kw_only=True):
    """What a config says."""

    format: str
    settings: dict[str, Setting]
    """All with basis `chosen`, and not locked: measuring may still improve on them."""
    facts: Facts
    unread: tuple[Unread, ...] = ()
    approximated: tuple[Approximated, ...] = ()
    """Here `value` is the file's, and `written` what the setting became."""


def read(
    content: bytes,
    *,
    name: str,
    format: str | None = None,  # noqa: A002 - the word on the command line
) -> Imported:
    """Return what a config says.

    Args:
        content: All of the file.
        name: How errors and reasons call it; printable.
        format: One of `READABLE`; found out by the fields if absent.

    Raises:
        DataError: It is no config, none that is known, or a recipe already.
        UsageError: There is no such format.
    """
    understand = None if format is None else reader(format)
    file = parsed(content, name=name)
    if (text_of(file.fields.get("schema")) or "").startswith("tuner-tui/"):
        raise DataError(f"{name}: is a recipe already, or a result; give it to --recipe as it is")
    kind = format or detected(file, name=name)
    found = (understand or reader(kind))(file.fields)
    return Imported(
        format=kind,
        settings=_settings(found, kind=kind, name=name),
        facts=facts(file.fields, found.settings, kind=kind),
        unread=_unread(found, file.fields),
        approximated=found.approximated,
    )


def _settings(found: Found, *, kind: str, name: str) -> dict[str, Setting]:
    near = {one.name for one in found.approximated}
    return {
        setting: Setting(
            value=value,
            unit=unit(setting),
            basis="chosen",
            confidence="medium" if setting in near else "high",
            why=f"Read from {name}, as {kind}{', nearly' if setting in near else ''}.",
        )
        for setting, value in found.settings.items()
    }


def _unread(found: Found, fields: Fields) -> tuple[Unread, ...]:
    """Return each unread field once, in the order of the file."""
    first: dict[str, Unread] = {}
    for one in found.unread:
        first.setdefault(one.field, one)
    places = {name: place for place, name in enumerate(fields)}
    return tuple(sorted(first.values(), key=lambda one: places.get(one.field, len(places))))
