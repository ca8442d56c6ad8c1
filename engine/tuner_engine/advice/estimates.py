"""What does a recipe cost: memory on the device, time, tokens, and what was only assumed?

Worked out from a recipe alone, so that it holds for one that was edited, imported or measured, as
well. Invariant: where something is not known there is no estimate, never a guess.
"""

from collections.abc import Mapping
from typing import Literal

from msgspec.structs import replace

from tuner_engine.advice import catalogue, duration, fitting
from tuner_engine.advice.catalogue import BaseModel
from tuner_engine.advice.duration import Duration
from tuner_engine.advice.fitting import Fit
from tuner_engine.advice.memory import Plan, billions, need
from tuner_engine.recipe import Setting, Value
from tuner_engine.workload import Hardware, Workload

Settings = Mapping[str, Setting]

_TRANSFORMERS = ("vit", "text-encoder", "decoder")
"""What the names of transformers begin with, among the models trained here."""

_FACTS = {
    "regime": "how it is trained",
    "base_parameters": "the size of the model, read from its name",
    "train_examples": "the number of training examples",
    "valid_examples": "the number of validation examples",
    "mean_length": "the tokens of an example",
    "sequence_length": "the longest sequence",
    "vocabulary": "the vocabulary",
    "outputs": "the number of classes",
    "features": "the number of columns",
    "pixels": "the size of an image",
}
"""Name of a fact → what it is, in words."""

_OPTIONS = {
    "regime": "--regime",
    "base_parameters": "--params",
    "train_examples": "--examples",
    "mean_length": "--avg-tokens",
    "sequence_length": "--context",
    "vocabulary": "--vocabulary",
    "outputs": "--classes",
    "features": "--features",
    "pixels": "--image-size",
}
"""Name of a fact → the option that states it."""


def assumptions(workload: Workload) -> tuple[str, ...]:
    """Return, in words, each fact that was assumed, with its value and how to state it."""
    values = _values(workload)
    return tuple(
        f"{_FACTS.get(name, name)}: {values.get(name, 'unknown')}"
        + (f" ({_OPTIONS[name]})" if name in _OPTIONS else "")
        for name in workload.assumed
    )


def memory_fit(settings: Settings, workload: Workload) -> Fit | None:
    """Return whether a recipe fits the device; none where either is not known.

    Args:
        settings: Of a recipe.
        workload: What it trains, and on what.
    """
    available = device_bytes(workload.hardware)
    plan = plan_of(settings, workload) if available is not None else None
    if available is None or plan is None:
        return None
    return fitting.fit(_sharded(plan, available), available_bytes=available)


def time_needed(settings: Settings, workload: Workload) -> Duration | None:
    """Return how long a recipe trains; none where the device's speed is not known.

    Args:
        settings: Of a recipe.
        workload: What it trains, and on what.
    """
    hardware, epochs = workload.hardware, _number(settings, "epochs")
    known = catalogue.device(hardware.device) if hardware else None
    if hardware is None or known is None or not epochs or workload.regime == "inference":
        return None
    plan = plan_of(settings, workload)
    if plan is None:
        return None
    return duration.estimate(
        plan,
        tokens_per_epoch=_tokens_per_epoch(plan, settings, workload),
        epochs=int(epochs),
        peak_teraflops=known.peak_teraflops,
        utilisation=hardware.utilisation,
    )


def device_bytes(hardware: Hardware | None) -> int | None:
    """Return the memory of one device, as stated or as catalogued; none if it is not known."""
    if hardware is None or hardware.memory_bytes is not None:
        return hardware.memory_bytes if hardware else None
    known = catalogue.device(hardware.device)
    return known.memory_bytes if known else None


def plan_of(settings: Settings, workload: Workload) -> Plan | None:
    """Return what memory depends on in a recipe; none for models without a known shape.

    Args:
        settings: Of a recipe.
        workload: What it trains.
    """
    base = base_of(settings, workload)
    if base is None:
        return None
    if workload.regime == "inference":
        return Plan(
            base=base,
            method="serving",
            sequence_length=_context(workload, base),
            devices=_count(workload),
        )
    rank = _number(settings, "lora_rank")
    adapted = workload.regime in {"lora", "qlora"} or rank is not None
    micro = _number(settings, "micro_batch_size") or _parts(settings, workload)
    return Plan(
        base=base,
        method="adapters" if adapted else "full",
        optimizer=str(_value(settings, "optimizer") or "adamw"),
        quantized=_value(settings, "quantization") == "4bit",
        rank=int(rank or 0),
        targets=str(_value(settings, "lora_targets") or "all-linear"),
        micro_batch_size=int(micro),
        sequence_length=int(_number(settings, "sequence_length") or _context(workload, base)),
        rematerialize=_value(settings, "rematerialize") is True,
        pairs=workload.regime in {"dpo", "reward"},
        writes=workload.regime != "reward",
        reference=workload.regime in {"dpo", "kto"} and not adapted,
        single_precision=_value(settings, "precision") == "float32",
        devices=_count(workload),
    )


def base_of(settings: Settings, workload: Workload) -> BaseModel | None:
    """Return the shape of what is trained; none where it is not known, or is no transformer."""
    if workload.regime != "scratch":
        known = catalogue.model(workload.base_model or "")
        if known is not None and workload.base_parameters in {None, known.parameters}:
            return known
    if workload.base_parameters is not None:
        return catalogue.shape_of(
            workload.base_parameters, name=workload.base_model or "", family=workload.family
        )
    return _built(settings, workload)


def _built(settings: Settings, workload: Workload) -> BaseModel | None:
    """Return the shape of a transformer that is built here."""
    name = str(_value(settings, "model") or "")
    layers, width = _number(settings, "hidden_layers"), _number(settings, "hidden_width")
    if not name.startswith(_TRANSFORMERS) or not layers or not width:
        return None
    vocabulary = workload.tokens.vocabulary if workload.tokens else 0
    return BaseModel(
        name=name,
        family=workload.family,
        kin="",
        parameters=int(12 * layers * width**2 + vocabulary * width),
        layers=int(layers),
        width=int(width),
        feed_forward=int(4 * width),
        heads=max(int(width) // 64, 1),
        vocabulary=vocabulary,
        context=_context(workload, None),
        tied=True,
        gated=False,
    )


def _sharded(plan: Plan, available: int) -> Plan:
    """Return the plan divided among the devices as far as it takes to fit."""
    if plan.devices == 1 or plan.method == "serving":
        return plan
    numbers: tuple[Literal[0, 1, 2, 3], ...] = (0, 1, 2, 3)
    stages = [replace(plan, sharded=stage) for stage in numbers]
    return next((each for each in stages if need(each).bytes <= available), stages[-1])


def _tokens_per_epoch(plan: Plan, settings: Settings, workload: Workload) -> float:
    """Return the tokens that one pass computes, padding included."""
    padded = workload.train_examples * plan.sequence_length * (2 if plan.pairs else 1)
    if workload.tokens is None:
        return padded
    packed = _value(settings, "packing") is True or workload.task == "language-modelling"
    return workload.tokens.train_tokens if packed else padded


def _parts(settings: Settings, workload: Workload) -> float:
    """Return the examples computed at once, from the batch and its parts."""
    batch = _number(settings, "batch_size") or 1
    parts = (_number(settings, "accumulation") or 1) * _count(workload)
    return max(batch // parts, 1)


def _context(workload: Workload, base: BaseModel | None) -> int:
    if workload.tokens is not None:
        return workload.tokens.sequence_length
    if workload.pixels is not None and base is None:
        return max(workload.pixels.height * workload.pixels.width // 256, 1)
    return base.context if base else 1


def _count(workload: Workload) -> int:
    return workload.hardware.count if workload.hardware else 1


def _values(workload: Workload) -> dict[str, str]:
    """Return each fact that may be assumed, as it stands."""
    tokens, pixels = workload.tokens, workload.pixels
    return {
        "regime": workload.regime,
        "base_parameters": billions(workload.base_parameters or 0),
        "train_examples": f"{workload.train_examples:,}",
        "valid_examples": f"{workload.valid_examples:,}",
        "mean_length": f"{tokens.mean_length:g} on average" if tokens else "",
        "sequence_length": f"{tokens.sequence_length:,} tokens" if tokens else "",
        "vocabulary": f"{tokens.vocabulary:,} tokens" if tokens else "",
        "outputs": f"{workload.outputs:,}",
        "features": f"{workload.features:,}",
        "pixels": f"{pixels.height}×{pixels.width}×{pixels.channels}" if pixels else "",
    }


def _value(settings: Settings, name: str) -> Value:
    return settings[name].value if name in settings else None


def _number(settings: Settings, name: str) -> float | None:
    value = _value(settings, name)
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None
