"""How is a recipe worked on by keys, whatever it is for?

What the screens of training and of sampling have in common: a table of settings, what looks like a
mistake in it, and why a value is what it is.
Invariant: every change leaves as a message; the screen shows what comes back.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.events import Resize
from textual.screen import Screen

from tuner_engine.errors import TunerError
from tuner_engine.printable import printable
from tuner_engine.recipe import Recipe
from tuner_tui.ui.messages import Decided
from tuner_tui.ui.session import Session
from tuner_tui.ui.widgets.cautions import Cautions, Found, found_in
from tuner_tui.ui.widgets.recipe_table import RecipeTable
from tuner_tui.ui.widgets.rows import Rows
from tuner_tui.ui.widgets.why import Why

if TYPE_CHECKING:
    from tuner_tui.ui.watching import Watched

_BROAD = 150
"""Columns from which reasons stand beside the table. House choice."""


class BenchScreen(Screen[None]):
    """A screen with one `RecipeTable`, one `Cautions` and one `Why`.

    Args:
        session: What is known when the screen opens.
    """

    FIRST: ClassVar[type[Rows]] = RecipeTable
    """The list that has the focus at first."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._shown: Recipe | None = None

    @property
    def recipe(self) -> Recipe | None:
        """The recipe that is worked on."""
        raise NotImplementedError

    def kept(self, recipe: Recipe) -> Session:
        """Return the session that holds a changed recipe."""
        raise NotImplementedError

    def on_mount(self) -> None:
        """Show the recipe that there is."""
        self.show(self._session, None)
        self.query_one(self.FIRST).focus()

    def on_resize(self, event: Resize) -> None:
        """Put the reasons beside the table where there is room for both."""
        self.set_class(event.size.width >= _BROAD, "-broad")

    def show(self, session: Session, watched: "Watched | None") -> None:
        """Show another session."""
        self._session = session
        if self.recipe is not self._shown:
            self.show_recipe()

    def show_recipe(self) -> None:
        """Show the recipe as it stands."""
        recipe, before = self.recipe, self.compared()
        self._shown = recipe
        self.query_one(RecipeTable).show_recipe(recipe and self.listed(recipe), before=before)
        self.query_one(Cautions).show_found(self.cautions(recipe) if recipe else ())
        if recipe is None:
            self.query_one(Why).clear()

    def listed(self, recipe: Recipe) -> Recipe:
        """Return the recipe with the settings that the table lists."""
        return recipe

    def cautions(self, recipe: Recipe) -> tuple[Found, ...]:
        """Return what looks like a mistake, as far as it is listed here."""
        return found_in(recipe)

    def compared(self) -> Recipe | None:
        """Return the recipe whose values are shown where they differ; none shows no others."""
        return None

    def highlight(self, name: str) -> None:
        """Put the highlight on one setting."""
        self.query_one(RecipeTable).highlight(name)
        self.query_one(RecipeTable).focus()

    @on(Rows.Highlighted)
    def _explain(self) -> None:
        recipe, name = self.recipe, self.query_one(RecipeTable).setting_name
        cautions, why = self.query_one(Cautions), self.query_one(Why)
        if cautions.has_focus and cautions.chosen is not None:
            found = cautions.chosen
            why.show_lines([("caution", found.message, "$text-warning"), ("code", found.code, "")])
        elif recipe is not None and name in recipe.settings:
            why.show(recipe, name)

    def on_descendant_focus(self) -> None:
        """Explain what the focused list highlights."""
        self._explain()

    @on(Rows.Opened)
    def _open_row(self) -> None:
        self.action_edit()

    def action_edit(self) -> None:
        """Ask for a value of the highlighted setting; on a caution, mend it."""
        from tuner_tui.ui.screens.edit import EditScreen

        if isinstance(self.focused, Cautions):
            self.action_fix()
        elif (place := self._place()) is not None:
            self.app.push_screen(EditScreen(*place), self.keep)

    def action_step(self, by: int) -> None:
        """Decide the next value along the range."""
        from tuner_tui.ui import deciding, stepping

        def step(recipe: Recipe, name: str) -> Recipe:
            options = deciding.options(recipe, name)
            value = stepping.stepped(name, recipe.settings[name], by=by, options=options)
            deciding.check(recipe, name, value)
            return deciding.decided(recipe, name, value)

        self._act(step)

    def action_lock(self) -> None:
        """Lock or unlock the highlighted setting."""
        self._act(lambda recipe, name: recipe.locked(name, locked=not recipe.settings[name].locked))

    def action_give_back(self) -> None:
        """Leave the highlighted setting to advice."""
        from tuner_tui.ui import deciding

        self._act(deciding.given_back)

    def action_fix(self) -> None:
        """Decide the value that mends the highlighted caution."""
        from tuner_tui.ui import deciding

        found, recipe = self.query_one(Cautions).chosen, self.recipe
        if found is None or recipe is None:
            self.notify("Nothing here looks like a mistake.")
        elif found.fix is None:
            self.notify("No single value mends this; its last words say what does.")
        else:
            name, value = found.fix
            self.guarded(lambda: deciding.decided(recipe, name, value))

    def action_why(self) -> None:
        """Show everything about the highlighted setting on a page of its own."""
        from tuner_tui.ui.screens.why import WhyScreen

        if (place := self._place()) is not None:
            self.app.push_screen(WhyScreen(*place))

    def keep(self, recipe: Recipe | None) -> None:
        """Take up a changed recipe, if there is one."""
        if recipe is not None:
            # The next key may come before the app has answered; it goes on from here.
            self._session = self.kept(recipe)
            self.post_message(Decided(self._session))

    def guarded(self, act: Callable[[], Recipe]) -> None:
        """Change the recipe by an act that may be refused; a refusal is shown."""
        try:
            self.keep(act())
        except TunerError as error:
            self.notify(printable(str(error)), severity="error", markup=False)

    def _act(self, act: Callable[[Recipe, str], Recipe]) -> None:
        if (place := self._place()) is not None:
            self.guarded(lambda: act(*place))

    def _place(self) -> tuple[Recipe, str] | None:
        """Return the recipe and the highlighted setting."""
        recipe, name = self.recipe, self.query_one(RecipeTable).setting_name
        return (recipe, name) if recipe is not None and name in recipe.settings else None
