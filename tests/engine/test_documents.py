"""Does a run's document hold what its events said, and nothing else?"""

import problems
import pytest

from tuner_engine import events
from tuner_engine.documents import document
from tuner_engine.events import AnyEvent
from tuner_engine.recipe import Recipe
from tuner_engine.results import ProbeResult, TrainResult
from tuner_engine.state import RunState, fold_all
from tuner_engine.workload import Caution

DATASET = problems.blobs()
RECIPE = problems.recipe(DATASET)
CAUTION = Caution(code="made", message="Made for a test.")


def state(command: str, *told: AnyEvent) -> RunState:
    return fold_all(
        [
            events.RunStarted(run_id="run-1", command=command, pid=1, started="2025-01-02"),
            events.DataProfiled(profile=DATASET.profile),
            events.RecipeAdvised(recipe=RECIPE),
            *told,
        ]
    )


def written(of: RunState):  # type: ignore[no-untyped-def]
    return document(
        of, status="done", created="2025-01-02", version="1.2", environment={"jax": "1"},
        full_steps=100,
    )  # fmt: skip


def epoch(number: float, valid: float | None) -> events.EpochMeasured:
    return events.EpochMeasured(
        label="seed 0", epoch=number, train_loss=1.0, valid_loss=valid, metrics={"accuracy": 0.5}
    )


def test_a_training_names_its_best_and_its_last_checkpoint() -> None:
    """Best by validation loss, ties to the earlier; final is where it ended."""
    compiled = events.ProgramCompiled(phase="train", compile_s=1.0, layout="map/scan")
    told = (compiled, epoch(1, 0.5), epoch(2, 0.3), epoch(3, 0.3), epoch(4, 0.6))
    found = written(state("train", *told))
    assert isinstance(found, TrainResult)
    assert found.best is not None
    assert found.final is not None
    assert (found.best.epoch, found.final.epoch, len(found.history)) == (2, 4, 4)
    assert found.test is None
    assert found.environment == {"jax": "1", "layout": "map/scan"}
    assert (found.run_id, found.tool.version) == ("run-1", "1.2")


def test_a_training_that_never_scored_has_no_best() -> None:
    """Divergence is written as it was told."""
    found = written(state("train", epoch(0.5, None)))
    assert found.best is None
    assert found.final.valid_loss is None
    assert written(state("train")).final is None


def test_a_test_score_is_taken_over() -> None:
    """From the event, as it is."""
    told = events.TestMeasured(label="seed 0", loss=0.4, metrics={"accuracy": 0.9})
    found = written(state("train", epoch(1, 0.5), told))
    assert (found.test.loss, found.test.metrics) == (0.4, {"accuracy": 0.9})


def test_a_probe_holds_its_sweep_its_lanes_and_its_cost() -> None:
    """Curves and lanes come from the events; cost counts all phases."""
    trial = events.Trial(learning_rate=0.1, seed=1, steps=50, valid_loss=None, best_epoch=0.0)
    found = written(
        state(
            "probe-lr",
            events.PhaseStarted(phase="sweep", lanes=2, lane_steps=4, plan="a plan"),
            events.SweepMeasured(learning_rates=(1.0, 2.0), losses=((1.0, None), (2.0, 3.0))),
            events.StepsTaken(phase="sweep", lane_steps=4),
            events.PhaseStarted(phase="trials", lanes=1, lane_steps=50, plan="a plan"),
            events.TrialsMeasured(rung=0, horizon_share=0.5, trials=(trial,), finished=True),
            events.StepsTaken(phase="trials", lane_steps=46),
            events.CautionRaised(caution=CAUTION),
            events.VerdictReached(
                probe="learning-rate",
                verdict="flat",
                summary="Nothing fell.",
                confidence="low",
                settings={},
            ),
        )
    )
    assert isinstance(found, ProbeResult)
    assert found.curves["sweep"].y == ((1.0, None), (2.0, 3.0))
    assert [(lane.learning_rate, lane.horizon_share) for lane in found.lanes] == [(0.1, 0.5)]
    assert (found.cost.steps, found.cost.full_trainings) == (50, 0.5)
    assert found.warnings == (CAUTION,)
    assert found.recipe == RECIPE


def test_a_tuning_leaves_its_recipe_with_the_cautions() -> None:
    """Warnings of the advice come first, then what turned up."""
    found = written(state("tune", events.CautionRaised(caution=CAUTION)))
    assert isinstance(found, Recipe)
    assert found.warnings == (CAUTION,)
    assert found.settings == RECIPE.settings


@pytest.mark.parametrize("command", ["train", "tune", "probe-lr"])
def test_a_run_without_a_recipe_leaves_no_document(command: str) -> None:
    """Nothing was said, so nothing is written."""
    with pytest.raises(ValueError, match="no document"):
        written(RunState(command=command))
