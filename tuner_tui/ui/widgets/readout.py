"""What stands under the cursor?"""

from collections.abc import Iterable

from textual.content import Content
from textual.widgets import Static

from tuner_engine.recipe import Setting
from tuner_tui.ui.wording import number


class Readout(Static):
    """One line: the cursor's learning rate, every series there, and the way to the suggestion."""

    DEFAULT_CSS = "Readout { height: 1; text-wrap: nowrap; text-overflow: ellipsis; }"

    def show(
        self,
        x: float | None,
        readings: Iterable[tuple[str, float | None]] = (),
        distance: float | None = None,
        *,
        suggested: Setting | None = None,
    ) -> None:
        """Show what the cursor reads.

        Args:
            x: Learning rate under the cursor, or none without one.
            readings: Name and height of each series there.
            distance: `x` over the suggestion, if there is one.
            suggested: The suggestion, shown while there is no cursor.
        """
        if x is None:
            self.update(_idle(suggested))
            return
        parts = [Content.styled(f"at {number(x)}", "bold")]
        if distance is not None:
            parts.append(Content.styled(_way(distance), "$text-accent"))
        parts += [
            Content(f"{name} {number(height)}") for name, height in readings if height is not None
        ]
        self.update(Content("  ").join(parts))


def _idle(suggested: Setting | None) -> Content:
    if suggested is None or not isinstance(suggested.value, float | int):
        return Content.styled("← → reads the curve", "$text-muted")
    return Content.assemble(
        (f"suggested {number(suggested.value)}", "bold"),
        ("  ← → reads the curve, ⏎ takes a value", "$text-muted"),
    )


def _way(ratio: float) -> str:
    """Return how far the cursor is from the suggestion, as a factor."""
    if 0.995 < ratio < 1.005:
        return "= suggested"
    return f"{number(ratio)} × suggested" if ratio > 1 else f"suggested ÷ {number(1 / ratio)}"
