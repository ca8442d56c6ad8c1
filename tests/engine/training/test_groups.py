"""Do lanes that take turns on the devices train as they would together?"""

import numpy as np
import problems
import pytest
from problems import course, lane, rows, same, trained

from tuner_engine.training import cohort
from tuner_engine.training.lane import Form
from tuner_engine.training.layouts import Layout
from tuner_engine.training.program import compile_program
from tuner_engine.training.task import Task

LANES = [lane(1e-2, seed=3), lane(1e-3, seed=3, weight_decay=0.1), lane(3e-2, seed=4), lane(1e-4)]
COURSE = course(40, every=7)
FORM = Form(optimizer="adamw", batch_size=32, keep_best=True)


@pytest.mark.parametrize("layout", [Layout("map", "scan"), Layout("each", "loop")], ids=str)
def test_half_the_width_changes_no_bit(task: Task, layout: Layout) -> None:
    """Lanes that wait on the host between calls come back as they left."""
    wide = compile_program(task, FORM, layout, lanes=4)
    narrow = compile_program(task, FORM, layout, lanes=4, width=1)
    assert (wide.at_once, wide.waiting) == (4, False)
    assert (narrow.at_once, narrow.waiting) == (2, True)
    usual = trained(wide, LANES, COURSE, chunk_steps=9)
    same(trained(narrow, LANES, COURSE, chunk_steps=9), usual)
    scored = []
    for program in (wide, narrow):
        *_, last = cohort.train(program, LANES, COURSE)
        scored.append(program.score(last.state, task.valid)["loss"][last.slots])
    np.testing.assert_array_equal(*scored)


@pytest.mark.parametrize(
    ("lanes", "width", "layout", "slots", "at_once"),
    [
        (1, None, Layout("map", "scan"), 1, 1),
        (3, None, Layout("map", "scan"), 4, 4),
        (10, 3, Layout("map", "scan"), 12, 6),
        (10, 99, Layout("map", "scan"), 10, 10),
        (3, None, Layout("each", "loop"), 4, 4),
        (3, 1, Layout("each", "loop"), 4, 2),
    ],
)
def test_groups_share_lanes_evenly(
    device: None, lanes: int, width: int | None, layout: Layout, slots: int, at_once: int
) -> None:
    """No device has more lanes than asked for, and none more than it must."""
    form = Form(optimizer="sgd", batch_size=8)
    program = compile_program(problems.quadratic(), form, layout, lanes=lanes, width=width)
    assert (program.slots, program.at_once) == (slots, at_once)
    found = trained(program, [lane(0.1)] * lanes, course(5))
    assert found["taken"].tolist() == [5] * lanes


def test_a_group_whose_lanes_have_ended_is_left_out(device: None) -> None:
    """A diverged lane's group takes no more steps, and its neighbours all of theirs."""
    form = Form(optimizer="sgd", batch_size=8)
    program = compile_program(problems.quadratic(), form, Layout("each", "scan"), lanes=4)
    lanes = [lane(1e3), lane(1e3), lane(0.1), lane(0.2)]
    found = trained(program, lanes, course(200), chunk_steps=50)
    assert found["diverged"].tolist() == [True, True, False, False]
    assert found["taken"].tolist()[2:] == [200, 200]
    assert (found["taken"][:2] < 200).all()
    same(rows(found, 2, 3), trained(program, lanes[2:], course(200)))
