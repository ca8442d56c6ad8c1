"""Does a lane that is spread over all devices compute what it computes on one?"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import problems
import pytest
from jax.sharding import PartitionSpec
from problems import lane, trained

from tuner_engine.models import tabular
from tuner_engine.training import cohort, schedules, sharding
from tuner_engine.training.cohort import Course
from tuner_engine.training.lane import Form
from tuner_engine.training.layouts import AXIS, Layout
from tuner_engine.training.program import Program, compile_program
from tuner_engine.training.task import Task

FORM = Form(optimizer="adamw", batch_size=32, keep_best=True)
LANES = [lane(1e-2, seed=3), lane(3e-3, seed=4, weight_decay=0.1)]
COURSE = Course(multiples=schedules.multiples("cosine", steps=30), score_every=7)

TOLERANCE = 1e-4
"""Relative: sums in another order, grown over 30 steps of Adam."""


def wide() -> Task:
    """A network whose square kernels are worth cutting."""
    return tabular.task(problems.blobs(), problems.settings(hidden_layers=2, hidden_width=128))


def agree(found: Any, usual: Any) -> None:
    for name in ("train", "valid"):
        np.testing.assert_allclose(found[name], usual[name], rtol=TOLERANCE, err_msg=name)
    np.testing.assert_allclose(found["params"], usual["params"], atol=1e-4)


@pytest.fixture(scope="module")
def usual(device: None) -> dict[str, np.ndarray]:
    """Each lane on a device of its own."""
    program = compile_program(wide(), FORM, Layout("map", "scan"), lanes=2)
    return trained(program, LANES, COURSE)


@pytest.fixture(scope="module")
def spread(device: None) -> Program:
    return sharding.compile_spread(wide(), FORM, lanes=2)


def test_a_spread_lane_computes_the_same(spread: Program, usual: dict[str, np.ndarray]) -> None:
    """Losses, scores and weights differ by rounding only, while lanes take turns."""
    assert (spread.at_once, spread.slots) == (1, 2)
    agree(trained(spread, LANES, COURSE), usual)


def test_large_weights_lie_in_parts(spread: Program) -> None:
    """No device holds a whole square kernel, nor its moments."""
    state = spread.begin({0: 1})
    (group, _) = state.groups
    placed = spread._taken_up(group)
    kernels = [leaf for leaf in _leaves(placed) if leaf.shape == (1, 128, 128)]
    assert len(kernels) == 4  # the weight, its best, and two moments
    for kernel in kernels:
        assert {part.data.size for part in kernel.addressable_shards} == {128 * 64}


def test_a_spread_lane_is_scored_over_another_split(spread: Program) -> None:
    """The test split is scored with the weights behind each lane's lowest validation loss."""
    *_, last = cohort.train(spread, LANES, COURSE)
    best = spread.fetched(last.state, last.slots).best_loss
    scored = spread.score(last.state, spread.task.valid)["loss"][last.slots]
    np.testing.assert_allclose(scored, best, rtol=1e-5)


SCRIPT = """
import json, sys
sys.path.insert(0, sys.argv[1])
import jax, problems
from test_sharding import COURSE, FORM, LANES, wide
from tuner_engine.training import sharding

assert jax.local_device_count() == 8
found = problems.trained(sharding.compile_spread(wide(), FORM, lanes=2), LANES, COURSE)
print(json.dumps({name: found[name].tolist() for name in ("train", "valid", "params")}))
"""


def test_eight_devices_equal_one_each(usual: dict[str, np.ndarray]) -> None:
    """A lane over eight devices gives the numbers of a lane on one."""
    here = Path(__file__).parent
    flags = "--xla_cpu_multi_thread_eigen=false --xla_force_host_platform_device_count=8"
    finished = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(here.parent)],
        env={**os.environ, "XLA_FLAGS": flags, "PYTHONPATH": str(here)},
        capture_output=True,
        text=True,
        check=True,
    )
    agree(json.loads(finished.stdout), usual)


@pytest.mark.parametrize(
    ("shape", "devices", "spec"),
    [
        ((1, 256, 512), 8, PartitionSpec(None, None, AXIS)),
        ((1, 512, 256), 8, PartitionSpec(None, AXIS, None)),
        ((1, 501, 256), 8, PartitionSpec(None, None, AXIS)),
        ((1, 501, 251), 8, PartitionSpec()),
        ((1, 64), 8, PartitionSpec()),
        ((8, 4099), 8, PartitionSpec()),
    ],
)
def test_the_largest_axis_that_divides_is_cut(
    shape: tuple[int, ...], devices: int, spec: PartitionSpec
) -> None:
    """Small arrays stay whole, and the axis of lanes is never cut."""
    assert sharding.cut(shape, devices=devices) == spec


def _leaves(tree: Any) -> list[Any]:
    import jax

    return [leaf for leaf in jax.tree.leaves(tree) if hasattr(leaf, "addressable_shards")]
