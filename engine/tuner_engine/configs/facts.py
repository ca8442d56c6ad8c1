"""What does a config say of the training itself, beside its settings?

Invariant: a fact that no field states is absent from `Facts`; `workload` assumes it and says so.
"""

from collections.abc import Mapping
from typing import get_args

import msgspec

from tuner_engine.export.coercion import text_of
from tuner_engine.export.entries import Fields
from tuner_engine.recipe import Value
from tuner_engine.specs import Model
from tuner_engine.workload import Family, Regime, Serving, TaskKind, Workload

_SAMPLERS = frozenset({"vllm", "openai", "anthropic", "hf-generation", "llama.cpp", "ollama"})
"""Formats that say how a model writes."""

_ENGINES = {"hf-generation": "transformers"}
"""Format → the engine it is for, where they differ in name."""

_REGIMES: Mapping[str, Regime] = {
    "dpo": "dpo",
    "ipo": "dpo",
    "kto": "kto",
    "grpo": "grpo",
    "rm": "reward",
    "pt": "scratch",
}
"""Their word for a kind of training → ours."""

_FAMILIES: tuple[tuple[tuple[str, ...], Family, TaskKind], ...] = (
    (("mlp", "tabular-resnet", "ft-transformer"), "tabular", "classification"),
    (("cnn", "resnet-", "vit-"), "image", "classification"),
    (("text-",), "text", "classification"),
    (("decoder-",), "language", "language-modelling"),
    (("own",), "own", "own"),
)
"""Beginnings of the names of models that are trained here → what they are trained on."""

ASSUMED_EXAMPLES = 10_000
"""Training examples where nobody said how many. House choice."""


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """What is trained or sampled, as far as a config says."""

    regime: Regime | None = None
    base_model: str | None = None
    """A pretrained one."""
    model: str | None = None
    """One that is trained from scratch here."""
    engine: str | None = None
    """What samples."""


def facts(fields: Fields, settings: Mapping[str, Value], *, kind: str) -> Facts:
    """Return the facts that fields and settings state.

    Args:
        fields: Of the file.
        settings: That were understood.
        kind: The file's format.
    """
    named = settings.get("model")
    model = named if isinstance(named, str) else None
    own = model in get_args(Model)
    return Facts(
        regime="scratch" if own else _regime(fields, settings, kind=kind),
        base_model=None if own else model,
        model=model if own else None,
        engine=_ENGINES.get(kind, kind) if kind in _SAMPLERS else None,
    )


def workload(known: Facts, *, examples: int | None = None) -> Workload:
    """Return what is trained on what, with everything unknown assumed and named.

    Args:
        known: What a config says.
        examples: Training examples, where somebody said how many.
    """
    family, task = _trained_on(known)
    unknown = {
        "family": known.model is None and known.regime != "inference",
        "task": known.model is None and known.regime != "inference",
        "train_examples": examples is None and known.regime != "inference",
        "regime": known.regime is None,
        "base_model": known.base_model is None and known.model is None,
    }
    return Workload(
        family=family,
        task=task,
        train_examples=ASSUMED_EXAMPLES if examples is None else examples,
        valid_examples=0,
        test_examples=0,
        features=0,
        outputs=1,
        regime=known.regime or "full",
        base_model=known.base_model,
        serving=Serving(engine=known.engine) if known.engine else None,
        assumed=tuple(name for name, is_unknown in unknown.items() if is_unknown),
    )


def _trained_on(known: Facts) -> tuple[Family, TaskKind]:
    for beginnings, family, task in _FAMILIES:
        if known.model is not None and known.model.startswith(beginnings):
            return family, task
    return "language", "instruction"


def _regime(fields: Fields, settings: Mapping[str, Value], *, kind: str) -> Regime | None:
    if kind in _SAMPLERS:
        return "inference"
    for name in ("rl", "stage"):
        if (word := text_of(fields.get(name))) in _REGIMES:
            return _REGIMES[word or ""]
    if fields.get("reward_model") is True:
        return "reward"
    if "group_size" in settings:
        return "grpo"
    if "preference_beta" in settings:
        return "dpo"
    if "lora_rank" in settings:
        return "qlora" if settings.get("quantization") == "4bit" else "lora"
    if "temperature" in settings and "learning_rate" not in settings:
        return "inference"
    return None
