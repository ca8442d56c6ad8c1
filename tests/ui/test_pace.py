"""Are progress, cost and time left read rightly from a run's events?"""

import pytest
import recorded

from tuner_engine import events as said
from tuner_engine.state import RunState, fold_all
from tuner_tui.ui import pace


def _phase(at_s: float, lane_steps: int) -> said.PhaseStarted:
    return said.PhaseStarted(at_s=at_s, phase="sweep", lanes=1, lane_steps=lane_steps, plan="")


def _steps(at_s: float, lane_steps: int) -> said.StepsTaken:
    return said.StepsTaken(at_s=at_s, phase="sweep", lane_steps=lane_steps)


def test_time_left_follows_the_pace_of_the_phase() -> None:
    """A quarter done in 10 s leaves 30 s."""
    state = fold_all([_phase(5.0, 100), _steps(15.0, 25)])

    assert pace.share(state) == 0.25
    assert pace.eta_s(state) == pytest.approx(30.0)


def test_time_left_is_unknown_before_the_first_step() -> None:
    """Nothing done says nothing about the pace."""
    assert pace.eta_s(fold_all([_phase(5.0, 100)])) is None
    assert pace.share(RunState()) is None


def test_steps_add_up_over_phases() -> None:
    """Two phases of 100 and 7 steps cost 107."""
    assert (
        pace.steps(fold_all([_phase(0, 100), _steps(1, 100), _phase(2, 50), _steps(3, 7)])) == 107
    )


def test_cost_is_counted_in_full_trainings() -> None:
    """624 rows in batches of 64 over 100 epochs are 1,000 steps; 30,484 steps are 30.5 of them."""
    assert pace.full_trainings(fold_all(recorded.whole_run())) == pytest.approx(30.484)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0 s"), (59.4, "59 s"), (59.6, "1:00"), (65, "1:05"), (7210, "2:00:10")],
)
def test_durations_read_like_a_clock(seconds: float, text: str) -> None:
    """Seconds alone, then minutes, then hours."""
    assert pace.clock(seconds) == text
