"""Which value shall a setting have?"""

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.suggester import SuggestFromList
from textual.widgets import Input, Static

from tuner_engine.errors import UsageError
from tuner_engine.printable import printable
from tuner_engine.recipe import Setting
from tuner_tui.ui import session as acts
from tuner_tui.ui import wording
from tuner_tui.ui.screens.dialog import Dialog
from tuner_tui.ui.session import Session


class EditScreen(Dialog[Session]):
    """Asks for one value, and answers the session in which it is decided.

    Args:
        session: One with a recipe.
        name: A setting of it.
    """

    def __init__(self, session: Session, name: str) -> None:
        super().__init__()
        self._session = session
        self._setting_name = name
        recipe = session.recipe
        assert recipe is not None  # noqa: S101 - the setup screen offers no settings without one
        self._setting: Setting = recipe.settings[name]

    def compose(self) -> ComposeResult:
        """Lay out question, hint, field and refusal."""
        setting = self._setting
        value = "none" if setting.value is None else str(setting.value)
        options = _options(setting)
        with Vertical(id="window"):
            yield Static(
                f"{self._setting_name.replace('_', ' ')}", classes="question", markup=False
            )
            yield Static(_hint(setting), classes="note", markup=False)
            yield Input(value, suggester=SuggestFromList(options) if options else None)
            yield Static("", classes="refusal", markup=False)
            yield Static("⏎ decides and locks it · esc or ^g leaves it", classes="note")

    def key_down(self) -> None:
        """Offer the next option."""
        self._offer(1)

    def key_up(self) -> None:
        """Offer the option before."""
        self._offer(-1)

    @on(Input.Submitted)
    def _decide(self, event: Input.Submitted) -> None:
        try:
            self.dismiss(acts.edited(self._session, self._setting_name, event.value))
        except UsageError as error:
            self.query_one(".refusal", Static).update(printable(str(error)))

    def _offer(self, by: int) -> None:
        options, field = _options(self._setting), self.query_one(Input)
        if options:
            place = options.index(field.value) + by if field.value in options else 0
            field.value = options[place % len(options)]


def _options(setting: Setting) -> list[str]:
    return [str(option) for option in setting.range or ()] if setting.scale == "choice" else []


def _hint(setting: Setting) -> str:
    extent = wording.extent(setting)
    now = f"now {wording.value(setting.value)} ({setting.basis})"
    if setting.scale == "choice":
        return f"{now} · one of: {extent} (↑ ↓)"
    return f"{now} · worth searching: {extent}" if extent else now
