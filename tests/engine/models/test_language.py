"""Does a language task learn and score exactly the tokens that it should?"""

import dataclasses
from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

import families
import jax
import jax.numpy as jnp
import numpy as np
import problems
import pytest

from tuner_engine.models import language
from tuner_engine.training.task import Batch, Noise, Task, Variables

KEY, QUIET = jax.random.key(0), Noise()


@pytest.fixture(autouse=True)
def _device(device: None) -> None: ...


def settings() -> problems.Hyperparameters:
    return problems.settings(model="decoder-1m", hidden_layers=1, hidden_width=32)


class Compiled(NamedTuple):
    """A task with its first variables, its loss and gradient, and its scores."""

    task: Task
    start: Variables
    loss: Callable[..., Any]
    score: Callable[..., Any]


@cache
def compiled(kind: str) -> Compiled:
    task = language.task(families.dataset(kind), settings())
    start = jax.jit(task.init)(KEY)

    def loss(batch: Batch) -> Any:
        def loss_of(params: Any) -> Any:
            return task.loss(start._replace(params=params), batch, KEY, QUIET)[0]

        return jax.value_and_grad(loss_of)(start.params)

    return Compiled(task, start, jax.jit(loss), jax.jit(lambda batch: task.score(start, batch)))


def test_every_token_but_the_first_is_scored() -> None:
    """The training loss is the mean of the scores where nothing is masked."""
    task, _, measure, score = compiled("passages")
    found = score(task.valid)
    loss, _ = measure(task.train)
    assert found["loss"].shape == found["correct"].shape == (8,)
    assert float(loss) == pytest.approx(float(found["loss"].mean()), rel=1e-5)
    assert task.weight is None
    assert "weight" not in found


def test_only_completions_are_learnt() -> None:
    """Tokens to be learnt are counted, but never one predicted from another example."""
    task, _, measure, score = compiled("pairs")
    assert task.weight is not None
    found = score(task.valid)
    # Of the places 2, 3, 4, 6 and 7, number 4 begins a segment.
    np.testing.assert_array_equal(found["weight"], [4.0] * 8)
    assert float(task.weight(task.train)) == 32.0
    loss, _ = measure(task.train)
    assert float(loss) == pytest.approx(float(found["loss"].mean()), rel=1e-5)


@pytest.mark.parametrize("place", [4, 8, 9])
def test_what_is_not_learnt_costs_nothing(place: int) -> None:
    """The first token of a segment and padding may be anything as a label."""
    dataset = families.pairs()
    changed = {name: values.copy() for name, values in dataset.train.items()}
    changed["tokens"][:, place] = 1 + changed["tokens"][:, place] % (families.VOCABULARY - 1)
    # As a token that is read it may count, for the rest of its own segment.
    later = np.arange(10) >= place
    for part in (changed, kept := {**dataset.train}):
        part["learn"] = dataset.train["learn"] & ~later
        part["learn"][:, place] = dataset.train["learn"][:, place]
    before, after = (compiled("pairs").loss(part)[0] for part in (kept, changed))
    assert float(before) == float(after)


def test_a_batch_without_anything_to_learn_is_harmless() -> None:
    """Its loss is 0 and its gradient finite."""
    task, _, measure, score = compiled("pairs")
    batch = {**task.train, "learn": np.zeros((8, 10), bool)}
    loss, gradients = measure(batch)
    assert float(loss) == 0.0
    assert all(bool(jnp.all(leaf == 0)) for leaf in jax.tree.leaves(gradients))
    assert all(np.isfinite(np.asarray(value)).all() for value in score(batch).values())


def test_the_constant_loss_is_the_entropy_of_single_tokens() -> None:
    """Cross-entropy of validation under the counts of training, one added to each."""
    dataset = families.passages()
    train, valid = np.array([[1, 2, 2, 2]]), np.array([[5, 2, 1, 1]])
    dataset = dataclasses.replace(dataset, train={"tokens": train}, valid={"tokens": valid})
    counts = np.ones(families.VOCABULARY)
    counts[2] += 3
    shares = counts / counts.sum()
    expected = -(np.log(shares[2]) + 2 * np.log(shares[1])) / 3
    assert language.constant_loss(dataset) == pytest.approx(expected)


def test_the_constant_loss_knows_only_what_is_learnt() -> None:
    """Prompts, padding and beginnings of segments count for nothing."""
    dataset = families.pairs()
    other = {name: values.copy() for name, values in dataset.valid.items()}
    other["tokens"][:, [0, 1, 4, 5, 8, 9]] = 1
    changed = dataclasses.replace(dataset, train=other, valid=other)
    assert language.constant_loss(changed) == pytest.approx(language.constant_loss(dataset))


def test_metrics_are_in_the_units_of_the_tokenizer() -> None:
    """Bits per character where characters are tokens, and perplexity everywhere."""
    means = {"loss": float(np.log(8)), "correct": 0.25}
    found = compiled("passages").task.report(means)
    assert found == pytest.approx(
        {"perplexity": 8.0, "token_accuracy": 0.25, "bits_per_character": 3.0}
    )
    assert "bits_per_character" not in compiled("pairs").task.report(means)


def test_a_lost_training_still_has_a_perplexity() -> None:
    """A finite one."""
    task = compiled("passages").task
    assert np.isfinite(task.report({"loss": 1e6, "correct": 0.0})["perplexity"])
