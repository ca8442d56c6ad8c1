"""Is a length of time read the way a person means it?"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuner_engine.errors import UsageError
from tuner_tui.cli import budget


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("90s", 90),
        ("10m", 600),
        ("2h", 7200),
        ("45", 45),
        ("1.5h", 5400),
        (" 3 M ", 180),
        (".5", 0.5),
    ],
)
def test_known_lengths(text: str, seconds: float) -> None:
    """Seconds, minutes, hours, and bare seconds."""
    assert budget.seconds(text) == seconds


@pytest.mark.parametrize(
    "text", ["", "0", "0s", "-5s", "10d", "1h30m", "nan", "inf", "1e3", "ten", "٣s", "9" * 400]
)
def test_anything_else_is_refused(text: str) -> None:
    """No time, endless time and other words are answered with what is allowed."""
    with pytest.raises(UsageError, match="write 90s, 10m, 2h"):
        budget.seconds(text)


@given(st.floats(0.001, 1e6).map(lambda length: f"{length:.3f}"), st.sampled_from("smh"))
def test_units_are_whole_multiples(number: str, unit: str) -> None:
    """A minute is sixty seconds and an hour sixty minutes, at any length."""
    factor = {"s": 1, "m": 60, "h": 3600}[unit]
    assert budget.seconds(number + unit) == pytest.approx(float(number) * factor)
