"""What can be found by typing?

Everything that a key can do, every place, every setting, the newest runs and the themes.
Invariant: an entry does what its key does, and is offered only where that makes sense.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content

from tuner_engine.errors import UsageError
from tuner_engine.printable import printable
from tuner_tui.ui import bindings, wording
from tuner_tui.ui.keymap import Bound, table

if TYPE_CHECKING:
    from tuner_tui.ui.app import TunerApp

RECENT_RUNS = 20
"""Newest runs that are offered. House choice."""

_SILENT = frozenset({"app.palette", "dialog.close"})
"""Acts that make no sense from the palette."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of the palette.

    Attributes:
        text: What is searched and shown.
        help: What it does, beneath.
        act: What happens when it is chosen.
    """

    text: str
    help: str
    act: Callable[[], object]


class Finder(Provider):
    """Offers what the app can do at this moment."""

    async def discover(self) -> Hits:
        """Offer everything, as long as nothing is typed."""
        for entry in self._entries():
            yield DiscoveryHit(Content(entry.text), entry.act, text=entry.text, help=entry.help)

    async def search(self, query: str) -> Hits:
        """Offer what a text matches."""
        matcher = self.matcher(query)
        for entry in self._entries():
            score = matcher.match(entry.text)
            if score > 0:
                shown = Content(entry.text)
                yield Hit(score, shown, entry.act, text=entry.text, help=entry.help)

    @property
    def _tuner(self) -> "TunerApp":
        app: TunerApp = self.app  # type: ignore[assignment] # only this app offers this palette
        return app

    def _entries(self) -> Iterator[Entry]:
        yield from self._acts()
        yield from self._settings()
        yield from self._runs()

    def _acts(self) -> Iterator[Entry]:
        """Yield what keys do on this screen."""
        active = {entry.binding.id for entry in self.screen.active_bindings.values()}
        shown = {bound.id: bound for bound in table(self._tuner.config.keys)}
        for key in bindings.KEYS:
            if key.id in active and key.id not in _SILENT and key.scope != "list":
                yield Entry(
                    text=_words(shown[key.id], key.words),
                    help=key.help,
                    act=partial(self._run, key.action),
                )

    async def _run(self, action: str) -> None:
        await self.screen.run_action(action)

    def _settings(self) -> Iterator[Entry]:
        recipe = self._tuner.session.recipe
        for name, setting in recipe.settings.items() if recipe else ():
            yield Entry(
                text=f"Setting: {printable(name.replace('_', ' '))}",
                help=f"{wording.value(setting.value)} ({setting.basis})",
                act=partial(self._tuner.go_to_setting, name),
            )

    def _runs(self) -> Iterator[Entry]:
        from tuner_engine import runs

        for run in runs.listed()[:RECENT_RUNS]:
            try:
                spec = run.spec()
            except UsageError:
                continue  # a folder that another program spoilt cannot be opened
            yield Entry(
                text=f"Run: {printable(run.id)}",
                help=f"{spec.command} of {wording.source_name(spec.data.source)}",
                act=partial(self._tuner.open_run, run),
            )


def _words(bound: Bound, words: str) -> str:
    """Return an act as the palette lists it: `Undo  u U`."""
    go = "Go to " if bound.id.startswith("screen.") else ""
    return f"{go}{words}  {bound.shown}"
