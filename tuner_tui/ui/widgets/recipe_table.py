"""What is advised for each setting, on which basis, and why?"""

from tuner_engine.printable import printable
from tuner_engine.recipe import Recipe, Setting
from tuner_tui.ui import wording
from tuner_tui.ui.config import Config
from tuner_tui.ui.gauge import PLAIN, PRETTY, Marks, gauge
from tuner_tui.ui.widgets.rows import Cell, Column, Rows

_LOOKS = {"measured": "rows--strong", "chosen": "rows--strong"}
"""How a basis stands out; the word itself says the same without colour."""

_GAUGE = 11
"""Cells of a range bar: an odd number has a middle. House choice."""

_COLUMNS = (
    Column(title="setting", width=18),
    Column(title="value", width=22, align="right"),
    Column(title="low", width=8, align="right", narrow=False),
    Column(title="range", width=_GAUGE, narrow=False),
    Column(title="high", width=8, narrow=False),
    Column(title="basis", width=9),
    Column(title="sure", width=6, narrow=False),
    Column(title="why", flexible=True, least=100),
)


class RecipeTable(Rows):
    """One row per setting: value, range bar, basis, lock, confidence, and the reason where it fits.

    Args:
        id: As of any widget.
    """

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(_COLUMNS, id=id)
        self._recipe: Recipe | None = None

    @property
    def recipe(self) -> Recipe | None:
        """The recipe in sight."""
        return self._recipe

    @property
    def setting_name(self) -> str | None:
        """The highlighted setting."""
        names = list(self._recipe.settings) if self._recipe else []
        return names[self.row] if self.row < len(names) else None

    def show_recipe(self, recipe: Recipe | None, *, before: Recipe | None = None) -> None:
        """Show a recipe; the highlight stays on its row.

        Args:
            recipe: What to show.
            before: Where values differ from this one, both are shown.
        """
        self._recipe = recipe
        settings, old = (one.settings if one else {} for one in (recipe, before))
        config: Config = getattr(self.app, "config", Config())
        marks = PLAIN if config.app.glyphs == "ascii" else PRETTY
        self.show([_cells(name, found, old.get(name), marks) for name, found in settings.items()])

    def highlight(self, name: str) -> None:
        """Put the highlight on one setting, if the recipe has it."""
        names = list(self._recipe.settings) if self._recipe else []
        if name in names:
            self.row = names.index(name)


def _cells(name: str, setting: Setting, before: Setting | None, marks: Marks) -> tuple[Cell, ...]:
    look = _LOOKS.get(setting.basis, "")
    low, high = _ends(setting)
    moved = before is not None and before.value != setting.value
    value = wording.value(setting.value)
    shown = f"{wording.value(before.value)} → {value}" if before and moved else value
    return (
        Cell(printable(name.replace("_", " ")), look),
        Cell(shown, "rows--strong" if moved else look),
        Cell(low, "rows--quiet"),
        Cell(gauge(setting, width=_GAUGE, marks=marks), "rows--quiet"),
        Cell(high, "rows--quiet"),
        Cell(setting.basis + ("*" if setting.locked else ""), look or "rows--quiet"),
        Cell(setting.confidence, "rows--quiet"),
        Cell(printable(setting.why), "rows--quiet"),
    )


def _ends(setting: Setting) -> tuple[str, str]:
    """Return the ends of the range; how many options there are instead, for a choice."""
    if not setting.range:
        return "", ""
    if setting.scale == "choice":
        return "", f"of {len(setting.range)}"
    return wording.value(setting.range[0]), wording.value(setting.range[-1])
