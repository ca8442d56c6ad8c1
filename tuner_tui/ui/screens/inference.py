"""How shall a pretrained model be sampled?"""

from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container, Vertical

from tuner_engine.printable import printable
from tuner_engine.recipe import Recipe
from tuner_tui.ui import bindings, sampled
from tuner_tui.ui.sampled import Asked
from tuner_tui.ui.screens.ask import AskScreen
from tuner_tui.ui.screens.bench import BenchScreen
from tuner_tui.ui.session import Session
from tuner_tui.ui.widgets.cautions import Cautions
from tuner_tui.ui.widgets.dials import Dials
from tuner_tui.ui.widgets.key_line import KeyLine
from tuner_tui.ui.widgets.recipe_table import RecipeTable
from tuner_tui.ui.widgets.title import Title
from tuner_tui.ui.widgets.why import Why

if TYPE_CHECKING:
    from tuner_tui.ui.watching import Watched

_LABELS = {"model": "model", "engine": "engine", "purpose": "asked for", "reasoning": "thinks"}
"""Fact → how it is listed."""

_FACTS = {label: name for name, label in _LABELS.items()}


class InferenceScreen(BenchScreen):
    """What is sampled, by what and for what; and every parameter of it."""

    CSS_PATH = "recipe.tcss"
    BINDINGS: ClassVar[list[BindingType]] = bindings.of("bench")
    FIRST = Dials

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._first = sampled.first(session.recipe)
        self._before: Recipe | None = None

    def compose(self) -> ComposeResult:
        """Lay out facts, parameters, cautions and reasons."""
        yield Title("inference", self._session)
        with Container(id="body"):
            with Vertical(id="work"):
                yield Dials("sampled", id="facts")
                yield RecipeTable(id="recipe")
                yield Cautions(id="cautions")
            yield Why(id="why")
        yield KeyLine()

    @property
    def recipe(self) -> Recipe:
        """How the model is sampled."""
        return self._session.sampling or self._first

    def kept(self, recipe: Recipe) -> Session:
        """Return the session with a changed way of sampling."""
        return replace(self._session, sampling=recipe)

    def show(self, session: Session, watched: "Watched | None") -> None:
        """Show another session; after other facts, what moved is shown beside what was."""
        old = self._shown
        if session.sampling is None:
            tuned = session.recipe.workload.base_model if session.recipe else None
            if tuned != self._first.workload.base_model:
                self._first = sampled.first(session.recipe)
        new = session.sampling or self._first
        if old is not new:
            self._before = old if old is not None and old.workload != new.workload else None
        super().show(session, watched)
        self.query_one(Title).show(session)

    def show_recipe(self) -> None:
        """Show the facts and the parameters."""
        super().show_recipe()
        it = sampled.asked(self.recipe)
        self.query_one(Dials).show_facts(
            [
                (label, printable(sampled.said(it, name) or sampled.ANY), sampled.note(it, name))
                for name, label in _LABELS.items()
            ]
        )

    def compared(self) -> Recipe | None:
        """Return how it was sampled before the last change of facts."""
        return self._before

    @on(Dials.Turned)
    def _turn(self, event: Dials.Turned) -> None:
        it = sampled.asked(self.recipe)
        self._ask_for(sampled.turned(it, _FACTS[event.name], by=event.by))

    @on(Dials.Asked)
    def _type(self, event: Dials.Asked) -> None:
        name, it = _FACTS[event.name], sampled.asked(self.recipe)

        def made(text: str) -> Asked:
            return sampled.stated(it, name, text)

        question = f"What is the {name}?" if name != "reasoning" else "Does it think first?"
        value = sampled.said(it, name) or ""
        self.app.push_screen(
            AskScreen(question, value, known=sampled.known(name), made=made), self._ask_for
        )

    def _ask_for(self, it: Asked | None) -> None:
        if it is not None and it != sampled.asked(self.recipe):
            self.guarded(lambda: sampled.instead(self.recipe, it))
