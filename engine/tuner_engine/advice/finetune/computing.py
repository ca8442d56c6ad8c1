"""In which parts, how precisely and with what computed twice does a step run on this device?"""

from msgspec.structs import replace

from tuner_engine.advice import catalogue
from tuner_engine.advice.beliefs import published
from tuner_engine.advice.finetune import passes
from tuner_engine.advice.finetune.case import DEMANDING_PARAMETERS, Case
from tuner_engine.advice.memory import gibibytes, need
from tuner_engine.recipe import Basis, Setting
from tuner_engine.settings import SETTINGS, unit


def micro_batch_size(case: Case) -> Setting:
    """Return the examples that one device computes at once: as many as fit and are worth it."""
    value = case.plan.micro_batch_size
    if case.available_bytes is None:
        why = "Enough tokens to keep a device busy; no device was stated, so nothing was fitted."
        return _computed(case, "micro_batch_size", value, why, sure=False)
    taken, given = need(case.plan).bytes, case.available_bytes
    fits = "of the" if taken <= given else "more than the"
    why = f"Takes about {gibibytes(taken)}, {fits} {gibibytes(given)} that the device has."
    return _computed(case, "micro_batch_size", value, why, sure=taken <= given)


def accumulation(case: Case) -> Setting:
    """Return the parts that a batch is computed in."""
    batch = passes.batch_in_force(case)
    micro = case.whole("micro_batch_size") or case.plan.micro_batch_size
    value = max(batch // (micro * case.devices), 1)
    devices = f" on {case.devices} devices" if case.devices > 1 else ""
    why = f"A batch of {batch:,} in parts of {micro:,}{devices}."
    return _computed(case, "accumulation", value, why, sure=True)


def _computed(case: Case, name: str, value: int, why: str, *, sure: bool) -> Setting:
    return Setting(
        value=value,
        unit=unit(name),
        basis="rule",
        confidence="medium" if sure else "low",
        why=why,
        sources=case.presets.cited(
            *(("G11", "B58") if case.workload.regime == "kto" else ("G11",))
        ),
        changes="Another device, sequence length or method.",
    )


def rematerialize(case: Case) -> Setting:
    """Return whether activations are computed twice: where memory asks for it."""
    setting = replace(published(case.presets, "G8", "rematerialize", also=("C26",)), basis="rule")
    if case.available_bytes is not None:
        value = case.plan.rematerialize
        why = (
            "Saves the memory that the device lacks, for about a fifth of the time."
            if value
            else "Not needed on this device; it would cost about a fifth of the time."
        )
        return replace(setting, value=value, why=why)
    if case.speaks and case.base.parameters >= DEMANDING_PARAMETERS:
        usual = published(case.presets, "B14", "rematerialize", also=("G8", "C26"))
        return replace(usual, range=(False, True), scale="choice")
    why = "Left off for a model this small; it would cost about a fifth of the time."
    others = ("TRL computes activations again at every size (B14).",) if case.speaks else ()
    return replace(setting, why=why, alternatives=others)


def precision(case: Case) -> Setting:
    """Return the precision of the computation: what the device is made for."""
    setting = published(case.presets, "G9", "precision")
    if case.speaks:
        why = "What published tunings of this kind compute in."
        setting = published(case.presets, "B14", "precision", why=why, also=("G9",))
    hardware = case.workload.hardware
    known = catalogue.device(hardware.device) if hardware else None
    if hardware and "cpu" in hardware.device.lower():
        value, why = "float32", "A processor gains little from less."
    elif known and not known.bfloat16:
        value, why = "float16", f"{known.name} has no bfloat16; losses have to be scaled."
    else:
        value, why = "bfloat16", setting.why
    basis: Basis = setting.basis if value == setting.value else "rule"
    options = SETTINGS["precision"].options
    return replace(setting, value=value, range=options, scale="choice", basis=basis, why=why)
