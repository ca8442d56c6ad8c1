"""Is a duration said as a person says it?"""

import pytest

from tuner_engine import durations


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0.0312, "about 0.031 s"),
        (12.4, "about 12 s"),
        (89.0, "about 89 s"),
        (90.0, "about 1.5 min"),
        (3000.0, "about 50 min"),
        (7200.0, "about 2 h"),
        (3.6e6, "about 1000 h"),
    ],
)
def test_a_duration_has_two_digits_and_its_unit(seconds: float, said: str) -> None:
    """Seconds, minutes or hours, whichever suits."""
    assert durations.about(seconds) == said
