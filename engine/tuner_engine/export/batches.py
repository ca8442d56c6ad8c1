"""How do trainers say how many examples a step sees?

Ours is one number, the examples of an optimizer step; theirs is a product: examples that one
device computes at once × parts added up × devices. Invariant: the product written is our number,
or the difference is told.
"""

import math

from tuner_engine.export.case import Case
from tuner_engine.export.coercion import NotAValueError, coerced
from tuner_engine.export.entries import ABSENT, NOTHING, Entry, Fields, Found, Unread, Written
from tuner_engine.export.outcome import Approximated


def batches(at_once: str, parts: str) -> Entry:
    """Return the entry of batch, micro-batch and accumulation.

    Args:
        at_once: Their field of the examples that one device computes at once.
        parts: Their field of the parts that are added up before a step.
    """
    return Entry(
        settings=("batch_size", "accumulation", "micro_batch_size"),
        write=lambda case: _written(case, at_once, parts),
        read=lambda fields: _read(fields, at_once, parts),
    )


def split(case: Case) -> tuple[int, int] | None:
    """Return the examples that one device computes at once, and the parts; none if unknown.

    A stated micro-batch goes before a stated accumulation: memory is what it was chosen for.
    """
    batch, micro = case.number("batch_size"), case.number("micro_batch_size")
    accumulation = case.number("accumulation")
    if not micro:
        if not batch:
            return None
        wanted = int(accumulation or 1)
        return max(math.ceil(batch / (wanted * case.devices)), 1), wanted
    if batch:
        return int(micro), max(math.ceil(batch / (micro * case.devices)), 1)
    return int(micro), int(accumulation or 1)


def _written(case: Case, at_once: str, parts: str) -> Written:
    found = split(case)
    if found is None:
        accumulation = case.number("accumulation")
        return NOTHING if accumulation is None else Written(fields={parts: int(accumulation)})
    micro, accumulation = found
    return Written(fields={at_once: micro, parts: accumulation}, approximated=approximated(case))


def approximated(case: Case) -> tuple[Approximated, ...]:
    """Return where the product differs from what the recipe states."""
    found = split(case)
    if found is None:
        return ()
    micro, accumulation = found
    batch, product = case.number("batch_size"), micro * accumulation * case.devices
    near = []
    if batch and (product != batch or case.devices > 1):
        why = f"{micro} at once × {accumulation} parts make {micro * accumulation}"
        if case.devices > 1:
            why += f" on each of {case.devices} devices, {product} on all of them"
        near.append(Approximated(name="batch_size", value=batch, written=product, why=why))
    for name, value in (("accumulation", accumulation), ("micro_batch_size", micro)):
        stated = case.number(name)
        if stated is not None and stated != value:
            why = "the batch and the micro-batch decide it"
            near.append(Approximated(name=name, value=stated, written=value, why=why))
    return tuple(near)


def _read(fields: Fields, at_once: str, parts: str) -> Found:
    used = tuple(name for name in (at_once, parts) if name in fields)
    if not used:
        return ABSENT
    settings: dict[str, int | None] = {}
    unread = []
    for name, path in (("micro_batch_size", at_once), ("accumulation", parts)):
        if path in fields:
            try:
                number = coerced(name, fields[path])
            except NotAValueError as error:
                unread.append(Unread(field=path, why=str(error)))
                continue
            if number is not None:
                settings[name] = int(number)
    if (micro := settings.get("micro_batch_size")) is not None:
        settings["batch_size"] = micro * (settings.get("accumulation") or 1)
    return Found(settings=dict(settings), used=used, unread=tuple(unread))
