"""Does a training fit a device, and what would make it fit?

First the micro-batch, then recomputing, then sharding: what costs least time is tried first.
Invariant: whatever is suggested was worked out and fits.
"""

from collections.abc import Iterator
from typing import Literal

import msgspec
from msgspec.structs import replace

from tuner_engine.advice.memory import Need, Plan, gibibytes, need

ENOUGH_TOKENS = 2048
"""In one micro-batch: more hardly makes a device busier. House choice."""

COMFORT = 0.85
"""Share of the memory up to which a plan is not tight: measured trainings of row C24 lie between
0.85 and 1.2 times this arithmetic. House choice."""

_STAGES: tuple[Literal[1, 2, 3], ...] = (1, 2, 3)


class Fit(msgspec.Struct, frozen=True, kw_only=True):
    """A plan against the memory there is."""

    plan: Plan
    need: Need
    available_bytes: int
    """Of one device."""
    suggestions: tuple[str, ...] = ()
    """What would make it fit, each worked out; none where it fits."""

    @property
    def fits(self) -> bool:
        """Whether it does."""
        return self.need.bytes <= self.available_bytes

    @property
    def tight(self) -> bool:
        """Whether it fits by less than the arithmetic can be trusted."""
        return self.fits and self.need.bytes > COMFORT * self.available_bytes


def fit(plan: Plan, *, available_bytes: int) -> Fit:
    """Return whether a plan fits as it is, and what would help if it does not.

    Args:
        plan: What is trained or served.
        available_bytes: Memory of one device.
    """
    taken = need(plan)
    helped = () if taken.bytes <= available_bytes else _suggestions(plan, available_bytes)
    return Fit(plan=plan, need=taken, available_bytes=available_bytes, suggestions=helped)


def fitted(plan: Plan, *, per_device: int, available_bytes: int, least: int = 1) -> Plan:
    """Return the plan with the micro-batch, recomputing and sharding that fit the device.

    Args:
        plan: What is trained; its own micro-batch, recomputing and sharding do not count.
        per_device: Examples of a batch that each device computes, at least 1.
        available_bytes: Memory of one device.
        least: Examples that have to be computed at once.

    Returns:
        The fastest plan that fits and keeps the device busy; where there is none the fastest that
        fits, at first without being tight; and the smallest there is if none fits.
    """
    taken = [(each, need(each).bytes) for each in _candidates(plan, per_device, least)]
    easy = [each for each, used in taken if used <= COMFORT * available_bytes]
    fitting = easy or [each for each, used in taken if used <= available_bytes]
    busy = [each for each in fitting if each.tokens >= _enough(each, per_device)]
    return next(iter(busy or fitting), taken[-1][0])


def unlimited(plan: Plan, *, per_device: int, least: int = 1) -> Plan:
    """Return the plan with the micro-batch that keeps any device busy, and no more."""
    sizes = _divisors(per_device, least=least)
    enough = [size for size in sizes if _sized(plan, size).tokens >= ENOUGH_TOKENS]
    return _sized(plan, enough[-1] if enough else sizes[0])


def _enough(plan: Plan, per_device: int) -> int:
    return min(ENOUGH_TOKENS, _sized(plan, per_device).tokens)


def _candidates(plan: Plan, per_device: int, least: int) -> Iterator[Plan]:
    """Yield plans from the fastest to the smallest."""
    stages: tuple[Literal[0, 1, 2, 3], ...] = (0, *_STAGES) if plan.devices > 1 else (0,)
    for stage in stages:
        for recomputed in (False, True):
            for size in _divisors(per_device, least=least):
                yield replace(_sized(plan, size), rematerialize=recomputed, sharded=stage)


def _divisors(count: int, *, least: int) -> list[int]:
    """Return what a batch can be divided into evenly, the largest first, from `least` on."""
    sizes = [size for size in range(count, 0, -1) if count % size == 0]
    return [size for size in sizes if size >= least] or sizes[:1]


def _sized(plan: Plan, micro_batch_size: int) -> Plan:
    return replace(plan, micro_batch_size=micro_batch_size)


def _suggestions(plan: Plan, available_bytes: int) -> tuple[str, ...]:
    """Return each single change that fits; or the least that any change leaves."""
    tried = [(words, need(changed).bytes) for words, changed in _changes(plan)]
    fitting = [
        f"{words}: {gibibytes(taken)} of {gibibytes(available_bytes)}"
        for words, taken in tried
        if taken <= available_bytes
    ]
    if fitting or not tried:
        return tuple(fitting)
    words, least = min(tried, key=lambda change: change[1])
    short = (
        f"nothing here fits {gibibytes(available_bytes)}; the least is {gibibytes(least)}, with "
        f"{words}: take a smaller model, or a device with that much memory"
    )
    return (short,)


def _changes(plan: Plan) -> Iterator[tuple[str, Plan]]:
    """Yield changes in words and in full, each on top of those that cost less."""
    if plan.method == "serving":
        yield from _serving_changes(plan)
        return
    small = plan
    if plan.micro_batch_size > 1:
        small = replace(small, micro_batch_size=1)
        yield f"micro_batch_size 1 and accumulation × {plan.micro_batch_size}", small
    if not plan.rematerialize:
        small = replace(small, rematerialize=True)
        yield "rematerialize, with the smallest micro-batch", small
    if plan.method == "full" and plan.optimizer in {"adamw", "adam"}:
        yield "optimizer adamw-8bit, too", replace(small, optimizer="adamw-8bit")
    half = small.sequence_length // 2
    if half >= 128:
        yield f"sequence_length {half:,}", replace(small, sequence_length=half)
    if plan.devices > 1 and plan.sharded < 3:
        yield "everything sharded among the devices", replace(small, sharded=3)
    if plan.base.family == "language":
        yield from _adapter_changes(small)


def _adapter_changes(small: Plan) -> Iterator[tuple[str, Plan]]:
    lora = replace(small, method="adapters", rank=small.rank or 16, optimizer="adamw")
    lora = replace(lora, reference=False)
    if small.method == "full":
        yield "LoRA (--regime lora)", lora
    if not small.quantized:
        yield "QLoRA (--regime qlora)", replace(lora, quantized=True)


def _serving_changes(plan: Plan) -> Iterator[tuple[str, Plan]]:
    if not plan.quantized:
        yield "4-bit weights", replace(plan, quantized=True)
    half = plan.sequence_length // 2
    if half >= 128:
        yield f"a context of {half:,} tokens", replace(plan, sequence_length=half)
    both = replace(plan, quantized=True, sequence_length=max(half, 1))
    yield f"4-bit weights and a context of {max(half, 1):,} tokens", both
