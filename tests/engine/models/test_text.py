"""Does a model of texts read the text, and nothing but the text?"""

from collections.abc import Callable
from typing import Any

import families
import jax
import jax.numpy as jnp
import numpy as np
import problems
import pytest
from flax import nnx

from tuner_engine.models import text
from tuner_engine.models.text_bag import TextBag, hashed, largest
from tuner_engine.models.text_encoder import TextEncoder, mean

Reader = Callable[[jax.Array], jax.Array]


def made(build: Callable[[], TextBag | TextEncoder]) -> Reader:
    """Return a compiled model whose head tells texts apart."""
    model = nnx.jit(build)()
    kernel = jax.random.normal(jax.random.key(0), model.head.kernel.shape)
    model.head.kernel[...] = kernel  # it begins at zero, where every text is alike
    graph, state = nnx.split(model)
    return jax.jit(lambda tokens: nnx.merge(graph, state)(tokens))


@pytest.fixture(scope="module")
def encoder(device: None) -> Reader:
    sizes: dict[str, Any] = {"vocabulary": 11, "layers": 1, "width": 16, "outputs": 3}
    return made(lambda: TextEncoder(length=9, rngs=nnx.Rngs(0), **sizes))


@pytest.fixture(scope="module")
def bag(device: None) -> Reader:
    return made(lambda: TextBag(vocabulary=11, layers=2, width=16, outputs=3, rngs=nnx.Rngs(0)))


@pytest.fixture(params=["encoder", "bag"])
def reader(request: pytest.FixtureRequest) -> Reader:
    """Each model of texts in turn."""
    found: Reader = request.getfixturevalue(request.param)
    return found


def test_padding_changes_nothing(reader: Reader) -> None:
    """A text has the same logits in a longer row."""
    short = jnp.asarray([[3, 5, 2, 7]])
    long = jnp.asarray([[3, 5, 2, 7, 0, 0, 0]])
    np.testing.assert_allclose(reader(short), reader(long), atol=1e-5)


def test_the_order_of_words_counts(reader: Reader) -> None:
    """By their positions, or by the pairs that they make."""
    one, other = jnp.asarray([[3, 5, 2, 7]]), jnp.asarray([[7, 2, 5, 3]])
    assert not np.allclose(reader(one), reader(other))


def test_a_bag_knows_pairs_and_nothing_longer(bag: Reader) -> None:
    """Both texts hold 3 5, 5 2, 2 5, 5 7 and 7 5, and end alike."""
    one, other = jnp.asarray([[3, 5, 2, 5, 7, 5]]), jnp.asarray([[3, 5, 7, 5, 2, 5]])
    np.testing.assert_allclose(bag(one), bag(other), atol=1e-5)


def test_an_empty_text_has_logits(reader: Reader) -> None:
    """Finite ones."""
    assert np.isfinite(reader(jnp.zeros((1, 4), jnp.int32))).all()


def test_pairs_are_spread_evenly(device: None) -> None:
    """Rows are shared by about as many pairs as chance would have it, whatever the tokens are."""
    first, second = np.meshgrid(np.arange(1, 200), np.arange(1, 200))
    pairs = jnp.asarray(np.stack([first.ravel(), second.ravel()], axis=1))
    rows = np.asarray(hashed(pairs, 1024))
    counts = np.bincount(rows.ravel(), minlength=1024)
    assert counts.shape == (1024,)  # none beyond the last row
    assert 0.5 < counts.var() / counts.mean() < 1.5  # 1 by chance


def test_the_mean_is_over_real_tokens(device: None) -> None:
    """And zero where there are none."""
    x = jnp.asarray([[[1.0], [3.0], [9.0]], [[5.0], [5.0], [5.0]]])
    real = jnp.asarray([[True, True, False], [False, False, False]])
    np.testing.assert_allclose(mean(x, real), [[2.0], [0.0]])


def test_the_largest_is_of_real_tokens(device: None) -> None:
    """However small they are; and zero where there are none."""
    x = jnp.asarray([[[-1.0, 2.0], [-3.0, 4.0], [9.0, 9.0]], [[5.0, 5.0], [5.0, 5.0], [5.0, 5.0]]])
    real = jnp.asarray([[True, True, False], [False, False, False]])
    np.testing.assert_allclose(largest(x, real), [[-1.0, 4.0], [0.0, 0.0]])


def test_the_task_counts_what_is_right(device: None) -> None:
    """Every class is as likely at first, and accuracy is a share of the texts."""
    task = text.task(families.texts(), problems.settings(model="text-encoder-tiny"))
    found = jax.jit(task.score)(jax.jit(task.init)(jax.random.key(0)), task.valid)
    np.testing.assert_allclose(found["loss"], np.log(families.CLASSES), rtol=1e-5)
    assert task.report({"loss": 1.0, "correct": 0.75}) == {"accuracy": 0.75}
