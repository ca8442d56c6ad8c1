"""How does a figure look where there is only text?

Serves `--plot`, exports and tests; needs no terminal. Invariant: the same cells that the widget
shows in a terminal without colours.
"""

from tuner_tui.chart.drawing import drawn
from tuner_tui.chart.figure import Figure
from tuner_tui.chart.glyphs import GLYPHS, GlyphName
from tuner_tui.chart.view import view_of


def plain_lines(
    figure: Figure, *, width: int = 80, height: int = 24, glyphs: GlyphName = "braille"
) -> list[str]:
    """Return a figure as lines of text without escapes.

    Args:
        figure: What to draw.
        width: Columns, at least 1.
        height: Lines, at least 1.
        glyphs: `ascii` holds the text to ASCII.

    Returns:
        `height` lines without trailing blanks.
    """
    sheet = drawn(
        figure, view_of(figure), width=width, height=height, glyphs=GLYPHS[glyphs], palette="none"
    )
    return [sheet.line(row).rstrip() for row in range(height)]
