"""Does a table's task compute the losses and metrics that it names?"""

import jax
import jax.numpy as jnp
import numpy as np
import optax
import problems
import pytest

from tuner_engine.data import Dataset
from tuner_engine.models import tabular
from tuner_engine.training.task import Noise, Task, Variables

KEY = jax.random.key(0)


@pytest.fixture(scope="module")
def dataset(device: None) -> Dataset:
    return problems.blobs()


@pytest.fixture(scope="module")
def task(dataset: Dataset) -> Task:
    return tabular.task(dataset, problems.settings())


def test_hidden_layers_follow_he_and_biases_begin_at_zero(dataset: Dataset) -> None:
    """Weights have variance 2 / inputs (arXiv 1502.01852)."""
    wide = tabular.task(dataset, problems.settings(hidden_width=512, hidden_layers=2))
    params = wide.init(KEY).params
    second = params["hidden"][1]
    np.testing.assert_allclose(np.std(second["kernel"]), np.sqrt(2 / 512), rtol=0.02)
    assert not np.any(second["bias"])
    assert second["kernel"].shape == (512, 512)
    assert params["head"]["kernel"].shape == (512, problems.CLASSES)


def test_scores_are_cross_entropy_and_hits(task: Task, dataset: Dataset) -> None:
    """A zeroed head knows nothing: log 3 nats, and the first class every time."""
    variables = task.init(KEY)
    blank = {**variables.params, "head": jax.tree.map(jnp.zeros_like, variables.params["head"])}
    found = task.score(Variables(blank, variables.rest), task.valid)
    np.testing.assert_allclose(found["loss"], np.log(3), rtol=1e-5)
    np.testing.assert_array_equal(found["correct"], dataset.valid["y"] == 0)
    assert task.report({"loss": 1.0, "correct": 0.25}) == {"accuracy": 0.25}


def test_training_loss_is_the_mean_score(task: Task) -> None:
    """Without dropout or smoothing, training and scoring agree."""
    variables = task.init(KEY)
    loss, _ = task.loss(variables, task.valid, KEY, Noise())
    np.testing.assert_allclose(loss, task.score(variables, task.valid)["loss"].mean(), rtol=1e-6)


def test_dropout_is_random_in_training_and_absent_in_scoring(dataset: Dataset) -> None:
    """Another key gives another training loss; scores need none."""
    task = tabular.task(dataset, problems.settings())
    variables = task.init(KEY)
    losses = [
        float(task.loss(variables, task.valid, jax.random.key(n), Noise(dropout=0.5))[0])
        for n in (0, 0, 1)
    ]
    assert losses[0] == losses[1] != losses[2]


def test_label_smoothing_is_optaxs(dataset: Dataset) -> None:
    """A share of each label is spread over all classes while training."""
    task = tabular.task(dataset, problems.settings())
    variables = task.init(KEY)
    smooth = Noise(label_smoothing=0.1)
    hard, soft = (task.loss(variables, task.valid, KEY, noise)[0] for noise in (Noise(), smooth))
    assert float(hard) != float(soft)
    blank = jax.tree.map(jnp.zeros_like, variables.params)
    uniform = task.loss(Variables(blank, variables.rest), task.valid, KEY, smooth)[0]
    targets = optax.smooth_labels(jax.nn.one_hot(dataset.valid["y"], 3), 0.1)
    expected = optax.softmax_cross_entropy(jnp.zeros((100, 3)), targets).mean()
    np.testing.assert_allclose(uniform, expected, rtol=1e-5)


def test_knowing_nothing_costs_the_entropy_of_the_classes(task: Task, dataset: Dataset) -> None:
    """The best constant prediction of a training split, on validation."""
    shares = (np.bincount(dataset.train["y"]) + 1) / (len(dataset.train["y"]) + 3)
    assert task.constant_loss == pytest.approx(-np.log(shares)[dataset.valid["y"]].mean())


def test_a_class_seen_only_in_validation_costs_a_finite_loss(dataset: Dataset) -> None:
    """Every class of the workload is counted, seen or not."""
    wider = problems.blobs()
    wider.train["y"][:] = 0
    assert np.isfinite(tabular.task(wider, problems.settings()).constant_loss)


def test_regression_reports_in_the_targets_units() -> None:
    """RMSE is scaled back; R² of a perfect fit is 1, of the mean 0."""
    dataset = problems.plane()
    task = tabular.task(dataset, problems.settings())
    variables = task.init(KEY)
    found = {name: float(v.mean()) for name, v in task.score(variables, task.valid).items()}
    y = dataset.valid["y"]
    assert found["target_squared"] == pytest.approx(float(np.mean(y**2)), rel=1e-5)
    assert dataset.encoding.target_scale is not None
    perfect = task.report({**found, "loss": 0.0})
    assert perfect == {"rmse": 0.0, "r2": 1.0}
    naive = task.report({**found, "loss": float(np.var(y))})
    assert naive["r2"] == pytest.approx(0.0, abs=1e-5)
    assert naive["rmse"] == pytest.approx(
        float(np.std(y)) * dataset.encoding.target_scale.std, rel=1e-5
    )
    assert task.constant_loss == pytest.approx(float(np.mean(y**2)), rel=1e-5)
