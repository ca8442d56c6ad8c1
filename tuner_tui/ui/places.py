"""Where can a person be in the app?

The one table of screens: modes, keys, the line of places, the palette and the help come from it.
Invariant: a screen's module is imported when a person goes there, not before.
"""

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from textual.screen import Screen

    from tuner_tui.ui.session import Session

Mode = Literal["start", "setup", "recipe", "probe", "schedule", "inference", "history", "export"]
"""Name of a place, and of Textual's mode."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One screen that is always one key away.

    Attributes:
        name: Of the mode.
        key: What leads there, for Textual; the same is shown.
        words: One word for the line of places.
        help: One sentence for help and palette.
        screen: `module:Class`; made as `Class(session)`, then shown each state by
            `show(session, watched)`.
        needs: What there must be before a person can go there.
    """

    name: Mode
    key: str
    words: str
    help: str
    screen: str
    needs: Literal["nothing", "data", "recipe"] = "recipe"

    def opened(self, session: "Session") -> "Screen[None]":
        """Return a new screen of this place.

        Args:
            session: What is known now.
        """
        module, _, name = self.screen.partition(":")
        screen: Screen[None] = getattr(import_module(module), name)(session)
        return screen


PLACES: tuple[Place, ...] = (
    Place(
        name="start",
        key="o",
        words="Open",
        help="Go to the runs, files and demos that can be opened.",
        screen="tuner_tui.ui.screens.start:StartScreen",
        needs="nothing",
    ),
    Place(
        name="setup",
        key="1",
        words="Setup",
        help="Go to the data, the model and what it runs on.",
        screen="tuner_tui.ui.screens.setup:SetupScreen",
        needs="data",
    ),
    Place(
        name="recipe",
        key="2",
        words="Recipe",
        help="Go to the recipe: every setting with its value, range and reason.",
        screen="tuner_tui.ui.screens.recipe:RecipeScreen",
    ),
    Place(
        name="probe",
        key="3",
        words="Probe",
        help="Go to the probe's charts.",
        screen="tuner_tui.ui.screens.probe:ProbeScreen",
    ),
    Place(
        name="schedule",
        key="4",
        words="Schedule",
        help="Go to the learning rate's course over the steps.",
        screen="tuner_tui.ui.screens.schedule:ScheduleScreen",
    ),
    Place(
        name="inference",
        key="5",
        words="Inference",
        help="Go to the parameters of sampling, by model, engine and purpose.",
        screen="tuner_tui.ui.screens.inference:InferenceScreen",
        needs="nothing",
    ),
    Place(
        name="history",
        key="6",
        words="History",
        help="Go to the runs that were made: find, compare, open, annotate, delete.",
        screen="tuner_tui.ui.screens.history:HistoryScreen",
        needs="nothing",
    ),
    Place(
        name="export",
        key="7",
        words="Export",
        help="Go to every format that the recipe can leave in, with a preview.",
        screen="tuner_tui.ui.screens.export:ExportScreen",
        needs="nothing",
    ),
)
"""All places, in the order of their keys; 8 and 9 are free for a search and for sampling."""

BY_NAME: dict[str, Place] = {place.name: place for place in PLACES}
"""The same, by name."""
