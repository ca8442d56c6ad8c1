"""Do lanes train as they would alone, however the cohort is driven?"""

import logging
from collections.abc import Sequence

import jax
import numpy as np
import optax
import problems
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from problems import course, lane, rows, same, trained

from tuner_engine.training import cohort, order, schedules
from tuner_engine.training.cohort import Course
from tuner_engine.training.lane import Form
from tuner_engine.training.layouts import Layout
from tuner_engine.training.program import Program, compile_program
from tuner_engine.training.task import Noise, Task, Variables

LANES = [lane(1e-2, seed=3), lane(1e-3, seed=3, weight_decay=0.1), lane(3e-2, seed=4), lane(1e-4)]
COURSE = Course(multiples=schedules.multiples("cosine", steps=40), score_every=7)


def test_a_lane_alone_equals_the_same_lane_among_others(program: Program) -> None:
    """Neighbours, and the slot that a lane lies in, change none of its bits."""
    together = trained(program, LANES, COURSE)
    for number, own in enumerate(LANES):
        same(trained(program, [own], COURSE), rows(together, number))


@settings(max_examples=10)
@given(chunk_steps=st.integers(1, 60))
def test_cutting_a_course_otherwise_changes_no_number(program: Program, chunk_steps: int) -> None:
    """The length of chunks is about pace only: every bit stays."""
    whole = trained(program, LANES, COURSE, chunk_steps=60)
    same(trained(program, LANES, COURSE, chunk_steps=chunk_steps), whole)


def test_a_course_longer_than_one_call_is_trained_to_its_end(slope: Program) -> None:
    """More steps than one call takes are taken in several."""
    found = trained(slope, [lane(0.1)], course(600), chunk_steps=1000)
    assert found["taken"].tolist() == [600]
    assert np.isfinite(found["train"]).all()


def test_spare_slots_change_nothing(task: Task, program: Program) -> None:
    """A program with room for more lanes gives the bits of one that fits."""
    small = compile_program(task, program.form, program.layout, lanes=1)
    assert small.slots < program.slots
    same(trained(small, LANES[:1], COURSE), trained(program, LANES[:1], COURSE))


def test_too_many_lanes_are_refused(program: Program) -> None:
    """A program trains at most the lanes that it was compiled for."""
    with pytest.raises(ValueError, match="5 lanes for a program of 4"):
        next(cohort.train(program, [lane(1e-2)] * 5, COURSE))


def test_a_plain_loop_gives_the_same_losses(task: Task, program: Program) -> None:
    """Optax in a Python loop, on the same weights and the same order, loses as much each step."""
    mine = LANES[1]
    rates = mine.learning_rate * COURSE.multiples
    matrices = lambda params: jax.tree.map(lambda leaf: leaf.ndim >= 2, params)  # noqa: E731
    optimizer = optax.adamw(
        lambda count: jax.numpy.asarray(rates, jax.numpy.float32)[count],
        weight_decay=mine.weight_decay,
        mask=matrices,
    )
    init_key, step_key = jax.random.split(jax.random.key(mine.seed))
    variables = task.init(init_key)
    params, state = variables.params, optimizer.init(variables.params)
    batches = order.batches(
        seed=mine.seed, examples=256, batch_size=32, first_step=0, steps=COURSE.steps
    )

    @jax.jit
    def step(params, state, batch, key):  # type: ignore[no-untyped-def]
        def loss_of(params):  # type: ignore[no-untyped-def]
            return task.loss(Variables(params, variables.rest), batch, key, Noise())[0]

        loss, gradients = jax.value_and_grad(loss_of)(params)
        updates, state = optimizer.update(gradients, state, params)
        return optax.apply_updates(params, updates), state, loss

    losses = []
    for number, batch in enumerate(batches):
        examples = {name: array[batch] for name, array in task.train.items()}
        key = jax.random.fold_in(step_key, number)
        params, state, loss = step(params, state, examples, key)
        losses.append(float(loss))
    np.testing.assert_allclose(trained(program, [mine], COURSE)["train"][0], losses, rtol=2e-5)


def test_other_rates_decays_seeds_and_lengths_compile_nothing(
    program: Program, caplog: pytest.LogCaptureFixture
) -> None:
    """Everything that lanes and courses differ in is data to the program."""
    trained(program, LANES, COURSE)
    with jax.log_compiles(), caplog.at_level(logging.WARNING):
        for steps, every, patience in ((40, 7, None), (55, 3, 2), (9, None, None)):
            fresh = Course(
                multiples=np.linspace(1, 0.1, steps), score_every=every, patience=patience
            )
            trained(program, [lane(0.3, seed=99, weight_decay=0.5)], fresh)
        assert not _compiled(caplog)
        jax.jit(lambda x: x * 1.25)(1.0)
        assert _compiled(caplog), "the log shows compilations"


def _compiled(caplog: pytest.LogCaptureFixture) -> Sequence[str]:
    return [text for text in caplog.messages if text.startswith("Compiling")]


def test_the_last_step_is_always_scored(program: Program) -> None:
    """Scorings come every so many steps, and at the end of the course."""
    chunks = list(cohort.train(program, LANES, COURSE, chunk_steps=16))
    assert np.concatenate([chunk.scored_after for chunk in chunks]).tolist() == [
        7, 14, 21, 28, 35, 40,
    ]  # fmt: skip


def test_nothing_is_scored_unless_asked(program: Program) -> None:
    """A sweep scores nothing, not even at its end."""
    chunk = next(cohort.train(program, LANES, course(5), chunk_steps=5))
    assert chunk.scored_after.size == 0


@pytest.fixture(scope="module", params=problems.LAYOUTS, ids=str)
def laid_out(request: pytest.FixtureRequest, device: None) -> Program:
    """Under each layout, w falls by gradient 1 while the validation loss is lowest at w = -3."""
    task = problems.one_weight(
        init=lambda key: Variables({"w": jax.numpy.zeros(1)}, {}),
        height=lambda variables: variables.params["w"].sum(),
        target=lambda variables: (variables.params["w"].sum() + 3) ** 2,
    )
    form = Form(optimizer="sgd", batch_size=8, keep_best=True)
    return compile_program(task, form, request.param, lanes=3)


def heavy_ball(rate: float, steps: int) -> np.ndarray:
    """Return w after each step of momentum 0.9 along a constant gradient of 1."""
    speed, w, path = 0.0, 0.0, []
    for _ in range(steps):
        speed = 0.9 * speed + 1.0
        w -= rate * speed
        path.append(w)
    return np.array(path)


def test_patience_stops_a_lane_at_the_right_scoring(laid_out: Program) -> None:
    """A lane stops after so many scorings without a better one and keeps its best weights."""
    rates = (0.1, 0.05, 0.01)
    found = trained(laid_out, [lane(rate) for rate in rates], course(40, every=2, patience=3))
    for number, rate in enumerate(rates):
        path = heavy_ball(rate, 40)
        scores = (path[1::2] + 3) ** 2
        best = int(np.argmin(scores))
        taken = min(2 * (best + 1 + 3), 40)
        assert found["taken"][number] == taken
        np.testing.assert_allclose(found["params"][number], path[taken - 1], rtol=1e-5)
        np.testing.assert_allclose(found["best"][number], path[1::2][best], rtol=1e-5)
        assert np.isnan(found["train"][number, taken:]).all()
        assert np.isfinite(found["train"][number, :taken]).all()
    assert found["active"].tolist() == [False, False, True]
    assert not found["diverged"].any()


def test_training_ends_when_no_lane_is_active(laid_out: Program) -> None:
    """Nobody waits for lanes that have all stopped."""
    lanes = [lane(0.1)]
    chunks = list(cohort.train(laid_out, lanes, course(100, every=1, patience=1), chunk_steps=10))
    assert len(chunks) < 10
    assert not chunks[-1].active.any()


@pytest.fixture(scope="module", params=problems.LAYOUTS, ids=str)
def sliding(request: pytest.FixtureRequest, device: None) -> Program:
    """½ w² under each layout."""
    form = Form(optimizer="sgd", batch_size=8, keep_best=True)
    return compile_program(problems.quadratic(), form, request.param, lanes=3)


def test_a_diverging_lane_stops_alone_and_is_named(sliding: Program) -> None:
    """A loss that is not finite stops its lane and touches no other."""
    calm = [lane(0.1), lane(0.3)]
    found = trained(sliding, [calm[0], lane(1e3), calm[1]], course(60, every=20))
    assert found["diverged"].tolist() == [False, True, False]
    assert found["active"].tolist() == [True, False, True]
    assert found["taken"][1] < 20
    assert np.isnan(found["train"][1, found["taken"][1] :]).all()
    assert np.isnan(found["valid"][1]).all()
    same(rows(found, 0, 2), trained(sliding, calm, course(60, every=20)))


def test_momentum_breaks_where_the_theory_says(sliding: Program) -> None:
    """Heavy-ball steps on ½ λ w² converge below 2 (1 + β) / λ and diverge above."""
    limit = 2 * (1 + 0.9) / 1.0
    lanes = [lane(share * limit) for share in (0.5, 0.97, 1.03)]
    found = trained(sliding, lanes, course(600))
    assert found["diverged"].tolist() == [False, False, True]
    assert (found["train"][:2, -1] < 1e-6).all()


@pytest.mark.parametrize("layout", problems.LAYOUTS, ids=str)
def test_a_broken_step_is_not_scored(device: None, layout: Layout) -> None:
    """A lane whose training loss is infinite while its weights are not scores nothing."""
    task = problems.one_weight(
        init=lambda key: Variables({"w": jax.numpy.ones(1)}, {}),
        height=lambda variables: variables.params["w"].sum() + jax.numpy.inf,
        target=lambda variables: variables.params["w"].sum(),
    )
    program = compile_program(task, Form(optimizer="sgd", batch_size=8), layout, lanes=1)
    found = trained(program, [lane(0.1)], course(3, every=1))
    assert np.isnan(found["valid"]).all()
    assert found["diverged"].all()


def test_copies_go_on_from_where_one_lane_was(program: Program) -> None:
    """Its weights, its moments and its count of steps: copies take the same next steps."""
    first = next(iter(cohort.train(program, [LANES[0]], course(40), chunk_steps=20)))
    origin = program.fetched(first.state, first.slots)
    onward = course(20)
    copies = list(cohort.train(program, [LANES[0], LANES[0]], onward, origin=origin))
    fresh = list(cohort.train(program, [LANES[0]], onward))
    assert (copies[-1].taken == 40).all()
    one, other = copies[0].train_losses
    np.testing.assert_array_equal(one, other)
    assert not np.array_equal(one, fresh[0].train_losses[0])
