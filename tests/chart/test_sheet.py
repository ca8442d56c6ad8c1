"""The cells of a whole chart, and what changes between two of them."""

from dataclasses import replace

import numpy as np
import pytest

from tuner_tui.chart.drawing import Overlay, drawn, overlaid
from tuner_tui.chart.figure import Axis, Band, Figure, Marker, Series
from tuner_tui.chart.glyphs import GLYPHS, Ink
from tuner_tui.chart.lettering import lettering
from tuner_tui.chart.sheet import Sheet
from tuner_tui.chart.view import view_of

BRAILLE = GLYPHS["braille"]
NOTHING = Overlay()
NOISE = np.random.default_rng(0).normal(0, 0.1, 400)


def sheet(
    figure: Figure,
    overlay: Overlay = NOTHING,
    *,
    width: int = 60,
    height: int = 20,
    guides: bool = False,
) -> Sheet:
    beneath = drawn(
        figure,
        view_of(figure),
        width=width,
        height=height,
        glyphs=BRAILLE,
        palette="full",
        guides=guides,
    )
    return overlaid(beneath, figure, overlay)


def stream(points: int) -> Figure:
    return Figure(
        (Series("loss", np.arange(points), 1 + NOISE[:points]),),
        (Band(np.arange(points), 1 + 0 * NOISE[:points], 1.2 + 0 * NOISE[:points]),),
        x_axis=Axis("step", limits=(0, 400)),
        y_axis=Axis("loss", limits=(0, 2)),
        title="Training",
    )


def test_a_new_point_changes_few_cells() -> None:
    """With fixed axes only cells near the new point differ, and none outside the plot."""
    before, after = sheet(stream(300)), sheet(stream(303))
    changes = list(after.changes(before))
    assert 0 < len(changes) <= 6
    assert all(last - first <= 3 for _, first, last in changes)
    assert all(after.top <= row < after.top + after.frame.rows for row, _, _ in changes)


def test_the_same_figure_changes_nothing() -> None:
    """Drawing is repeatable."""
    assert list(sheet(stream(300)).changes(sheet(stream(300)))) == []


def test_a_wide_character_changes_as_a_whole() -> None:
    """Both cells of a wide character are sent again, though one holds it."""
    one, other = (Figure(title=title) for title in ("日", "月"))
    assert list(sheet(other).changes(sheet(one))) == [(0, 0, 1)]


def test_blanks_join_the_stretch_on_their_left() -> None:
    """A row of one line and blanks is two stretches: the axis and everything after it."""
    figure = Figure((Series("", (0, 0.2, None, 0.8, 1), (1,) * 5),), x_axis=Axis(limits=(0, 1)))
    drawn_sheet = sheet(figure, width=30, height=5)
    inks = [ink for _, ink, _ in drawn_sheet.runs(2)]
    assert inks == [Ink.LABEL, Ink.AXIS, Ink.SERIES_1]
    assert "".join(text for text, _, _ in drawn_sheet.runs(2)) == drawn_sheet.line(2)


def test_a_small_plot_shows_the_cursor_as_a_line() -> None:
    """The line spares the data and meets it in a mark."""
    rows = crossed(sheet(stream(300), Overlay(at=200.0), width=40, height=16))
    assert rows.count("│") > 5
    assert rows.count("◆") == 1
    assert rows.endswith("▲")


def test_a_large_plot_shows_the_cursor_as_points() -> None:
    """Where a line would cost thousands of bytes there is a mark on the curve and on the axis."""
    rows = crossed(sheet(stream(300), Overlay(at=200.0), width=120, height=40))
    assert rows.replace(" ", "") == "◆▲"


def test_a_pin_and_a_cursor_are_told_apart() -> None:
    """Each has marks of its own, on the curve and on the axis."""
    rows = crossed(sheet(stream(300), Overlay(at=200.0, pin=100.0), width=120, height=40))
    assert sorted(rows.replace(" ", "")) == ["▲", "△", "◆", "◇"]


def test_the_cursor_meets_the_series_it_is_on() -> None:
    """With a focus, the other series have no mark, and the legend points at the one."""
    figure = Figure(
        tuple(Series(name, (0, 1, 2), (level,) * 3) for name, level in (("a", 1), ("b", 2)))
    )
    assert crossed(sheet(figure, Overlay(at=1.0), width=120, height=40)).count("◆") == 2
    assert crossed(sheet(figure, Overlay(at=1.0, focus="b"), width=120, height=40)).count("◆") == 1
    options = {"width": 40, "height": 8, "glyphs": BRAILLE, "palette": "full"}
    named = drawn(figure, view_of(figure), focus="b", **options)  # type: ignore[arg-type]
    assert named.line(0).endswith("⠤⠤⠤▸b")


def test_a_box_has_four_corners() -> None:
    """They stand at the box's edges, clipped to the plot."""
    found = sheet(stream(300), Overlay(box=((100.0, 300.0), (0.5, 1.5))))
    lines = [line for line in map(found.line, range(20)) if "┌" in line or "└─" in line]
    assert [line.count("┐") for line in lines] == [1, 0]
    whole = sheet(stream(300), Overlay(box=((-1e9, 1e9), None)))
    assert whole.line(whole.top)[whole.left] == "┌"
    assert whole.line(whole.top + whole.frame.rows - 1).endswith("┘")


def test_a_banner_takes_the_place_of_the_title() -> None:
    """It is text: nothing in it is obeyed."""
    assert sheet(stream(3), Overlay(banner="at 3\x1b[31m")).line(0).rstrip() == "at 3\\x1b[31m"


def test_guides_lead_from_the_ticks_beneath_the_data() -> None:
    """Dots in the rows and columns of ticks; the data covers them."""
    plain, guided = sheet(stream(300)), sheet(stream(300), guides=True)
    level = guided.frame.row(1.0)
    assert level is not None
    assert guided.line(guided.top + 0).count("·") > 10
    data = plain.ink == Ink.SERIES_1
    assert (guided.glyphs[data] == plain.glyphs[data]).all()


def crossed(found: Sheet) -> str:
    """Return the cells in the cursor's ink, downwards."""
    return "".join(map(chr, found.glyphs[found.ink == Ink.CURSOR]))


def test_labels_of_markers_keep_out_of_each_others_way() -> None:
    """A label moves to the left of its line, or away, where another marker stands on its right."""
    markers = (
        Marker("x", 0.5, "suggested", suggestion=True),
        Marker("x", 0.55, "edge"),
        Marker("x", 0.56, "no room for this"),
        Marker("y", 0.5, "floor"),
    )
    figure = Figure(markers=markers, x_axis=Axis(limits=(0, 1)), y_axis=Axis(limits=(0, 1)))
    found = sheet(figure)
    assert found.line(1).strip() == "suggested ▾ ▾▾ no room for this"
    assert sum("┄ floor ┄" in found.line(row) for row in range(20)) == 1


def test_a_level_is_named_where_no_data_is() -> None:
    """The label of a horizontal marker goes to the other end, or away, to spare the data."""
    right = Series("", (0.5, 1), (0.5, 0.5))
    figure = Figure(
        (right,),
        markers=(Marker("y", 0.5, "floor"),),
        x_axis=Axis(limits=(0, 1)),
        y_axis=Axis(limits=(0, 1)),
    )
    row = next(line for line in map(sheet(figure).line, range(20)) if "floor" in line)
    assert row.index("floor") < 10
    whole = replace(figure, series=(Series("", (0, 1), (0.5, 0.5)),))
    assert not any("floor" in sheet(whole).line(row) for row in range(20))


@pytest.mark.parametrize(
    ("text", "width", "expected"),
    [
        ("loss", 9, "loss"),
        ("validation", 6, "valid…"),
        ("日本語", 6, "日本語"),
        ("日本語", 5, "日本…"),
        ("日本語", 4, "日… "),
        ("e\u0301te", 9, "ete"),
        ("a\tb\u200b", 20, "a\\tb\\u200b"),
        ("abc", 0, ""),
        ("日本", 1, "…"),
    ],
)
def test_text_is_cut_to_cells(text: str, width: int, expected: str) -> None:
    """Wide characters count twice, hidden ones are written out, combining ones are left out."""
    cells = lettering(text, BRAILLE, width)
    assert len(cells) <= width
    assert "".join(chr(cell) for cell in cells if cell) == expected
