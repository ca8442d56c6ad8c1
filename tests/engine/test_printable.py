"""Is text from outside always safe to print?"""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuner_engine.printable import printable

ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=40)
"""All code points, lone surrogates included: file names hold them."""

STEERING = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


@given(ANY_TEXT)
def test_nothing_steers_a_terminal(text: str) -> None:
    """No control, format, surrogate, private or unassigned character comes through."""
    shown = printable(text)
    assert not {unicodedata.category(character) for character in shown} & STEERING
    shown.encode("utf-8")


@given(ANY_TEXT)
def test_printing_twice_changes_nothing(text: str) -> None:
    """What is printable already stays as it is."""
    assert printable(printable(text)) == printable(text)


@given(ANY_TEXT, st.integers(1, 30))
def test_width_is_kept(text: str, width: int) -> None:
    """A text is cut to its width, and says so with an ellipsis."""
    whole, cut = printable(text), printable(text, width=width)
    assert cut == whole if len(whole) <= width else cut == whole[: width - 1] + "…"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("price", "price"),
        ("größe 身長", "größe 身長"),
        ("\x1b[31mred", r"\x1b[31mred"),
        ("a\nb\tc\r", r"a\nb\tc\r"),
        ("\u202egnp.exe", r"\u202egnp.exe"),
        ("\udcff", r"\udcff"),
        ("\x9b2J", r"\x9b2J"),
        ("[bold]markup[/]", "[bold]markup[/]"),
        ("", ""),
    ],
)
def test_known_texts(text: str, shown: str) -> None:
    """Escapes are spelled out; letters, markup and spaces are left alone."""
    assert printable(text) == shown
