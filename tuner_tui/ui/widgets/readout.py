"""What stands under the cursor?"""

from textual.content import Content
from textual.widgets import Static

from tuner_engine.printable import printable
from tuner_engine.recipe import Setting
from tuner_tui.chart import words
from tuner_tui.chart.scene import Reading
from tuner_tui.ui.wording import number


class Readout(Static):
    """One line: the cursor's place, every series there, and the way to the suggestion."""

    DEFAULT_CSS = "Readout { height: 1; text-wrap: nowrap; text-overflow: ellipsis; }"

    def show(
        self,
        reading: Reading | None,
        *,
        ratio: bool = True,
        suggested: Setting | None = None,
        takes: str | None = None,
    ) -> None:
        """Show what the cursor reads.

        Args:
            reading: All that it reads, or none without a cursor.
            ratio: Whether distances are ratios, as on a log axis.
            suggested: What the verdict suggests, shown while there is no cursor.
            takes: The setting that a value of this axis can be taken for, if there is one.
        """
        self.update(_idle(suggested, takes) if reading is None else _read(reading, ratio=ratio))

    def say(self, words: str) -> None:
        """Show what can be done where there is no curve."""
        self.update(Content.styled(words, "$text-muted"))


def _read(reading: Reading, *, ratio: bool) -> Content:
    place, _, rest = printable(words.sentence(reading)).partition("  ")
    parts = [Content.styled(place, "bold")]
    if reading.distance is not None:
        way = _ratio(reading.distance) if ratio else _difference(reading.distance)
        parts.append(Content.styled(way, "$text-accent"))
    return Content("  ").join([*parts, Content(rest)])


def _idle(suggested: Setting | None, takes: str | None) -> Content:
    takes_it = f", ⏎ takes it as {takes.replace('_', ' ')}" if takes else ""
    if suggested is None or not isinstance(suggested.value, float | int):
        return Content.styled(f"← → reads the curve{takes_it}", "$text-muted")
    return Content.assemble(
        (f"suggested {number(suggested.value)}", "bold"),
        (f"  ← → reads the curve{takes_it}", "$text-muted"),
    )


def _ratio(ratio: float) -> str:
    """Return how far the cursor is from the suggestion, as a factor."""
    if 0.995 < ratio < 1.005:
        return "= suggested"
    return f"{number(ratio)} × suggested" if ratio > 1 else f"suggested ÷ {number(1 / ratio)}"


def _difference(difference: float) -> str:
    """Return how far the cursor is from the suggestion, as a distance."""
    if not difference:
        return "= suggested"
    return f"suggested {'+' if difference > 0 else '−'} {number(abs(difference))}"
