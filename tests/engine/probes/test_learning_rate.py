"""Does the probe find a rate where there is one, and say why where there is none?"""

import itertools
import math
from dataclasses import replace
from typing import NoReturn

import jax
import jax.numpy as jnp
import numpy as np
import problems
import pytest

from tuner_engine import events
from tuner_engine.events import AnyEvent, VerdictReached
from tuner_engine.leaving import Left
from tuner_engine.models import tabular
from tuner_engine.probes import learning_rate, plan
from tuner_engine.probes.bench import Bench
from tuner_engine.probes.terms import Terms
from tuner_engine.specs import Effort, Hyperparameters
from tuner_engine.state import fold_all
from tuner_engine.training import courses, fitting
from tuner_engine.training.program import Program
from tuner_engine.training.task import Task, Variables

LONG = problems.settings(epochs=80)
SGD = problems.settings(optimizer="sgd", schedule="constant", batch_size=8, epochs=100)


WIDE = problems.settings(hidden_width=64)


@pytest.fixture(scope="module")
def noise_alone(device: None) -> Program:
    """A wide model of shuffled labels."""
    task = tabular.task(problems.blobs(shuffled=True), WIDE)
    return fitting.fitted(task, WIDE, lanes=plan.MOST_LANES).program


def probed(
    task: Task, settings: Hyperparameters, terms: Terms | None = None
) -> tuple[list[AnyEvent], VerdictReached]:
    """Return every event of a probe, and its verdict."""
    program = fitting.fitted(task, settings, lanes=plan.MOST_LANES).program
    told = list(learning_rate.probe(program, settings, terms or Terms()))
    return told, verdict(told)


def verdict(told: list[AnyEvent]) -> VerdictReached:
    assert isinstance(told[-1], VerdictReached)
    return told[-1]


def test_a_table_that_can_be_learnt_gives_a_rate(told: list[AnyEvent]) -> None:
    """Three clouds are told apart best at a rate between harmless and breaking."""
    found = verdict(told)
    setting = found.settings["learning_rate"]
    assert found.verdict == "ok"
    assert isinstance(setting.value, float)
    assert 1e-3 < setting.value < found.reading["edge"]  # type: ignore[operator]
    assert setting.range is not None
    assert setting.range[0] <= setting.value <= setting.range[1]  # type: ignore[operator]
    assert setting.evidence == ("run-1",)
    assert found.reading["reach"] == 2.0


def told_terms() -> Terms:
    return Terms(seed=5, evidence="run-1", effort="standard")


def test_where_full_trainings_take_no_time_they_are_done(program: Program) -> None:
    """Unasked, and whatever the speed of the machine; a dear task gets the standard plan."""
    told = list(learning_rate.probe(program, problems.settings(), Terms(seed=5)))
    assert fold_all(told).rungs[-1].horizon_share == 1.0
    assert verdict(told).confidence == "high"
    assert Bench(program, problems.settings(), Terms()).at_ease >= plan.cost(plan.PLENTY)
    assert Bench(program, problems.settings(epochs=10**6), Terms()).at_ease < 1


def test_where_luck_blurs_rates_more_seeds_are_trained(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At the greatest length, and no more than take no time."""
    for enough, fewest, most in ((1.0, 3, 3), (1e-9, 4, math.inf)):
        monkeypatch.setattr(plan, "TOLD_APART", enough)
        told = list(learning_rate.probe(program, LONG, Terms(seed=5)))
        assert fewest <= len({trial.seed for trial in longest(told)}) <= most
        assert cost(told) <= Bench(program, LONG, Terms()).at_ease + 1


def longest(told: list[AnyEvent]) -> list[events.Trial]:
    """Return every training of the whole length."""
    return [
        trial
        for event in told
        if isinstance(event, events.TrialsMeasured) and event.horizon_share == 1.0
        for trial in event.trials
    ]


def test_each_effort_costs_what_it_promises(program: Program, told: list[AnyEvent]) -> None:
    """At most two full trainings by the usual plan, sweep and all; at most half by the quick."""
    assert cost(told) <= 2.0
    quick = list(learning_rate.probe(program, LONG, Terms(seed=5, effort="quick")))
    assert cost(quick) <= 0.5
    assert verdict(quick).settings["learning_rate"].value


def test_a_thorough_probe_extrapolates_nothing(program: Program) -> None:
    """Every candidate is trained in full, and by several seeds, so that their noise is known."""
    told = list(learning_rate.probe(program, problems.settings(), Terms(effort="thorough")))
    found = verdict(told)
    assert (found.reading["reach"], found.reading["drift"]) == (1.0, 0.0)
    assert found.reading["noise"] is not None
    assert {rung.horizon_share for rung in fold_all(told).rungs} == {1.0}


def cost(told: list[AnyEvent]) -> float:
    """Return all steps that lanes took, in full trainings."""
    state = fold_all(told)
    return (state.steps_before + state.lane_steps) / (LONG.epochs * 8)


def test_events_come_in_their_order(told: list[AnyEvent]) -> None:
    """The sweep, then the trials, then one verdict; nothing follows it."""
    kinds = [type(event) for event in told]
    phases = [event.phase for event in told if isinstance(event, events.PhaseStarted)]
    assert phases[0] == "sweep"
    assert set(phases[1:]) == {"trials"}
    trials = next(i for i, event in enumerate(told) if event is not told[0] and _is_phase(event))
    assert events.TrialsMeasured not in kinds[:trials]
    assert events.SweepMeasured not in kinds[trials:]
    assert kinds.count(VerdictReached) == 1


def _is_phase(event: AnyEvent) -> bool:
    return isinstance(event, events.PhaseStarted)


def test_the_sweep_is_told_whole(told: list[AnyEvent]) -> None:
    """The points add up to one rising curve with a row per seed."""
    state = fold_all(told)
    assert len(state.sweep) == 1  # a short training spares one lane
    assert {len(row) for row in state.sweep} == {len(state.learning_rates)}
    assert np.all(np.diff(state.learning_rates) > 0)


def test_steps_never_go_backwards_within_a_phase(told: list[AnyEvent]) -> None:
    """Progress counts up, and ends at what all lanes took."""
    taken = 0
    for event in told:
        if isinstance(event, events.PhaseStarted):
            taken = 0
        if isinstance(event, events.StepsTaken):
            assert event.lane_steps >= taken
            taken = event.lane_steps
    rungs = fold_all(told).rungs
    assert taken == sum(trial.steps for rung in rungs for trial in rung.trials)


def test_rungs_grow_and_finish(told: list[AnyEvent]) -> None:
    """The ladder is climbed, each rung over the same seeds at every rate."""
    rungs = fold_all(told).rungs
    shares = [rung.horizon_share for rung in rungs]
    assert shares == sorted({rung.horizon_share for rung in plan.STANDARD})
    assert len(rungs[-1].trials) == sum(rung.lanes for rung in plan.CLOSING)
    for rung in rungs:
        assert rung.finished
        seeds = {
            rate: sorted(trial.seed for trial in trials)
            for rate, trials in itertools.groupby(
                sorted(rung.trials, key=lambda trial: trial.learning_rate),
                key=lambda trial: trial.learning_rate,
            )
        }
        assert len({tuple(each) for each in seeds.values()}) == 1


@pytest.mark.parametrize("effort", ["quick", "standard"])
def test_an_effort_costs_no_more_than_it_may(program: Program, effort: Effort) -> None:
    """The sweep and rates past a border included, wherever the best rate lies."""
    for rate in (1e-6, 1e-2):
        settings = replace(LONG, learning_rate=rate)
        told = list(learning_rate.probe(program, settings, replace(told_terms(), effort=effort)))
        state = fold_all(told)
        trials = sum(trial.steps for rung in state.rungs for trial in rung.trials)
        swept = sum(len(row) for row in state.sweep)
        full = courses.full_steps(program.task, settings)
        assert swept + trials <= plan.MOST_TRAININGS[effort] * full + len(state.rungs)


def test_the_same_probe_gives_the_same_numbers(program: Program, told: list[AnyEvent]) -> None:
    """Without a budget nothing depends on the speed of the machine."""
    again = list(learning_rate.probe(program, LONG, told_terms()))
    assert again[-1] == told[-1]
    assert fold_all(again).rungs == fold_all(told).rungs


def test_nothing_is_trained_before_it_is_asked_for(program: Program) -> None:
    """The probe is lazy: its first event comes before any training."""
    running = learning_rate.probe(program, problems.settings(), Terms())
    assert isinstance(next(running), events.PhaseStarted)
    running.close()  # type: ignore[attr-defined]


@pytest.mark.parametrize("after", [events.PhaseStarted, events.SweepMeasured])
def test_a_stop_during_the_sweep_gives_no_number(program: Program, after: type[AnyEvent]) -> None:
    """What was swept is told; nothing was confirmed."""
    terms = Terms()
    told = _stopped(program, terms, lambda event: isinstance(event, after))
    assert (verdict(told).verdict, verdict(told).settings) == ("interrupted", {})
    assert len(fold_all(told).learning_rates) == learning_rate.READ_EVERY


def test_a_stop_during_the_first_rung_gives_no_number(program: Program) -> None:
    """Trainings that did not finish confirm nothing."""
    told = _stopped(program, Terms(), lambda event: isinstance(event, events.TrialsMeasured))
    assert verdict(told).verdict == "interrupted"


def test_a_stop_after_a_rung_keeps_what_it_found(program: Program) -> None:
    """A finished rung is evidence, extrapolated to the full length, at low confidence."""

    def second_rung(event: AnyEvent) -> bool:
        return isinstance(event, events.TrialsMeasured) and event.rung == 1

    found = verdict(_stopped(program, Terms(), second_rung))
    assert (found.verdict, found.confidence) == ("interrupted", "low")
    assert found.settings["learning_rate"].value


def _stopped(program: Program, terms: Terms, when) -> list[AnyEvent]:  # type: ignore[no-untyped-def]
    told = []
    for event in learning_rate.probe(program, LONG, terms):
        told.append(event)
        if when(event):
            terms.stop.set()
    return told


@pytest.mark.parametrize("rung", [None, 0, 1])
def test_a_chunk_that_is_left_ends_the_probe_like_a_stop(
    program: Program, monkeypatch: pytest.MonkeyPatch, rung: int | None
) -> None:
    """In the sweep, in the first rung and after it: what was measured before it is kept."""
    terms = Terms()

    def left(*_: object) -> NoReturn:
        raise Left("taking a step", 1.0)

    def there(event: AnyEvent) -> bool:
        if isinstance(event, events.SweepMeasured):
            return rung is None
        return isinstance(event, events.TrialsMeasured) and event.rung == rung

    told = []
    for event in learning_rate.probe(program, LONG, terms):
        told.append(event)
        if there(event):
            terms.stop.set()
            monkeypatch.setattr(Program, "advance", left)
    assert verdict(told).verdict == "interrupted"
    assert bool(verdict(told).settings) == (rung == 1)
    assert fold_all(told).learning_rates


class Ticking:
    """A clock that moves on whenever it is read, and leaps when told to."""

    def __init__(self, tick_s: float = 0.0) -> None:
        self.now_s, self.tick_s = 0.0, tick_s

    def __call__(self) -> float:
        self.now_s += self.tick_s
        return self.now_s


@pytest.mark.parametrize("budget_s", [1e-3, 25.0])
def test_a_budget_spent_in_the_sweep_is_too_small(program: Program, budget_s: float) -> None:
    """The sweep ends with the budget, and nobody calls half a curve flat."""
    terms = Terms(budget_s=budget_s, clock=Ticking(5.0))
    told = list(learning_rate.probe(program, problems.settings(), terms))
    assert (verdict(told).verdict, verdict(told).settings) == ("budget-too-small", {})
    assert "--budget" in verdict(told).summary


def test_a_budget_too_short_for_any_rung_is_too_small(program: Program) -> None:
    """Time that is left but pays for no training is no divergence."""
    clock = Ticking()
    terms = Terms(budget_s=1.0, clock=clock)
    told = []
    for event in learning_rate.probe(program, problems.settings(), terms):
        told.append(event)
        clock.now_s = 1.0 - 1e-7
    assert verdict(told).verdict == "budget-too-small"


def test_a_budget_spent_after_a_rung_keeps_its_number(program: Program) -> None:
    """When time runs out later rungs are left out, and the verdict reaches further."""
    clock = Ticking()
    terms = Terms(budget_s=60.0, clock=clock)
    told = []
    for event in learning_rate.probe(program, LONG, terms):
        told.append(event)
        if isinstance(event, events.TrialsMeasured) and event.finished:
            clock.now_s = 3600.0
    assert verdict(told).verdict == "ok"


@pytest.mark.parametrize("effort", ["quick", "standard", None])
def test_shuffled_labels_give_no_rate(noise_alone: Program, effort: Effort | None) -> None:
    """Where there is nothing to learn there is no best rate, even if it can be memorised."""
    for seed in (0, 20, 40):
        *_, found = learning_rate.probe(noise_alone, WIDE, Terms(seed=seed, effort=effort))
        assert isinstance(found, VerdictReached)
        assert found.verdict in ("flat", "not-learning")
        assert found.settings == {}


@pytest.mark.parametrize("effort", ["quick", "standard", None])
def test_a_model_too_small_for_its_task_still_has_a_best_rate(
    device: None, effort: Effort | None
) -> None:
    """Capacity limits what is learnt, not whether rates can be told apart."""
    small = problems.settings(hidden_width=1, epochs=60)
    program = fitting.fitted(tabular.task(problems.blobs(), small), small, lanes=8).program
    *_, found = learning_rate.probe(program, small, Terms(effort=effort))
    assert isinstance(found, VerdictReached)
    assert found.verdict == "ok"
    assert 1e-3 < found.settings["learning_rate"].value < 0.5  # type: ignore[operator]


def test_a_validation_loss_that_never_falls_is_not_learning(device: None) -> None:
    """Training may improve as it likes: what counts is what was held out."""
    task = problems.quadratic()
    indifferent = problems.replaced(
        task, score=lambda variables, batch: {"loss": jnp.ones(batch["x"].shape)}
    )
    told, found = probed(indifferent, SGD)
    assert (found.verdict, found.settings) == ("not-learning", {})
    assert fold_all(told).rungs


def test_a_regression_gives_a_rate(device: None) -> None:
    """A linear target is learnt to its noise."""
    settings = problems.settings(schedule="linear")
    _, found = probed(tabular.task(problems.plane(), settings), settings)
    assert found.verdict == "ok"
    assert found.reading["best_loss"] < 0.1 * found.reading["constant_loss"]  # type: ignore[operator]


def test_the_edge_of_a_quadratic_lies_at_its_limit(device: None) -> None:
    """Momentum breaks at 2 (1 + β) / λ; a rising rate shows it within a factor of two."""
    curvature = 5.0
    long = problems.settings(optimizer="sgd", schedule="constant", batch_size=8, epochs=1500)
    _, found = probed(problems.quadratic(curvature), long)
    limit = 2 * (1 + 0.9) / curvature
    assert found.verdict == "ok"
    assert limit / 2 <= found.reading["edge"] <= limit * 2  # type: ignore[operator]


def _flat(variables: Variables) -> jax.Array:
    return 1.0 + 0 * variables.params["w"].sum()


def _broken(variables: Variables) -> jax.Array:
    return variables.params["w"].sum() * jnp.nan


def _falling(variables: Variables) -> jax.Array:
    return -jnp.tanh(variables.params["w"].sum())


@pytest.mark.parametrize(
    ("height", "name"),
    [(_flat, "flat"), (_falling, "never-diverged"), (_broken, "diverged-at-once")],
)
def test_a_curve_without_an_edge_is_named(device: None, height, name: str) -> None:  # type: ignore[no-untyped-def]
    """A loss that cannot fall, cannot break, or is broken from the start gives no number."""
    task = problems.one_weight(
        init=lambda key: Variables({"w": jnp.ones(1)}, {}), height=height, signature=name
    )
    told, found = probed(task, SGD)
    assert (found.verdict, found.settings) == (name, {})
    assert not fold_all(told).rungs
