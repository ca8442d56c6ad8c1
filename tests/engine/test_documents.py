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


def test_a_probe_holds_what_it_compared() -> None:
    """A lane for each training with its arm and its steps, and the curves of each arm."""
    lanes = [
        events.Training(label="all, seed 0", arm="all", seed=0),
        events.Training(label="half, seed 0", arm="half", seed=0, values={"data_share": 0.5}),
        events.Training(label="64, seed 0", arm="64", seed=0, values={"batch_size": 64.0}),
        events.Training(label="lost, seed 0", arm="lost", seed=0),
    ]

    def told(label: str, number: float, valid: float | None) -> events.EpochMeasured:
        return events.EpochMeasured(
            label=label, epoch=number, train_loss=valid, valid_loss=valid, metrics={}
        )

    verdict = events.VerdictReached(
        probe="epochs", verdict="ok", summary="Seen.", confidence="low", settings={}
    )
    found = written(
        state(
            "probe-epochs",
            events.LanesStarted(phase="epochs", lanes=tuple(lanes)),
            *(told(lane.label, number, 1 / number) for lane in lanes[:3] for number in (4.0, 8.0)),
            told("lost, seed 0", 4.0, 0.5),
            told("lost, seed 0", 4.5, None),
            verdict,
        )
    )
    assert [(lane.arm, lane.steps) for lane in found.lanes] == [
        ("all", 100),
        ("half", 50),
        ("64", 50),
        ("lost", 56),
    ]
    assert [lane.valid_loss for lane in found.lanes] == [0.125, 0.125, 0.125, None]
    assert found.curves["half: valid loss"].x == (4.0, 8.0)
    assert found.curves["half: valid loss"].y == ((0.25, 0.125),)


def test_a_probe_holds_the_batches_it_tried() -> None:
    """Speed over size, noise over epochs, and what became of every size."""
    ran = events.BatchTried(batch_size=8, outcome="ran", step_s=(0.1, 0.2, 0.4))
    large = events.BatchTried(batch_size=16, outcome="does-not-fit", why="large")
    noise = events.NoiseMeasured(epoch=1.0, noise_scale=None, micro_batches=4, micro_batch_size=2)
    verdict = events.VerdictReached(
        probe="batch-size", verdict="ok", summary="Seen.", confidence="low", settings={}
    )
    found = written(state("probe-batch", large, ran, noise, verdict))
    assert found.batches == (ran, large)
    assert found.curves["throughput"].y == ((40.0,),)
    assert found.curves["noise scale"].y == ((None,),)
