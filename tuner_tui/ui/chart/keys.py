"""Which key does what in a chart?

The one table of the chart's keys: the widget binds from it, footer and help read it. Invariant:
every identifier is unique, so that a key can be remapped by it.
"""

from typing import NamedTuple


class Key(NamedTuple):
    """One act and the keys that call it.

    Attributes:
        id: Stable name, for remapping.
        keys: Textual's key names, comma-separated.
        action: What the widget calls.
        words: One or two words for the footer.
        help: One sentence for the help screen.
        shown: How the first key is written.
        footer: Whether the footer lists it.
    """

    id: str
    keys: str
    action: str
    words: str
    help: str
    shown: str
    footer: bool = False


KEYS: tuple[Key, ...] = (
    Key(
        "chart.left",
        "left,h",
        "step(-1)",
        "Left",
        "Move the cursor to the point on its left.",
        "←",
        footer=True,
    ),
    Key(
        "chart.right",
        "right,l",
        "step(1)",
        "Right",
        "Move the cursor to the point on its right.",
        "→",
        footer=True,
    ),
    Key(
        "chart.left-ten",
        "shift+left",
        "step(-10)",
        "10 left",
        "Move the cursor ten points to the left.",
        "⇧←",
    ),
    Key(
        "chart.right-ten",
        "shift+right",
        "step(10)",
        "10 right",
        "Move the cursor ten points to the right.",
        "⇧→",
    ),
    Key(
        "chart.first",
        "home",
        "edge(-1)",
        "First",
        "Move the cursor to the first point.",
        "home",
    ),
    Key(
        "chart.last",
        "end",
        "edge(1)",
        "Last",
        "Move the cursor to the last point.",
        "end",
    ),
    Key(
        "chart.previous-suggestion",
        "left_square_bracket,left_curly_bracket",
        "suggestion(-1)",
        "Previous suggestion",
        "Move the cursor to the suggestion on its left.",
        "[",
    ),
    Key(
        "chart.next-suggestion",
        "right_square_bracket,right_curly_bracket",
        "suggestion(1)",
        "Suggestion",
        "Move the cursor to the suggestion on its right.",
        "]",
        footer=True,
    ),
    Key(
        "chart.choose",
        "enter",
        "choose",
        "Choose",
        "Choose the value under the cursor.",
        "⏎",
        footer=True,
    ),
    Key(
        "chart.clear",
        "backspace,escape",
        "clear",
        "Clear",
        "Take the cursor away.",
        "⌫",
    ),
    Key(
        "chart.zoom-in",
        "plus,equals_sign",
        "zoom(-1)",
        "Zoom in",
        "Show less of the horizontal axis, around the cursor.",
        "+",
    ),
    Key(
        "chart.zoom-out",
        "minus",
        "zoom(1)",
        "Zoom out",
        "Show more of the horizontal axis.",
        "-",
    ),
    Key(
        "chart.fit",
        "0",
        "fit",
        "Fit",
        "Show the whole chart, with limits as tight as the data allows.",
        "0",
    ),
)
