"""How does a pytree fall apart into what is trained, what else is an array, and all the rest?

Where a leaf belongs elsewhere, each part has a `None`, so that what is trained keeps the structure
that the person's own optimizer may know.
"""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from tuner_engine.errors import TaskError
from tuner_engine.printable import printable

Tree = Any
"""A pytree."""


def is_array(leaf: object) -> bool:
    """Return whether a leaf is an array, and not a number, a function or a word."""
    return isinstance(leaf, jax.Array | np.ndarray | np.generic)


def is_trained(leaf: Any) -> bool:
    """Return whether a leaf has a gradient: arrays of floats have, keys and counters have not."""
    return is_array(leaf) and jnp.issubdtype(leaf.dtype, jnp.inexact)


def where(keep: Any, tree: Tree) -> Tree:
    """Return the tree with `None` for every leaf that `keep` says no to."""
    return jax.tree.map(lambda leaf: leaf if keep(leaf) else None, tree)


def together(one: Tree, other: Tree) -> Tree:
    """Return the tree whose leaves are in one part or the other."""
    return jax.tree.map(
        lambda a, b: b if a is None else a, one, other, is_leaf=lambda leaf: leaf is None
    )


def without_keys(tree: Tree) -> Tree:
    """Return the tree with PRNG keys as the plain numbers that they hold."""
    return jax.tree.map(lambda leaf: jax.random.key_data(leaf) if _is_key(leaf) else leaf, tree)


class Keys:
    """Where a tree has PRNG keys.

    Args:
        tree: One with keys; abstract or not.
    """

    def __init__(self, tree: Tree) -> None:
        self._impls = [_impl(leaf) if _is_key(leaf) else None for leaf in jax.tree.leaves(tree)]

    def restored(self, tree: Tree) -> Tree:
        """Return a tree of `without_keys` with its keys in place again."""
        leaves, structure = jax.tree.flatten(tree)
        return jax.tree.unflatten(
            structure,
            [
                leaf if impl is None else jax.random.wrap_key_data(leaf, impl=impl)
                for leaf, impl in zip(leaves, self._impls, strict=True)
            ],
        )


def fitting(new: Tree, old: Tree) -> Tree:
    """Return new state in the types of the old one.

    Raises:
        TaskError: It has another structure, or an array another shape.
    """
    before, after = (dict(_leaves(tree)) for tree in (old, new))
    if before.keys() != after.keys():
        changed = sorted(before.keys() ^ after.keys())
        raise TaskError(
            f"the model's state changes its structure while training, at {_listed(changed)}; "
            "all of it has to be there from the beginning"
        )
    for name, leaf in after.items():
        if jnp.shape(leaf) != before[name].shape:
            raise TaskError(
                f"the model's state {_listed([name])} changes its shape while training, from "
                f"{before[name].shape} to {jnp.shape(leaf)}"
            )
    return jax.tree.map(lambda leaf, as_: jnp.asarray(leaf, as_.dtype), new, old)


def check_trainable(params: Tree) -> None:
    """Accept parameters that have a gradient.

    Raises:
        TaskError: There are none, or some are whole numbers.
    """
    leaves = list(_leaves(params))
    if not leaves:
        raise TaskError("the model has no parameters to train: no array of floats in it")
    for name, leaf in leaves:
        if not jnp.issubdtype(leaf.dtype, jnp.inexact):
            raise TaskError(
                f"the parameter {_listed([name])} is of type {leaf.dtype}, which has no gradient; "
                "make it a float, or no parameter (in NNX another kind of nnx.Variable)"
            )


def _leaves(tree: Tree) -> list[tuple[str, Any]]:
    found = jax.tree_util.tree_leaves_with_path(tree)
    return [(jax.tree_util.keystr(path), leaf) for path, leaf in found]


def _is_key(leaf: Any) -> bool:
    return hasattr(leaf, "dtype") and jnp.issubdtype(leaf.dtype, jax.dtypes.prng_key)


def _impl(key: Any) -> str:
    """Return the generator of a key, which may be abstract."""
    found: list[str] = []
    jax.eval_shape(lambda key: found.append(str(jax.random.key_impl(key))), key)
    return found[0]


def _listed(names: list[str]) -> str:
    return printable(", ".join(name or "its root" for name in names), width=200)
