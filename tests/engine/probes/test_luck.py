"""Is luck measured without claiming to know it better than it is known?"""

import numpy as np
import pytest

from tuner_engine.probes import comparison, luck, luck_verdict
from tuner_engine.probes.curves import Curves
from tuner_engine.recipe import SeedNoise

FLAT = {
    "length": 1.0,
    "constant_loss": 2.0,
    "shared_order": False,
    "evidence": "run-1",
    "stopped": False,
}


def curve(best: np.ndarray) -> Curves:
    """Return seeds that were scored once each."""
    column = np.asarray(best, float)[:, None]
    return Curves(np.array([1.0]), column, column, {"accuracy": column}, np.isnan(column[:, 0]))


def test_the_interval_holds_the_true_spread() -> None:
    """In nine of ten draws of six seeds."""
    rng = np.random.default_rng(0)
    found = [luck.read_luck(rng.normal(scale=2.0, size=6)) for _ in range(1000)]
    assert np.mean([each.low <= 2.0 <= each.high for each in found]) == pytest.approx(0.9, abs=0.03)


def test_equal_arms_tie_and_enough_seeds_untie() -> None:
    """About 95 % of differences without a cause lie within the threshold of the true spread."""
    rng = np.random.default_rng(1)
    own = luck.Luck(mean=0.0, sd=1.0, low=1.0, high=1.0, seeds=99)
    gaps = rng.normal(size=(4000, 3)).mean(axis=1) - rng.normal(size=(4000, 3)).mean(axis=1)
    assert np.mean(np.abs(gaps) < own.tie_threshold(3)) == pytest.approx(0.954, abs=0.01)
    assert own.tie_threshold(own.seeds_for(0.5)) <= 0.5 < own.tie_threshold(own.seeds_for(0.5) - 1)


def test_the_verdict_says_what_it_takes() -> None:
    """The spread, the tie, each source, and the seeds for one percent of what is learnt."""
    found = {
        luck_verdict.EVERYTHING: curve(np.array([1.0, 1.02, 0.98, 1.01, 0.99, 1.0])),
        luck_verdict.ORDER: curve(np.array([1.0, 1.001, 0.999])),
    }
    verdict = luck_verdict.of(found, **FLAT)  # type: ignore[arg-type]
    sd = np.std([1.0, 1.02, 0.98, 1.01, 0.99, 1.0], ddof=1)
    assert verdict.verdict == "ok"
    assert verdict.reading["sd"] == pytest.approx(sd)
    assert verdict.reading["tie_threshold"] == pytest.approx(2 * sd * np.sqrt(2 / 3))
    assert verdict.reading["seeds_for_1pct"] == np.ceil(8 * (sd / 0.01) ** 2)
    assert verdict.reading["order_of_the_data_sd"] < sd / 5  # type: ignore[operator]
    assert verdict.settings == {}
    assert verdict.seed_noise == SeedNoise(sd=pytest.approx(sd), seeds=6, evidence="run-1")


def test_short_trainings_give_no_threshold_for_whole_ones() -> None:
    """Their spread is told, and not gone by later."""
    found = {luck_verdict.EVERYTHING: curve(np.array([1.0, 1.02, 0.98]))}
    verdict = luck_verdict.of(found, **{**FLAT, "length": 0.5})  # type: ignore[arg-type]
    assert verdict.reading["sd"] == pytest.approx(0.02)
    assert verdict.seed_noise is None


@pytest.mark.parametrize(
    ("best", "stopped", "expected"),
    [
        (None, True, "interrupted"),
        (None, False, "budget-too-small"),
        ([np.nan, np.nan, np.nan], False, "all-diverged"),
        ([1.0, np.nan, np.nan], False, "all-diverged"),
    ],
)
def test_without_results_there_is_a_reason(
    best: list[float] | None,
    stopped: bool,  # noqa: FBT001 - a parameter of the test
    expected: str,
) -> None:
    """Each with what to do next."""
    found = {} if best is None else {luck_verdict.EVERYTHING: curve(np.array(best))}
    verdict = luck_verdict.of(found, **{**FLAT, "stopped": stopped})  # type: ignore[arg-type]
    assert verdict.verdict == expected
    assert verdict.reading == {}


def test_paired_seeds_tell_small_differences_apart() -> None:
    """Luck that both share is not in the way."""
    base = np.array([1.0, 2.0, 3.0])
    found = comparison.standings(
        base,
        {"good": base[:2] - np.array([0.10, 0.11]), "tie": base[:2] + np.array([0.01, -0.01])},
        least=0.001,
    )
    assert found["good"].better
    assert found["tie"].tied


def test_what_seeds_explain_is_a_tie_however_pairs_agree() -> None:
    """Where the luck of seeds was measured on its own, its threshold is the least of all."""
    base = np.array([1.0, 2.0, 3.0])
    good = {"good": base - np.array([0.10, 0.11, 0.10])}
    assert comparison.standings(base, good, least=0.001, seed_sd=0.05)["good"].better
    found = comparison.standings(base, good, least=0.001, seed_sd=0.1)["good"]
    assert found.tied
    assert found.needed == pytest.approx(2 * 0.1 * np.sqrt(2 / 3))


def test_a_value_without_effect_is_said_to_have_none() -> None:
    """The same bits: the setting is not used."""
    found = comparison.standings([1.0, 2.0], {"idle": [1.0, 2.0]}, least=0.01)
    assert found["idle"].same
    assert found["idle"].tied


def test_a_lost_arm_is_neither_better_nor_a_tie() -> None:
    """Divergence is worse than any loss."""
    found = comparison.standings([1.0, 2.0], {"lost": [0.1, np.nan]}, least=0.01)
    assert found["lost"].lost
    assert not found["lost"].better
    assert not found["lost"].tied
