"""Which program trains a cohort in the memory there is?

What is known without compiling comes first, then what the compiler says, then whether the device
agrees. Where lanes do not fit together, fewer are held at once; where not even one fits a device,
it is spread over all of them.
Invariant: on CPU, where the system kills rather than refuses, nothing is started whose estimate
exceeds the free memory.
"""

from dataclasses import dataclass

import jax
import jax.numpy as jnp

from tuner_engine.data.memory import shown_bytes
from tuner_engine.errors import DeviceError
from tuner_engine.events import Footprint
from tuner_engine.specs import Hyperparameters
from tuner_engine.training import choosing, costs, courses, feeding, memory, sharding
from tuner_engine.training import lane as single
from tuner_engine.training.costs import Costs
from tuner_engine.training.lane import Form
from tuner_engine.training.program import Program, compile_program
from tuner_engine.training.task import Stream, Task
from tuner_engine.workload import Caution

RESIDENT_SHARE = 0.5
"""Most of a device's free memory that training data may take to lie there. House choice: models
and their activations need the rest."""


@dataclass(frozen=True, slots=True)
class Fitted:
    """A program that fits, and what has to be said of it.

    Attributes:
        program: Compiled.
        footprint: What it needs.
        cautions: What was done to make it fit.
    """

    program: Program
    footprint: Footprint
    cautions: tuple[Caution, ...]


def fitted(
    task: Task,
    settings: Hyperparameters,
    *,
    lanes: int,
    keep_best: bool = False,
) -> Fitted:
    """Compile the program that trains a task with these hyperparameters, so that it fits.

    Args:
        task: What to train.
        settings: How.
        lanes: Trainings side by side, at least 1.
        keep_best: Whether the variables of the best scoring are kept.

    Raises:
        DeviceError: Not even one lane fits.
    """
    devices = jax.local_devices()
    free_bytes = memory.free_bytes(devices)
    form = courses.form(task, settings, keep_best=keep_best, fed=not _resident(task, free_bytes))
    need = _Need(costs.of(task, form), _data_bytes(task, form), lanes, len(devices))
    width = need.width(free_bytes, shares_host=not _devices_refuse())
    tried = None
    while width:
        tried = _tried(task, form, need, width, free_bytes=free_bytes)
        if isinstance(tried, Program):
            break
        width //= 2
    if not isinstance(tried, Program):
        tried = _spread(task, form, need, free_bytes=free_bytes, found=tried)
    return Fitted(tried, _footprint(tried, need, free_bytes), tuple(_cautions(tried, need)))


@dataclass(frozen=True, slots=True)
class _Need:
    """What is known before anything is compiled."""

    costs: Costs
    data_bytes: int
    """On every device."""
    lanes: int
    devices: int

    @property
    def share(self) -> int:
        """Lanes of each device."""
        return -(-self.lanes // min(self.lanes, self.devices))

    def bytes(self, width: int) -> int:
        """Bytes of so many lanes and the data, without anything that a step needs besides."""
        return self.data_bytes + width * self.costs.state_bytes

    def width(self, free_bytes: int | None, *, shares_host: bool) -> int:
        """Return how many lanes a device may hold at once, 0 if not even one."""
        if free_bytes is None or self.bytes(self.share) <= free_bytes:
            return self.share
        if shares_host:
            return 0  # a lane that waits lies in the same memory
        return max((free_bytes - self.data_bytes) // self.costs.state_bytes, 0)


def _resident(task: Task, free_bytes: int | None) -> bool:
    """Return whether the training data lie on the device, where it is free to choose."""
    if isinstance(task.train, Stream):
        return False
    return free_bytes is None or costs.size_bytes(task.train) <= RESIDENT_SHARE * free_bytes


def _data_bytes(task: Task, form: Form) -> int:
    return costs.size_bytes(task.valid) + (0 if form.fed else costs.size_bytes(task.train))


def _tried(
    task: Task,
    form: Form,
    need: _Need,
    width: int,
    *,
    free_bytes: int | None,
) -> Program | int | None:
    """Return the program with so many lanes at once, or what it would take if it does not fit."""
    narrow = None if width >= need.share else width
    try:
        layout = choosing.layout(task, form, convolves=need.costs.convolves)
        program = compile_program(task, form, layout, lanes=need.lanes, width=narrow)
        taken = memory.taken_bytes(program.executables)
        if taken is not None and free_bytes is not None and taken > free_bytes:
            return taken
        if _devices_refuse():
            program.rehearse()
    except Exception as error:
        if not memory.ran_out(error):
            raise
        return None
    return program


def _devices_refuse() -> bool:
    """Return whether a device that runs out of memory says so; a CPU's system kills instead."""
    return jax.default_backend() != "cpu"


def _spread(
    task: Task, form: Form, need: _Need, *, free_bytes: int | None, found: int | None
) -> Program:
    """Return the program that gives each lane all devices, if that is enough.

    Raises:
        DeviceError: It is not.
    """
    lane = jax.eval_shape(
        lambda seed: jax.vmap(lambda own: single.begin(task, form, own, jnp.bool_(1)))(seed),
        jax.ShapeDtypeStruct((1,), jnp.uint32),
    )
    share = need.data_bytes + sharding.share_bytes(lane, devices=need.devices)
    host = not _devices_refuse()
    waiting = (need.lanes - 1) * need.costs.state_bytes // need.devices if host else 0
    if need.devices > 1 and (free_bytes is None or share + waiting <= free_bytes):
        try:
            program = sharding.compile_spread(task, form, lanes=need.lanes)
        except Exception as error:
            if not memory.ran_out(error):
                raise
        else:
            taken = memory.taken_bytes(program.executables)
            if taken is None or free_bytes is None or taken + waiting <= free_bytes:
                return program
            found = taken
    raise DeviceError(_refusal(need, free_bytes=free_bytes, found=found, host=host))


def _refusal(need: _Need, *, free_bytes: int | None, found: int | None, host: bool) -> str:
    """Return what does not fit, beside what there is, and what to do."""
    lanes = need.share if host else 1
    needed = max(found or 0, need.bytes(lanes))
    room = "what it has" if free_bytes is None else f"the {shown_bytes(free_bytes)} that it has"
    what = f"{lanes} trainings side by side" if lanes > 1 else "one training"
    return (
        f"{what} of {need.costs.parameters:,} parameters take at least {shown_bytes(needed)} on "
        f"each device, more than {room} free; use a smaller --model or --batch-size, "
        "--accumulation, --precision bfloat16 or --rematerialize, or free memory"
    )


def _footprint(program: Program, need: _Need, free_bytes: int | None) -> Footprint:
    return Footprint(
        parameters=need.costs.parameters,
        step_flops=need.costs.step_flops,
        state_bytes=need.costs.state_bytes,
        memory_bytes=memory.taken_bytes(program.executables),
        limit_bytes=free_bytes,
        lanes=need.lanes,
        at_once=min(program.at_once, need.lanes),
    )


def _cautions(program: Program, need: _Need) -> list[Caution]:
    said = []
    if program.layout == sharding.SPREAD:
        message = (
            f"One training needs {shown_bytes(need.bytes(1))} and more, so each is spread over all "
            f"{need.devices} devices, and they take turns."
        )
        said.append(Caution(code="lane-spread", message=message))
    elif program.waiting:
        message = (
            f"{need.lanes} trainings do not fit the devices together: {program.at_once} are held "
            "at once and the others wait, which takes longer and changes no number."
        )
        said.append(Caution(code="width-halved", message=message))
    if program.form.fed and need.lanes > 1:
        said.append(feeding.SHARED_ORDER)
    return said
