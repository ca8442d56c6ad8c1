"""Does the screen know what to ask, what it costs, and what was seen so far?"""

import msgspec
import pytest
import recorded
import recorded_probes as others
from conftest import acts, spec

from tuner_engine import events as said
from tuner_engine.recipe import Recipe
from tuner_engine.specs import Command
from tuner_engine.state import RunState, fold_all
from tuner_tui.ui import forecast, questions, saying
from tuner_tui.ui.questions import BY_COMMAND, QUESTIONS
from tuner_tui.ui.widgets.briefing import lines
from tuner_tui.ui.widgets.questions import Word, fitting
from tuner_tui.ui.widgets.standings import bar, rows


def measured(recipe: Recipe, *names: str) -> Recipe:
    settings = {
        name: msgspec.structs.replace(recipe.settings[name], basis="measured") for name in names
    }
    return recipe.measured(settings)


def test_everything_that_can_be_run_can_be_asked() -> None:
    """And going round the table comes back to the beginning."""
    assert set(BY_COMMAND) == set(Command.__args__)
    asked: Command = "probe-lr"
    for _ in QUESTIONS:
        asked = questions.neighbour(asked, 1)
    assert asked == "probe-lr"
    assert questions.neighbour("probe-lr", -1) == QUESTIONS[-1].command


def test_what_comes_next_is_what_is_not_known_yet() -> None:
    """After the rate the epochs; once those are measured, the batch; then a training."""
    state, recipe = fold_all(recorded.whole_run()), recorded.recipe()
    assert questions.following(state, recipe) == "probe-epochs"
    assert questions.following(state, measured(recipe, "epochs")) == "probe-batch"
    assert questions.following(state, measured(recipe, "epochs", "batch_size")) == "train"


def test_overfitting_leads_to_regularisation() -> None:
    """An onset is a reason to look for a remedy."""
    state = fold_all(others.epochs_run())
    assert questions.following(state, recorded.recipe()) == "probe-regularization"


def test_trainings_that_all_diverge_lead_back_to_the_rate() -> None:
    """Where a verdict's own words name another probe; elsewhere nothing is suggested."""

    def after(verdict: str) -> Command | None:
        end = others.ended("epochs", "No.", verdict=verdict)
        return questions.following(fold_all([*others.begun("probe-epochs"), *end]), None)

    assert after("all-diverged") == "probe-lr"
    assert after("interrupted") is None


def test_nothing_comes_next_while_a_run_goes_on() -> None:
    """Or after one that failed."""
    failed = said.RunFinished(status="failed", exit_code=5)
    assert questions.following(fold_all(recorded.sweep_events()), None) is None
    assert questions.following(fold_all([*others.begun("train"), failed]), None) is None


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.command)
def test_every_question_says_its_cost_before_it_begins(question: questions.Question) -> None:
    """In full trainings from the probe's own plan, or in words where no plan knows."""
    told = forecast.cost(question.command, recorded.recipe())
    assert "full training" in told or question.costs or question.command == "tune"


def test_costs_are_those_of_the_plan() -> None:
    """One training is one training; a budget is never exceeded, so it is the cost."""
    assert forecast.cost("train", recorded.recipe()) == (
        "at most 1 full training of 1,000 steps: 1,000 steps"
    )
    assert "full trainings of 1,000 steps" in forecast.cost("probe-epochs", recorded.recipe())
    seeds = forecast.cost("probe-seeds", recorded.recipe())
    assert seeds == "at most 15 full trainings of 1,000 steps: 15,000 steps"
    assert "if they overfit, at most" in forecast.cost("probe-regularization", recorded.recipe())
    assert "to compile and time" in forecast.cost("probe-batch", recorded.recipe())
    assert "up to 60,000, with more seeds" in forecast.cost("probe-lr", recorded.recipe())
    assert "budget of 1:30" in forecast.cost("probe-lr", recorded.recipe(), budget_s=90)


def test_a_recipe_that_cannot_be_trained_has_no_cost() -> None:
    """A setting that is unset is not guessed."""
    recipe = recorded.recipe().chosen("batch_size", None)
    assert forecast.cost("train", recipe) == ""


def test_the_briefing_waits_for_the_recipe() -> None:
    """And then names what is known, the cost, and what it took before."""
    session = acts.Session(spec=spec())
    assert "waits" in [label for label, _, _ in lines("probe-lr", session, None)]
    told = {
        label: text
        for label, text, _ in lines("probe-epochs", acts.advised(session, recorded.recipe()), 65.0)
    }
    assert "epochs 100 (rule)" in told["now"]
    assert "1:05" in told["took"]


@pytest.mark.parametrize(
    ("events", "words"),
    [
        (list(recorded.sweep_events())[:9], "swept to"),
        ([*recorded.sweep_events(), *recorded.trial_events()], "best so far 0.00562 with loss"),
        (others.batch_run()[:7], "fastest so far 128"),
        (others.batch_run()[:8], "256 is too large"),
        (others.batch_run()[:10], "too weak a gradient to tell"),
        (others.batch_run()[:-2], "gradient noise like 90 examples (45 to 180) at epoch 5"),
        (others.epochs_run()[:-2], "best so far"),
        (others.train_run()[:-1], "best so far epoch 7 with loss 0.397, now 0.486"),
        (others.train_run()[:6], "still falling (1 seed)"),
    ],
)
def test_what_was_seen_so_far_is_said(events: list[said.AnyEvent], words: str) -> None:
    """In the words of what is being measured."""
    assert words in saying.so_far(fold_all(events))


def test_nothing_is_said_before_the_first_number() -> None:
    """A phase without numbers says nothing."""
    assert saying.so_far(RunState()) == ""
    assert all(saying.so_far(fold_all(run()[:3])) == "" for run in others.RUNS.values())


@pytest.mark.parametrize("width", [20, 40, 60, 80, 120, 200])
def test_the_chosen_question_and_the_front_chart_are_always_in_sight(width: int) -> None:
    """However narrow the line."""
    panes = [
        Word(name=str(at), text=text, chosen=at == 1)
        for at, text in enumerate(("Losses", "Metric", "Length", "More data", "Arms"))
    ]
    left, right = fitting("probe-regularization", panes, width=width)
    assert [word.name for word in left if word.chosen] == ["probe-regularization"]
    assert [word.text for word in right if word.chosen] == ["Metric"]


def test_an_interval_is_drawn_on_a_common_scale() -> None:
    """Its middle a dot, its ends where the others' are measured, too."""
    from tuner_tui.figures.standings import Standing

    standing = Standing(
        arm="a", values={}, middle=0.5, low=0.25, high=0.75, seeds=3, diverged=1, word="tie"
    )
    assert bar(standing, (0.0, 1.0), cells=9) == "··──●──··"
    assert bar(standing, (0.5, 0.5), cells=3) == "·●·"
    ((*_, word),) = rows([standing])
    assert word.text == "tie, 1 diverged"
