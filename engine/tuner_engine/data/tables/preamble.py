"""What stands in a delimited text that is neither a cell nor a separator?

Lines of comment above the table, and blanks that line columns up.
Invariant: every line stays where it is, so that a complaint still names the line that an editor
shows.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tuner_engine.data.tables import dialect
from tuner_engine.workload import Caution

_MARK = "#"
"""Begins a comment, as in shells, R, gnuplot and NumPy's texts."""

_LINES = 200
"""Lines looked at to tell what separates cells. House choice."""


@dataclass(frozen=True, slots=True)
class Preamble:
    """What has to be taken off before cells are read.

    Attributes:
        comments: Lines of comment above the table.
        marked: Whether the header below them begins with the mark of a comment.
        spaced: Whether blanks separate the cells.
    """

    comments: int
    marked: bool
    spaced: bool


def find(text: str, *, whole: bool) -> Preamble:
    """Return what the beginning of a file says.

    Args:
        text: The beginning of the file.
        whole: Whether `text` is all of it.
    """
    lines = text.split("\n")
    above = 0
    while above < len(lines) - 1 and (lines[above].startswith(_MARK) or not lines[above].strip()):
        above += 1
    while above and not lines[above - 1].strip():
        above -= 1
    below = next((line for line in lines[above:] if line.strip()), "")
    marked = bool(above) and _are_alike(lines[above - 1].lstrip("# "), below)
    body = lines[above - marked :]
    looked_at = "\n".join(body[:_LINES])
    return Preamble(
        comments=above - marked,
        marked=marked,
        spaced=dialect.is_spaced(
            looked_at.lstrip("# ") if marked else looked_at, whole=whole and len(body) <= _LINES
        ),
    )


def _are_alike(header: str, row: str) -> bool:
    """Return whether a line has as many cells as the one below it, and more than one."""
    for delimiter in (*dialect.DELIMITERS, None):
        names, cells = header.split(delimiter), row.split(delimiter)
        if len(names) == len(cells) > 1:
            return True
    return False


def taken_off(chunks: Iterable[bytes], found: Preamble) -> Iterator[bytes]:
    """Yield a text without its preamble, its lines where they were.

    Args:
        chunks: The text, cut anywhere, in an encoding that keeps ASCII.
        found: What its beginning said.
    """
    carry, first = b"", True
    for chunk in chunks:
        text = carry + chunk
        carry = b""
        if found.spaced:
            # A run of blanks must not be cut in two.
            cut = text.rfind(b"\n") + 1
            text, carry = text[:cut], text[cut:]
        if text:
            yield _clean(text, found, begins=first)
            first = False
    if carry:
        yield _clean(carry, found, begins=first)


def _clean(text: bytes, found: Preamble, *, begins: bool) -> bytes:
    if begins and (found.comments or found.marked):
        lines = text.split(b"\n", found.comments + found.marked)
        if found.marked:
            lines[found.comments] = re.sub(rb"^[# ]+", b"", lines[found.comments])
        text = b"\n".join([b""] * found.comments + lines[found.comments :])
    if not found.spaced:
        return text
    # Latin-1 gives every byte back as it was.
    return dialect.tabbed(text.decode("latin-1")).encode("latin-1")


def cautions(found: Preamble) -> tuple[Caution, ...]:
    """Return what was left out."""
    if not found.comments:
        return ()
    lines = "1 line" if found.comments == 1 else f"{found.comments:,} lines"
    message = f"Left out, as comment above the table: {lines} that begin with {_MARK!r}."
    return (Caution(code="comment-lines", message=message),)
