"""What did somebody's loss return, and what their predictions?

A loss returns a scalar, or a scalar and metrics; with state, a scalar and the new state, and maybe
metrics. Predictions are probabilities of classes, and the true classes.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp

from tuner_engine.errors import TaskError
from tuner_engine.printable import printable

RESERVED = ("loss", "weight")
"""Names that no metric may have, because they mean something else to the cohort."""


class Outcome(NamedTuple):
    """One call of a loss.

    Attributes:
        loss: float32 scalar.
        state: As returned; none where the model keeps its own.
        metrics: float32 scalars by name.
    """

    loss: jax.Array
    state: Any
    metrics: dict[str, jax.Array]


def is_measured_only(returned: Any, *, state: Any) -> bool:
    """Return whether a loss returned no new state, but a scalar alone or beside metrics.

    Args:
        returned: By the person's function.
        state: What the model has; metrics are named otherwise.
    """
    if not isinstance(returned, tuple):
        return True
    known = state.get("state") if isinstance(state, Mapping) else None
    names = known.keys() if isinstance(known, Mapping) else ()
    return (
        len(returned) == 2
        and isinstance(returned[1], Mapping)
        and not returned[1].keys() & set(names)
    )


def read(returned: Any, *, stateful: bool) -> Outcome:
    """Return what a loss returned, in its parts.

    Args:
        returned: By the person's function.
        stateful: Whether the second part is the model's new state.

    Raises:
        TaskError: It is none of what a loss may return.
    """
    parts = returned if isinstance(returned, tuple) else (returned,)
    if stateful and len(parts) not in {2, 3}:
        raise TaskError(
            f"loss returned {_worded(returned)}; the model has state, so a loss returns "
            "(scalar, new state) or (scalar, new state, metrics)"
        )
    if not stateful and (len(parts) > 2 or not all(isinstance(p, Mapping) for p in parts[1:])):
        raise TaskError(
            f"loss returned {_worded(returned)}; a scalar is allowed, or (scalar, metrics) with a "
            "dict of metrics; a model made by init= that returns (parameters, state) says so by "
            "stateful=True"
        )
    metrics = parts[-1] if len(parts) == (3 if stateful else 2) else {}
    if not isinstance(metrics, Mapping):
        raise TaskError(f"loss returned a {type(metrics).__name__} for metrics; a dict is allowed")
    return Outcome(
        loss=_scalar(parts[0]),
        state=parts[1] if stateful else None,
        metrics={str(name): _metric(str(name), value) for name, value in metrics.items()},
    )


def predictions(returned: Any, *, examples: int) -> tuple[jax.Array, jax.Array]:
    """Return probabilities [examples, classes] and the true classes [examples], int32.

    Args:
        returned: By the person's function.
        examples: Of the batch that it got.

    Raises:
        TaskError: It is none of what predictions may be.
    """
    if not isinstance(returned, tuple) or len(returned) != 2:
        raise TaskError(
            f"predict returned {_worded(returned)}; (probabilities, classes) is allowed"
        )
    found, classes = (jnp.asarray(part) for part in returned)
    wide = found.ndim == 2 and found.shape[1] > 1
    if not (wide or found.ndim == 1) or found.shape[:1] != (examples,):
        raise TaskError(
            f"predict returned probabilities {_worded(found)} for {examples} examples; "
            f"[{examples}, classes] is allowed, or [{examples}] of the second of two classes"
        )
    whole = jnp.issubdtype(classes.dtype, jnp.integer) or classes.dtype == jnp.bool_
    if classes.shape != (examples,) or not whole:
        raise TaskError(
            f"predict returned classes {_worded(classes)} for {examples} examples; whole numbers "
            f"[{examples}] are allowed"
        )
    both = found if wide else jnp.stack([1 - found, found], axis=1)
    return both.astype(jnp.float32), classes.astype(jnp.int32)


def _scalar(value: Any) -> jax.Array:
    number = isinstance(value, int | float) or hasattr(value, "shape")
    if not number or jnp.shape(value) != ():
        raise TaskError(
            f"loss returned {_worded(value)}, not one number; return its mean over the batch, as "
            "loss.mean()"
        )
    if not jnp.issubdtype(jnp.result_type(value), jnp.floating):
        kind = jnp.result_type(value)
        raise TaskError(f"loss returned a scalar of {kind}, which has no gradient; return a float")
    return jnp.asarray(value, jnp.float32)


def _metric(name: str, value: Any) -> jax.Array:
    if name in RESERVED:
        raise TaskError(f"loss returned a metric called {name!r}; give it another name")
    if jnp.ndim(value) > 1:
        raise TaskError(
            f"the metric {printable(name)} has shape {jnp.shape(value)}; a number is allowed, or "
            "one for each example"
        )
    return jnp.mean(jnp.asarray(value, jnp.float32))


def _worded(value: Any) -> str:
    if isinstance(value, tuple):
        return f"({', '.join(map(_worded, value))})"
    if hasattr(value, "dtype") and hasattr(value, "shape"):
        return f"an array {value.dtype}{list(value.shape)}"
    return "nothing" if value is None else f"a {type(value).__name__}"
