"""Does a declaration become the task that it describes?"""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax
import own_tasks
import problems
import pytest
from sklearn.metrics import roc_auc_score

from tuner_engine.errors import TaskError, UsageError
from tuner_engine.events import VerdictReached
from tuner_engine.own import optimizers
from tuner_engine.probes import epochs
from tuner_engine.probes.terms import Terms
from tuner_engine.training import cohort, evaluation, fitting
from tuner_engine.training.task import Noise, Stream

KEY = jax.random.key(0)


def build(**parts: Any) -> Any:
    return own_tasks.built(own_tasks.declared(**parts))


def test_the_loss_is_the_persons() -> None:
    """Same parameters, same batch: the number that their function returns."""
    task = build()
    start = task.init(KEY)
    loss, _ = task.loss(start, task.train, KEY, Noise())
    expected, _ = own_tasks.loss(start.params, task.train)
    np.testing.assert_allclose(loss, expected, rtol=1e-6)


def test_a_split_scores_as_the_mean_over_its_examples() -> None:
    """Equal batches, so their mean is the mean over all 40 examples."""
    task = build()
    start = task.init(KEY)
    assert (task.score_block, task.score_size, task.valid_examples) == (1, 20, 40)
    blocks = [jax.tree.map(lambda array, n=n: array[n : n + 1], task.valid) for n in range(2)]
    scores = [task.score(start, block) for block in blocks]
    valid = {name: array[160:] for name, array in own_tasks.linear().items()}
    loss, metrics = own_tasks.loss(start.params, valid)
    assert np.mean([score["loss"] for score in scores]) == pytest.approx(float(loss), rel=1e-5)
    accuracy = np.mean([score["accuracy"] for score in scores])
    assert accuracy == pytest.approx(float(metrics["accuracy"].mean()), rel=1e-6)


def test_key_and_mode_reach_a_loss_that_names_them() -> None:
    """A key for every step, one key for all scoring, and whether the model trains."""

    def loss(params: Any, batch: Any, *, training: bool, key: Any) -> Any:
        return params["b"].sum() + jax.random.normal(key) + (0.0 if training else 100.0)

    task = build(loss=loss)
    start = task.init(KEY)
    block = jax.tree.map(lambda array: array[:1], task.valid)
    one, other = (
        float(task.loss(start, task.train, jax.random.key(n), Noise())[0]) for n in range(2)
    )
    assert one != other
    assert max(one, other) < 50
    scores = [float(task.score(start, block)["loss"][0]) for _ in range(2)]
    assert scores[0] == scores[1] > 50


def test_metrics_are_shown_as_the_person_wants_them() -> None:
    """Their function sees the means with the loss; without one the metrics are shown."""
    means = {"loss": 4.0, "accuracy": 0.5}
    assert build().report(means) == {"accuracy": 0.5}
    shown = build(metrics=lambda means: {"root": means["loss"] ** 0.5}).report(means)
    assert shown == {"root": 2.0}
    with pytest.raises(TaskError, match="KeyError: 'f1'"):
        build(metrics=lambda means: {"f1": means["f1"]})


@pytest.mark.parametrize(
    ("loss", "told"),
    [
        (lambda p, b: p["b"], r"an array float32\[2\], not one number; return its mean"),
        (lambda p, b: b["y"].sum(), "a scalar of int32, which has no gradient"),
        (lambda p, b: None, "returned nothing, not one number"),
        (lambda p, b: {"loss": p["b"].sum()}, "returned a dict, not one number"),
        (lambda p, b: (p["b"].sum(), p["b"]), "a scalar is allowed, or"),
        (lambda p, b: (p["b"].sum(), {}, {}), "a scalar is allowed, or"),
        (lambda p, b: (p["b"].sum(), {"loss": 1.0}), "a metric called 'loss'"),
        (lambda p, b: (p["b"].sum(), {"m": b["x"]}), r"metric m has shape \(20, 4\)"),
        (lambda p, b: p["b"] @ b["x"], "in <lambda>: TypeError: "),
        (lambda p, b: 1 / 0, "in <lambda>: ZeroDivisionError"),
        (lambda p, b, rng: p["b"].sum(), "missing 1 required positional argument: 'rng'"),
        (lambda p, b: float(p["b"].sum()), "ConcretizationTypeError: Abstract tracer"),
    ],
)
def test_a_loss_that_breaks_the_contract_is_named(loss: Any, told: str) -> None:
    """With what it returned and what is allowed, before anything is compiled."""
    with pytest.raises(TaskError, match=told) as caught:
        build(loss=loss)
    assert "site-packages" not in "".join(caught.value.trace)


def test_a_loss_with_state_returns_it() -> None:
    """Without the new state, the old one would stay for ever."""
    begun = {"init": lambda key: (own_tasks.init(key), {"n": 0}), "stateful": True}
    with pytest.raises(TaskError, match=r"the model has state, so a loss returns"):
        build(**begun, loss=lambda v, b: v[0]["b"].sum())
    with pytest.raises(TaskError, match="changes its structure"):
        build(**begun, loss=lambda v, b: (v[0]["b"].sum(), {"m": 1}))


@pytest.mark.parametrize(
    ("optimizer", "decays"),
    [
        (optax.adam, False),
        (optax.adamw, True),
        (lambda lr, wd: optax.adamw(lr, weight_decay=wd), True),
        (lambda learning_rate, *, weight_decay=0.0: optax.adamw(learning_rate), True),
        (lambda rate: optax.sgd(rate), False),
    ],
)
def test_an_optimizer_gets_what_it_takes(optimizer: Any, decays: bool) -> None:  # noqa: FBT001
    """The rate always; the decay by name, or as a second argument."""
    assert optimizers.decays(optimizer) is decays
    params = {"w": jnp.ones((2, 2))}
    made = optimizers.factory(optimizer, gradient_clip=None, params=params)(0.1, 0.5)
    made.update(params, made.init(params), params)


def test_clipping_comes_before_their_optimizer() -> None:
    """A gradient of norm 5 clipped to 1 moves a plain step by a fifth."""
    params = {"w": jnp.array([3.0, 4.0])}
    made = optimizers.factory(optax.sgd, gradient_clip=1.0, params=params)(1.0, 0.0)
    moved, _ = made.update(params, made.init(params), params)
    np.testing.assert_allclose(moved["w"], [-0.6, -0.8], rtol=1e-6)


@pytest.mark.parametrize(
    ("optimizer", "told"),
    [
        (lambda rate: optax.MultiSteps(optax.sgd(rate), 4), "accumulation="),
        (
            lambda rate: optax.chain(
                optax.MultiSteps(optax.sgd(rate), 4).gradient_transformation(), optax.scale(1.0)
            ),
            "accumulation=",
        ),
        (lambda rate: rate, "not an Optax optimizer"),
        (lambda rate, decay, momentum: None, "missing 1 required positional argument"),
    ],
)
def test_an_optimizer_whose_steps_are_no_updates_is_refused(optimizer: Any, told: str) -> None:
    """Steps, schedules and epochs count updates."""
    with pytest.raises(TaskError, match=told):
        build(optimizer=optimizer)


def test_schedules_are_arrays_or_those_of_optax() -> None:
    """Evaluated at every step; a rate of 0 still moves a little."""
    cosine = optimizers.multiples(lambda n: optax.cosine_decay_schedule(1.0, n), steps=5)
    np.testing.assert_allclose(cosine, 0.5 + 0.5 * np.cos(np.pi * np.arange(5) / 5), rtol=1e-5)
    given = optimizers.multiples(lambda n: np.linspace(0, 1, n), steps=5)
    np.testing.assert_allclose(given[1:], [0.25, 0.5, 0.75, 1.0])
    assert 0 < given[0] < 1e-30


@pytest.mark.parametrize(
    ("schedule", "told"),
    [
        (lambda n: np.ones(n + 1), r"shape \(9,\); one multiple for every step"),
        (lambda n: -np.ones(n), "runs from -1 to -1"),
        (lambda n: np.full(n, np.nan), "runs from nan"),
        (lambda n: optax.constant_schedule(1e-3), "peaks at 0.001, which looks like a learning"),
        (lambda n: 1 / 0, "ZeroDivisionError"),
    ],
)
def test_a_schedule_of_something_else_is_refused(schedule: Any, told: str) -> None:
    """Multiples of the peak are what the learning rate is multiplied by."""
    with pytest.raises(TaskError, match=told):
        own_tasks.built(own_tasks.declared(schedule=schedule), epochs=1)


def test_batches_become_a_stream_of_their_own_size() -> None:
    """Which no setting can change but an argument of the function."""
    data = own_tasks.linear(48)
    cut = [{n: a[i : i + 16] for n, a in data.items()} for i in (0, 16, 32)]
    task = own_tasks.built(own_tasks.declared(train=cut), batch_size=16)
    assert isinstance(task.train, Stream)
    assert (task.train.per_epoch, task.train.batch_size, task.train_examples) == (3, 16, 48)
    with pytest.raises(UsageError, match="batches have 16 examples"):
        own_tasks.built(own_tasks.declared(train=cut), batch_size=32)


# ── predictions ──────────────────────────────────────────────────────────────────────────────────


def logits(params: Any, batch: Any) -> jax.Array:
    return batch["x"] @ params["w"] + params["b"]


def both(params: Any, batch: Any) -> Any:
    return jax.nn.softmax(logits(params, batch)), batch["y"]


def second(params: Any, batch: Any) -> Any:
    return jax.nn.softmax(logits(params, batch))[:, 1], batch["y"] == 1


def unbalanced() -> dict[str, np.ndarray]:
    """Return examples of which every fifth is of the second class, and not quite told apart."""
    rng = np.random.default_rng(3)
    x = rng.normal(size=(300, 4)).astype(np.float32)
    seen = x[:, 0] - x[:, 1] + rng.normal(size=300)
    return {"x": x, "y": (seen > np.quantile(seen, 0.8)).astype(np.int32)}


@pytest.mark.parametrize("predict", [both, second])
def test_what_is_predicted_is_ranked_and_checked(predict: Any) -> None:
    """The area and the calibration of the best checkpoint, as they are computed from outside."""
    data = unbalanced()
    train, valid = ({name: rows[part] for name, rows in data.items()} for part in _parts())
    task = build(train=train, valid=valid, predict=predict)
    program = fitting.fitted(task, own_tasks.settings(), lanes=1, keep_best=True).program
    *_, last = cohort.train(program, [problems.lane(3e-2)], problems.course(30, every=10))
    found = evaluation.scores(program, last)
    best = program.fetched(last.state, last.slots).best
    assert best is not None
    params = jax.tree.map(lambda leaf: leaf[0], best.params)
    expected = np.asarray(jax.nn.softmax(logits(params, valid)))
    assert found["auc"] == pytest.approx(roc_auc_score(valid["y"], expected[:, 1]), rel=1e-5)
    assert found["auc"] > 0.7
    error = evaluation.calibration_error(expected, valid["y"])
    assert found["calibration_error"] == pytest.approx(error, rel=1e-3)


def _parts() -> tuple[slice, slice]:
    return slice(0, 200), slice(200, 300)


def test_logits_are_no_probabilities() -> None:
    """Nothing is claimed of what does not add up to one."""
    task = build(predict=lambda params, batch: (logits(params, batch), batch["y"]))
    program = fitting.fitted(task, own_tasks.settings(), lanes=1, keep_best=True).program
    *_, last = cohort.train(program, [problems.lane(1e-2)], problems.course(4, every=4))
    assert evaluation.scores(program, last) == {}


@pytest.mark.parametrize(
    ("predict", "said"),
    [
        (logits, r"returned an array float32\[20, 2\]; \(probabilities, classes\)"),
        (lambda p, b: (logits(p, b).mean(), b["y"]), r"float32\[\] for 20 examples"),
        (lambda p, b: (logits(p, b)[:7], b["y"]), r"float32\[7, 2\] for 20 examples"),
        (lambda p, b: (logits(p, b), b["x"]), r"classes an array float32\[20, 4\]"),
        (lambda p, b: (logits(p, b), 1.0 * b["y"]), r"classes an array float32\[20\]"),
    ],
)
def test_predictions_of_another_shape_are_refused_at_once(predict: Any, said: str) -> None:
    """Before anything is trained, with what is allowed."""
    with pytest.raises(TaskError, match=said):
        build(predict=predict)


def test_what_is_not_predicted_is_not_known() -> None:
    """The probe of epochs says so, and what would tell."""
    settings = own_tasks.settings(epochs=20, learning_rate=3e-2)
    for predict, said in ((None, "does not say what it predicts"), (both, "")):
        told = list(epochs.probe(build(predict=predict), settings, Terms()))
        verdict = told[-1]
        assert isinstance(verdict, VerdictReached)
        assert ("auc" in verdict.reading) == (predict is not None)
        assert said in verdict.summary
        assert ("not known" in verdict.summary) == (predict is None)
