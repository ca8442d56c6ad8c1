"""What looks like a mistake in the recipe, and what one key would mend?"""

from dataclasses import dataclass

from tuner_engine.printable import printable
from tuner_engine.recipe import Recipe, Value
from tuner_tui.ui import wording
from tuner_tui.ui.widgets.rows import Cell, Column, Rows


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One caution.

    Attributes:
        code: Of the lint, or of what was noticed in the data.
        message: One line that ends with what would mend it.
        fix: Setting and value that would mend it, where it is one.
    """

    code: str
    message: str
    fix: tuple[str, Value] | None = None


class Cautions(Rows):
    """One row per caution; those that a key mends say what it does, and stand first.

    Args:
        id: As of any widget.
    """

    DEFAULT_CSS = "Cautions { height: auto; }"

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        columns = (Column(title="fix", width=26), Column(title="caution", flexible=True))
        super().__init__(columns, id=id)
        self._found: tuple[Found, ...] = ()

    @property
    def chosen(self) -> Found | None:
        """The highlighted caution."""
        return self._found[self.row] if self.row < len(self._found) else None

    def show_found(self, found: tuple[Found, ...]) -> None:
        """Show other cautions; nothing is in sight where there are none."""
        self._found = found
        self.show([_cells(each) for each in found])
        self.display = bool(found)
        self.styles.height = min(len(found) + 1, 4)


def found_in(recipe: Recipe) -> tuple[Found, ...]:
    """Return the cautions about a recipe as it stands, judged anew; those to be mended first."""
    from tuner_engine.advice import lints

    fixes = lints.fixes(recipe.settings, recipe.workload)
    judged = lints.lint(recipe.settings, recipe.workload, data_facts=recipe.data)
    kept = [caution for caution in recipe.warnings if caution.code not in lints.CODES]
    listed = [
        Found(code=each.code, message=printable(each.message), fix=fixes.get(each.code))
        for each in (*judged, *kept)
    ]
    return tuple(sorted(listed, key=lambda each: each.fix is None))


def _cells(found: Found) -> tuple[Cell, ...]:
    fix = ""
    if found.fix is not None:
        name, value = found.fix
        fix = f"f {name.replace('_', ' ')} → {wording.value(value)}"
    return Cell(fix, "rows--strong"), Cell(found.message, "rows--warning")
