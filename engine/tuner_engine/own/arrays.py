"""Are these examples arrays, and which arrays are they?

Arrays with one leading axis of examples come alone, in a dict or in a tuple, from NumPy, JAX, Torch
or anything that knows how to become a NumPy array.
Invariant: the person's arrays are read, never written to, and never handed to a device as they are.
"""

from collections.abc import Iterable
from typing import Any

import jax
import numpy as np

from tuner_engine.errors import TaskError
from tuner_engine.printable import printable

Batch = Any
"""A pytree of NumPy arrays with the same leading axis of examples."""


def are(given: object) -> bool:
    """Return whether data are arrays, and not batches of them to iterate over."""
    if isinstance(given, dict | tuple) or _is_array(given):
        return True
    if isinstance(given, list) or jax.tree_util.all_leaves([given]):
        return False
    return all(map(_is_array, jax.tree.leaves(given)))


def read(given: object, *, what: str) -> Batch:
    """Return data as NumPy arrays of the types that training computes with.

    Args:
        given: Arrays, or a pytree of arrays.
        what: How errors call them: `train`, `valid`, …

    Raises:
        TaskError: Something in it is no array of numbers, or the arrays differ in length.
    """
    leaves, tree = jax.tree_util.tree_flatten_with_path(given, is_leaf=_is_numbers)
    if not leaves:
        raise TaskError(f"{what} holds no arrays at all")
    names = [f"{what}{jax.tree_util.keystr(path)}" for path, _ in leaves]
    found = [_array(leaf, name) for name, (_, leaf) in zip(names, leaves, strict=True)]
    sizes = {array.shape[0] for array in found}
    if len(sizes) > 1:
        shapes = ", ".join(f"{n} {a.shape}" for n, a in zip(names, found, strict=True))
        raise TaskError(
            f"{printable(shapes)}: the arrays differ in length; their first axis counts examples"
        )
    if 0 in sizes:
        raise TaskError(f"{what} holds no examples: {printable(names[0])} is {found[0].shape}")
    return jax.tree.unflatten(tree, found)


def taken(batch: Batch, rows: np.ndarray) -> Batch:
    """Return some of the examples."""
    return jax.tree.map(lambda array: array[rows], batch)


def shapes(batch: Batch) -> Batch:
    """Return shape and type of every array, as they are once JAX has them."""

    def shape(array: np.ndarray) -> jax.ShapeDtypeStruct:
        return jax.ShapeDtypeStruct(array.shape, jax.dtypes.canonicalize_dtype(array.dtype))

    return jax.tree.map(shape, batch)


def total_bytes(batch: Batch) -> int:
    """Return the bytes that all arrays take."""
    return sum(array.nbytes for array in jax.tree.leaves(batch))


def mapped(batch: Batch) -> bool:
    """Return whether some array lies in a file, and may be larger than memory."""
    return any(isinstance(array, np.memmap) for array in jax.tree.leaves(batch))


def _is_array(leaf: object) -> bool:
    return hasattr(leaf, "__array__") or (hasattr(leaf, "shape") and hasattr(leaf, "dtype"))


def _is_numbers(node: object) -> bool:
    """Return whether a node of the tree is a list of plain numbers, to be read as one array."""
    if not isinstance(node, list) or not node:
        return False
    return not (isinstance(node[0], dict | tuple | list) or _is_array(node[0]))


def _array(leaf: Any, name: str) -> np.ndarray:
    if hasattr(leaf, "detach"):  # a Torch tensor that has a gradient or lies on a GPU
        leaf = leaf.detach().cpu()
    try:
        array = leaf if isinstance(leaf, np.ndarray) else np.asarray(leaf)
    except (TypeError, ValueError) as error:
        raise TaskError(
            f"{printable(name)}: a {type(leaf).__name__} that is no array ({printable(str(error))})"
        ) from error
    if array.ndim == 0:
        raise TaskError(
            f"{printable(name)}: {printable(repr(leaf), width=60)} has no axis of examples; "
            "data are arrays whose first axis counts examples, or batches of such"
        )
    return _narrowed(array, name)


def _narrowed(array: np.ndarray, name: str) -> np.ndarray:
    """Return an array in the type that JAX computes with: 32 bits, unless 64 were asked for."""
    if not any(jax.numpy.issubdtype(array.dtype, kind) for kind in (np.number, np.bool_)):
        raise TaskError(
            f"{printable(name)}: an array of {array.dtype} holds no numbers; encode it first"
        )
    wanted = jax.dtypes.canonicalize_dtype(array.dtype)
    if wanted == array.dtype or isinstance(array, np.memmap):
        return array
    if array.dtype.kind in "iu":
        bounds = np.iinfo(wanted)
        if array.size and not bounds.min <= array.min() <= array.max() <= bounds.max:
            raise TaskError(
                f"{printable(name)}: holds {array.max()}, more than the 32 bits that JAX computes "
                "with; subtract an offset, or set JAX_ENABLE_X64=1"
            )
    return array.astype(wanted)


def joined(batches: Iterable[Batch]) -> Batch:
    """Return batches of the same structure as one."""
    return jax.tree.map(lambda *parts: np.concatenate(parts), *batches)
