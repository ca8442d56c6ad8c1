"""Is overfitting called where it is, and only there?"""

import numpy as np
import pytest

from tuner_engine.events import EpochMeasured
from tuner_engine.probes import curves
from tuner_engine.probes.curves import Curves, CurvesReading

EPOCHS = np.arange(1.0, 61.0)
FALLING = 1.0 + np.exp(-EPOCHS / 8)


def made(middle: np.ndarray, *, wobble: float = 0.0, seeds: int = 3, rng: int = 0) -> Curves:
    """Return seeds around one validation curve."""
    noise = np.random.default_rng(rng).normal(size=(seeds, len(middle)))
    valid = middle + wobble * noise
    return Curves(
        epochs=np.arange(1.0, len(middle) + 1),
        train=valid - 0.1,
        valid=valid,
        metrics={},
        diverged=np.zeros(seeds, bool),
    )


def read(found: Curves, ignorance: float | None = 2.0) -> CurvesReading:
    reading = curves.read_curves(found, ignorance=ignorance)
    assert reading is not None
    return reading


def test_a_rise_in_every_seed_is_overfitting() -> None:
    """The onset is the minimum of the typical curve."""
    rising = FALLING + 0.01 * np.clip(EPOCHS - 30, 0, None)
    found = read(made(rising, wobble=0.005))
    assert found.shape == "overfitting"
    assert 22 <= found.best_epoch <= 34
    assert found.rise > found.rise_needed


def test_a_rise_that_seeds_explain_is_none() -> None:
    """However steady it is: another seed would move the loss by as much."""
    rising = made(FALLING + 0.01 * np.clip(EPOCHS - 30, 0, None), wobble=0.005)
    for seed_sd, shape in ((0.05, "overfitting"), (0.5, "level")):
        found = curves.read_curves(rising, ignorance=2.0, seed_sd=seed_sd)
        assert found is not None
        assert (found.shape, found.seed_sd) == (shape, seed_sd)


def test_level_noise_is_called_overfitting_rarely() -> None:
    """At most a few in a hundred, over many draws of noise."""
    called = [
        read(made(np.full(60, 1.0), wobble=0.05, rng=rng)).shape == "overfitting"
        for rng in range(300)
    ]
    assert np.mean(called) < 0.03


def test_a_rise_of_one_seed_alone_is_not_called() -> None:
    """Where seeds disagree, the rise is theirs and not the training's."""
    own = made(np.repeat(FALLING[None], 3, axis=0)[0], wobble=0.002)
    own.valid[0] += 0.02 * np.clip(EPOCHS - 30, 0, None)
    assert read(own).shape != "overfitting"


def test_a_curve_that_still_falls_is_improving() -> None:
    """Its best epoch is the last."""
    found = read(made(3 - 0.02 * EPOCHS, wobble=0.002), ignorance=3.0)
    assert found.shape == "improving"
    assert found.best_epoch >= 58


def test_a_curve_that_has_ended_falling_is_level() -> None:
    """The first epoch that is as good as the best comes long before the last."""
    found = read(made(1 + np.exp(-EPOCHS / 4), wobble=0.001))
    assert found.shape == "level"
    assert found.low < 30


def test_the_scale_of_losses_does_not_matter() -> None:
    """Tenfold losses are read alike."""
    rising = FALLING + 0.01 * np.clip(EPOCHS - 30, 0, None)
    one, ten = made(rising, wobble=0.005), made(10 * rising, wobble=0.05)
    assert read(one, 2.0).best_epoch == read(ten, 20.0).best_epoch
    assert read(one, 2.0).shape == read(ten, 20.0).shape


def test_losses_below_zero_are_losses() -> None:
    """Nothing is divided by a loss."""
    found = read(made(FALLING - 5, wobble=0.001), ignorance=-3.0)
    assert found.shape in {"level", "improving"}
    assert found.gain == pytest.approx(1.0, abs=0.05)


def test_one_seed_is_read_without_a_spread() -> None:
    """Nothing is known of luck, and nothing fails."""
    assert read(made(FALLING, seeds=1)).seed_sd == 0.0


def test_stale_epochs_count_only_before_the_best() -> None:
    """The longest wait that was worth it."""
    curve = np.array([2.0, 1.5, 1.6, 1.6, 1.6, 1.0, 1.1, 1.1, 1.1, 1.1, 1.1, 1.1])
    assert read(made(curve, seeds=1)).stale == 4.0


def test_events_become_curves() -> None:
    """Rows by label, columns by epoch; a seed that ended leaves no number, a lost one is lost."""

    def told(label: str, epoch: float, loss: float | None) -> EpochMeasured:
        metrics = {} if loss is None else {"accuracy": 1 - loss}
        return EpochMeasured(
            label=label, epoch=epoch, train_loss=loss, valid_loss=loss, metrics=metrics
        )

    said = [told("a", 1, 0.5), told("b", 1, 0.6), told("other", 3, 0.1), told("a", 2, 0.4)]
    found = curves.gathered([*said, told("b", 1.5, None)], ["a", "b"])
    np.testing.assert_array_equal(found.epochs, [1, 2])
    np.testing.assert_array_equal(found.valid, [[0.5, 0.4], [0.6, np.nan]])
    np.testing.assert_array_equal(found.metrics["accuracy"], [[0.5, 0.6], [0.4, np.nan]])
    np.testing.assert_array_equal(found.best, [0.4, np.nan])
    assert found.best_epochs[0] == 2


def test_nothing_is_read_where_every_seed_is_lost() -> None:
    """There is no curve to speak of."""
    lost = Curves(EPOCHS, np.ones((2, 60)), np.ones((2, 60)), {}, np.ones(2, bool))
    assert curves.read_curves(lost, ignorance=1.0) is None
