"""Themes can be read: WCAG 2.2 contrast of what is written against what is behind it."""

import pytest
from textual.color import Color
from textual.theme import Theme

from tuner_tui.ui import theme

WRITTEN = ("foreground", "primary", "secondary", "accent", "warning", "error", "success")


def luminance(color: str) -> float:
    """Relative luminance as WCAG defines it, 0 to 1."""
    parsed = Color.parse(color)
    linear = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (parsed.r / 255, parsed.g / 255, parsed.b / 255)
    )
    return sum(share * part for share, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(shown: Theme, ink: str, ground: str) -> float:
    low, high = sorted(luminance(getattr(shown, name)) for name in (ink, ground))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("ink", WRITTEN)
@pytest.mark.parametrize("ground", ["background", "surface", "panel"])
def test_high_contrast_is_seven_to_one(ink: str, ground: str) -> None:
    """On every ground of the theme that promises it."""
    assert contrast(theme.CONTRAST, ink, ground) >= 7


@pytest.mark.parametrize("ink", WRITTEN)
@pytest.mark.parametrize("shown", [theme.DARK, theme.LIGHT], ids=lambda shown: shown.name)
def test_other_themes_are_readable(shown: Theme, ink: str) -> None:
    """At least 4.5:1 on the ground that most text stands on."""
    assert contrast(shown, ink, "background") >= 4.5
