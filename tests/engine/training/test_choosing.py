"""Is a layout chosen by rule at once, by measuring when it pays, and then remembered?"""

from pathlib import Path

import problems
import pytest

from tuner_engine.training import choosing, costs
from tuner_engine.training.lane import Form
from tuner_engine.training.layouts import Layout
from tuner_engine.training.program import compile_program

FORM = Form(optimizer="sgd", batch_size=8)
RULE = Layout("map", "scan")


@pytest.fixture(autouse=True)
def memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, device: None) -> Path:
    """An empty memory of layouts."""
    monkeypatch.setenv("TUNER_TUI_CACHE", str(tmp_path))
    return tmp_path / "layouts.json"


@pytest.mark.parametrize("convolves", [False, True])
def test_the_rule_is_the_first_of_the_candidates(device: None, *, convolves: bool) -> None:
    """What is likeliest is measured against the others, and never twice."""
    found = choosing.candidates(convolves=convolves)
    assert found[0] == choosing.rule(convolves=convolves)
    assert len(set(found)) == len(found)


def test_a_model_that_convolves_is_driven_from_python(device: None) -> None:
    """On CPU a convolution inside a loop of the program is many times slower than outside."""
    convolves = costs.of(problems.pictures(), FORM).convolves
    assert choosing.candidates(convolves=convolves) == (Layout("each", "loop"),)


def test_the_rule_answers_without_measuring(memory: Path) -> None:
    """On CPU lanes go one after another, and steps loop inside the program."""
    assert choosing.layout(problems.quadratic(), FORM, convolves=False) == RULE
    assert not memory.exists()


def test_a_short_run_measures_nothing(memory: Path) -> None:
    """What measuring costs would never come back."""
    program = compile_program(problems.quadratic(), FORM, RULE, lanes=2)
    assert choosing.improved(program, lane_steps=1e3, step_s=1e-3) is program
    assert not memory.exists()


def test_slow_steps_do_not_make_measuring_worth_it(memory: Path) -> None:
    """However long a step takes, timing takes as long as hundreds of them."""
    program = compile_program(problems.quadratic(), FORM, RULE, lanes=2)
    assert choosing.improved(program, lane_steps=300, step_s=1e3) is program
    assert not memory.exists()


def test_a_long_run_takes_the_fastest_and_remembers_it(
    memory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next program of the same task starts with it, and does not measure again."""
    fastest = Layout("vmap", "scan")
    monkeypatch.setattr(choosing, "seconds", lambda program: 1 + (program.layout != fastest))
    task = problems.quadratic()
    program = compile_program(task, FORM, RULE, lanes=2)
    assert choosing.improved(program, lane_steps=1e9, step_s=1e-3).layout == fastest
    assert choosing.layout(task, FORM, convolves=False) == fastest
    assert choosing.layout(problems.quadratic(2.0), FORM, convolves=False) == RULE
    assert choosing.improved(program, lane_steps=1e9, step_s=1e-3) is program


def test_a_gain_within_the_noise_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Timing noise does not decide between equals."""
    monkeypatch.setattr(
        choosing, "seconds", lambda program: 1.0 if program.layout == RULE else 0.95
    )
    program = compile_program(problems.quadratic(), FORM, RULE, lanes=2)
    assert choosing.improved(program, lane_steps=1e9, step_s=1e-3) is program


def test_a_memory_that_cannot_be_read_is_measured_again(memory: Path) -> None:
    """It is a cache."""
    memory.write_text("{not json")
    assert choosing.layout(problems.quadratic(), FORM, convolves=False) == RULE


def test_seconds_are_positive(device: None) -> None:
    """A step takes time, with every lane and nothing else."""
    program = compile_program(problems.quadratic(), FORM, RULE, lanes=2)
    assert 0 < choosing.seconds(program) < 1


def test_nothing_is_measured_where_there_is_no_room_or_no_data_on_the_device(
    memory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Candidates lie beside the program; lanes that wait, and fed batches, wait for more."""
    task = problems.quadratic()
    monkeypatch.setattr(choosing, "seconds", lambda program: 1 + (program.layout == RULE))
    narrow = compile_program(task, FORM, RULE, lanes=4, width=1)
    assert choosing.improved(narrow, lane_steps=1e9, step_s=1e-3) is narrow
    fed = compile_program(task, Form(optimizer="sgd", batch_size=8, fed=True), RULE, lanes=2)
    assert choosing.improved(fed, lane_steps=1e9, step_s=1e-3) is fed
    program = compile_program(task, FORM, RULE, lanes=2)
    monkeypatch.setattr(choosing.memory, "free_bytes", lambda devices: 100)
    assert choosing.improved(program, lane_steps=1e9, step_s=1e-3) is program
    assert not memory.exists()
