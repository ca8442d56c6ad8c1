"""What becomes of a recipe once something was measured?"""

from collections.abc import Callable
from math import sqrt

import pytest

from tuner_engine.advice.revise import revise
from tuner_engine.recipe import Recipe, SeedNoise, Setting, Value

Advise = Callable[..., Recipe]


def measured(value: Value, bounds: tuple[Value, ...] | None = None) -> Setting:
    return Setting(
        value=value,
        range=bounds,
        scale="log",
        basis="measured",
        confidence="high",
        why="Measured.",
        sources=("measured on this data",),
        evidence=("run-1",),
    )


def codes(recipe: Recipe) -> set[str]:
    return {caution.code for caution in recipe.warnings}


def test_measurement_replaces_advice(advised: Advise) -> None:
    """A measured rate is taken as it is, with its evidence."""
    revised = revise(advised(), {"learning_rate": measured(2e-3)})
    assert revised.settings["learning_rate"] == measured(2e-3)


def test_the_noise_of_seeds_is_kept_until_it_is_measured_anew(advised: Advise) -> None:
    """Whatever else is revised meanwhile."""
    one, other = (SeedNoise(sd=sd, seeds=6, evidence="run") for sd in (0.1, 0.2))
    known = revise(advised(), {}, seed_noise=one)
    assert revise(known, {"learning_rate": measured(2e-3)}).seed_noise == one
    assert revise(known, {}, seed_noise=other).seed_noise == other


def test_measured_batch_carries_the_rate_along(advised: Advise) -> None:
    """Four times the batch takes twice Adam's rate by rule F7, until that is measured."""
    before = advised()
    batch = int(before.values()["batch_size"] or 0)
    after = revise(before, {"batch_size": measured(4 * batch)})
    rate, was = after.settings["learning_rate"], before.settings["learning_rate"]
    assert rate.value == pytest.approx(2 * float(was.value or 0))
    assert (rate.basis, after.settings["batch_size"].basis) == ("rule", "measured")
    assert any("F7" in source for source in rate.sources)
    assert f"at {4 * batch:,}" in rate.why


def test_sgd_moves_in_proportion(advised: Advise) -> None:
    """Rule F8 is SGD's."""
    before = advised(optimizer="sgd")
    batch = int(before.values()["batch_size"] or 0)
    after = revise(before, {"batch_size": measured(2 * batch)})
    was = float(before.values()["learning_rate"] or 0)
    assert after.values()["learning_rate"] == pytest.approx(2 * was)


def test_rate_measured_with_the_batch_is_not_carried(advised: Advise) -> None:
    """What was measured at the new batch needs no rule."""
    after = revise(advised(), {"batch_size": measured(1024), "learning_rate": measured(3e-3)})
    assert after.settings["learning_rate"] == measured(3e-3)


def test_rate_measured_before_is_carried_from_its_measurement(advised: Advise) -> None:
    """An earlier measurement is a better start than advice, and says so."""
    before = revise(advised(), {"learning_rate": measured(4e-3, (2e-3, 8e-3))})
    batch = int(before.values()["batch_size"] or 0)
    rate = revise(before, {"batch_size": measured(2 * batch)}).settings["learning_rate"]
    assert rate.value == pytest.approx(4e-3 * sqrt(2), rel=0.05)
    assert "measured at batch" in rate.why
    assert rate.evidence == ("run-1",)


def test_locked_values_stay(advised: Advise) -> None:
    """Neither a measurement nor a rule moves what a person locked."""
    before = advised(learning_rate=5e-3)
    after = revise(
        before, {"batch_size": measured(1024), "learning_rate": measured(5e-4, (1e-4, 1e-3))}
    )
    assert after.settings["learning_rate"] == before.settings["learning_rate"]
    assert "lock-against-measurement" in codes(after)


def test_lock_inside_what_was_measured_is_no_conflict(advised: Advise) -> None:
    """A person who is about right is not told otherwise."""
    after = revise(advised(learning_rate=5e-4), {"learning_rate": measured(6e-4, (1e-4, 1e-3))})
    assert "lock-against-measurement" not in codes(after)


def test_preset_against_measurement_shows_both(advised: Advise) -> None:
    """A measurement outside what is published is taken, and both are named."""
    after = revise(advised(), {"learning_rate": measured(0.05)})
    said = {caution.code: caution.message for caution in after.warnings}
    assert after.values()["learning_rate"] == 0.05
    assert "0.05" in said["preset-against-measurement"]
    assert "1e-5 to 0.01" in said["preset-against-measurement"]


def test_agreement_raises_nothing(advised: Advise) -> None:
    """A measurement inside what is published needs no word."""
    assert revise(advised(), {"learning_rate": measured(2e-3)}).warnings == ()


def test_conflict_is_forgotten_once_it_is_gone(advised: Advise) -> None:
    """A later revision repeats no earlier conflict."""
    first = revise(advised(), {"learning_rate": measured(0.05)})
    second = revise(first, {"learning_rate": measured(2e-3)})
    assert "preset-against-measurement" not in codes(second)
