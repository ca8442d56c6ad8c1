"""Are optimizers without a learning rate trained as the trials were, and reported, never chosen?"""

import jax
import jax.numpy as jnp
import numpy as np
import optax
import problems
import pytest

from tuner_engine import events
from tuner_engine.events import AnyEvent, VerdictReached
from tuner_engine.probes import learning_rate, rate_free
from tuner_engine.probes.terms import Terms
from tuner_engine.specs import RateFree
from tuner_engine.state import fold_all
from tuner_engine.training import cohort, courses, fitting
from tuner_engine.training.program import Program

LONG = problems.settings(epochs=80)


@pytest.fixture(scope="module")
def compared(program: Program) -> list[AnyEvent]:
    """A quick probe with two rivals."""
    rivals: tuple[RateFree, ...] = ("prodigy", "schedule_free_sgd")
    terms = Terms(seed=5, effort="quick", compare=rivals)
    return list(learning_rate.probe(program, LONG, terms))


def verdict(told: list[AnyEvent]) -> VerdictReached:
    assert isinstance(told[-1], VerdictReached)
    return told[-1]


def test_rivals_change_no_answer(program: Program, compared: list[AnyEvent]) -> None:
    """The setting is what it would be without them; they are figures beside it."""
    alone = list(learning_rate.probe(program, LONG, Terms(seed=5, effort="quick")))
    found, plain = verdict(compared), verdict(alone)
    assert found.settings == plain.settings
    assert set(found.reading) - set(plain.reading) == {"prodigy_loss", "schedule_free_sgd_loss"}
    assert fold_all(compared).rungs == fold_all(alone).rungs


def test_rivals_are_as_long_as_the_longest_trials(compared: list[AnyEvent]) -> None:
    """And each says so, with its loss beside theirs."""
    phases = [
        event
        for event in compared
        if isinstance(event, events.PhaseStarted) and event.phase == "branches"
    ]
    share = fold_all(compared).rungs[-1].horizon_share
    assert [phase.lane_steps for phase in phases] == [round(share * 80 * 8)] * 2
    cautions = fold_all(compared).cautions
    assert [caution.code for caution in cautions] == ["rate-free-compared"] * 2
    assert "prodigy reached" in cautions[0].message
    assert "epochs" in cautions[0].message


@pytest.mark.parametrize("name", rate_free.RIVALS)
def test_every_rival_learns(name: RateFree, device: None) -> None:
    """On a quadratic, each comes down from where it began."""
    settings = problems.settings(schedule="constant", batch_size=8, epochs=200, gradient_clip=1.0)
    task, settings = rate_free.contender(problems.quadratic(), settings, name)
    program = fitting.fitted(task, settings, lanes=1).program
    lane = courses.lane(settings, learning_rate=rate_free.RIVALS[name].rate, seed=0)
    *_, last = cohort.train(program, [lane], courses.course(task, settings))
    assert last.figures["loss"][0, -1] < 0.4


def test_a_schedule_free_rival_is_scored_at_the_average(device: None) -> None:
    """The weights that are scored are those that Optax evaluates, step by step."""
    settings = problems.settings(schedule="constant", batch_size=8, epochs=30, weight_decay=0.0)
    task, settings = rate_free.contender(problems.quadratic(), settings, "schedule_free_sgd")
    program = fitting.fitted(task, settings, lanes=1).program
    course = courses.course(task, settings)
    lane = courses.lane(settings, learning_rate=0.1, seed=0)
    chunks = list(cohort.train(program, [lane], course))
    found = np.concatenate([chunk.figures["loss"][0] for chunk in chunks])

    rates = jnp.asarray(0.1 * course.multiples)
    weight, state = jnp.ones(1), None
    for step, rate in enumerate(rates):
        rule = optax.contrib.schedule_free_sgd(rate, weight_decay=0.0)
        state = rule.init(weight) if state is None else state
        gradient = jax.grad(lambda w: 0.5 * jnp.sum(w**2))(weight)
        moves, state = rule.update(gradient, state, weight)
        weight = optax.apply_updates(weight, moves)
        average = optax.contrib.schedule_free_eval_params(state, weight)
        expected = float(0.5 * jnp.sum(jnp.square(average)))
        assert found[step] == pytest.approx(expected, rel=1e-4, abs=1e-6)
