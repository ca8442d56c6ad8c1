"""Which key does what, and where?

The app's table of keys, put together from its parts: screens bind from it, the footer, the help and
the palette show it. A chart brings its own rows, in the same form.
Invariant: every identifier is unique, so that a key can be remapped by it.
"""

from collections.abc import Iterable, Sequence

from textual.binding import Binding, BindingType

from tuner_tui.ui.keys import common, everywhere, first, recipe, runs
from tuner_tui.ui.keys.key import Key, Scope

__all__ = ["KEYS", "Key", "Scope", "among", "bound", "of"]

KEYS: tuple[Key, ...] = (
    *everywhere.KEYS,
    *first.KEYS,
    *recipe.KEYS,
    *runs.KEYS,
    *common.KEYS,
)
"""All keys; within one place in the order in which the footer shows them."""


def of(scope: Scope) -> list[BindingType]:
    """Return Textual's bindings for one scope."""
    return bound(key for key in KEYS if key.scope == scope)


def bound(keys: Iterable[Key]) -> list[BindingType]:
    """Return keys as Textual binds them."""
    return [
        Binding(
            key.keys,
            key.action,
            key.words,
            show=key.footer,
            key_display=key.shown,
            priority=key.priority,
            tooltip=key.help,
            id=key.id,
        )
        for key in keys
    ]


def among(scopes: Sequence[Scope]) -> tuple[Key, ...]:
    """Return the keys of several scopes, in the table's order."""
    return tuple(key for key in KEYS if key.scope in scopes)
