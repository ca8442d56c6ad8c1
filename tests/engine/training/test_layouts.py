"""Do all layouts and all numbers of devices compute the same mathematics?"""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jax
import numpy as np
import problems
import pytest
from problems import lane, trained

from tuner_engine.training import program as programs
from tuner_engine.training import schedules
from tuner_engine.training.cohort import Course
from tuner_engine.training.layouts import Layout
from tuner_engine.training.program import Program, compile_program
from tuner_engine.training.task import Task

LANES = [lane(1e-2, seed=3), lane(1e-3, seed=3, weight_decay=0.1), lane(3e-2, seed=4), lane(1e-4)]
COURSE = Course(multiples=schedules.multiples("cosine", steps=40), score_every=7)

TOLERANCE = 2e-5
"""Relative: float32 rounding, grown over 40 steps."""


def agree(found: Mapping[str, Any], usual: Mapping[str, np.ndarray]) -> None:
    """Assert that two trainings measured the same, up to rounding."""
    for name in ("train", "valid"):
        values = np.asarray(found[name], np.float32)
        np.testing.assert_allclose(values, usual[name], rtol=TOLERANCE, err_msg=name)
    np.testing.assert_allclose(np.asarray(found["params"], np.float32), usual["params"], atol=1e-4)


@pytest.mark.parametrize(
    "layout", [layout for layout in problems.LAYOUTS if str(layout) != "map/scan"], ids=str
)
def test_layouts_agree_up_to_rounding(task: Task, program: Program, layout: Layout) -> None:
    """Losses, scores and weights of 40 steps differ by rounding only."""
    other = compile_program(task, program.form, layout, lanes=4)
    usual, found = trained(program, LANES, COURSE), trained(other, LANES, COURSE)
    agree(found, usual)
    np.testing.assert_array_equal(found["taken"], usual["taken"])


def test_one_device_equals_two(
    task: Task, program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sharding lanes over devices changes nothing but rounding, which is the compiler's."""
    assert program.mesh.size == 2
    first = jax.local_devices()[:1]
    monkeypatch.setattr(programs.jax, "local_devices", lambda: first)
    alone = compile_program(task, program.form, program.layout, lanes=3)
    assert (alone.mesh.size, alone.slots) == (1, 3)
    agree(trained(alone, LANES[:3], COURSE), trained(program, LANES[:3], COURSE))


SCRIPT = """
import json, sys
sys.path.insert(0, sys.argv[1])
import jax, problems
from test_layouts import COURSE, LANES
from tuner_engine.models import tabular
from tuner_engine.training.lane import Form
from tuner_engine.training.layouts import Layout
from tuner_engine.training.program import compile_program

assert jax.local_device_count() == 8
task = tabular.task(problems.blobs(), problems.settings(dropout=0.1))
form = Form(optimizer="adamw", batch_size=32, keep_best=True)
program = compile_program(task, form, Layout("map", "scan"), lanes=4)
found = problems.trained(program, LANES, COURSE)
print(json.dumps({name: found[name].tolist() for name in ("train", "valid", "params")}))
"""


def test_eight_devices_equal_two(program: Program) -> None:
    """A machine with more devices gives the same numbers."""
    here = Path(__file__).parent
    flags = "--xla_cpu_multi_thread_eigen=false --xla_force_host_platform_device_count=8"
    finished = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(here.parent)],
        env={**os.environ, "XLA_FLAGS": flags, "PYTHONPATH": str(here)},
        capture_output=True,
        text=True,
        check=True,
    )
    agree(json.loads(finished.stdout), trained(program, LANES, COURSE))


def test_scoring_over_another_split_takes_the_best_weights(task: Task, program: Program) -> None:
    """The test split is scored with the weights behind each lane's lowest validation loss."""
    from tuner_engine.training import cohort

    *_, last = cohort.train(program, LANES, COURSE)
    best = program.fetched(last.state, last.slots).best_loss
    scored = program.score(last.state, task.valid)["loss"][last.slots]
    np.testing.assert_allclose(scored, best, rtol=1e-6)
    np.testing.assert_array_equal(best, np.min(trained(program, LANES, COURSE)["valid"], axis=1))


def test_a_program_that_keeps_no_best_cannot_score_it(device: None) -> None:
    """Asking for the best weights where none are kept is a mistake in the program."""
    from tuner_engine.training import cohort
    from tuner_engine.training.lane import Form

    task = problems.quadratic()
    small = compile_program(
        task, Form(optimizer="sgd", batch_size=8), Layout("map", "scan"), lanes=1
    )
    chunk = next(cohort.train(small, [lane(0.1)], problems.course(2)))
    with pytest.raises(ValueError, match="keep_best"):
        small.score(chunk.state, task.valid)
