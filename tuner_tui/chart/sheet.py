"""What does every cell of a chart hold?

Rows are terminal lines, columns are cells. Invariant: a row's text is exactly as wide as the
sheet.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from tuner_tui.chart.frame import Frame
from tuner_tui.chart.glyphs import CodePoints, Ink


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """A drawn chart.

    Attributes:
        glyphs: Code points, rows by columns; 0 behind a wide character.
        ink: `Ink` of each glyph.
        ground: 1 where a band shades the background, otherwise 0.
        left: Columns before the plot.
        top: Rows above the plot.
        frame: The plot's scales and size.
    """

    glyphs: CodePoints
    ink: NDArray[np.uint8]
    ground: NDArray[np.uint8]
    left: int
    top: int
    frame: Frame

    def copy(self) -> "Sheet":
        """Return a sheet that can be drawn on without changing this one."""
        return replace(
            self, glyphs=self.glyphs.copy(), ink=self.ink.copy(), ground=self.ground.copy()
        )

    def line(self, row: int) -> str:
        """Return the text of one row."""
        return _text(self.glyphs[row])

    def runs(self, row: int) -> Iterator[tuple[str, Ink, bool]]:
        """Yield one row as stretches of one style: text, ink, and whether a band lies behind.

        Blanks join the stretch on their left, since every change of style costs about 40 bytes.
        """
        glyphs, ground = self.glyphs[row], self.ground[row]
        drawn_at = np.where(glyphs == ord(" "), 0, np.arange(len(glyphs)))
        ink = self.ink[row][np.maximum.accumulate(drawn_at)]
        changes = (ink[1:] != ink[:-1]) | (ground[1:] != ground[:-1])
        bounds = [0, *(np.flatnonzero(changes) + 1).tolist(), len(glyphs)]
        for start, end in pairwise(bounds):
            yield _text(glyphs[start:end]), Ink(ink[start]), bool(ground[start])

    def changes(self, before: "Sheet") -> Iterator[tuple[int, int, int]]:
        """Yield row, first and last column of what differs from another sheet of this size."""
        differs = (
            (self.glyphs != before.glyphs)
            | (self.ink != before.ink)
            | (self.ground != before.ground)
        )
        # A wide character changes as a whole, though only its first cell holds it.
        differs[:, 1:] |= differs[:, :-1] & (self.glyphs[:, 1:] == 0)
        for row in np.flatnonzero(differs.any(axis=1)).tolist():
            columns = np.flatnonzero(differs[row])
            yield row, int(columns[0]), int(columns[-1])

    def write(self, row: int, column: int, cells: CodePoints, ink: Ink) -> None:
        """Put cells into a row while the sheet is being drawn; what does not fit is left out."""
        cells = cells[: self.glyphs.shape[1] - column]
        self.glyphs[row, column : column + len(cells)] = cells
        self.ink[row, column : column + len(cells)] = ink

    def is_free(self, row: int, start: int, length: int, *covered: str) -> bool:
        """Say whether a stretch of a row lies on the sheet and is blank, or may be covered."""
        allowed = [ord(glyph) for glyph in (" ", *covered)]
        inside = start >= 0 and start + length <= self.glyphs.shape[1]
        return inside and bool(np.isin(self.glyphs[row, start : start + length], allowed).all())


def blank_sheet(width: int, height: int, *, left: int, top: int, frame: Frame) -> Sheet:
    """Return a sheet without anything on it."""
    return Sheet(
        glyphs=np.full((height, width), ord(" "), dtype=np.uint32),
        ink=np.zeros((height, width), dtype=np.uint8),
        ground=np.zeros((height, width), dtype=np.uint8),
        left=left,
        top=top,
        frame=frame,
    )


def _text(cells: CodePoints) -> str:
    return str(cells[cells != 0].astype("<u4").tobytes(), "utf-32-le")
