"""Is the plateau found, and not mistaken for noise?"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import problems
import pytest

from tuner_engine.events import BatchTried, NoiseMeasured, VerdictReached
from tuner_engine.probes import batch_verdict, throughput
from tuner_engine.probes.batch_verdict import Evidence


def timed(size: int, *, fixed_s: float, each_s: float, spread: float = 0.01) -> tuple[float, ...]:
    """Return seconds per step of a device that takes a fixed time and a time per example."""
    noise = 1 + spread * np.random.default_rng(size).normal(size=10)
    return tuple(float(value) for value in (fixed_s + size * each_s) * noise)


SIZES = (8, 16, 32, 64, 128, 256)


def test_the_smallest_size_on_the_plateau_is_found() -> None:
    """At 90 % of the best throughput: where the fixed time has become a tenth of a step's."""
    found = throughput.plateau(
        {size: timed(size, fixed_s=1.5e-3, each_s=1e-4, spread=1e-3) for size in SIZES}
    )
    assert found.batch_size == 128
    assert found.per_s == pytest.approx(128 / (1.5e-3 + 128e-4), rel=0.01)


def test_where_nothing_is_gained_the_smallest_size_is_enough() -> None:
    """Time in proportion to examples."""
    found = throughput.plateau({size: timed(size, fixed_s=0, each_s=1e-4) for size in SIZES})
    assert found.batch_size == 8


def test_one_slow_stretch_changes_nothing() -> None:
    """Medians: a moment's disturbance is not the device's speed."""
    steps = {size: timed(size, fixed_s=1.5e-3, each_s=1e-4, spread=1e-3) for size in SIZES}
    steps[128] = (1.0, *steps[128][1:])
    assert throughput.plateau(steps).batch_size == 128


def test_a_busy_machine_is_noticed_and_excuses_little() -> None:
    """Wild times widen nothing beyond a twentieth: half the speed is no plateau."""
    wild = {size: timed(size, fixed_s=1.5e-3, each_s=1e-4, spread=0.4) for size in (8, 256)}
    assert throughput.unsteady(wild)
    assert throughput.plateau(wild).batch_size == 256
    calm = {size: timed(size, fixed_s=1.5e-3, each_s=1e-4) for size in SIZES}
    assert not throughput.unsteady(calm)


SETTINGS = problems.settings(batch_size=32, learning_rate=0.01)


def ran(size: int) -> BatchTried:
    return BatchTried(
        batch_size=size,
        outcome="ran",
        step_s=timed(size, fixed_s=1.5e-3, each_s=1e-4, spread=1e-3),
        memory_bytes=size * 1000,
        limit_bytes=10**9,
    )


def noisy(scale: float | None, epoch: float = 1.0) -> NoiseMeasured:
    return NoiseMeasured(
        epoch=epoch,
        noise_scale=scale,
        low=scale and scale / 2,
        high=scale and scale * 2,
        micro_batches=32,
        micro_batch_size=8,
    )


def verdict(
    tried: Sequence[BatchTried],
    noise: Sequence[NoiseMeasured],
    branched: dict[int, Any] | None = None,
    **changes: Any,
) -> VerdictReached:
    usual = {"examples": 10_000, "fixed": False, "evidence": "run-1", "stopped": False}
    return batch_verdict.of(
        Evidence(tried, noise, branched or {}), SETTINGS, **{**usual, **changes}
    )


def test_the_batch_and_the_rate_that_it_implies_follow() -> None:
    """128 from 32: Adam's rate doubles, by the square root."""
    found = verdict([ran(size) for size in SIZES], [noisy(1000.0)])
    assert found.settings["batch_size"].value == 128
    assert found.settings["batch_size"].evidence == ("run-1",)
    assert found.reading["implied_learning_rate"] == pytest.approx(0.02)
    assert "F7" in found.summary


def test_noise_holds_the_batch_down() -> None:
    """Beyond a few times the noise scale examples are wasted, whatever the speed."""
    found = verdict([ran(size) for size in SIZES], [noisy(10.0), noisy(1e6, epoch=0.0)])
    assert found.settings["batch_size"].value == 32
    assert "wasted" in found.summary


def test_noise_that_is_not_estimable_holds_nothing_down() -> None:
    """It is said, and confidence is not high."""
    found = verdict([ran(size) for size in SIZES], [noisy(None)])
    assert found.settings["batch_size"].value == 128
    assert "not estimable" in found.summary
    assert found.confidence == "medium"


def test_what_does_not_fit_is_named() -> None:
    """With the reason it was refused for."""
    too_large = BatchTried(batch_size=512, outcome="ran-out", why="the device disagreed")
    found = verdict([*(ran(size) for size in SIZES), too_large], [noisy(1000.0)])
    assert "512 does not fit" in found.summary


def test_what_there_was_no_time_for_is_named() -> None:
    """One size alone shows no plateau, and confidence is low."""
    missing = BatchTried(batch_size=64, outcome="not-tried", why="There was no time left")
    found = verdict([ran(32), missing], [noisy(1000.0)])
    assert "no time for 64" in found.summary
    assert found.confidence == "low"


def test_branches_hold_the_batch_down() -> None:
    """What ends higher from one checkpoint is too large, whatever the speed."""
    noise = np.array([-0.001, 0.0, 0.001])
    lost = {32: 1.0 + noise, 64: 1.0005 + noise, 128: 1.1 + noise}
    found = verdict([ran(size) for size in SIZES], [noisy(1000.0)], branched=lost)
    assert found.settings["batch_size"].value == 64
    assert found.reading["branch_128"] == pytest.approx(1.1)
    kept = {**lost, 128: 1.0 + noise}
    tie = batch_verdict.checked_size(lost, seed_sd=1.0)
    assert tie == max(lost)  # what seeds alone explain is no loss
    found = verdict([ran(size) for size in SIZES], [noisy(1000.0)], branched=kept)
    assert found.settings["batch_size"].value == 128


def test_a_stream_keeps_its_batches() -> None:
    """Speed and noise are told; there is no setting to change."""
    found = verdict([ran(32)], [noisy(1000.0)], fixed=True)
    assert (found.verdict, found.settings) == ("fixed-by-stream", {})


@pytest.mark.parametrize(
    ("tried", "stopped", "expected"),
    [
        ([BatchTried(batch_size=8, outcome="not-tried")], True, "interrupted"),
        ([BatchTried(batch_size=8, outcome="not-tried")], False, "budget-too-small"),
        ([BatchTried(batch_size=8, outcome="does-not-fit", why="large")], False, "nothing-fits"),
    ],
)
def test_without_a_time_there_is_a_reason(
    tried: list[BatchTried],
    stopped: bool,  # noqa: FBT001 - a parameter of the test
    expected: str,
) -> None:
    """Each with what to do next."""
    assert verdict(tried, [], stopped=stopped).verdict == expected
