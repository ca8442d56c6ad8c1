"""Which colours does the app use?

All but those of `ansi`, which are the terminal's own, are members of the 256-colour cube, so tmux
and SSH show them as meant; no two series or states differ by hue alone.
"""

from textual.theme import Theme

DARK = Theme(
    name="dark",
    primary="#5f87d7",
    secondary="#5fafaf",
    accent="#ffaf5f",
    warning="#ffaf00",
    error="#ff5f5f",
    success="#5faf5f",
    foreground="#d0d0d0",
    background="#121212",
    surface="#1c1c1c",
    panel="#262626",
    dark=True,
    variables={
        "footer-key-foreground": "#ffaf5f",
        "footer-background": "#1c1c1c",
        "input-selection-background": "#5f87d7 40%",
    },
)
"""The default. House choice."""

LIGHT = Theme(
    name="light",
    primary="#005faf",
    secondary="#005f5f",
    accent="#875f00",
    warning="#af5f00",
    error="#af0000",
    success="#005f00",
    foreground="#262626",
    background="#ffffff",
    surface="#eeeeee",
    panel="#e4e4e4",
    dark=False,
    variables={"input-selection-background": "#5f87d7 40%"},
)
"""For bright rooms and terminals. House choice."""

CONTRAST = Theme(
    name="contrast",
    primary="#00afff",
    secondary="#00ffff",
    accent="#ffff00",
    warning="#ffd700",
    error="#ff8787",
    success="#87ff87",
    foreground="#ffffff",
    background="#000000",
    surface="#000000",
    panel="#080808",
    dark=True,
    variables={
        "text-muted": "#d0d0d0",
        "text-disabled": "#a8a8a8",
        "block-cursor-background": "#ffff00",
        "block-cursor-foreground": "#000000",
        "input-selection-background": "#005faf",
    },
)
"""Every text at least 7:1 against what is behind it. House choice."""

ANSI = Theme(
    name="ansi",
    ansi=True,
    primary="ansi_blue",
    secondary="ansi_cyan",
    accent="ansi_yellow",
    warning="ansi_yellow",
    error="ansi_red",
    success="ansi_green",
    foreground="ansi_default",
    background="ansi_default",
    surface="ansi_default",
    panel="ansi_default",
    boost="ansi_default",
    dark=True,
    variables={
        "ansi-background": "ansi_black",
        "ansi-foreground": "ansi_white",
        "border-blurred": "ansi_black",
        "block-cursor-foreground": "ansi_black",
        "block-cursor-background": "ansi_white",
        "input-cursor-background": "ansi_white",
        "input-cursor-foreground": "ansi_black",
        "input-cursor-text-style": "none",
        "input-selection-background": "ansi_bright_blue",
        "input-selection-foreground": "ansi_black",
        "screen-selection-background": "ansi_bright_blue",
        "screen-selection-foreground": "ansi_black",
    },
)
"""The sixteen colours that the person gave the terminal: fewer bytes, and the ground shines
through."""

THEMES = (DARK, LIGHT, ANSI, CONTRAST)
"""In the order in which they are gone through."""


def following(name: str) -> str:
    """Return the theme after one."""
    names = [theme.name for theme in THEMES]
    return names[(names.index(name) + 1) % len(names)] if name in names else names[0]
