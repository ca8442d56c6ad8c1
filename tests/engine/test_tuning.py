"""Is the probe's rate believed exactly as far as fresh seeds confirm it?"""

import math

import msgspec
import problems
import pytest

from tuner_engine import events, tuning
from tuner_engine.advice.revise import PRESET_CONFLICT
from tuner_engine.events import AnyEvent, EpochMeasured
from tuner_engine.models import tabular
from tuner_engine.probes import plan
from tuner_engine.probes.terms import Terms
from tuner_engine.recipe import Setting
from tuner_engine.state import fold_all
from tuner_engine.training import fitting
from tuner_engine.training.program import Program
from tuner_engine.tuning import Arm, arm, confirmed, epochs_setting

MEASURED = Setting(
    value=1e-2, basis="measured", confidence="high", why="Measured.", evidence=("run-1",)
)


def epoch(label: str, number: float, loss: float | None) -> EpochMeasured:
    return EpochMeasured(label=label, epoch=number, train_loss=1.0, valid_loss=loss, metrics={})


def test_an_arm_takes_the_best_checkpoint_of_each_seed() -> None:
    """Lowest validation loss, and where it lies; a seed that diverged has neither."""
    told = [
        *(epoch("a", n, loss) for n, loss in enumerate((0.9, 0.5, 0.7), 1)),
        epoch("b", 1.0, 0.4),
        epoch("b", 1.5, None),
        epoch("other", 1.0, 0.1),
    ]
    found = arm(1e-2, ["a", "b"], told)
    assert (found.rate, found.losses[0], found.epochs[0]) == (1e-2, 0.5, 2)
    assert math.isnan(found.losses[1])
    assert math.isnan(found.epochs[1])


def arms(*losses: tuple[float, ...]) -> list[Arm]:
    return [
        Arm(rate, each, (1.0,) * len(each))
        for rate, each in zip((1e-2, 1e-3), losses, strict=False)
    ]


def test_a_rate_that_does_better_is_confirmed_in_words() -> None:
    """The reason grows by what fresh seeds reached, and what the advice reached."""
    setting, caution = confirmed(MEASURED, arms((0.30, 0.32, 0.31), (0.4, 0.41, 0.42)))
    assert caution is None
    assert setting is not None
    assert setting.value == 1e-2
    assert "0.31 ± 0.0058" in setting.why
    assert "0.41 at the advised 0.001" in setting.why


def test_advice_that_clearly_wins_is_kept() -> None:
    """Seed by seed better by more than two standard errors."""
    won = arms((0.40, 0.42, 0.41), (0.30, 0.32, 0.31))
    assert confirmed(MEASURED, won, seed_sd=0.1)[1] is None  # seeds alone explain as much
    setting, caution = confirmed(MEASURED, won)
    assert setting is None
    assert caution is not None
    assert caution.code == "advice-beat-probe"


def test_advice_that_wins_by_luck_is_not_kept() -> None:
    """A difference within its error leaves the measured rate."""
    setting, caution = confirmed(MEASURED, arms((0.40, 0.42, 0.41), (0.39, 0.43, 0.40)))
    assert setting is not None
    assert caution is None


def test_a_measured_rate_that_diverges_is_not_taken() -> None:
    """One fresh seed lost is enough."""
    setting, caution = confirmed(MEASURED, arms((0.4, math.nan, 0.4), (0.5, 0.5, 0.5)))
    assert setting is None
    assert caution is not None
    assert caution.code == "confirmation-diverged"
    assert caution.message.startswith("1 of 3")


def test_advice_that_diverges_confirms_the_measured_rate() -> None:
    """The words say so, and hold no figure that is none."""
    setting, caution = confirmed(MEASURED, arms((0.4, 0.41, 0.4), (0.5, math.nan, 0.5)))
    assert caution is None
    assert setting is not None
    assert "divergence at the advised" in setting.why
    assert "nan" not in setting.why


def told_epochs(*epochs: float, schedule: str = "constant"):  # type: ignore[no-untyped-def]
    recipe = problems.recipe(problems.blobs(), schedule=schedule, epochs=50)
    best = Arm(1e-2, (0.3,) * len(epochs), epochs)
    return epochs_setting(recipe, best, evidence="run-1")


def test_epochs_are_the_median_of_the_best_checkpoints() -> None:
    """Rounded up to whole epochs, with the seeds' extremes as the range."""
    setting, caution = told_epochs(10.2, 12.0, 11.5)
    assert caution is None
    assert (setting.value, setting.range, setting.unit) == (12, (11, 12), "epochs")
    assert setting.evidence == ("run-1",)


def test_a_best_checkpoint_at_the_end_asks_for_more_epochs() -> None:
    """Whatever the schedule."""
    for schedule in ("constant", "cosine"):
        setting, caution = told_epochs(49.0, 50.0, 48.0, schedule=schedule)
        assert setting is None
        assert caution.code == "epochs-too-few"


def test_a_schedule_that_knows_its_end_measures_no_epochs() -> None:
    """Fewer epochs would be another schedule."""
    assert told_epochs(10.0, 12.0, schedule="cosine") == (None, None)


def test_a_lost_seed_measures_no_epochs() -> None:
    """A training that diverged has no best checkpoint."""
    assert told_epochs(10.0, math.nan) == (None, None)


@pytest.fixture(scope="module")
def program(device: None) -> Program:
    settings = problems.settings()
    task = tabular.task(problems.blobs(), settings)
    return fitting.fitted(task, settings, lanes=plan.MOST_LANES).program


def tuned(program: Program, **changes: object) -> list[AnyEvent]:
    recipe = problems.recipe(problems.blobs(), **changes)
    return list(tuning.tune(program, recipe, Terms(evidence="run-1")))


def test_tuning_measures_confirms_and_revises(program: Program) -> None:
    """The whole way: probe, fresh seeds beside the advice, and a recipe with the evidence."""
    told = tuned(program, learning_rate=1e-5)
    state = fold_all(told)
    phases = [event.phase for event in told if isinstance(event, events.PhaseStarted)]
    assert (phases[0], phases[-1]) == ("sweep", "confirm")
    assert isinstance(told[-1], events.RecipeAdvised)
    rate = told[-1].recipe.settings["learning_rate"]
    assert (rate.basis, rate.evidence) == ("measured", ("run-1",))
    assert "Fresh seeds reach" in rate.why
    labels = {event.label for event in state.epochs}
    assert len(labels) == 2 * tuning.CONFIRMING_SEEDS
    tried = {trial.seed for rung in state.rungs for trial in rung.trials}
    assert not tried & {int(label.split()[-1]) for label in labels}


def test_a_measured_rate_against_what_is_published_is_said(program: Program) -> None:
    """The recipe that tuning ends with shows the conflict, and does not average it."""
    recipe = problems.recipe(problems.blobs())
    usual = msgspec.structs.replace(
        recipe.settings["learning_rate"], value=1e-6, range=(1e-7, 1e-5), basis="preset"
    )
    settings = {**recipe.settings, "learning_rate": usual}
    told = list(tuning.tune(program, msgspec.structs.replace(recipe, settings=settings), Terms()))
    tuned = fold_all(told).recipe
    assert tuned is not None
    assert tuned.settings["learning_rate"].basis == "measured"
    assert PRESET_CONFLICT in {caution.code for caution in tuned.warnings}


def test_a_locked_rate_stays(program: Program) -> None:
    """What a person chose is measured, and kept."""
    recipe = problems.recipe(problems.blobs()).chosen("learning_rate", 0.02)
    told = list(tuning.tune(program, recipe, Terms()))
    assert fold_all(told).recipe.settings["learning_rate"].value == 0.02  # type: ignore[union-attr]


def test_a_stop_before_any_score_leaves_the_probes_rate(program: Program) -> None:
    """Trainings that never got to a score neither confirm nor refute."""
    terms = Terms()
    recipe = problems.recipe(problems.blobs(), learning_rate=1e-5)
    told = []
    for event in tuning.tune(program, recipe, terms):
        told.append(event)
        if isinstance(event, events.PhaseStarted) and event.phase == "confirm":
            terms.stop.set()
    state = fold_all(told)
    assert state.recipe is not None
    assert state.recipe.settings["learning_rate"].basis == "measured"
    assert "diverged" not in str(state.cautions)
