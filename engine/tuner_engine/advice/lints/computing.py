"""Which memory, parts, lengths and precisions look like a mistake?"""

from msgspec.structs import replace

from tuner_engine.advice import catalogue, estimates
from tuner_engine.advice.lints.finding import Finding, Settings, chosen, is_chosen, number, value
from tuner_engine.advice.memory import gibibytes
from tuner_engine.recipe import Setting, Value
from tuner_engine.workload import Workload

KTO_TOGETHER = 4
"""Examples that KTO computes at once, at least. Source: row B58."""


def memory_exceeded(settings: Settings, workload: Workload) -> Finding | None:
    """Say that a recipe does not fit the device."""
    fit = estimates.memory_fit(settings, workload)
    if fit is None or fit.fits:
        return None
    helped = fit.suggestions[0] if fit.suggestions else "take a device with more memory"
    taken, given = gibibytes(fit.need.bytes), gibibytes(fit.available_bytes)
    return Finding(
        message=f"it takes about {taken} on a device of {given}; {helped}",
        fix=_fitting(settings, workload),
    )


def _fitting(settings: Settings, workload: Workload) -> tuple[str, Value] | None:
    """Return the one setting that would make a recipe fit."""
    tried: tuple[tuple[str, Value], ...] = (("micro_batch_size", 1), ("rematerialize", True))
    for name, changed in tried:
        if name not in settings or value(settings, name) == changed:
            continue
        fit = estimates.memory_fit(_with(settings, name, changed), workload)
        if fit is not None and fit.fits:
            return name, changed
    return None


def _with(settings: Settings, name: str, changed: Value) -> dict[str, Setting]:
    return {**settings, name: replace(settings[name], value=changed)}


def parts_do_not_add_up(settings: Settings, workload: Workload) -> Finding | None:
    """Say that micro-batches do not make the batch."""
    batch, micro = number(settings, "batch_size"), number(settings, "micro_batch_size")
    parts = number(settings, "accumulation")
    devices = workload.hardware.count if workload.hardware else 1
    if not batch or not micro or not parts or micro * parts * devices == batch:
        return None
    together = int(micro * devices)
    fix: tuple[str, Value] = ("batch_size", int(together * parts))
    if batch % together == 0:
        fix = ("accumulation", int(batch // together))
    several = f" on {devices} devices" if devices > 1 else ""
    message = (
        f"micro_batch_size {micro:,.0f} × accumulation {parts:,.0f}{several} is "
        f"{micro * parts * devices:,.0f}, not the batch_size {batch:,.0f}; take {fix[0]} {fix[1]:,}"
    )
    return Finding(message=message, fix=fix)


def kto_parts_small(settings: Settings, workload: Workload) -> Finding | None:
    """Say that KTO compares too few examples at once."""
    micro = chosen(settings, "micro_batch_size")
    if workload.regime != "kto" or micro is None or micro >= KTO_TOGETHER:
        return None
    message = (
        f"micro_batch_size {micro:,.0f} leaves KTO too few examples to compare at once; take "
        f"{KTO_TOGETHER}"
    )
    return Finding(message=message, fix=("micro_batch_size", KTO_TOGETHER))


def bfloat16_unsupported(settings: Settings, workload: Workload) -> Finding | None:
    """Say that a device lacks the precision."""
    device = catalogue.device(workload.hardware.device) if workload.hardware else None
    if device is None or device.bfloat16 or value(settings, "precision") != "bfloat16":
        return None
    if not is_chosen(settings, "precision"):
        return None
    message = f"precision bfloat16 is what {device.name} lacks; take float16, with scaled losses"
    return Finding(message=message, fix=("precision", "float16"))


def float16_needless(settings: Settings, workload: Workload) -> Finding | None:
    """Say that a narrow precision is taken where a wide one is as fast."""
    device = catalogue.device(workload.hardware.device) if workload.hardware else None
    if device is None or not device.bfloat16 or value(settings, "precision") != "float16":
        return None
    message = (
        f"precision float16 overflows where bfloat16 does not, and {device.name} is as fast in "
        "both; take bfloat16"
    )
    return Finding(message=message, fix=("precision", "bfloat16"))


def sequence_beyond_context(settings: Settings, workload: Workload) -> Finding | None:
    """Say that sequences are longer than the model was made for."""
    length = number(settings, "sequence_length")
    known = catalogue.model(workload.base_model or "")
    if length is None or known is None or length <= known.context:
        return None
    message = (
        f"sequence_length {length:,.0f} is more than the {known.context:,} tokens that "
        f"{known.name} was made for; take {known.context:,} or less"
    )
    return Finding(message=message, fix=("sequence_length", known.context))


def sequence_cuts_examples(settings: Settings, workload: Workload) -> Finding | None:
    """Say that most examples lose their end."""
    length, tokens = number(settings, "sequence_length"), workload.tokens
    if length is None or tokens is None or workload.task == "language-modelling":
        return None
    if length >= tokens.mean_length:
        return None
    known = catalogue.model(workload.base_model or "")
    wanted = 1 << max(round(tokens.mean_length) * 2 - 1, 1).bit_length()
    mended = min(wanted, known.context) if known else wanted
    mean = f"{tokens.mean_length:,.0f} tokens on average"
    said = f"sequence_length {length:,.0f} cuts examples of {mean}"
    if mended <= length:
        further = "split the examples, or take a model that reads more"
        return Finding(message=f"{said}, and is all that the model reads; {further}")
    return Finding(message=f"{said}; take {mended:,}", fix=("sequence_length", mended))
