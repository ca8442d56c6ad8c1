"""How long does a training take, from the operations it needs and the speed of the devices?

Invariant: without a device whose speed is known there is no estimate.
"""

import msgspec

from tuner_engine.advice.memory import Plan, billions
from tuner_engine.advice.rules import memory

USUAL_UTILISATION = 0.35
"""Share of the peak speed that tuning reaches where nobody stated it. House choice."""

QUANTIZED_FACTOR = 1.5
"""Time over that of adapters on 16-bit weights: 1.4 to 2.0 were measured. Source: row C28."""


class Duration(msgspec.Struct, frozen=True, kw_only=True):
    """What a training costs in time."""

    tokens_per_epoch: int
    flops: float
    """Of the whole training."""
    seconds: float
    utilisation: float
    assumed: bool
    """Whether the utilisation was not stated."""
    lines: tuple[str, ...]
    """The arithmetic, with its numbers put in."""


def estimate(
    plan: Plan,
    *,
    tokens_per_epoch: float,
    epochs: int,
    peak_teraflops: float,
    utilisation: float | None = None,
) -> Duration:
    """Return how long a plan trains.

    Args:
        plan: What is trained, and on how many devices.
        tokens_per_epoch: That the model reads in one pass.
        epochs: Passes.
        peak_teraflops: Of one device, at 16 bit.
        utilisation: Share of it that is reached, 0 to 1; `USUAL_UTILISATION` if not stated.
    """
    working = plan.base.active or plan.base.parameters
    adapted = plan.method == "adapters"
    tokens = tokens_per_epoch * epochs
    flops = memory.training_flops(working, tokens, recomputed=plan.rematerialize, adapters=adapted)
    share = USUAL_UTILISATION if utilisation is None else utilisation
    slower = QUANTIZED_FACTOR if plan.quantized else 1.0
    seconds = flops * slower / (peak_teraflops * 1e12 * share * plan.devices)
    each = flops / max(working * tokens, 1)
    several = f"{plan.devices} × " if plan.devices > 1 else ""
    extra = f" × {slower:g} for 4-bit weights" if plan.quantized else ""
    work = (
        f"{each:g} × {billions(working)} parameters × {billions(tokens)} tokens = "
        f"{flops:.2g} operations"
    )
    speed = (
        f"÷ ({several}{peak_teraflops:g} TFLOP/s × {share:.0%} reached){extra} = "
        f"{in_words(seconds)}"
    )
    return Duration(
        tokens_per_epoch=round(tokens_per_epoch),
        flops=flops,
        seconds=seconds,
        utilisation=share,
        assumed=utilisation is None,
        lines=(work, speed),
    )


def in_words(seconds: float) -> str:
    """Return a length of time as a person says it."""
    for unit, length, limit in (("s", 1, 90), ("min", 60, 5400), ("h", 3600, 172_800)):
        if seconds < limit:
            return f"{seconds / length:.2g} {unit}"
    return f"{seconds / 86_400:,.3g} days"
