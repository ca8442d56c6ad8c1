"""Do the parts of the screens keep their promises at any width?"""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from tuner_engine.events import PhaseStarted, StepsTaken
from tuner_engine.state import fold_all
from tuner_tui.ui.watching import Watched
from tuner_tui.ui.widgets.key_line import Hint, fitting
from tuner_tui.ui.widgets.labelled import wrapped
from tuner_tui.ui.widgets.progress import bar, progress

HINTS = tuple(
    Hint(name, "x", "x", words)
    for name, words in (("a", "First"), ("b", "Second"), ("app.help", "Help"), ("app.quit", "Quit"))
)


@pytest.mark.parametrize(
    ("width", "names"),
    [
        (99, ["a", "b", "app.help", "app.quit"]),
        (23, ["a", "app.help", "app.quit"]),
        (14, ["app.help", "app.quit"]),
        (7, ["app.help"]),
        (3, []),
    ],
)
def test_help_and_quit_are_the_last_to_go(width: int, names: list[str]) -> None:
    """Short of room, the other keys are dropped first; the order stays."""
    assert [hint.name for hint in fitting(HINTS, width=width)] == names


@given(st.text(), st.integers(12, 200))
def test_labelled_lines_keep_to_the_width(text: str, width: int) -> None:
    """Whatever the text, no line is wider than the widget, and nothing of it is lost."""
    lines = list(wrapped([("label", text, "")], width=width, label_width=6))

    assert all(cell_len(line.plain) <= max(width, 17) for line in lines)
    if text:
        assert lines[0].plain.startswith("label ")


@pytest.mark.parametrize(("share", "full"), [(0.0, 0), (0.5, 5), (1.0, 10)])
def test_the_bar_fills_by_its_share(share: float, full: int) -> None:
    """Ten cells, of which the share is drawn heavy."""
    assert bar(share, cells=10).plain == "━" * full + "─" * (10 - full)


def test_progress_says_how_far_and_how_long() -> None:
    """Phase, share, time left and cost on one line."""
    state = fold_all(
        [
            PhaseStarted(at_s=0, phase="trials", lanes=2, lane_steps=400, plan=""),
            StepsTaken(at_s=10, phase="trials", lane_steps=100),
        ]
    )
    line = progress(Watched(run_id="x", state=state)).plain

    for words in ("trials", "25%", "30 s left", "100 steps"):
        assert words in line


def test_without_a_run_the_line_says_how_to_start_one() -> None:
    """An empty screen names its key."""
    assert "r begins" in progress(None).plain
