"""Is a layout chosen by rule at once, by measuring when it pays, and then remembered?"""

from pathlib import Path

import problems
import pytest

from tuner_engine.training import choosing
from tuner_engine.training.lane import Form
from tuner_engine.training.layouts import Layout
from tuner_engine.training.program import compile_program

FORM = Form(optimizer="sgd", batch_size=8)


@pytest.fixture(autouse=True)
def memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, device: None) -> Path:
    """An empty memory of layouts."""
    monkeypatch.setenv("TUNER_TUI_CACHE", str(tmp_path))
    return tmp_path / "layouts.json"


def test_there_are_four_layouts() -> None:
    """Lanes mapped or together, steps scanned or looped."""
    assert {str(layout) for layout in choosing.CANDIDATES} == {
        "map/scan", "map/loop", "vmap/scan", "vmap/loop",
    }  # fmt: skip


def test_the_rule_answers_without_measuring(memory: Path) -> None:
    """On CPU lanes go one after another, and steps loop inside the program."""
    assert choosing.layout(problems.quadratic(), FORM) == Layout("map", "scan")
    assert not memory.exists()


def test_a_short_run_measures_nothing(memory: Path) -> None:
    """What measuring costs would never come back."""
    program = compile_program(problems.quadratic(), FORM, choosing.rule(), lanes=2)
    assert choosing.improved(program, planned_s=1.0) is program
    assert not memory.exists()


def test_a_long_run_takes_the_fastest_and_remembers_it(
    memory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next program of the same task starts with it, and does not measure again."""
    fastest = Layout("vmap", "loop")
    monkeypatch.setattr(choosing, "seconds", lambda program: 1 + (program.layout != fastest))
    task = problems.quadratic()
    program = compile_program(task, FORM, choosing.rule(), lanes=2)
    assert choosing.improved(program, planned_s=1e6).layout == fastest
    assert choosing.layout(task, FORM) == fastest
    assert choosing.layout(problems.quadratic(2.0), FORM) == choosing.rule()
    assert choosing.improved(program, planned_s=1e6) is program


def test_a_gain_within_the_noise_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Timing noise does not decide between equals."""
    monkeypatch.setattr(
        choosing, "seconds", lambda program: 1.0 if program.layout == choosing.rule() else 0.95
    )
    program = compile_program(problems.quadratic(), FORM, choosing.rule(), lanes=2)
    assert choosing.improved(program, planned_s=1e6) is program


def test_a_memory_that_cannot_be_read_is_measured_again(memory: Path) -> None:
    """It is a cache."""
    memory.write_text("{not json")
    assert choosing.layout(problems.quadratic(), FORM) == choosing.rule()


def test_seconds_are_positive(device: None) -> None:
    """A step takes time, with every lane and nothing else."""
    program = compile_program(problems.quadratic(), FORM, choosing.rule(), lanes=2)
    assert 0 < choosing.seconds(program) < 1
