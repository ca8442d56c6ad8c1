"""Which colours does the app use?

All are members of the 256-colour cube, so tmux and SSH show them as meant; no two series or states
differ by hue alone.
"""

from textual.theme import Theme

DARK = Theme(
    name="tuner-dark",
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
