"""Charts as files: what other programs read, and what names cannot break."""

import csv
import io
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from tuner_tui.chart.exporting import as_csv, as_png, as_svg, as_text
from tuner_tui.chart.figure import Axis, Band, Figure, Marker, Series
from tuner_tui.chart.glyphs import Ink
from tuner_tui.chart.palette import COLOURS, GROUNDS
from tuner_tui.chart.view import View, view_of, zoomed

RATES = (1e-4, 1e-3, 1e-2, 1e-1)
SWEEP = Figure(
    (
        Series("loss", RATES, (3.0, 2.0, None, 9.0)),
        Series("trials", (1e-3, 1e-3), (1.0, 3.0), "scatter"),
        Series("", RATES, (0.0,) * 4),
    ),
    (Band(RATES, (2, 1, 0, 8), (4, 3, 2, 10)),),
    (Marker("x", 3e-3, "best <1>", suggestion=True), Marker("y", 1.0, "floor")),
    Axis("rate", "log"),
    Axis("loss", limits=(0, 5)),
    "Sweep & co",
)
SVG = "{http://www.w3.org/2000/svg}"


def parsed(text: str) -> ElementTree.Element:
    return ElementTree.fromstring(text)  # noqa: S314 - our own


def words(svg: str) -> list[str]:
    return [element.text or "" for element in parsed(svg).iter(f"{SVG}text")]


def test_an_svg_has_title_axes_legend_and_markers() -> None:
    """As words, in the colours of its theme."""
    svg = as_svg(SWEEP, remark="EMA 0.9")
    assert {"Sweep & co", "loss, EMA 0.9", "rate", "best <1>", "floor", "trials"} < set(words(svg))
    assert {"1e-4", "1e-3", "0.01", "0.1"} < set(words(svg))
    strokes = {element.get("stroke") for element in parsed(svg).iter(f"{SVG}polyline")}
    assert {COLOURS["light"][ink] for ink in (Ink.SERIES_1, Ink.AXIS, Ink.SUGGESTION)} <= strokes
    assert COLOURS["dark"][Ink.SERIES_1] in as_svg(SWEEP, theme="dark")


def test_a_line_breaks_at_a_gap_and_is_cut_at_the_edge() -> None:
    """Neighbours are joined, lonely points are dots, and what leaves the plot ends at its edge."""
    y = (1.0, 2.0, None, 3.0, None, 4.0, 1e9)
    figure = Figure((Series("a", range(7), y),), y_axis=Axis(limits=(0, 5)))
    inner = parsed(as_svg(figure)).find(f"{SVG}svg")
    assert inner is not None
    assert inner.get("overflow") == "hidden"
    lines = [(it.get("points") or "").split() for it in inner.iter(f"{SVG}polyline")]
    assert [len(points) for points in lines] == [2, 2]
    assert len(list(inner.iter(f"{SVG}circle"))) == 1
    (start, _), (end, top) = (map(float, point.split(",")) for point in lines[1])
    assert -9 < top < 0
    assert end == pytest.approx(start)


def test_extremes_are_painted_at_once() -> None:
    """Heights far beyond the plot become no far-away pixels."""
    y = np.where(np.arange(300) % 2, 1e300, -1e300)
    wild = Figure(
        (Series("a", range(300), y),), (Band(range(300), y, 2 * y),), y_axis=Axis(limits=(0, 1))
    )
    numbers = [
        float(number)
        for element in parsed(as_svg(wild)).iter()
        for number in (element.get("points") or "").replace(",", " ").split()
    ]
    assert max(map(abs, numbers)) < 900


def test_a_picture_shows_the_view() -> None:
    """Zoomed in, other ticks are written."""
    whole = view_of(SWEEP)
    near = View(zoomed(whole.x, factor=0.3, about=1e-4), whole.y, whole.identity)
    assert "0.1" not in words(as_svg(SWEEP, near))


def test_a_long_series_makes_a_small_file() -> None:
    """As many points as pixels can show, and the peak among them."""
    x = np.arange(100_000)
    y = np.where(x == 54_321, 9.0, 1.0)
    svg = as_svg(Figure((Series("a", x, y),)))
    assert len(svg) < 100_000


def test_a_png_has_the_colours_of_its_shapes() -> None:
    """Size, ground and series, read back."""
    for theme in ("light", "dark"):
        image = Image.open(io.BytesIO(as_png(SWEEP, size=(400, 300), theme=theme)))  # type: ignore[arg-type]
        assert image.size == (400, 300)
        colours = {"#{:02x}{:02x}{:02x}".format(*colour) for _, colour in image.getcolors(1 << 20)}  # type: ignore[union-attr,misc]
        assert GROUNDS[theme] in colours  # type: ignore[index]
        assert COLOURS[theme][Ink.SERIES_1] in colours  # type: ignore[index]


def test_dashes_and_bars_are_painted() -> None:
    """A second line has gaps; a bar is as high as its value."""
    twins = Figure(
        (Series("a", (0, 1), (0, 0)), Series("b", (0, 1), (1, 1))), y_axis=Axis(limits=(-1, 2))
    )
    image = Image.open(io.BytesIO(as_png(twins, size=(400, 300)))).convert("RGB")
    counts = {ink: painted(image, COLOURS["light"][ink]) for ink in (Ink.SERIES_1, Ink.SERIES_2)}
    assert 0.3 * counts[Ink.SERIES_1] < counts[Ink.SERIES_2] < 0.9 * counts[Ink.SERIES_1]
    bars = Figure((Series("a", (1, 2), (1, 2), "bar"),))
    areas = list(parsed(as_svg(bars)).iter(f"{SVG}polygon"))
    assert len(areas) == 2


def painted(image: Image.Image, colour: str) -> int:
    wanted = np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)])
    return int((np.abs(np.asarray(image).astype(int) - wanted).max(axis=2) < 60).sum())


def test_a_table_has_a_row_for_each_place() -> None:
    """Curves side by side, empty where one has no point; several points at one place in turn."""
    rows = list(csv.reader(io.StringIO(as_csv(SWEEP))))
    assert rows[0] == ["rate", "loss", "trials", "series 3", "band low", "band high"]
    assert rows[1] == ["0.0001", "3.0", "", "0.0", "2.0", "4.0"]
    assert rows[2:4] == [
        ["0.001", "2.0", "1.0", "0.0", "1.0", "3.0"],
        ["0.001", "", "3.0", "", "", ""],
    ]
    assert rows[4][1] == ""
    assert len(rows) == 6


def test_a_long_table_has_a_row_for_each_point() -> None:
    """Everything in the figure, markers too."""
    rows = list(csv.reader(io.StringIO(as_csv(SWEEP, "long"))))
    assert rows[0] == ["kind", "name", "rate", "loss"]
    assert rows[1] == ["line", "loss", "0.0001", "3.0"]
    assert ["scatter", "trials", "0.001", "3.0"] in rows
    assert ["band", "band low", "0.0001", "2.0"] in rows
    assert ["suggestion", "best <1>", "0.003", ""] in rows
    assert rows[-1] == ["marker", "floor", "", "1.0"]


def test_names_are_not_computed() -> None:
    """What a spreadsheet would take for a formula begins with an apostrophe; twins are numbered."""
    figure = Figure(tuple(Series(name, (1,), (1,)) for name in ("=1+1", "a", "a")))
    assert as_csv(figure).splitlines()[0] == "x,'=1+1,a,a (2)"


def test_numbers_are_read_back_exactly() -> None:
    """A table keeps every digit."""
    values = (0.1, 1 / 3, 1e-300, 123456789.123456789)
    rows = list(csv.reader(io.StringIO(as_csv(Figure((Series("a", (1, 2, 3, 4), values),))))))
    assert tuple(float(row[1]) for row in rows[1:]) == values


def test_a_text_ends_each_line() -> None:
    """As many lines as asked for, none wider."""
    text = as_text(SWEEP, 50, 12, "ascii")
    assert text.endswith("\n")
    assert text.isascii()
    assert len(text.splitlines()) == 12
    assert max(map(len, text.splitlines())) <= 50


@pytest.mark.parametrize("size", [(100, 480), (800, 100)])
def test_too_small_a_picture_is_refused(size: tuple[int, int]) -> None:
    """The error says what is allowed."""
    with pytest.raises(ValueError, match="160 by 120 is the smallest"):
        as_svg(SWEEP, size=size)


NUMBERS = st.one_of(st.none(), st.floats(), st.sampled_from([0.0, 1.7e308, -1.7e308, 5e-324]))


@given(
    points=st.lists(st.tuples(NUMBERS, NUMBERS), max_size=8),
    text=st.text(max_size=20),
    kind=st.sampled_from(["line", "scatter", "bar"]),
    scale=st.sampled_from(["linear", "log"]),
)
@settings(deadline=None, max_examples=60)
def test_any_figure_can_be_exported(
    points: list[tuple[float | None, float | None]], text: str, kind: str, scale: str
) -> None:
    """Whatever numbers and names it holds, every form can be read again."""
    x, y = [x for x, _ in points], [y for _, y in points]
    axis = Axis(text, scale)  # type: ignore[arg-type]
    figure = Figure(
        (Series(text, x, y, kind),),  # type: ignore[arg-type]
        (Band(x, y, y),),
        (Marker("x", y[0] or 0.0, text, suggestion=True),) if y else (),
        axis,
        axis,
        text,
    )
    parsed(as_svg(figure, size=(200, 150), remark=text))
    Image.open(io.BytesIO(as_png(figure, size=(200, 150), remark=text))).verify()
    for layout in ("wide", "long"):
        widths = {len(row) for row in csv.reader(io.StringIO(as_csv(figure, layout)))}  # type: ignore[arg-type]
        assert len(widths) == 1
