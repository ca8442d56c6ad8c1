"""How does somebody's model become pure functions over parameters and state?

Invariant: whatever of a model changes while it trains, be it BatchNorm statistics, random streams
or counters, is in the variables, so it belongs to one lane and to nobody else.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, cast

import jax
import jax.numpy as jnp
from flax import nnx

from tuner_engine.errors import TaskError
from tuner_engine.own import calling, trees
from tuner_engine.own.declaration import Task
from tuner_engine.own.trees import Tree
from tuner_engine.training.task import Variables

SEED = 0
"""Of the key that a model is looked at with; nothing that is trained begins from it."""


@dataclass(frozen=True, slots=True)
class Functional:
    """A model as pure functions.

    Attributes:
        init: PRNG key → fresh variables.
        opened: (variables, whether it trains) → what the loss gets as its first argument.
        closed: (variables before the loss, that argument after it, state that the loss returned)
            → the new `rest`.
        stateful: Whether the loss returns new state.
    """

    init: Callable[[jax.Array], Variables]
    opened: Callable[[Variables, bool], Any]
    closed: Callable[[Variables, Any, Any], Tree]
    stateful: bool


def functional(declared: Task, *, shapes: Tree) -> Functional:
    """Return the model of a declaration as pure functions.

    Args:
        declared: What the person wrote; its functions report their errors as theirs.
        shapes: Of one batch.

    Raises:
        TaskError: The model is no module, or has nothing to train.
    """
    if declared.model is not None:
        return _module(declared.model)
    return _functions(declared, shapes)


def _module(build: Callable[..., Any]) -> Functional:
    """Return a Flax NNX model as pure functions."""
    by_name = calling.takes(build, "rngs")

    def built(key: Any) -> nnx.Module:
        rngs = nnx.Rngs(key)
        made = build(rngs=rngs) if by_name else build(rngs)
        if isinstance(made, nnx.Module):
            return made
        raise TaskError(
            f"model(rngs) returned a {type(made).__name__}, not a flax.nnx.Module; for Linen, "
            "Equinox or plain functions give init= instead"
        )

    graph, params, rest = _parts(nnx.eval_shape(lambda: built(jax.random.key(SEED))))
    trees.check_trainable(params)
    keys = trees.Keys(rest)

    def init(key: jax.Array) -> Variables:
        _, params, rest = _parts(built(key))
        return Variables(params, trees.without_keys(rest))

    def opened(variables: Variables, training: bool) -> nnx.Module:  # noqa: FBT001
        rest = keys.restored(variables.rest)
        module: nnx.Module = nnx.merge(graph, variables.params, rest)
        module.train() if training else module.eval()
        return module

    def closed(before: Variables, module: Any, state: Any) -> Tree:
        return trees.fitting(trees.without_keys(_parts(module)[2]), before.rest)

    return Functional(init, opened, closed, stateful=False)


def _parts(module: nnx.Module) -> tuple[Any, Tree, Tree]:
    nnx.pop(module, nnx.Intermediate)  # what layers sowed is no state
    parts: tuple[Any, ...] = nnx.split(module, nnx.Param, ...)
    return parts[0], nnx.to_pure_dict(parts[1]), nnx.to_pure_dict(parts[2])


def _functions(declared: Task, shapes: Tree) -> Functional:
    """Return a model that a function of a key makes: Linen, Equinox, Haiku, plain JAX."""
    begin = partial(_begun, cast(Callable[..., Any], declared.init), shapes)
    anatomy = _anatomy(begin, stateful=declared.stateful)

    def opened(variables: Variables, training: bool) -> Any:  # noqa: FBT001
        whole = anatomy.merged(variables)
        if declared.apply is None:
            return whole
        return partial(declared.apply, *(whole if declared.stateful else (whole,)))

    def closed(before: Variables, model: Any, state: Any) -> Tree:
        return anatomy.advanced(before.rest, state) if anatomy.stateful else before.rest

    return Functional(
        init=lambda key: anatomy.split(begin(key)),
        opened=opened,
        closed=closed,
        stateful=anatomy.stateful,
    )


def _begun(init: Callable[..., Any], shapes: Tree, key: jax.Array) -> Tree:
    if calling.required(init) < 2:
        return init(key)
    # Only shapes count at the beginning, and zeros cost nothing once compiled.
    return init(key, jax.tree.map(lambda leaf: jnp.zeros(leaf.shape, leaf.dtype), shapes))


def _anatomy(begin: Callable[[jax.Array], Tree], *, stateful: bool) -> "_Anatomy":
    """Look at what a function makes, without computing it."""
    found: list[_Anatomy] = []

    def look(key: jax.Array) -> int:
        found.append(_Anatomy(begin(key), stateful=stateful))
        return 0

    jax.eval_shape(look, jax.random.key(SEED))
    return found[0]


class _Anatomy:
    """What in a freshly made pytree is trained, is state, or is no array at all."""

    def __init__(self, whole: Tree, *, stateful: bool) -> None:
        self._linen = isinstance(whole, Mapping) and "params" in whole and not stateful
        if stateful and not (isinstance(whole, tuple) and len(whole) == 2):
            raise TaskError(
                f"init returned a {type(whole).__name__}; with stateful=True it returns "
                "(parameters, state)"
            )
        self.stateful = stateful or (self._linen and len(whole) > 1)
        params, state = self._sides(whole)
        trees.check_trainable(trees.where(trees.is_trained, params))
        self._fixed = trees.where(lambda leaf: not trees.is_array(leaf), params)
        self._fixed_state = trees.where(lambda leaf: not _moves(leaf), state)
        self._keys = trees.Keys(self._rest(params, state))

    def split(self, whole: Tree) -> Variables:
        """Return the variables of a freshly made pytree."""
        params, state = self._sides(whole)
        rest = trees.without_keys(self._rest(params, state))
        return Variables(trees.where(trees.is_trained, params), rest)

    def merged(self, variables: Variables) -> Tree:
        """Return the pytree as the person made it."""
        rest = self._keys.restored(variables.rest)
        params = trees.together(variables.params, trees.together(rest["kept"], self._fixed))
        state = trees.together(rest["state"], self._fixed_state)
        if self._linen:
            return {**state, "params": params}
        return (params, state) if self.stateful else params

    def advanced(self, rest: Tree, state: Tree) -> Tree:
        """Return `rest` with the state that a loss returned."""
        if self._linen:
            if not isinstance(state, Mapping):
                raise TaskError(
                    f"loss returned a {type(state).__name__} as new state; Linen's is what "
                    "apply(…, mutable=['batch_stats']) returns beside the output"
                )
            moved = {name: part for name, part in state.items() if name != "params"}
            state = {**rest["state"], **moved}
        fresh = trees.without_keys(trees.where(_moves, state))
        return {"kept": rest["kept"], "state": trees.fitting(fresh, rest["state"])}

    def _sides(self, whole: Tree) -> tuple[Tree, Tree]:
        if self._linen:
            others = {name: part for name, part in whole.items() if name != "params"}
            return whole["params"], others
        return whole if self.stateful else (whole, {})

    def _rest(self, params: Tree, state: Tree) -> Tree:
        kept = trees.where(lambda leaf: trees.is_array(leaf) and not trees.is_trained(leaf), params)
        moving = jax.tree.map(jnp.asarray, trees.where(_moves, state))
        return {"kept": kept, "state": moving}


def _moves(leaf: object) -> bool:
    """Return whether a leaf of the state may change: arrays do, and so do counters."""
    return trees.is_array(leaf) or isinstance(leaf, bool | int | float)
