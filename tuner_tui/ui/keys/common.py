"""Which keys work in every list, and in every dialog?"""

from tuner_tui.ui.keys.key import Key

KEYS: tuple[Key, ...] = (
    Key(
        id="list.up",
        keys="up,k",
        action="move(-1)",
        words="Up",
        help="Go up one row.",
        scope="list",
        shown="↑",
    ),
    Key(
        id="list.down",
        keys="down,j",
        action="move(1)",
        words="Down",
        help="Go down one row.",
        scope="list",
        shown="↓",
    ),
    Key(
        id="list.page-up",
        keys="pageup",
        action="page(-1)",
        words="Page up",
        help="Go up a page.",
        scope="list",
        shown="pgup",
    ),
    Key(
        id="list.page-down",
        keys="pagedown",
        action="page(1)",
        words="Page down",
        help="Go down a page.",
        scope="list",
        shown="pgdn",
    ),
    Key(
        id="list.first",
        keys="home,g",
        action="jump(0)",
        words="First",
        help="Go to the first row.",
        scope="list",
        shown="home",
    ),
    Key(
        id="list.last",
        keys="end,G",
        action="jump(-1)",
        words="Last",
        help="Go to the last row.",
        scope="list",
        shown="end",
    ),
    Key(
        id="dialog.close",
        keys="escape,ctrl+g",
        action="close",
        words="Close",
        help="Leave a dialog without a change.",
        scope="dialog",
        shown="esc",
        footer=True,
    ),
)
"""In the order in which footer and help show them. House choice."""
