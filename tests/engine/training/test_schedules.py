"""Are rates that come from elsewhere evaluated as they are, without compiling anew?"""

import logging

import jax
import numpy as np
import optax
import pytest

from tuner_engine.training.schedules import evaluated, exponential_sweep


def test_a_sweep_rises_evenly_in_its_logarithm() -> None:
    """From the lowest to the highest rate, both included."""
    rates = exponential_sweep(low=1e-4, high=1e1, steps=11)
    np.testing.assert_allclose(np.diff(np.log10(rates)), 0.5)
    assert (rates[0], rates[-1]) == (pytest.approx(1e-4), pytest.approx(1e1))


def test_another_length_compiles_nothing(caplog: pytest.LogCaptureFixture) -> None:
    """A schedule of another length is made of the operations of the last one."""
    evaluated(optax.cosine_decay_schedule(1.0, 1000), 1000)
    with jax.log_compiles(), caplog.at_level(logging.WARNING):
        evaluated(optax.cosine_decay_schedule(1.0, 1777), 1777)
    assert not [text for text in caplog.messages if text.startswith("Compiling")]
