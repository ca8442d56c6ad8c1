"""Does every schedule have its published shape, at every length, without JAX?"""

import subprocess
import sys
from typing import get_args

import jax.numpy as jnp
import numpy as np
import optax
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tuner_engine.schedules import multiples
from tuner_engine.specs import Schedule

NAMES: tuple[Schedule, ...] = tuple(name for name in get_args(Schedule) if name != "own")
DECAYING: tuple[Schedule, ...] = tuple(
    name for name in NAMES if name not in ("constant", "reduce-on-plateau")
)
STEPS = st.integers(1, 200) | st.integers(201, 5000)
WARMUPS = st.just(0.0) | st.floats(0, 0.99)


@settings(max_examples=40)
@given(name=st.sampled_from(NAMES), steps=STEPS, warmup_share=WARMUPS)
def test_every_step_moves_and_none_exceeds_the_peak(
    name: Schedule, steps: int, warmup_share: float
) -> None:
    """There is one multiple per step, each in (0, 1]."""
    values = multiples(name, steps=steps, warmup_share=warmup_share)
    assert values.shape == (steps,)
    assert values.dtype == np.float32
    assert (values > 0).all()
    assert (values <= 1 + 1e-6).all()


@settings(max_examples=40)
@given(name=st.sampled_from(NAMES), steps=STEPS, warmup_share=WARMUPS)
def test_the_peak_is_reached_once_and_for_one_stretch(
    name: Schedule, steps: int, warmup_share: float
) -> None:
    """The rate rises to the peak, stays or falls, and never rises again."""
    values = multiples(name, steps=steps, warmup_share=warmup_share)
    if not (name == "one-cycle" and steps < 4):
        assert values.max() == pytest.approx(1, abs=1e-5)
    peak = int(values.argmax())
    assert (np.diff(values[: peak + 1]) >= -1e-6).all()
    assert (np.diff(values[peak:]) <= 1e-6).all()


@settings(max_examples=20)
@given(name=st.sampled_from(DECAYING), steps=st.integers(100, 5000), warmup_share=WARMUPS)
def test_a_decaying_schedule_ends_low(name: Schedule, steps: int, warmup_share: float) -> None:
    """The last step is at most a tenth of the peak, if there are steps left to fall in."""
    values = multiples(name, steps=steps, warmup_share=min(warmup_share, 0.5))
    assert values[-1] <= 0.11


@settings(max_examples=20)
@given(steps=st.integers(2, 5000), warmup_share=st.floats(0, 0.99))
def test_warm_up_rises_in_a_straight_line(steps: int, warmup_share: float) -> None:
    """The ramp takes its share of the steps, in equal rises, and ends at the peak."""
    values = multiples("constant", steps=steps, warmup_share=warmup_share)
    rise = min(round(steps * warmup_share), steps - 1)
    ramp = np.arange(1, rise + 2) / (rise + 1)
    np.testing.assert_allclose(values[: rise + 1], ramp, rtol=1e-4, atol=1e-6)
    assert (values[rise:] == 1).all()


EXACT: list[tuple[Schedule, list[float]]] = [
    ("constant", [1, 1, 1, 1, 1, 1, 1, 1]),
    ("reduce-on-plateau", [1, 1, 1, 1, 1, 1, 1, 1]),
    ("linear", [1, 7 / 8, 6 / 8, 5 / 8, 4 / 8, 3 / 8, 2 / 8, 1 / 8]),
    ("cosine", [(1 + np.cos(np.pi * n / 8)) / 2 for n in range(8)]),
    ("step", [1, 1, 1, 1, 0.1, 0.1, 0.01, 0.01]),
    ("exponential", [0.01 ** (n / 8) for n in range(8)]),
    ("warmup-stable-decay", [1, 1, 1, 1, 1, 1, 1, 0.5]),
]


@pytest.mark.parametrize(("name", "values"), EXACT, ids=[name for name, _ in EXACT])
def test_eight_steps_have_the_published_values(name: Schedule, values: list[float]) -> None:
    """Each schedule's formula, worked out by hand."""
    np.testing.assert_allclose(multiples(name, steps=8), values, rtol=1e-5)


def test_one_cycle_is_optaxs_with_fastais_constants() -> None:
    """A quarter rises from 1/25 of the peak; the end is 1e-5 of it."""
    steps = 400
    schedule = optax.cosine_onecycle_schedule(steps, 1.0, 0.25, 25.0, 4000.0)
    values = multiples("one-cycle", steps=steps, warmup_share=0.5)
    np.testing.assert_allclose(values, [schedule(n) for n in range(steps)], rtol=1e-4, atol=1e-6)
    assert values[0] == pytest.approx(1 / 25)
    assert values.argmax() == 100


@pytest.mark.parametrize("steps", [5, 100])
def test_warm_up_and_cosine_are_optaxs_own(steps: int) -> None:
    """The joined schedule equals Optax's, with a ramp that starts one step above zero."""
    warmup = round(0.2 * steps)
    own = optax.warmup_cosine_decay_schedule(1 / (warmup + 1), 1.0, warmup, steps, 0.0)
    values = multiples("cosine", steps=steps, warmup_share=0.2)
    np.testing.assert_allclose(values, jnp.array([own(n) for n in range(steps)]), atol=1e-6)


@settings(max_examples=40)
@given(
    name=st.sampled_from(["linear", "cosine", "warmup-stable-decay", "exponential"]),
    steps=st.integers(20, 2000),
    floor=st.floats(0.01, 0.5),
)
def test_a_floor_is_where_the_fall_ends(name: Schedule, steps: int, floor: float) -> None:
    """No multiple lies below the floor, and the last lies within one step of it."""
    values = multiples(name, steps=steps, floor=floor)
    assert values.min() >= floor * (1 - 1e-5)
    assert values[-1] - floor <= 10 / steps


def test_drawing_a_schedule_loads_no_jax() -> None:
    """The app draws what training does, without what training needs."""
    program = (
        "import sys; from tuner_engine.schedules import multiples; "
        "multiples('cosine', steps=9); print('jax' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout.strip() == "False"
