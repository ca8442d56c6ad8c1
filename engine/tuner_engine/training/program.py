"""What is compiled once, so that many short trainings cost little more than one?

A program trains a fixed number of lanes side by side, sharded over the local devices. Learning
rates, weight decays, seeds, the order of the data and the number of steps are inputs: nothing but
another model, batch size or number of lanes compiles again. Lanes exchange nothing.

Lanes go in *groups* that the program is called for one after another: one group where a device
takes all its lanes at once, as many as there are where it takes one at a time or has room for
fewer. Invariant: how lanes are grouped changes no number but for rounding.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax.sharding import Mesh, NamedSharding, PartitionSpec

from tuner_engine.training import driven, feeding, layouts, scanned, scoring
from tuner_engine.training import lane as single
from tuner_engine.training.lane import Form, LaneState
from tuner_engine.training.layouts import AXIS, BY_LANE, EVERYWHERE, Inputs, Layout
from tuner_engine.training.task import Batch, Task

MOST_STEPS = 1024
"""Most steps of one call, enough that calling costs little beside training. House choice."""

LEAST_STEPS = 16
"""Fewest steps that a call is compiled for, whatever their batches take. House choice."""

MOST_ROWS = 2**22
"""Indices of examples sent with one call, 16 MiB of them. House choice."""


@dataclass(frozen=True, slots=True)
class State:
    """All lanes of a program at one moment; consumed by the next call.

    Attributes:
        groups: Their stacked lanes, on the devices, or on the host while other groups have the
            devices; none where no lane lies.
        active: bool [slots].
    """

    groups: tuple[LaneState | None, ...]
    active: np.ndarray


@dataclass(frozen=True, slots=True)
class Chunk:
    """What one call measured, on the host.

    Attributes:
        train_losses: float32 [slots, steps]; NaN where a lane took no step.
        figures: Means over the validation split by name, each float32 [slots, steps]; NaN where
            nothing was scored.
        active: bool [slots], after the call.
        diverged: bool [slots]: a loss was not finite.
        taken: int32 [slots], optimizer steps since the lane began.
    """

    train_losses: np.ndarray
    figures: dict[str, np.ndarray]
    active: np.ndarray
    diverged: np.ndarray
    taken: np.ndarray


@dataclass(frozen=True)
class Program:
    """A compiled cohort; `compile_program` makes one."""

    task: Task
    form: Form
    layout: Layout
    mesh: Mesh
    slots: int
    """Lanes compiled for, a multiple of the devices in the mesh."""
    group: int
    """Lanes of one call, over all devices; slots 0 to `group` - 1 are the first."""
    waiting: bool
    """Whether groups wait on the host while others have the devices."""
    chunk_steps: int
    """Most steps of one call; it may take fewer."""
    compile_s: float
    executables: tuple[jax.stages.Compiled, ...] = field(repr=False)
    """What runs on the devices, one at a time: for their memory."""
    _begin: Callable[..., LaneState] = field(repr=False)
    _advance: layouts.Advance = field(repr=False)
    _batch: Any = field(repr=False)
    _lanes_on: Any = field(repr=False)
    """Shardings of a group's lanes, or one for all of their arrays."""
    _inputs_on: Any = field(repr=False)
    """Shardings of what a call reads."""
    _scorer: Callable[[Any, Any], scoring.Scorer] = field(repr=False)
    """(stacked variables, folded split) → how those lanes are scored over that split."""
    over: Callable[[], bool] | None = field(default=None, repr=False)
    """Whether nothing waits for its calls any longer; none where everything does."""

    @property
    def at_once(self) -> int:
        """Lanes held on the devices together."""
        return self.group if self.waiting else self.slots

    @property
    def width(self) -> int:
        """Lanes that each device has at once."""
        return self.group // self.abreast

    @property
    def abreast(self) -> int:
        """Devices, or groups of devices, that have lanes of their own."""
        return min(self.mesh.size, self.group)

    def feed(self, steps: int) -> feeding.Feed:
        """Return the batches of a course of so many steps, where they are fed; to be closed."""
        if not self.form.fed:
            return feeding.Feed(None)
        blocks = feeding.blocks(
            feeding.batches(self.task, self.form, self._batch),
            self._batch,
            steps=steps,
            most=self.chunk_steps,
            put=lambda arrays: jax.device_put(arrays, NamedSharding(self.mesh, EVERYWHERE)),
        )
        return feeding.Feed(blocks)

    def begin(self, seeds: Mapping[int, int], noise_seeds: Mapping[int, int] = {}) -> State:
        """Return fresh lanes in the slots that `seeds` names; other slots stay inactive.

        Args:
            seeds: Of the initial weights, by slot.
            noise_seeds: Of the randomness inside steps, for slots where that is another one.
        """
        initial, noise = np.zeros(self.slots, np.uint32), np.zeros(self.slots, np.uint32)
        active = np.zeros(self.slots, np.bool_)
        for slot, seed in seeds.items():
            initial[slot], active[slot] = seed % 2**32, True
            noise[slot] = noise_seeds.get(slot, seed) % 2**32
        groups = tuple(
            self._set_aside(self._begin(initial[part], active[part], noise[part]))
            if active[part].any()
            else None
            for part in self._parts()
        )
        return State(groups, active)

    def resume(self, lane: LaneState, slots: np.ndarray) -> State:
        """Return lanes that go on from one that was `fetched`, a copy of it in each of `slots`.

        Args:
            lane: Stacked on axis 0, one of it.
            slots: Where copies lie; the others stay inactive.
        """
        fresh = self.begin(dict.fromkeys(map(int, slots), 0))
        many = jax.tree.map(lambda leaf: np.repeat(leaf, self.group, axis=0), lane)
        keyed = many._replace(key=jax.random.wrap_key_data(many.key))
        groups = tuple(
            None if lanes is None else self._placed(keyed._replace(active=fresh.active[part]))
            for part, lanes in zip(self._parts(), fresh.groups, strict=True)
        )
        return State(groups, fresh.active)

    def advance(self, state: State, inputs: Inputs) -> tuple[State, Chunk]:
        """Take `inputs.steps` steps with every active lane.

        Args:
            state: Consumed: its memory is reused.
            inputs: Arrays for all `slots` and for `chunk_steps` steps.
        """
        groups: list[LaneState | None] = []
        found: list[Any] = []
        for part, lanes in zip(self._parts(), state.groups, strict=True):
            if lanes is None or not state.active[part].any():
                groups.append(lanes)
                found.append(None)
                continue
            moved, *measured = self._advance(self._taken_up(lanes), self._own(inputs, part))
            groups.append(self._set_aside(moved))
            found.append(measured)
        chunk = self._read(groups, found)
        return State(tuple(groups), chunk.active), chunk

    def rehearse(self) -> None:
        """Run a call of the first group without steps, so that memory it lacks is missed now."""
        shapes = input_shapes(self.form, self.slots, self.chunk_steps, batch=self._batch)
        idle: Inputs = jax.tree.map(lambda shape: np.zeros(shape.shape, shape.dtype), shapes)
        self.advance(self.begin(dict.fromkeys(range(self.group), 0)), idle)

    def score(self, state: State, split: Batch) -> dict[str, np.ndarray]:
        """Return the mean figures of each lane's best variables over another split: [slots].

        Slots where no lane lies have NaN.

        Raises:
            ValueError: The form does not keep the best variables.
        """
        if not self.form.keep_best:
            raise ValueError("this program was compiled without keep_best")
        folded = _everywhere(single.blocks(split, most=self.task.score_block), self.mesh)
        scorer: scoring.Scorer | None = None
        figures: dict[str, np.ndarray] = {}
        for part, lanes in zip(self._parts(), state.groups, strict=True):
            if lanes is None:
                continue
            best = self._taken_up(lanes).best
            scorer = scorer or self._scorer(best, folded)
            for name, values in single.mean(scorer.totals(best)).items():
                figures.setdefault(name, np.full(self.slots, np.nan, np.float32))[part] = values
        return figures

    def fetched(self, state: State, slots: np.ndarray) -> LaneState:
        """Return some lanes on the host, stacked on axis 0 in the order of `slots`."""
        # Whole groups are fetched: taking a lane out of them on the devices would make each device
        # wait for the others.
        groups = {group: self._on_host(state.groups[group]) for group in set(slots // self.group)}
        stacked: LaneState = jax.tree.map(
            lambda *leaves: np.stack(leaves),
            *[
                jax.tree.map(
                    lambda leaf, at=slot % self.group: leaf[at], groups[slot // self.group]
                )
                for slot in slots
            ],
        )
        return stacked

    def _on_host(self, lanes: LaneState | None) -> LaneState:
        if lanes is None:
            raise ValueError("no lane was begun in that slot")
        fetched: LaneState = jax.device_get(lanes._replace(key=jax.random.key_data(lanes.key)))
        return fetched

    def _parts(self) -> list[slice]:
        """Return the slots of each group."""
        return [slice(first, first + self.group) for first in range(0, self.slots, self.group)]

    def _placed(self, lanes: LaneState) -> LaneState:
        """Return a copy of a group's lanes where they stay between calls."""
        placed: LaneState = jax.device_put(lanes, self._lanes_on, may_alias=False)
        return placed if not self.waiting else self._set_aside(placed)

    def _taken_up(self, lanes: LaneState) -> Any:
        """Return a group's lanes on the devices."""
        return jax.device_put(lanes, self._lanes_on) if self.waiting else lanes

    def _set_aside(self, lanes: Any) -> Any:
        """Return a group's trees where they stay while other groups have the devices."""
        return jax.device_get(lanes) if self.waiting else lanes

    def _own(self, inputs: Inputs, part: slice) -> Inputs:
        """Return what the call of one group reads, on the devices."""
        values, rates, rows = jax.tree.map(
            lambda array: array[part], (inputs.values, inputs.rates, inputs.rows)
        )
        own = inputs._replace(values=values, rates=rates, rows=rows)
        placed: Inputs = jax.device_put(own, self._inputs_on)
        return placed

    def _read(self, groups: list[LaneState | None], found: list[Any]) -> Chunk:
        """Return what the groups measured, brought together on the host."""
        shape = (self.slots, self.chunk_steps)
        losses = np.full(shape, np.nan, np.float32)
        figures: dict[str, np.ndarray] = {}
        active, diverged = np.zeros(self.slots, np.bool_), np.zeros(self.slots, np.bool_)
        taken = np.zeros(self.slots, np.int32)
        for part, lanes, measured in zip(self._parts(), groups, found, strict=True):
            if measured is not None:
                losses[part], scored = jax.device_get(measured)
                for name, values in scored.items():
                    figures.setdefault(name, np.full(shape, np.nan, np.float32))[part] = values
            if lanes is not None:
                active[part], diverged[part], taken[part] = jax.device_get(
                    (lanes.active, lanes.diverged, lanes.step)
                )
        return Chunk(losses, figures, active, diverged, taken)


def compile_program(
    task: Task, form: Form, layout: Layout, *, lanes: int, width: int | None = None
) -> Program:
    """Compile a task for a number of lanes on the local devices, as many as there are lanes for.

    Args:
        task: What to train.
        form: How; its batch size is at most the training examples.
        layout: How lanes and steps are laid out.
        lanes: Trained side by side, at least 1; rounded up to fill the groups.
        width: Most lanes held on each device at once, at least 1; if that is less than its share,
            the others wait on the host between calls. None for all.

    Raises:
        DataError: A stream of batches has none, or one that is not as it says.
    """
    started = time.perf_counter()
    mesh = Mesh(np.asarray(jax.local_devices()[:lanes]), (AXIS,))
    share = -(-lanes // mesh.size)
    waiting = width is not None and width < share
    rounds = share if layout.lanes == "each" else -(-share // min(width or share, share))
    group = -(-share // rounds) * mesh.size
    batch = feeding.shapes(task, form) if form.fed else ()
    chunk_steps = call_steps(form, batch, lanes=rounds * group)
    begin = _beginning(task, form, layout, mesh=mesh)
    seeds, active = (jax.ShapeDtypeStruct((group,), kind) for kind in (jnp.uint32, jnp.bool_))
    way = driven if layout.steps == "loop" else scanned
    advance, executables = way.compiled(
        task,
        form,
        layout,
        mesh=mesh,
        lanes=jax.eval_shape(begin, seeds, active, seeds),
        shapes=input_shapes(form, group, chunk_steps, batch=batch),
        data=data(task, form, mesh),
    )
    return Program(
        task=task,
        form=form,
        layout=layout,
        mesh=mesh,
        slots=rounds * group,
        group=group,
        waiting=waiting,
        chunk_steps=chunk_steps,
        executables=executables,
        _begin=begin.lower(seeds, active, seeds).compile(),
        _advance=advance,
        _batch=batch,
        _lanes_on=NamedSharding(mesh, BY_LANE),
        _inputs_on=jax.tree.map(
            lambda spec: NamedSharding(mesh, spec), layouts.INPUT_SPECS, is_leaf=_is_spec
        ),
        _scorer=lambda variables, folded: scoring.compiled(
            task, layout, mesh=mesh, variables=variables, folded=folded
        ),
        compile_s=time.perf_counter() - started,
    )


def _beginning(task: Task, form: Form, layout: Layout, *, mesh: Mesh) -> Any:
    """Return the launch that makes the lanes of a group."""
    one_by_one = layout if layout.lanes == "each" else Layout("map", "scan")

    def begin(seeds: jax.Array, active: jax.Array, noise_seeds: jax.Array) -> LaneState:
        lanes: LaneState = layouts.every(
            one_by_one, lambda *own: single.begin(task, form, *own), seeds, active, noise_seeds
        )
        return lanes

    return jax.jit(layouts.sharded(begin, mesh, (BY_LANE, BY_LANE, BY_LANE), BY_LANE))


def call_steps(form: Form, batch: Any, *, lanes: int) -> int:
    """Return the most steps that one call is compiled for.

    Args:
        form: What is compiled.
        batch: Shapes of one batch, where batches are fed.
        lanes: Whose order of examples is sent with a call.
    """
    if form.fed:
        return feeding.block_steps(batch)
    return min(max(MOST_ROWS // (lanes * form.batch_size), LEAST_STEPS), MOST_STEPS)


def data(task: Task, form: Form, mesh: Mesh) -> Any:
    """Return the training split, unless it is fed, and the folded validation split on devices."""
    train = () if form.fed else task.train
    return _everywhere((train, single.blocks(task.valid, most=task.score_block)), mesh)


def _everywhere(arrays: Any, mesh: Mesh) -> Any:
    """Return a copy of arrays on every device."""
    # On CPU the caller's arrays would be trained on, whatever becomes of them.
    return jax.device_put(arrays, NamedSharding(mesh, EVERYWHERE), may_alias=False)


def _is_spec(value: Any) -> bool:
    return isinstance(value, PartitionSpec)


def input_shapes(form: Form, lanes: int, steps: int, *, batch: Any) -> Inputs:
    """Return the shapes of what a call reads for so many lanes and steps."""
    shape: Callable[..., Any] = jax.ShapeDtypeStruct
    return Inputs(
        values=single.Values(*[shape((lanes,), jnp.float32)] * len(single.Values._fields)),
        rates=shape((lanes, steps), jnp.float32),
        rows=() if form.fed else shape((lanes, steps, form.batch_size), jnp.int32),
        fed=jax.tree.map(lambda each: shape((steps, *each.shape), each.dtype), batch),
        offset=shape((), jnp.int32),
        score_after=shape((steps,), jnp.bool_),
        steps=shape((), jnp.int32),
        patience=shape((), jnp.int32),
    )
