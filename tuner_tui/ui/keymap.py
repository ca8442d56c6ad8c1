"""Which keys call an act, once a person has moved some?

The tables of keys name what there is; a configuration puts other keys in place of theirs.
Invariant: a keymap that is accepted names acts that exist, keys that a terminal can send, and no
key twice in one place.
"""

import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import chain

from tuner_engine.errors import UsageError
from tuner_engine.printable import printable
from tuner_tui.ui import bindings, signs
from tuner_tui.ui.chart.keys import KEYS as CHART_KEYS

Keymap = Mapping[str, str]
"""Identifier of an act → its keys, comma-separated."""

_NAMED = frozenset(
    [
        "enter",
        "escape",
        "tab",
        "space",
        "backspace",
        "delete",
        "insert",
        "home",
        "end",
        "pageup",
        "pagedown",
        "up",
        "down",
        "left",
        "right",
    ]
) | {f"f{number}" for number in range(1, 13)}
"""Keys with a name that every terminal sends."""

_SWALLOWED = frozenset({"ctrl+b", "ctrl+a", "ctrl+s"})
"""Keys that tmux, screen or the terminal's flow control keep for themselves."""

_MODIFIED = re.compile(r"(?:(?P<held>ctrl|alt|shift)\+)?(?P<key>.+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """One act with the keys that call it now.

    Attributes:
        id: Its identifier.
        scope: Where the keys work.
        keys: As Textual names them.
        help: One sentence.
    """

    id: str
    scope: str
    keys: tuple[str, ...]
    help: str

    @property
    def shown(self) -> str:
        """The keys as a person reads them."""
        return " ".join(signs.sign(key) for key in self.keys)


def table(keymap: Keymap) -> tuple[Bound, ...]:
    """Return every act of the app and of a chart, with the keys that call it now."""
    return tuple(
        Bound(
            id=key.id,
            scope=scope,
            keys=_split(keymap.get(key.id, key.keys)),
            help=key.help,
        )
        for scope, key in chain(
            ((key.scope, key) for key in bindings.KEYS), (("chart", key) for key in CHART_KEYS)
        )
    )


def check(keymap: Keymap, *, name: str) -> None:
    """Hold a keymap against the tables.

    Args:
        keymap: What a configuration says.
        name: How the configuration is called in an error.

    Raises:
        UsageError: It names an act or a key that there is not, or one key for two acts.
    """
    known = {bound.id for bound in table({})}
    for act, keys in keymap.items():
        if act not in known:
            raise UsageError(f"{name}: [keys] {_unknown(act, known)}")
        for key in _split(keys):
            _check_key(key, act=act, name=name)
    _check_clashes(table(keymap), touched=set(keymap), name=name)


def _split(keys: str) -> tuple[str, ...]:
    """Return the keys of a list as Textual names them; a comma alone is the key."""
    return tuple(_spelled(key.strip()) for key in keys.split(",") if key.strip()) or ("",)


def _spelled(key: str) -> str:
    """Return a key in Textual's words: `?` is `question_mark`."""
    from textual.keys import _character_to_key

    return _character_to_key(key) if len(key) == 1 else key


def _check_key(key: str, *, act: str, name: str) -> None:
    found = _MODIFIED.fullmatch(key)
    plain = found["key"] if found else ""
    if not _is_key(plain, held=found["held"] if found else None):
        raise UsageError(
            f'{name}: [keys] "{printable(act)}": {printable(key) or "nothing"!r} is no key; '
            "allowed are one character, "
            f"{', '.join(sorted(_NAMED - {f'f{n}' for n in range(1, 13)}))}, f1 to f12, "
            "and ctrl+, alt+ or shift+ before one of them"
        )
    if key in _SWALLOWED:
        raise UsageError(
            f'{name}: [keys] "{printable(act)}": {key} never arrives inside tmux, screen or a '
            "terminal with flow control; choose another"
        )


def _is_key(plain: str, *, held: str | None) -> bool:
    from textual.keys import REPLACED_KEYS, key_to_character

    if plain in _NAMED:
        return True
    character = key_to_character(REPLACED_KEYS.get(plain, plain))
    if held == "ctrl":
        return len(plain) == 1 and plain.isascii() and plain.isalpha()
    if held == "shift":
        return False  # the capital letter says so itself
    return character is not None and character.isprintable()


def _check_clashes(bound: Iterable[Bound], *, touched: set[str], name: str) -> None:
    """Refuse a key that a keymap gives to two acts of one place."""
    taken: dict[tuple[str, str], str] = {}
    listed = list(bound)
    scopes = {one.scope for one in listed} - {"everywhere", "dialog", "list"}
    for one in listed:
        # What works everywhere works in each place, too, but for dialogs and lists in them.
        for scope in scopes if one.scope == "everywhere" else {one.scope}:
            for key in one.keys:
                other = taken.setdefault((scope, key), one.id)
                if other != one.id and {other, one.id} & touched:
                    raise UsageError(
                        f"{name}: [keys] {signs.sign(key)} would call both {other} and {one.id}; "
                        "give one of them another key"
                    )


def _unknown(act: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(act, list(known), n=1)
    guess = f"did you mean {near[0]}? " if near else ""
    return f'"{printable(act)}" is no act; {guess}allowed are {", ".join(sorted(known))}'
