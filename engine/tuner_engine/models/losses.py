"""What does one prediction cost?

Losses are per example or token, in nats, before any mean is taken.
"""

import jax
import optax

from tuner_engine.training.task import Noise


def cross_entropy(logits: jax.Array, labels: jax.Array, noise: Noise) -> jax.Array:
    """Return the training loss of each label, smoothed where a lane asks for it.

    Args:
        logits: float [..., classes].
        labels: Class indices [...].
        noise: Its label smoothing counts, a share or none.

    Returns:
        Nats, float [...].
    """
    exact: jax.Array = optax.softmax_cross_entropy_with_integer_labels(logits, labels)
    if noise.label_smoothing is None:
        return exact
    # A smoothed target is a mixture of the label and the uniform distribution; so is its loss.
    uniform: jax.Array = -jax.nn.log_softmax(logits).mean(-1)
    share: jax.Array = noise.label_smoothing
    return exact + share * (uniform - exact)
