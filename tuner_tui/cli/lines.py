"""What is one line for a person, and how does it reach a terminal?

A line is pieces of text with a style each. Invariant: whatever is no terminal gets the text alone.
"""

import os
from typing import TextIO

import msgspec

_CODES = {"bold": "1", "dim": "2", "italic": "3", "yellow": "33"}
"""Word of a style → its parameter in the terminal's SGR sequence, ECMA-48 §8.3.117."""

_COLOURS = frozenset({"yellow"})
"""What NO_COLOR takes away; weight and slant stay."""


class Line(msgspec.Struct, frozen=True):
    """One line of text."""

    plain: str = ""
    """The text, without anything that could steer a terminal."""
    style: str = ""
    """Words such as `bold yellow`."""
    styled: int | None = None
    """Characters at the beginning that the style is for; none for all."""

    def shown(self, *, colour: bool) -> str:
        """Return the line as a terminal takes it.

        Args:
            colour: Whether colours are wanted, too.
        """
        words = [word for word in self.style.split() if colour or word not in _COLOURS]
        end = len(self.plain) if self.styled is None else self.styled
        if not words or not self.plain[:end]:
            return self.plain
        codes = ";".join(_CODES[word] for word in words)
        return f"\x1b[{codes}m{self.plain[:end]}\x1b[0m{self.plain[end:]}"


def written(line: Line, file: TextIO) -> str:
    """Return a line as `file` takes it: plain, but on a terminal; NO_COLOR takes the colours."""
    if not file.isatty() or os.environ.get("TERM") in {"dumb", "unknown"}:
        return line.plain
    return line.shown(colour=not os.environ.get("NO_COLOR"))


def cells(text: str) -> int:
    """Return the columns that a text takes in a terminal."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)
