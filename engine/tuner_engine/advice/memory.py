"""How much memory does a training take on one device, line by line?

The arithmetic of `rules.memory`, put together for one training and shown with its numbers.
Invariant: every byte of the total is on a line that says where it comes from.
"""

from typing import Literal

import msgspec

from tuner_engine.advice.catalogue import GIB, BaseModel
from tuner_engine.advice.rules import adapters, memory

FRAMEWORK_BYTES = GIB
"""Of the device's own runtime and libraries. House choice: about what CUDA takes."""

SERVING_OVERHEAD = 0.2
"""Beside the weights, while sampling. Source: row C23."""

Method = Literal["full", "adapters", "serving"]


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """One training or serving, as far as memory depends on it."""

    base: BaseModel
    method: Method = "full"
    optimizer: str = "adamw"
    quantized: bool = False
    """Whether frozen weights are stored at 4 bit."""
    rank: int = 0
    targets: str = "all-linear"
    micro_batch_size: int = 1
    sequence_length: int
    """Tokens of an example as it is computed; patches of an image."""
    rematerialize: bool = False
    pairs: bool = False
    """Whether an example is two sequences, as preferences and comparisons are."""
    writes: bool = True
    """Whether the loss is over a vocabulary; a reward model gives one number for a sequence."""
    reference: bool = False
    """Whether a second copy of the weights is held to compare with."""
    single_precision: bool = False
    """Whether activations take 4 bytes instead of 2."""
    devices: int = 1
    sharded: Literal[0, 1, 2, 3] = 0
    """Stage of ZeRO: what is divided among the devices: 1 optimizer state, 2 and gradients,
    3 and weights. Source: row C27."""

    @property
    def tokens(self) -> int:
        """Tokens that one device computes at once."""
        return self.micro_batch_size * self.sequence_length * (2 if self.pairs else 1)


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One part of the memory that is needed."""

    what: str
    arithmetic: str
    """The formula with its numbers put in."""
    bytes: int


class Need(msgspec.Struct, frozen=True, kw_only=True):
    """All of it."""

    lines: tuple[Line, ...]

    @property
    def bytes(self) -> int:
        """The total."""
        return sum(line.bytes for line in self.lines)


def need(plan: Plan) -> Need:
    """Return what a plan takes on each device."""
    lines = _serving(plan) if plan.method == "serving" else (*_states(plan), *_working(plan))
    framework = Line(what="framework", arithmetic="fixed", bytes=FRAMEWORK_BYTES)
    return Need(lines=(*lines, framework))


def billions(number: float) -> str:
    """Return a count as people write sizes of models: 8.03B, 124M."""
    if number >= 1e9:
        return f"{number / 1e9:.3g}B"
    return f"{number / 1e6:.3g}M" if number >= 1e6 else f"{number:,.0f}"


def gibibytes(count: float) -> str:
    """Return bytes as GiB."""
    return f"{count / GIB:.3g} GiB" if count < 100 * GIB else f"{count / GIB:,.0f} GiB"


def _states(plan: Plan) -> list[Line]:
    """Return weights, gradients and optimizer state."""
    if plan.method == "adapters":
        return [*_frozen(plan), _adapters(plan)]
    n, parts = plan.base.parameters, _divisors(plan)
    state = memory.OPTIMIZER_BYTES.get(plan.optimizer, memory.OPTIMIZER_BYTES["adamw"])
    lines = [
        _each("weights", n, memory.WEIGHT_BYTES, parts=parts[3]),
        _each("gradients", n, memory.GRADIENT_BYTES, parts=parts[2]),
        _each(f"{plan.optimizer} state and 32-bit copy", n, state, parts=parts[1]),
    ]
    if plan.reference:
        lines.append(_each("reference model", n, memory.WEIGHT_BYTES, parts=parts[3]))
    return lines


def _frozen(plan: Plan) -> list[Line]:
    n, parts = plan.base.parameters, _divisors(plan)[3]
    if not plan.quantized:
        return [_each("frozen weights", n, memory.WEIGHT_BYTES, parts=parts)]
    embedded = plan.base.embedding_parameters
    stored = memory.quantized_bytes(n - embedded)
    arithmetic = (
        f"{billions(n - embedded)} × ({memory.NF4_BYTES} byte + {memory.NF4_CONSTANT_BITS} bit)"
    )
    return [
        Line(
            what="frozen weights, 4-bit",
            arithmetic=_shared(arithmetic, parts),
            bytes=stored // parts,
        ),
        _each("embedding and head", embedded, memory.WEIGHT_BYTES, parts=parts),
    ]


def _adapters(plan: Plan) -> Line:
    count = adapters.adapter_parameters(plan.base, rank=plan.rank, targets=plan.targets)
    taken = memory.mixed_precision_bytes(count, optimizer=plan.optimizer)
    each = taken // max(count, 1)
    return Line(
        what=f"adapters of rank {plan.rank}",
        arithmetic=f"{billions(count)} × {each} bytes",
        bytes=taken,
    )


def _working(plan: Plan) -> list[Line]:
    """Return what a micro-batch takes while it is computed."""
    base, tokens = plan.base, plan.tokens
    kept = memory.activation_bytes(
        tokens, width=base.width, layers=base.layers, recomputed=plan.rematerialize
    ) * (2 if plan.single_precision else 1)
    factor = (
        f"({memory.RECOMPUTED_FACTOR} × {base.layers} layers + {memory.ACTIVATION_FACTOR})"
        if plan.rematerialize
        else f"{memory.ACTIVATION_FACTOR} × {base.layers} layers"
    )
    double = " × 2 at 32 bit" if plan.single_precision else ""
    lines = [
        Line(
            what="activations, recomputed" if plan.rematerialize else "activations",
            arithmetic=f"{tokens:,} tokens × {base.width:,} × {factor}{double}",
            bytes=kept,
        )
    ]
    if base.family == "language" and plan.writes:
        lines.append(
            Line(
                what="logits",
                arithmetic=f"{tokens:,} tokens × {base.vocabulary:,} × 4 bytes × "
                f"{memory.LOGIT_COPIES} copies",
                bytes=memory.logit_bytes(tokens, vocabulary=base.vocabulary),
            )
        )
    return lines


def _serving(plan: Plan) -> list[Line]:
    base = plan.base
    weights = _each("weights", base.parameters, memory.WEIGHT_BYTES, parts=plan.devices)
    if plan.quantized:
        weights = msgspec.structs.replace(
            weights,
            what="weights, 4-bit",
            arithmetic=f"{billions(base.parameters)} × {memory.NF4_BYTES} byte",
            bytes=int(base.parameters * memory.NF4_BYTES / plan.devices),
        )
    cache = memory.cache_bytes(plan.tokens, layers=base.layers, key_width=base.key_width)
    return [
        weights,
        Line(
            what="keys and values",
            arithmetic=f"2 × {base.layers} layers × {base.key_width:,} × {plan.tokens:,} tokens × "
            "2 bytes",
            bytes=cache // plan.devices,
        ),
        Line(
            what="working space",
            arithmetic=f"{SERVING_OVERHEAD:.0%} of the weights",
            bytes=int(weights.bytes * SERVING_OVERHEAD),
        ),
    ]


def _each(what: str, count: int, each: float, *, parts: int) -> Line:
    return Line(
        what=what,
        arithmetic=_shared(f"{billions(count)} × {each:g} bytes", parts),
        bytes=int(count * each) // parts,
    )


def _shared(arithmetic: str, parts: int) -> str:
    return f"{arithmetic} ÷ {parts} devices" if parts > 1 else arithmetic


def _divisors(plan: Plan) -> dict[int, int]:
    """Return, for each stage of sharding, among how many devices its part is divided."""
    return {stage: plan.devices if plan.sharded >= stage else 1 for stage in (1, 2, 3)}
