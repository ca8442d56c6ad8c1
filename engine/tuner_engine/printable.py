"""How can text from outside be shown without being obeyed?

Every name, cell or message that comes from a file passes through here on its way to a screen.
Invariant: the result holds no control, format, surrogate or private-use character, so no terminal
escape and no change of writing direction survives.
"""

import unicodedata

_HIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
"""Unicode categories that steer a terminal or draw nothing: shown as escapes."""


def printable(text: str, *, width: int | None = None) -> str:
    r"""Return `text` as one line of visible characters.

    Args:
        text: Anything, from anywhere.
        width: At most this many characters, at least 1; a longer text ends in an ellipsis.

    Returns:
        `text` with each hidden character written as its escape (`\x1b`, `\u202e`, `\n`).
    """
    if text.isascii() and text.isprintable():
        shown = text
    else:
        shown = "".join(_visible(character) for character in text)
    if width is not None and len(shown) > width:
        return shown[: width - 1] + "…"
    return shown


def _visible(character: str) -> str:
    if unicodedata.category(character) in _HIDDEN:
        return character.encode("unicode_escape", "surrogatepass").decode("ascii")
    return character
