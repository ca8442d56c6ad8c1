"""How is a key written for a person?"""

_WORDS = {
    "question_mark": "?",
    "plus": "+",
    "equals_sign": "=",
    "minus": "-",
    "slash": "/",
    "colon": ":",
    "comma": ",",
    "full_stop": ".",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "left_curly_bracket": "{",
    "right_curly_bracket": "}",
    "less_than_sign": "<",
    "greater_than_sign": ">",
    "enter": "⏎",
    "escape": "esc",
    "backspace": "⌫",
    "delete": "del",
    "pageup": "pgup",
    "pagedown": "pgdn",
    "up": "↑",
    "down": "↓",
    "left": "←",
    "right": "→",
}
"""Textual's name → what is printed on the key."""

_HELD = {"ctrl": "^", "shift": "⇧", "alt": "alt+"}
"""Modifier → how it is written before a key."""


def sign(key: str) -> str:
    """Return a key as a person reads it: `ctrl+g` is `^g`.

    Args:
        key: As Textual names it.
    """
    *held, plain = key.split("+") if key != "+" else [key]
    written = "".join(_HELD.get(name, f"{name}+") for name in held)
    return written + _WORDS.get(plain, _character(plain))


def _character(plain: str) -> str:
    if "_" not in plain:
        return plain
    from textual.keys import format_key

    return format_key(plain)
