"""Which value shall a setting have?"""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.suggester import SuggestFromList
from textual.widgets import Input, Static

from tuner_engine.errors import UsageError
from tuner_engine.printable import printable
from tuner_engine.recipe import Recipe, Setting, Value
from tuner_tui.ui import deciding, stepping, wording
from tuner_tui.ui.gauge import gauge
from tuner_tui.ui.screens.dialog import Dialog

_GAUGE = 31
"""Cells of the range bar. House choice."""


class EditScreen(Dialog[Recipe]):
    """Asks for one value, and answers the recipe in which it is decided.

    Args:
        recipe: One that has the setting.
        name: Of the setting.
    """

    BINDINGS: ClassVar = [
        Binding("up", "step(1)", show=False),
        Binding("down", "step(-1)", show=False),
    ]

    def __init__(self, recipe: Recipe, name: str) -> None:
        super().__init__()
        self._recipe = recipe
        self._setting_name = name
        self._options = deciding.options(recipe, name)

    def compose(self) -> ComposeResult:
        """Lay out question, hint, range, field and refusal."""
        words = [_text(option) for option in self._options]
        with Vertical(id="window"):
            yield Static(
                printable(self._setting_name.replace("_", " ")), classes="question", markup=False
            )
            yield Static(_hint(self._setting), classes="note", markup=False)
            yield Static("", id="range", markup=False)
            yield Input(
                _text(self._setting.value), suggester=SuggestFromList(words) if words else None
            )
            yield Static("", classes="refusal", markup=False)
            yield Static(
                "⏎ decides and locks it · ↑ ↓ steps · none unsets it · esc or ^g leaves it",
                classes="note",
            )

    def action_step(self, by: int) -> None:
        """Offer the next value along the range, or the next option."""
        direction = -by if self._options else by  # a list of words is read downwards
        try:
            now = deciding.typed(self._recipe, self._setting_name, self.query_one(Input).value)
            value = stepping.stepped(
                self._setting_name, _at(self._setting, now), by=direction, options=self._options
            )
        except UsageError as error:
            self._refuse(error)
        else:
            self.query_one(Input).value = _text(value)

    @on(Input.Changed)
    def _show_range(self, event: Input.Changed) -> None:
        """Show where the typed value lies, or why it cannot be taken."""
        self._refuse(None)
        try:
            value = deciding.typed(self._recipe, self._setting_name, event.value)
        except UsageError:
            return  # half a number is no mistake yet
        self.query_one("#range", Static).update(_range(_at(self._setting, value)))

    @on(Input.Submitted)
    def _decide(self, event: Input.Submitted) -> None:
        name = self._setting_name
        try:
            value = deciding.typed(self._recipe, name, event.value)
            self.dismiss(deciding.decided(self._recipe, name, value))
        except UsageError as error:
            self._refuse(error)

    @property
    def _setting(self) -> Setting:
        return self._recipe.settings[self._setting_name]

    def _refuse(self, error: UsageError | None) -> None:
        self.query_one(".refusal", Static).update(printable(str(error)) if error else "")


def _at(setting: Setting, value: Value) -> Setting:
    from msgspec.structs import replace

    return replace(setting, value=value)


def _text(value: Value) -> str:
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return printable(f"{value:g}" if isinstance(value, float) else str(value))


def _range(setting: Setting) -> str:
    if not setting.range or setting.scale == "choice":
        return ""
    low, high = wording.value(setting.range[0]), wording.value(setting.range[-1])
    return f"{low} {gauge(setting, width=_GAUGE)} {high}"


def _hint(setting: Setting) -> str:
    extent = wording.extent(setting)
    now = f"now {wording.value(setting.value)} ({setting.basis})"
    if setting.scale == "choice":
        return f"{now} · one of: {extent}"
    return f"{now} · worth searching: {extent}" if extent else now
