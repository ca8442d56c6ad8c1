"""Does every verdict say what to do next, and give a number only where there is evidence?"""

from typing import get_args

import problems
import pytest

from tuner_engine.probes import verdicts
from tuner_engine.probes.optimum import Optimum
from tuner_engine.probes.readings import SweepReading, SweepVerdict

ADVICE = ("check", "look", "use", "train longer", "allow", "start", "take")
"""Verbs that begin a next step."""


def swept(verdict: SweepVerdict = "ok", edge: float | None = 0.1) -> SweepReading:
    return SweepReading(verdict, edge, initial_loss=2.3, drop=1.0, noise=0.01)


def found(**changes: object) -> Optimum:
    usual = {
        "best": 1e-2,
        "low": 5e-3,
        "high": 2e-2,
        "loss": 0.3,
        "noise": 0.01,
        "border": None,
        "survived": 5e-2,
        "lost": None,
        "slope": 0.0,
        "horizon_share": 1.0,
    }
    return Optimum(**{**usual, **changes})  # type: ignore[arg-type]


def judged(  # type: ignore[no-untyped-def]
    optimum: Optimum,
    *,
    constant_loss: float = 1.0,
    valid_examples: int = 500,
    interrupted: bool = False,
):
    return verdicts.of_trials(
        swept(),
        optimum,
        problems.settings(),
        constant_loss=constant_loss,
        valid_examples=valid_examples,
        evidence="run-1",
        interrupted=interrupted,
    )


@pytest.mark.parametrize("verdict", [name for name in get_args(SweepVerdict) if name != "ok"])
def test_a_sweep_without_an_edge_gives_a_next_step_and_no_number(verdict: SweepVerdict) -> None:
    """Each named verdict is a sentence with advice, at low confidence."""
    told = verdicts.of_sweep(swept(verdict, None), low=1e-6, high=1.0)
    assert told.verdict == verdict
    assert told.settings == {}
    assert told.confidence == "low"
    assert any(verb in told.summary.lower() for verb in ADVICE)


@pytest.mark.parametrize("verdict", verdicts.UNCONFIRMED_WORDS)
@pytest.mark.parametrize("edge", [None, 0.1])
def test_without_trials_there_is_a_next_step_and_no_number(
    verdict: str, edge: float | None
) -> None:
    """An edge that no training confirmed is told, and is no setting."""
    told = verdicts.without_trials(swept(edge=edge), verdict=verdict)
    assert told.settings == {}
    assert ("1.0e-01" in told.summary) is (edge is not None)
    assert any(verb in told.summary.lower() for verb in ADVICE)


def test_doing_no_better_than_a_constant_is_not_learning() -> None:
    """A rate that teaches nothing is no recommendation."""
    told = judged(found(loss=0.99), constant_loss=1.0)
    assert (told.verdict, told.settings) == ("not-learning", {})
    assert any(verb in told.summary.lower() for verb in ADVICE)


def test_a_full_training_gives_a_number_with_high_confidence() -> None:
    """Value, range, basis and evidence all follow from the reading."""
    told = judged(found())
    setting = told.settings["learning_rate"]
    assert (told.verdict, told.confidence) == ("ok", "high")
    assert (setting.value, setting.range) == (1e-2, (5e-3, 2e-2))
    assert (setting.basis, setting.evidence) == ("measured", ("run-1",))
    assert "0.01" in told.summary


def test_an_interrupted_probe_keeps_its_number_with_low_confidence() -> None:
    """What was measured is kept, and called what it is."""
    told = judged(found(), interrupted=True)
    assert (told.verdict, told.confidence) == ("interrupted", "low")
    assert told.settings["learning_rate"].value == 1e-2


@pytest.mark.parametrize(
    ("share", "confidence"), [(1.0, "high"), (0.7, "high"), (0.3, "medium"), (0.05, "low")]
)
def test_confidence_falls_with_the_reach_of_extrapolation(share: float, confidence: str) -> None:
    """The further the full length lies from what was measured, the less is claimed."""
    assert judged(found(horizon_share=share)).confidence == confidence


@pytest.mark.parametrize(("rows", "confidence"), [(500, "high"), (99, "medium"), (29, "low")])
def test_few_validation_rows_make_no_high_confidence(rows: int, confidence: str) -> None:
    """What a handful of rows tells apart is told as such."""
    told = judged(found(), valid_examples=rows)
    assert told.confidence == confidence
    assert (f"{rows} validation rows" in told.summary) is (rows < 100)


def test_noise_beside_what_training_gains_makes_low_confidence() -> None:
    """Rates that differ by luck are not told apart."""
    assert judged(found(noise=0.1, loss=0.9, best=1e-2)).confidence == "low"


def test_the_range_ends_at_the_edge() -> None:
    """No rate beyond which training breaks is worth searching."""
    assert judged(found(high=0.5)).settings["learning_rate"].range == (5e-3, 0.1)


def test_a_best_rate_at_the_border_is_told() -> None:
    """The true best may lie beyond."""
    told = judged(found(border="low"))
    assert told.confidence == "low"
    assert "lowest one tried" in told.summary


def test_trials_at_steady_rates_know_the_edge_better() -> None:
    """A rising rate shows it early or late; where a training was lost or survived is certain."""
    assert judged(found(lost=0.06)).reading["edge"] == 0.06
    assert judged(found(survived=0.3)).reading["edge"] == 0.3
    assert judged(found(survived=0.03, lost=0.9)).reading["edge"] == 0.1


def test_an_extrapolation_says_how_far_it_reaches() -> None:
    """Which lengths were trained, and how the best rate moves with length."""
    told = judged(found(horizon_share=0.25, slope=-0.2))
    assert told.reading["reach"] == 4.0
    assert "2 of about 8 epochs" in told.summary
    assert "-0.20 decades" in told.summary
