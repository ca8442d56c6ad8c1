"""Does a cohort that does not fit train all the same, and say what was done?"""

from typing import Any

import jax
import numpy as np
import problems
import pytest
from problems import lane, trained

from tuner_engine.errors import DeviceError
from tuner_engine.models import tabular
from tuner_engine.training import costs, courses, fitting, memory
from tuner_engine.training.cohort import Course
from tuner_engine.training.fitting import Fitted
from tuner_engine.training.program import Program, compile_program
from tuner_engine.training.task import Task

WIDTH = 512
SETTINGS = problems.settings(hidden_width=WIDTH)
LANES = [lane(1e-2, seed=seed) for seed in range(4)]
COURSE = Course(multiples=np.ones(20), score_every=5)
PLENTY = 2**33
REFUSAL = "RESOURCE_EXHAUSTED: Out of memory allocating 17 bytes."


@pytest.fixture(scope="module")
def task(device: None) -> Task:
    return tabular.task(problems.blobs(), SETTINGS)


@pytest.fixture
def accelerator(monkeypatch: pytest.MonkeyPatch) -> None:
    """A device that refuses memory, instead of a system that kills."""
    monkeypatch.setattr(fitting, "_devices_refuse", lambda: True)


def with_free(monkeypatch: pytest.MonkeyPatch, free_bytes: int | None) -> None:
    monkeypatch.setattr(memory, "free_bytes", lambda devices: free_bytes)


def data_bytes(task: Task) -> int:
    return costs.size_bytes((task.train, task.valid))


def state_bytes(task: Task) -> int:
    return costs.of(task, courses.form(task, SETTINGS)).state_bytes


def fit(task: Task, *, lanes: int = 4) -> Fitted:
    return fitting.fitted(task, SETTINGS, lanes=lanes)


@pytest.mark.parametrize("free_bytes", [None, PLENTY])
def test_what_fits_is_held_at_once(
    task: Task, free_bytes: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With room, or where nobody knows how much there is, all lanes train together."""
    with_free(monkeypatch, free_bytes)
    found = fit(task)
    assert (found.footprint.lanes, found.footprint.at_once) == (4, 4)
    assert found.footprint.limit_bytes == free_bytes
    assert found.footprint.memory_bytes
    assert found.footprint.parameters == 6 * WIDTH + WIDTH + WIDTH * 3 + 3
    assert found.cautions == ()


def test_lanes_that_do_not_fit_take_turns(
    task: Task, accelerator: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Room for one lane a device: the others wait, the result says so, the numbers stay."""
    with_free(monkeypatch, None)
    usual = trained(fit(task).program, LANES, COURSE)
    with_free(monkeypatch, data_bytes(task) + 3 * state_bytes(task) // 2)
    monkeypatch.setattr(memory, "taken_bytes", lambda executables: None)
    found = fit(task)
    assert (found.footprint.at_once, found.program.waiting) == (2, True)
    assert [caution.code for caution in found.cautions] == ["width-halved"]
    again = trained(found.program, LANES, COURSE)
    np.testing.assert_allclose(again["valid"], usual["valid"], rtol=2e-5)


@pytest.mark.parametrize("failure", [REFUSAL, MemoryError()])
def test_running_out_while_compiling_halves_the_width(
    task: Task, failure: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The compiler's or the device's refusal is heard, and half as many lanes are tried."""
    asked: list[int | None] = []

    def compile_lanes(*arguments: Any, width: int | None, **options: Any) -> Program:
        asked.append(width)
        if width is None:
            raise RuntimeError(failure) if isinstance(failure, str) else failure
        return compile_program(*arguments, width=width, **options)

    with_free(monkeypatch, PLENTY)
    monkeypatch.setattr(fitting, "compile_program", compile_lanes)
    found = fit(task)
    assert asked == [None, 1]
    assert [caution.code for caution in found.cautions] == ["width-halved"]
    usual = compile_program(task, found.program.form, found.program.layout, lanes=4)
    losses = [trained(program, LANES, COURSE)["valid"] for program in (found.program, usual)]
    np.testing.assert_allclose(*losses, rtol=2e-5)


def test_the_first_call_may_run_out_too(
    task: Task, accelerator: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A device that compiles but cannot run is found out before anything is promised."""
    rehearsed: list[int] = []

    def rehearse(program: Program) -> None:
        rehearsed.append(program.group)
        if program.group > 2:
            raise RuntimeError(REFUSAL)

    with_free(monkeypatch, PLENTY)
    monkeypatch.setattr(Program, "rehearse", rehearse)
    assert fit(task).footprint.at_once == 2
    assert rehearsed == [4, 2]


def test_a_rehearsal_changes_nothing(task: Task, monkeypatch: pytest.MonkeyPatch) -> None:
    """It runs the first group without a step."""
    with_free(monkeypatch, PLENTY)
    program = fit(task).program
    usual = trained(program, LANES, COURSE)
    program.rehearse()
    np.testing.assert_array_equal(trained(program, LANES, COURSE)["valid"], usual["valid"])


def test_on_cpu_nothing_starts_beyond_the_estimate(
    task: Task, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Waiting lanes lie in the same memory, so the refusal names estimate, limit and cures."""
    with_free(monkeypatch, state_bytes(task))
    monkeypatch.setattr(fitting, "compile_program", lambda *_, **__: pytest.fail("compiled"))
    monkeypatch.setattr(fitting.sharding, "compile_spread", lambda *_, **__: pytest.fail("tried"))
    with pytest.raises(DeviceError, match=r"take at least .* more than the .* --accumulation"):
        fit(task)


def test_what_is_too_large_as_compiled_is_never_run(
    task: Task, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The compiler's own figure counts, down to one lane and to one spread over all devices."""
    with_free(monkeypatch, PLENTY)
    monkeypatch.setattr(memory, "taken_bytes", lambda executables: PLENTY + 1)
    with pytest.raises(DeviceError, match=r"take at least 8\.59 GB"):
        fit(task)


def test_a_lane_too_large_for_one_device_is_spread(
    device: None, accelerator: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two devices with room for two thirds of a lane each train it together."""
    settings = problems.settings(hidden_layers=3, hidden_width=128)
    wide = tabular.task(problems.blobs(), settings)
    lane_bytes = costs.of(wide, courses.form(wide, settings)).state_bytes
    with_free(monkeypatch, data_bytes(wide) * 2 + 2 * lane_bytes // 3)
    monkeypatch.setattr(memory, "taken_bytes", lambda executables: None)
    found = fitting.fitted(wide, settings, lanes=1)
    assert str(found.program.layout) == "spread/scan"
    assert "lane-spread" in [caution.code for caution in found.cautions]
    assert np.isfinite(trained(found.program, LANES[:1], COURSE)["valid"]).all()


def test_data_larger_than_the_device_are_fed(
    task: Task, accelerator: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Examples that would take more than half of the room stay on the host."""
    with_free(monkeypatch, costs.size_bytes(task.train) + 8 * state_bytes(task))
    monkeypatch.setattr(memory, "taken_bytes", lambda executables: None)
    monkeypatch.setattr(fitting, "RESIDENT_SHARE", 0.01)
    found = fit(task)
    assert found.program.form.fed
    assert [caution.code for caution in found.cautions] == ["shared-order"]


def test_other_errors_are_not_swallowed(task: Task, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only memory is a reason to try again."""
    with_free(monkeypatch, PLENTY)

    def broken(*_: Any, **__: Any) -> Program:
        raise TypeError("a bug")

    monkeypatch.setattr(fitting, "compile_program", broken)
    with pytest.raises(TypeError, match="a bug"):
        fit(task)


def test_free_memory_is_shared_by_host_devices(device: None) -> None:
    """Two CPU devices may each plan with half of what one may."""
    devices = jax.local_devices()
    one, two = memory.free_bytes(devices[:1]), memory.free_bytes(devices)
    assert one is not None
    assert two is not None
    assert two == pytest.approx(one / 2, rel=0.1)
