"""Which colours do the inks of a chart have in the app?

Those of `tuner_tui.chart.palette`, or the terminal's own. Invariant: every ink has a colour on
dark, light and terminal-coloured themes, and an app's style sheet can change it.
"""

from tuner_tui.chart.glyphs import SERIES, Ink
from tuner_tui.chart.palette import DARK, LIGHT

_PAINTED = (Ink.MARKER, Ink.SUGGESTION, Ink.CURSOR, *SERIES)
"""Inks that keep their colours in every theme of a brightness; the others follow the theme."""


def _rules(theme: str, colours: dict[Ink, str]) -> str:
    return "\n".join(
        f"    &{theme}> .chart--{ink.component} {{ color: {colours[ink]}; }}" for ink in _PAINTED
    )


STYLE_SHEET = f"""
Chart {{
    width: 1fr;
    height: 1fr;
    &> .chart--title {{ text-style: bold; }}
    &:focus > .chart--title {{ color: $text-accent; }}
    &> .chart--label {{ color: $text-muted; }}
    &> .chart--axis {{ color: $text-disabled; }}
    &> .chart--band {{ color: #585858; background: {DARK[Ink.BAND]}; }}
{_rules("", DARK)}
    &> .chart--suggestion, &> .chart--cursor {{ text-style: bold; }}
    &:light > .chart--band {{ color: #a8a8a8; background: {LIGHT[Ink.BAND]}; }}
{_rules(":light ", LIGHT)}
    &:ansi > .chart--label {{ color: ansi_default; }}
    &:ansi > .chart--axis {{ color: ansi_default; text-style: dim; }}
    &:ansi > .chart--band {{ color: ansi_default; text-style: dim; }}
    &:ansi > .chart--marker {{ color: ansi_default; text-style: dim; }}
    &:ansi > .chart--suggestion {{ color: ansi_yellow; }}
    &:ansi > .chart--cursor {{ color: ansi_default; }}
    &:ansi > .chart--muted {{ color: ansi_default; text-style: dim; }}
    &:ansi > .chart--series-1 {{ color: ansi_blue; }}
    &:ansi > .chart--series-2 {{ color: ansi_yellow; }}
    &:ansi > .chart--series-3 {{ color: ansi_cyan; }}
    &:ansi > .chart--series-4 {{ color: ansi_magenta; }}
    &:ansi > .chart--series-5 {{ color: ansi_green; }}
    &:ansi > .chart--series-6 {{ color: ansi_red; }}
}}
"""
"""Component classes are `chart--` and the ink's name; those of `:dark` themes come first."""
