"""What is about to be measured, what will it cost, and how is it begun?"""

from collections.abc import Iterator, Mapping

from tuner_engine.recipe import Recipe
from tuner_engine.specs import Command
from tuner_tui.ui import forecast, pace, wording
from tuner_tui.ui.questions import BY_COMMAND
from tuner_tui.ui.session import Session
from tuner_tui.ui.widgets.labelled import Labelled, Line

_LABEL_CELLS = 9


class Briefing(Labelled):
    """The chosen question, before it is asked."""

    DEFAULT_CSS = "Briefing { padding: 1 2; height: 1fr; }"

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(label_width=_LABEL_CELLS, id=id)

    def brief(self, command: Command, session: Session, taken_s: Mapping[str, float]) -> None:
        """Show what a run of a command would be.

        Args:
            command: What would be asked.
            session: The recipe that it would be about.
            taken_s: Seconds that the last run of each command took on the same data.
        """
        self.show_lines(lines(command, session, taken_s.get(command)))


def lines(command: Command, session: Session, taken_s: float | None) -> Iterator[Line]:
    """Yield the question, the way it is answered, its cost, and the key that begins it."""
    question = BY_COMMAND[command]
    yield question.asks, "", "bold"
    yield "", " ", ""
    yield "how", question.does, ""
    recipe = session.recipe
    if recipe is None:
        yield "waits", "for the recipe: the data is being read", "$text-muted"
        return
    if question.settles:
        yield "now", _now(recipe, question.settles), ""
    cost = forecast.cost(command, recipe, budget_s=session.spec.budget_s)
    yield "costs", cost or question.costs, ""
    if taken_s is not None:
        yield "took", f"{pace.clock(taken_s)} the last time on these data", ""
    yield "", " ", ""
    yield "r", "begins it, x stops it at any moment; p P  ask something else", "$text-accent"


def _now(recipe: Recipe, names: tuple[str, ...]) -> str:
    known = [(name, recipe.settings[name]) for name in names if name in recipe.settings]
    return " · ".join(
        f"{name.replace('_', ' ')} {wording.value(it.value)} ({it.basis})" for name, it in known
    )
