"""How does text from anywhere fit into cells?

Invariant: the result has exactly the cells it claims, whatever the text holds; nothing in it is
obeyed by a terminal or read as markup.
"""

import numpy as np
from rich.cells import get_character_cell_size

from tuner_engine.printable import printable
from tuner_tui.chart.glyphs import CodePoints, GlyphSet, code_points


def lettering(text: str, glyphs: GlyphSet, width: int) -> CodePoints:
    """Return a text as cells, cut with an ellipsis where it is too long.

    Args:
        text: Anything; hidden characters are shown as escapes, combining ones are left out.
        glyphs: The ascii set also escapes everything that is not ASCII.
        width: Most cells, at least 0.

    Returns:
        At most `width` code points; a wide character is followed by a 0.
    """
    # Cutting first keeps a megabyte of text from being looked at; a character has one cell or two.
    shown = printable(text[: width * 4 + 1])
    if glyphs.letters:
        shown = shown.encode("ascii", "backslashreplace").decode("ascii")
    cells = code_points(shown) if shown.isascii() else _spaced(shown)
    if len(cells) <= width:
        return cells
    if width == 0:
        return cells[:0]
    if cells[width - 1] == 0:
        return np.append(cells[: width - 2], code_points(glyphs.ellipsis + " ")).astype(np.uint32)
    return np.append(cells[: width - 1], code_points(glyphs.ellipsis)).astype(np.uint32)


def _spaced(text: str) -> CodePoints:
    cells: list[int] = []
    for character in text:
        size = get_character_cell_size(character)
        cells += [ord(character), *[0] * (size - 1)] if size > 0 else []
    return np.array(cells, dtype=np.uint32)
