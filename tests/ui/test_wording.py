"""Is what stems from a file written as plain text?"""

import pytest
import recorded

from tuner_engine.workload import ColumnFacts
from tuner_tui.ui import wording


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "unset"),
        (True, "yes"),
        (64, "64"),
        (0.0056, "0.0056"),
        (0.1234567, "0.123"),
        (1e-4, "1e-4"),
        (0.00025, "2.5e-4"),
        (0.0, "0"),
        ("adamw", "adamw"),
        (1e12, "1e12"),
    ],
)
def test_values_are_short(value: object, text: str) -> None:
    """Three significant digits, and no more than needed."""
    assert wording.value(value) == text


def test_escapes_in_names_do_not_survive() -> None:
    """A column named with a terminal escape is shown with its escape spelled out."""
    columns = tuple(
        ColumnFacts(name="\x1b[2J\u202e", kind="id", missing=0, distinct=1, role="unused", note="")
        for _ in range(2)
    )
    assert wording.kinds_line(columns) == r"2 unused (\x1b[2J\u202e, \x1b[2J\u202e)"


def test_a_guessed_target_is_called_a_guess() -> None:
    """The line says so, and says which key changes it."""
    assert "a guess" in wording.target_line(recorded.data(), recorded.WORKLOAD)
