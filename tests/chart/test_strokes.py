"""The dots that lines light."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuner_tui.chart.figure import Floats
from tuner_tui.chart.strokes import line_dots, thinned

SHAPE = (8, 12)
PLACES = st.lists(st.tuples(st.floats(-30, 40), st.floats(-30, 40)), min_size=1, max_size=40)


def dots(points: list[tuple[float, float]], dash: tuple[int, ...] = ()) -> list[str]:
    x, y = np.array(points, dtype=float).reshape(-1, 2).T
    lit = line_dots(x, y, SHAPE, dash=dash)
    return ["".join(".#"[int(dot)] for dot in row) for row in lit]


def test_a_line_is_connected() -> None:
    """A slanted line lights one dot in each column that it passes."""
    assert dots([(0, 0), (11, 7)]) == [
        "#...........",
        ".##.........",
        "...#........",
        "....##......",
        "......##....",
        "........#...",
        ".........##.",
        "...........#",
    ]


def test_a_line_is_clipped_at_the_edge() -> None:
    """A line between two points outside is drawn where it passes through."""
    assert dots([(-6, 4), (17, 4)])[4] == "#" * 12
    assert dots([(5, -1e7), (5, 1e7)]) == [".....#......"] * 8


def test_a_line_outside_lights_nothing() -> None:
    """A line that passes the corner without touching stays away."""
    assert dots([(-3, 2), (2, -3)]) == ["." * 12] * 8


def test_a_missing_point_breaks_the_line() -> None:
    """Neighbours of a gap are not joined; a point between two gaps stands alone."""
    gap = (np.nan, np.nan)
    assert dots([(0, 0), (2, 0), gap, (5, 0), gap, (8, 0), (9, 0)])[0] == "###..#..##.."


def test_a_dash_follows_the_line() -> None:
    """Dashes are as long on a steep line as on a flat one, and spare lonely points."""
    assert dots([(0, 0), (11, 0)], dash=(3, 2))[0] == "###..###..##"
    assert [row[3] for row in dots([(3, 0), (3, 7)], dash=(3, 2))] == list("###..###")
    assert dots([(4, 0)], dash=(1, 9))[0] == "....#......."


@given(PLACES)
def test_a_thinned_line_lights_the_same_dots(points: list[tuple[float, float]]) -> None:
    """Leaving out points that share a column changes no dot."""
    x, y = np.array(sorted(points)).T
    few = thinned(x, y, SHAPE)
    everything = pixels(x, y)
    assert np.array_equal(everything, pixels(*few))


def pixels(x: Floats, y: Floats) -> np.ndarray:
    """Return a line's dots drawn in pieces too short to be thinned."""
    lit = np.zeros(SHAPE, dtype=bool)
    for start in range(max(len(x) - 1, 1)):
        lit |= line_dots(x[start : start + 2], y[start : start + 2], SHAPE)
    return lit


@given(PLACES)
def test_every_point_in_sight_lights_its_dot(points: list[tuple[float, float]]) -> None:
    """Lines and lonely points alike."""
    x, y = np.array(points).T
    lit = line_dots(x, y, SHAPE)
    inside = (x >= 0) & (x <= 11) & (y >= 0) & (y <= 7)
    rows, columns = np.floor(y[inside] + 0.5).astype(int), np.floor(x[inside] + 0.5).astype(int)
    assert lit[rows, columns].all()


@pytest.mark.parametrize("turns", [1, 3000])
def test_a_line_that_runs_to_and_fro_is_walked_in_parts(turns: int) -> None:
    """However long the walk, the dots are those of one turn."""
    x = np.tile([0.0, 11.0], turns)
    y = np.tile([0.0, 7.0], turns)
    assert np.array_equal(line_dots(x, y, SHAPE), line_dots(x[:2], y[:2], SHAPE))


@given(PLACES)
def test_many_upright_segments_light_the_same_dots(points: list[tuple[float, float]]) -> None:
    """Filled all at once, they light what walking each of them lights."""
    x, y = np.array(points).T
    long = np.repeat(np.floor(x), 60), np.tile(np.stack([y, 7 - y], axis=1), 30).ravel()
    assert np.array_equal(line_dots(*long, SHAPE), pixels(*long))
