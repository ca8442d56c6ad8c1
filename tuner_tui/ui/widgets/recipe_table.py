"""What is advised for each setting, on which basis, and why?"""

from tuner_engine.printable import printable
from tuner_engine.recipe import Recipe, Setting
from tuner_tui.ui import wording
from tuner_tui.ui.widgets.rows import Cell, Column, Rows

_LOOKS = {"measured": "rows--strong", "chosen": "rows--strong"}
"""How a basis stands out; the word itself says the same without colour."""


class RecipeTable(Rows):
    """One row per setting."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(
            (
                Column(title="setting", width=18),
                Column(title="value", width=12, align="right"),
                Column(title="range", width=15),
                Column(title="basis", width=10),
                Column(title="why", flexible=True),
            ),
            id=id,
        )
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

    def show_recipe(self, recipe: Recipe | None) -> None:
        """Show a recipe; the highlight stays on its row."""
        self._recipe = recipe
        settings = recipe.settings if recipe else {}
        self.show([_cells(name, setting) for name, setting in settings.items()])

    def highlight(self, name: str) -> None:
        """Put the highlight on one setting, if the recipe has it."""
        names = list(self._recipe.settings) if self._recipe else []
        if name in names:
            self.row = names.index(name)


def _cells(name: str, setting: Setting) -> tuple[Cell, ...]:
    look = _LOOKS.get(setting.basis, "")
    lock = "*" if setting.locked else ""
    return (
        Cell(printable(name.replace("_", " ")), look),
        Cell(wording.value(setting.value), look),
        Cell(wording.extent(setting), "rows--quiet"),
        Cell(setting.basis + lock, look or "rows--quiet"),
        Cell(printable(setting.why), "rows--quiet"),
    )
