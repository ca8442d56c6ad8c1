"""How do the charts of a run read where there is only text?

The figures are those of the app; they follow the tables on stdout, or go to stderr where stdout
carries JSON. Invariant: every line fits the stream's terminal and can be written in its encoding.
"""

import shutil
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, TextIO

from tuner_engine.events import AnyEvent
from tuner_engine.state import fold_all
from tuner_tui.cli import output

if TYPE_CHECKING:  # loaded only where a chart is drawn
    from tuner_tui.chart.glyphs import GlyphName

_LINES = 20
"""Height of a chart, if the terminal is not lower. House choice: two fit a page of 48."""

_LEAST_LINES = 8
"""Height that axes and names need."""

_SAMPLE = "⣿┤▾"
"""Characters of all kinds that charts are drawn with."""

_NOTHING = "nothing to plot: the run has measured no curve"


def write(events: Iterable[AnyEvent], *, file: TextIO) -> None:
    """Draw the charts of a run onto a stream, one beneath the other.

    Args:
        events: All that the run has said.
        file: Standard output, or standard error.
    """
    file.write("".join(f"{line}\n" for line in lines(events, file=file)))
    file.flush()


def lines(events: Iterable[AnyEvent], *, file: TextIO) -> Iterator[str]:
    """Yield the charts of a run as text, each after an empty line."""
    from tuner_tui import figures
    from tuner_tui.chart.text import plain_lines

    drawn = figures.drawn(fold_all(events))
    if not drawn:
        yield from ("", _NOTHING)
    columns, rows = _room(file)
    for figure in drawn:
        yield ""
        yield from plain_lines(figure, width=columns, height=rows, glyphs=_glyphs(file))


def _room(file: TextIO) -> tuple[int, int]:
    if not file.isatty():
        return 80, _LINES
    terminal = shutil.get_terminal_size()
    rows = max(min(terminal.lines - 2, _LINES), _LEAST_LINES)
    return min(terminal.columns, output.WIDEST), rows


def _glyphs(file: TextIO) -> "GlyphName":
    try:
        _SAMPLE.encode(file.encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return "ascii"
    return "braille"
