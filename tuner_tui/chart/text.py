"""How does a figure look where there is only text?

Serves `--plot`, exports and tests; needs no terminal. Invariant: the same cells that the widget
shows in a terminal without colours.
"""

from tuner_tui.chart.drawing import drawn
from tuner_tui.chart.figure import Figure
from tuner_tui.chart.glyphs import GLYPHS, GlyphName
from tuner_tui.chart.view import View, view_of


def plain_lines(
    figure: Figure,
    *,
    width: int = 80,
    height: int = 24,
    glyphs: GlyphName = "braille",
    view: View | None = None,
) -> list[str]:
    """Return a figure as lines of text without escapes.

    Args:
        figure: What to draw.
        width: Columns, at least 1.
        height: Lines, at least 1.
        glyphs: `ascii` holds the text to ASCII.
        view: The limits to draw it in; none shows all of it.

    Returns:
        `height` lines without trailing blanks.
    """
    view = view or view_of(figure)
    sheet = drawn(figure, view, width=width, height=height, glyphs=GLYPHS[glyphs], palette="none")
    return [sheet.line(row).rstrip() for row in range(height)]


def as_text(
    figure: Figure,
    columns: int = 80,
    rows: int = 24,
    glyphs: GlyphName = "braille",
    *,
    view: View | None = None,
) -> str:
    """Return a figure as a text file.

    Args:
        figure: What to draw.
        columns: At least 1.
        rows: Lines, at least 1.
        glyphs: `ascii` holds the text to ASCII.
        view: The limits to draw it in; none shows all of it.
    """
    lines = plain_lines(figure, width=columns, height=rows, glyphs=glyphs, view=view)
    return "\n".join(lines) + "\n"
