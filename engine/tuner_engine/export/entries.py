"""How do our settings and another program's fields correspond?

An entry says it once, for both directions; a table is all of a format's entries. Fields are named
by dotted paths, so that a nested config is one flat mapping here. Invariant: `Table.write` accounts
for every setting that has a value, `Table.read` for every field of the file.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeGuard

import msgspec

from tuner_engine.export.case import Case
from tuner_engine.export.coercion import NotAValueError, coerced, text_of
from tuner_engine.export.outcome import Approximated, Dropped, says_something
from tuner_engine.recipe import Value
from tuner_engine.settings import ordered

Fields = Mapping[str, object]
"""Dotted name of a field → its value; lists are values."""


class Unread(msgspec.Struct, frozen=True, kw_only=True):
    """A field of a file that became no setting."""

    field: str
    """Printable; its value is never kept, as it may be a secret."""
    why: str = ""
    """Half a sentence, where more can be said than that the field is unknown."""


class Written(msgspec.Struct, frozen=True, kw_only=True):
    """What some settings become."""

    fields: dict[str, object] = {}
    dropped: tuple[Dropped, ...] = ()
    approximated: tuple[Approximated, ...] = ()


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """What some fields mean."""

    settings: dict[str, Value] = {}
    used: tuple[str, ...] = ()
    """Fields that were understood, also where they change nothing."""
    unread: tuple[Unread, ...] = ()
    approximated: tuple[Approximated, ...] = ()
    """Here `value` is the field's own, and `written` what the setting became."""


Write = Callable[[Case], Written]
Read = Callable[[Fields], Found]

NOTHING = Written()
ABSENT = Found()


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """Settings and fields that say the same."""

    settings: tuple[str, ...]
    """What `write` accounts for, one way or another."""
    write: Write
    read: Read = lambda fields: ABSENT


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Everything a format can say."""

    entries: tuple[Entry, ...]
    hints: Mapping[str, str] = field(default_factory=dict)
    """Setting that has no field → what to do instead; `{value}` stands for its value."""
    otherwise: str
    """Said of every other setting that has no field."""

    def write(self, case: Case) -> Written:
        """Return all fields, and every setting that they do not or only nearly say."""
        parts = [entry.write(case) for entry in self.entries]
        covered = {name for entry in self.entries for name in entry.settings}
        missing = tuple(
            Dropped(name=name, value=value, why=self._hint(name, value))
            for name, value in case.values.items()
            if name not in covered and says_something(name, value)
        )
        told = merged(parts)
        dropped = (*case.unwritable, *told.dropped, *missing)
        return msgspec.structs.replace(told, dropped=_in_order(dropped))

    def read(self, fields: Fields) -> Found:
        """Return all settings that the fields state, and every field that states none."""
        parts = [entry.read(fields) for entry in self.entries]
        used = {name for part in parts for name in part.used}
        told = tuple(unread for part in parts for unread in part.unread)
        silent = used | {unread.field for unread in told}
        settings = {name: value for part in parts for name, value in part.settings.items()}
        return Found(
            settings={name: settings[name] for name in ordered(set(settings))},
            used=tuple(used),
            unread=(*told, *(Unread(field=name) for name in fields if name not in silent)),
            approximated=tuple(near for part in parts for near in part.approximated),
        )

    def _hint(self, name: str, value: Value) -> str:
        return self.hints.get(name, self.otherwise).replace("{value}", f"{value}")


def merged(parts: Iterable[Written]) -> Written:
    """Return several parts as one."""
    parts = tuple(parts)
    return Written(
        fields={name: value for part in parts for name, value in part.fields.items()},
        dropped=tuple(dropped for part in parts for dropped in part.dropped),
        approximated=tuple(near for part in parts for near in part.approximated),
    )


def named(
    setting: str,
    path: str,
    *,
    also: tuple[str, ...] = (),
    unset: float | None = None,
    limits: tuple[float, float] | None = None,
    whole: bool = False,
) -> Entry:
    """Return the entry of a setting that only has another name there.

    Args:
        setting: Ours.
        path: Theirs.
        also: Older or other names of the same field, understood when reading.
        unset: What says there that the setting is unset; by default, leaving the field out.
        limits: Lowest and highest value that the program accepts.
        whole: Whether the program takes whole numbers only.
    """

    def write(case: Case) -> Written:
        if setting not in case.values:
            return NOTHING
        value = case.values[setting]
        if value is None:
            return NOTHING if unset is None else Written(fields={path: unset})
        if limits is not None and not (_is_number(value) and limits[0] <= value <= limits[1]):
            why = f"{path} is refused outside {limits[0]:g} to {limits[1]:g}"
            return dropping(setting, value, why)
        if whole and _is_number(value) and not isinstance(value, int):
            return _rounded(setting, path, value)
        return Written(fields={path: value})

    def read(fields: Fields) -> Found:
        present = [name for name in (path, *also) if name in fields]
        if not present:
            return ABSENT
        raw = fields[present[0]]
        if unset is not None and text_of(raw) in {str(unset), f"{unset:g}"}:
            return Found(settings={setting: None}, used=tuple(present))
        return understood(setting, raw, path=present[0], used=tuple(present))

    return Entry(settings=(setting,), write=write, read=read)


def same(*names: str) -> tuple[Entry, ...]:
    """Return the entries of settings that are called there as here."""
    return tuple(named(name, name) for name in names)


def worded(
    setting: str,
    path: str,
    *,
    words: Mapping[str, Value],
    near: Mapping[str, tuple[Value, str]] | None = None,
    lost: Mapping[str, str] | None = None,
    also: Mapping[str, str] | None = None,
) -> Entry:
    """Return the entry of a setting whose values have other words there.

    Args:
        setting: Ours.
        path: Theirs.
        words: Our word → theirs, where both mean the same.
        near: Our word → the nearest of theirs, and how it differs.
        lost: Our word → why it cannot be said.
        also: Their word → ours, understood when reading.
    """
    nearest, unsaid = near or {}, lost or {}
    back = {**{str(theirs): ours for ours, theirs in words.items()}, **(also or {})}

    def write(case: Case) -> Written:
        value = case.values.get(setting)
        if value is None:
            return NOTHING
        word = str(value)
        if word in words:
            return Written(fields={path: words[word]})
        if word in nearest:
            theirs, why = nearest[word]
            told = Approximated(name=setting, value=value, written=theirs, why=why)
            return Written(fields={path: theirs}, approximated=(told,))
        return dropping(setting, value, unsaid.get(word, f"{path} has no word for it"))

    def read(fields: Fields) -> Found:
        if path not in fields:
            return ABSENT
        ours = back.get(text_of(fields[path]) or "")
        if ours is None:
            return Found(
                unread=(Unread(field=path, why=f"its word has no counterpart among {setting}"),)
            )
        return Found(settings={setting: ours}, used=(path,))

    return Entry(settings=(setting,), write=write, read=read)


def only(entry: Entry, *, when: Callable[[Case], bool], why: str) -> Entry:
    """Return the entry, which drops its settings for `why` where `when` does not hold."""

    def write(case: Case) -> Written:
        if when(case):
            return entry.write(case)
        return merged(dropping(name, case.values.get(name), why) for name in entry.settings)

    return Entry(settings=entry.settings, write=write, read=entry.read)


def dropping(name: str, value: Value, why: str) -> Written:
    """Return that a setting is dropped, if it has a value."""
    return (
        NOTHING if value is None else Written(dropped=(Dropped(name=name, value=value, why=why),))
    )


def understood(setting: str, raw: object, *, path: str, used: tuple[str, ...] = ()) -> Found:
    """Return what a field's value means for a setting, or why it means nothing."""
    try:
        value = coerced(setting, raw)
    except NotAValueError as error:
        return Found(unread=(Unread(field=path, why=str(error)),), used=used)
    return Found(settings={setting: value} if value is not None else {}, used=used or (path,))


def _rounded(setting: str, path: str, value: Value) -> Written:
    number = round(float(value or 0))
    if number == value:
        return Written(fields={path: number})
    why = f"{path} takes whole numbers only"
    near = Approximated(name=setting, value=value, written=number, why=why)
    return Written(fields={path: number}, approximated=(near,))


def _is_number(value: Value) -> TypeGuard[int | float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _in_order(dropped: tuple[Dropped, ...]) -> tuple[Dropped, ...]:
    places = {name: place for place, name in enumerate(ordered({one.name for one in dropped}))}
    return tuple(sorted(dropped, key=lambda one: places[one.name]))
