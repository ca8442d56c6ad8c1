"""Colours that every eye and every terminal can tell apart."""

import re
from itertools import combinations

import numpy as np
import pytest

from tuner_tui.chart.glyphs import Ink
from tuner_tui.ui.chart.colours import STYLE_SHEET

SIGHT = {
    "usual": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}
"""What is left of linear RGB. Source: Machado, Oliveira and Fernandes, 2009, severity 1."""

TO_XYZ = np.array(
    [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
) / np.array([[0.9505], [1.0], [1.089]])


def series_colours(theme: str) -> list[str]:
    pattern = rf"^    &{theme}> \.chart--series-\d {{ color: #(\w{{6}})"
    return re.findall(pattern, STYLE_SHEET, flags=re.MULTILINE)


def linear(colour: str) -> np.ndarray:
    values = np.array([int(colour[at : at + 2], 16) for at in (0, 2, 4)]) / 255
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


def lab(seen: np.ndarray) -> np.ndarray:
    xyz = TO_XYZ @ np.clip(seen, 0, 1)
    x, y, z = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


@pytest.mark.parametrize("theme", ["", ":light "])
@pytest.mark.parametrize("sight", SIGHT)
def test_series_differ_for_every_kind_of_sight(theme: str, sight: str) -> None:
    """Any two series are 25 apart in CIELAB, ten times what an eye can just tell."""
    seen = [lab(np.array(SIGHT[sight]) @ linear(colour)) for colour in series_colours(theme)]
    assert len(seen) == 6
    assert min(float(np.linalg.norm(one - two)) for one, two in combinations(seen, 2)) > 25


@pytest.mark.parametrize(("theme", "ground"), [("", "303030"), (":light ", "c6c6c6")])
def test_series_stand_out_from_the_band(theme: str, ground: str) -> None:
    """A line is readable on the shaded background, the least contrast it meets."""

    def luminance(colour: str) -> float:
        return float(np.array([0.2126, 0.7152, 0.0722]) @ linear(colour)) + 0.05

    for colour in series_colours(theme):
        pair = sorted((luminance(colour), luminance(ground)))
        assert pair[1] / pair[0] > 2.2


def test_colours_are_of_the_256_colour_cube() -> None:
    """Terminals behind tmux and SSH show them as they are."""
    steps = {"00", "5f", "87", "af", "d7", "ff"}
    greys = {f"{8 + 10 * step:02x}" * 3 for step in range(24)}
    for colour in re.findall(r"#(\w{6})", STYLE_SHEET):
        channels = {colour[at : at + 2] for at in (0, 2, 4)}
        assert colour in greys or channels <= steps, colour


@pytest.mark.parametrize("theme", ["", ":ansi "])
def test_every_ink_has_a_colour(theme: str) -> None:
    """No ink is left to chance, neither on full-colour themes nor on the terminal's own."""
    plain = {Ink.BLANK, Ink.TITLE}
    for ink in set(Ink) - plain:
        assert f"&{theme}> .chart--{ink.component} {{ color:" in STYLE_SHEET
