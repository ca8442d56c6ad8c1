"""How shall the learning rate move over training?"""

from typing import TYPE_CHECKING, ClassVar

from msgspec.structs import replace
from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container, Vertical

from tuner_engine.recipe import Recipe
from tuner_tui.figures import schedule as figures
from tuner_tui.ui import bindings
from tuner_tui.ui import session as acts
from tuner_tui.ui.chart.widget import Chart
from tuner_tui.ui.config import Config
from tuner_tui.ui.messages import Decided
from tuner_tui.ui.screens.bench import BenchScreen
from tuner_tui.ui.session import Session
from tuner_tui.ui.widgets.cautions import Cautions, Found, found_in
from tuner_tui.ui.widgets.key_line import KeyLine
from tuner_tui.ui.widgets.readout import Readout
from tuner_tui.ui.widgets.recipe_table import RecipeTable
from tuner_tui.ui.widgets.title import Title
from tuner_tui.ui.widgets.why import Why

if TYPE_CHECKING:
    from tuner_tui.ui.watching import Watched

_NAMES = ("schedule", "learning_rate", "warmup_share", "min_learning_rate_share", "epochs")
"""Settings that the curve follows from."""

_CODES = ("schedule", "warmup", "learning-rate", "epochs", "steps", "adam-scaled")
"""Words in the codes of lints that are about the curve."""


class _Reason(Why, can_focus=False):
    """Reasons that tab passes over, between the settings and the curve."""


class ScheduleScreen(BenchScreen):
    """The curve of a draft beside the recipe's, and the few settings that it follows from.

    Nothing reaches the recipe before a person takes it.
    """

    CSS_PATH = "schedule.tcss"
    BINDINGS: ClassVar[list[BindingType]] = bindings.of("schedule")

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._base = self._draft = session.recipe
        self._others = True

    def compose(self) -> ComposeResult:
        """Lay out settings, curve and words."""
        config: Config = getattr(self.app, "config", Config())
        yield Title("schedule", self._session)
        with Container(id="body"):
            with Vertical(id="work"):
                yield RecipeTable(id="recipe")
                yield Cautions(id="cautions")
                yield _Reason(id="why")
            with Vertical(id="picture"):
                yield Chart(id="curve", glyphs=config.app.glyphs)
                yield Readout(id="readout", markup=False)
        yield KeyLine()

    @property
    def recipe(self) -> Recipe | None:
        """The draft."""
        return self._draft

    def keep(self, recipe: Recipe | None) -> None:
        """Take up a changed draft."""
        if recipe is not None:
            self._draft = recipe
            self.show_recipe()

    def show(self, session: Session, watched: "Watched | None") -> None:
        """Show another session; another recipe begins another draft."""
        if session.recipe is not self._base:
            self._base = self._draft = session.recipe
        super().show(session, watched)
        self.query_one(Title).show(session, note=_note(self._base, self._draft))

    def show_recipe(self) -> None:
        """Show the draft: settings, curve and what it comes to."""
        super().show_recipe()
        listed = self.query_one(RecipeTable).recipe
        self.query_one(RecipeTable).styles.height = 1 + len(listed.settings if listed else ())
        self.query_one(Title).show(self._session, note=_note(self._base, self._draft))
        now = figures.course(self._draft) if self._draft else None
        before = figures.course(self._base) if self._base else None
        if now is None:
            self.query_one(Readout).update("This recipe has no learning rate to schedule.")
            return
        figure = figures.schedule_figure(now, before=before, others=self._others)
        self.query_one(Chart).show(figure)
        self.query_one(Readout).update(figures.summary(now))

    def listed(self, recipe: Recipe) -> Recipe:
        """Return the recipe with what the curve follows from."""
        kept = {name: recipe.settings[name] for name in _NAMES if name in recipe.settings}
        return replace(recipe, settings=kept)

    def cautions(self, recipe: Recipe) -> tuple[Found, ...]:
        """Return what looks like a mistake in what the curve follows from."""
        return tuple(found for found in found_in(recipe) if _about(found))

    def compared(self) -> Recipe | None:
        """Return the recipe as it stands."""
        return self._base

    def action_take(self) -> None:
        """Take the draft into the recipe."""
        if self._draft is not None and self._draft is not self._base:
            self.post_message(Decided(acts.settled(self._session, self._draft)))
            self.notify("The schedule is in the recipe; u takes it back.")

    def action_forget(self) -> None:
        """Begin again with the recipe's own schedule."""
        self._draft = self._base
        self.show_recipe()

    def action_others(self) -> None:
        """Draw the other schedules behind, or do not."""
        self._others = not self._others
        self.show_recipe()

    @on(Chart.CursorMoved)
    def _read(self, event: Chart.CursorMoved) -> None:
        self.query_one(Readout).show(event.reading, ratio=False)

    @on(Chart.CursorCleared)
    def _forget_cursor(self) -> None:
        now = figures.course(self._draft) if self._draft else None
        self.query_one(Readout).update(figures.summary(now) if now else "")

    @on(Chart.Chosen)
    def _take_from_chart(self) -> None:
        self.action_take()


def _about(found: Found) -> bool:
    fixed = found.fix is not None and found.fix[0] in _NAMES
    return fixed or any(word in found.code for word in _CODES)


def _note(base: Recipe | None, draft: Recipe | None) -> str:
    return "" if base is draft else "a draft: ⏎ takes it"
