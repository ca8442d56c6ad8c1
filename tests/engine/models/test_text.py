"""Does a text encoder read the text, and nothing but the text?"""

from collections.abc import Callable

import families
import jax
import jax.numpy as jnp
import numpy as np
import problems
import pytest
from flax import nnx

from tuner_engine.models import text
from tuner_engine.models.text_encoder import TextEncoder, mean

Reader = Callable[[jax.Array], jax.Array]


@pytest.fixture(scope="module")
def encoder(device: None) -> Reader:
    def made() -> TextEncoder:
        return TextEncoder(vocabulary=11, length=9, layers=1, width=16, outputs=3, rngs=nnx.Rngs(0))

    model = nnx.jit(made)()
    kernel = jax.random.normal(jax.random.key(0), model.head.kernel.shape)
    model.head.kernel[...] = kernel  # it begins at zero, where every text is alike
    graph, state = nnx.split(model)
    return jax.jit(lambda tokens: nnx.merge(graph, state)(tokens))


def test_padding_changes_nothing(encoder: Reader) -> None:
    """A text has the same logits in a longer row."""
    short = jnp.asarray([[3, 5, 2, 7]])
    long = jnp.asarray([[3, 5, 2, 7, 0, 0, 0]])
    np.testing.assert_allclose(encoder(short), encoder(long), atol=1e-5)


def test_the_order_of_words_counts(encoder: Reader) -> None:
    """Positions are part of what is read."""
    one, other = jnp.asarray([[3, 5, 2, 7]]), jnp.asarray([[7, 2, 5, 3]])
    assert not np.allclose(encoder(one), encoder(other))


def test_an_empty_text_has_logits(encoder: Reader) -> None:
    """Finite ones."""
    assert np.isfinite(encoder(jnp.zeros((1, 4), jnp.int32))).all()


def test_the_mean_is_over_real_tokens(device: None) -> None:
    """And zero where there are none."""
    x = jnp.asarray([[[1.0], [3.0], [9.0]], [[5.0], [5.0], [5.0]]])
    real = jnp.asarray([[True, True, False], [False, False, False]])
    np.testing.assert_allclose(mean(x, real), [[2.0], [0.0]])


def test_the_task_counts_what_is_right(device: None) -> None:
    """Every class is as likely at first, and accuracy is a share of the texts."""
    task = text.task(families.texts(), problems.settings(model="text-encoder-tiny"))
    found = jax.jit(task.score)(jax.jit(task.init)(jax.random.key(0)), task.valid)
    np.testing.assert_allclose(found["loss"], np.log(families.CLASSES), rtol=1e-5)
    assert task.report({"loss": 1.0, "correct": 0.75}) == {"accuracy": 0.75}
