"""Which keys work at this moment?

One line, one widget: a `Footer` is a widget per key, made anew on every change, which costs a third
of the first frame. Invariant: the keys in `_ALWAYS` are in sight at any width that holds them.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from rich.cells import cell_len
from textual import events
from textual.binding import Binding
from textual.content import Content
from textual.reactive import reactive
from textual.screen import Screen
from textual.widget import Widget

from tuner_tui.ui import signs

_GAP = "  "
"""Between two keys."""

_ALWAYS = frozenset({"app.help", "app.quit"})
"""Keys that are kept when room is short."""

_ELSEWHERE = frozenset({"chart.left", "chart.right"})
"""Keys that the screen names in another place."""


@dataclass(frozen=True, slots=True)
class Hint:
    """One key as the line shows it.

    Attributes:
        name: Its binding's identifier.
        key: What to press, for Textual.
        shown: What to press, for a person.
        words: What happens then.
    """

    name: str
    key: str
    shown: str
    words: str

    @property
    def width(self) -> int:
        """Cells that it takes."""
        return cell_len(self.shown) + 1 + cell_len(self.words)


class KeyLine(Widget):
    """The keys of the focused widget, the screen and the app."""

    DEFAULT_CSS = "KeyLine { dock: bottom; height: 1; background: $panel; color: $text-muted; }"
    ALLOW_SELECT = False

    hints: reactive[tuple[Hint, ...]] = reactive(())
    """All keys that work now."""

    def on_mount(self) -> None:
        """Follow the screen's bindings."""
        self.screen.bindings_updated_signal.subscribe(self, self._follow)

    def render(self) -> Content:
        """Return as many keys as fit."""
        parts = [
            Content.assemble((hint.shown, "bold $text-accent"), " ", hint.words)
            for hint in fitting(self.hints, width=self.size.width)
        ]
        return Content(_GAP).join(parts)

    def on_click(self, event: events.Click) -> None:
        """Press the key under the pointer."""
        end = 0
        for hint in fitting(self.hints, width=self.size.width):
            start, end = end, end + hint.width + len(_GAP)
            if start <= event.x < end - len(_GAP):
                self.app.simulate_key(hint.key)

    def _follow(self, screen: Screen[object]) -> None:
        if self.is_attached and screen is self.screen:
            active = screen.active_bindings.values()
            self.hints = tuple(unique(entry.binding for entry in active if entry.enabled))


def unique(bindings: Iterable[Binding]) -> Iterable[Hint]:
    """Yield each shown binding once, though several keys may call it."""
    seen: set[str] = set()
    for binding in bindings:
        name = binding.id or binding.action
        if binding.show and name not in seen and name not in _ELSEWHERE:
            seen.add(name)
            yield Hint(name, binding.key, _shown(binding), binding.description)


def _shown(binding: Binding) -> str:
    """Return how a key is written; while text is typed, another one may call the same act."""
    sign, display = signs.sign(binding.key), binding.key_display or ""
    return display if sign in display else sign


def fitting(hints: Iterable[Hint], *, width: int) -> tuple[Hint, ...]:
    """Return the keys that fit side by side, in order; those always wanted go before the others.

    Args:
        hints: All keys.
        width: Cells there are.
    """
    listed = tuple(hints)
    kept: set[str] = set()
    room = width + len(_GAP)
    for hint in sorted(listed, key=lambda hint: hint.name not in _ALWAYS):
        if hint.width + len(_GAP) <= room:
            kept.add(hint.name)
            room -= hint.width + len(_GAP)
    return tuple(hint for hint in listed if hint.name in kept)
