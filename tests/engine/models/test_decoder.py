"""Does a decoder see earlier tokens of its own segment, and nothing else?"""

from collections.abc import Callable

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from flax import nnx

from tuner_engine.models import attention
from tuner_engine.models.decoder import Decoder

VOCABULARY = 13


Reader = Callable[..., jax.Array]


@pytest.fixture(scope="module")
def decoder(device: None) -> Reader:
    model = nnx.jit(lambda: Decoder(vocabulary=VOCABULARY, layers=2, width=64, rngs=nnx.Rngs(0)))()
    graph, state = nnx.split(model)
    return jax.jit(lambda tokens, **rest: nnx.merge(graph, state)(tokens, **rest))


def tokens(*shape: int) -> np.ndarray:
    return np.random.default_rng(0).integers(1, VOCABULARY, shape)


def test_a_later_token_changes_no_earlier_prediction(decoder: Reader) -> None:
    """Only predictions from the changed place on are others."""
    before = tokens(1, 8)
    after = before.copy()
    after[0, 5] = before[0, 5] % (VOCABULARY - 1) + 1
    one, other = decoder(jnp.asarray(before)), decoder(jnp.asarray(after))
    np.testing.assert_array_equal(one[:, :5], other[:, :5])
    assert not np.allclose(one[:, 5:], other[:, 5:], atol=1e-4)


def test_packed_examples_do_not_see_each_other(decoder: Reader) -> None:
    """Each is predicted as if it were alone, wherever in the row it lies."""
    first, second = tokens(1, 4), tokens(1, 4)[:, ::-1]
    row = np.concatenate([first, second, np.zeros((1, 2), int)], axis=1)
    segments = jnp.asarray([[1] * 4 + [2] * 4 + [0] * 2])
    packed = decoder(jnp.asarray(row), segments=segments)
    np.testing.assert_allclose(packed[:, :4], decoder(jnp.asarray(first)), atol=1e-4)
    np.testing.assert_allclose(packed[:, 4:8], decoder(jnp.asarray(second)), atol=1e-4)
    assert np.isfinite(packed).all()


def test_every_token_reads_all_earlier_ones(decoder: Reader) -> None:
    """The last prediction depends on the first token."""
    before = tokens(1, 8)
    after = before.copy()
    after[0, 0] = before[0, 0] % (VOCABULARY - 1) + 1
    one, other = decoder(jnp.asarray(before)), decoder(jnp.asarray(after))
    assert not np.allclose(one[:, -1], other[:, -1], atol=1e-5)


def test_it_begins_knowing_little(decoder: Reader) -> None:
    """The first loss is near that of a guess, as the head begins small."""
    row = jnp.asarray(tokens(16, 12))
    nats = -jax.nn.log_softmax(decoder(row[:, :-1]))
    found = jnp.take_along_axis(nats, row[:, 1:, None], axis=-1).mean()
    assert float(found) == pytest.approx(np.log(VOCABULARY), rel=0.1)


def test_scores_of_rotated_heads_depend_on_distance_alone(device: None) -> None:
    """A query and a key moved by equally many places agree as before."""
    rng = np.random.default_rng(0)
    query, key = (jnp.asarray(np.tile(rng.normal(size=32), (12, 1))) for _ in range(2))
    scores = np.asarray(attention.rotated(query) @ attention.rotated(key).T)
    for distance in range(-11, 12):
        diagonal = np.diagonal(scores, distance)
        np.testing.assert_allclose(diagonal, diagonal[0], rtol=1e-3, atol=1e-3)
    assert np.ptp(scores) > 1


def test_queries_that_share_a_key_read_what_it_holds(device: None) -> None:
    """Grouped heads give what repeated keys and values give."""
    rng = np.random.default_rng(0)
    query = jnp.asarray(rng.normal(size=(2, 6, 5, 8)), jnp.float32)
    keys, values = (jnp.asarray(rng.normal(size=(2, 2, 5, 8)), jnp.float32) for _ in range(2))
    mask = jnp.asarray(np.tril(np.ones((1, 5, 5), bool)))
    shared = attention.attend(query, keys, values, mask=mask)
    repeated = (jnp.repeat(part, 3, axis=1) for part in (keys, values))
    np.testing.assert_allclose(
        shared, attention.attend(query, *repeated, mask=mask), rtol=1e-5, atol=1e-6
    )


def test_attention_mixes_by_softmax(device: None) -> None:
    """Written out for one head."""
    rng = np.random.default_rng(0)
    query, keys, values = rng.normal(size=(3, 1, 1, 4, 8))
    scores = query[0, 0] @ keys[0, 0].T / np.sqrt(8)
    weights = np.exp(scores) / np.exp(scores).sum(-1, keepdims=True)
    found = attention.attend(*(jnp.asarray(part) for part in (query, keys, values)))
    np.testing.assert_allclose(found[0, 0], weights @ values[0, 0], rtol=1e-5)
