"""Which colour has each ink, on a dark and on a light ground?

The series' colours are those of the 256-colour cube that stay furthest apart for colour-blind eyes,
blue and orange first; being of the cube, tmux and SSH show them unchanged. Invariant: every ink
that draws something has a colour on both grounds.
"""

from typing import Literal

from tuner_tui.chart.glyphs import Ink

Theme = Literal["light", "dark"]

DARK: dict[Ink, str] = {
    Ink.TITLE: "#e4e4e4",
    Ink.LABEL: "#b2b2b2",
    Ink.AXIS: "#767676",
    Ink.BAND: "#303030",
    Ink.MARKER: "#8a8a8a",
    Ink.SUGGESTION: "#ffd75f",
    Ink.CURSOR: "#ffffff",
    Ink.MUTED: "#767676",
    Ink.SERIES_1: "#5fafff",
    Ink.SERIES_2: "#ffaf00",
    Ink.SERIES_3: "#ffd7ff",
    Ink.SERIES_4: "#87af5f",
    Ink.SERIES_5: "#afff87",
    Ink.SERIES_6: "#d75f87",
}
"""On dark grounds; of a band, its own ground."""

LIGHT: dict[Ink, str] = {
    Ink.TITLE: "#121212",
    Ink.LABEL: "#4e4e4e",
    Ink.AXIS: "#8a8a8a",
    Ink.BAND: "#c6c6c6",
    Ink.MARKER: "#767676",
    Ink.SUGGESTION: "#875f00",
    Ink.CURSOR: "#000000",
    Ink.MUTED: "#949494",
    Ink.SERIES_1: "#005faf",
    Ink.SERIES_2: "#d75f00",
    Ink.SERIES_3: "#5f0000",
    Ink.SERIES_4: "#8700ff",
    Ink.SERIES_5: "#af5f87",
    Ink.SERIES_6: "#00005f",
}
"""On light grounds; of a band, its own ground."""

COLOURS: dict[Theme, dict[Ink, str]] = {"dark": DARK, "light": LIGHT}
"""Of each theme."""

GROUNDS: dict[Theme, str] = {"dark": "#121212", "light": "#ffffff"}
"""What a picture is drawn on."""
