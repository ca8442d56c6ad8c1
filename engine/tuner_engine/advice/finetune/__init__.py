"""Which settings suit the tuning of a pretrained model?

Encoders of text, models of images and language models; every weight or adapters, on instructions,
preferences or rewards.
"""

from collections.abc import Callable, Mapping

from tuner_engine.advice.beliefs import decided, with_decisions
from tuner_engine.advice.finetune import (
    adapting,
    computing,
    habits,
    memories,
    passes,
    preferences,
    rates,
)
from tuner_engine.advice.finetune.case import Case
from tuner_engine.advice.presets import load
from tuner_engine.recipe import Setting, Value
from tuner_engine.workload import Workload

Advice = Callable[[Case], Setting]


def _model(case: Case) -> Setting:
    return Setting(
        value=case.workload.base_model or case.base.name or "own",
        basis="chosen",
        confidence="high",
        why="The pretrained model that you named.",
    )


_ADVICE: dict[str, Advice] = {
    "model": _model,
    "optimizer": habits.optimizer,
    "schedule": habits.schedule,
    "learning_rate": rates.learning_rate,
    "warmup_share": habits.warmup_share,
    "batch_size": passes.batch_size,
    "epochs": passes.epochs,
    "patience": passes.patience,
    "weight_decay": habits.weight_decay,
    "dropout": habits.dropout,
    "label_smoothing": habits.label_smoothing,
    "gradient_clip": habits.gradient_clip,
    "accumulation": computing.accumulation,
    "precision": computing.precision,
    "rematerialize": computing.rematerialize,
    "drop_path": memories.drop_path,
    "sequence_length": passes.sequence_length,
    "packing": passes.packing,
    "seed": habits.seed,
    "quantization": adapting.quantization,
    "lora_rank": adapting.lora_rank,
    "lora_alpha": adapting.lora_alpha,
    "lora_dropout": adapting.lora_dropout,
    "lora_targets": adapting.lora_targets,
    "preference_beta": preferences.preference_beta,
    "kl_coefficient": preferences.kl_coefficient,
    "group_size": preferences.group_size,
    "micro_batch_size": computing.micro_batch_size,
    "temperature": preferences.temperature,
}
"""Setting → the function that advises it."""


def settings(workload: Workload, decisions: Mapping[str, Value]) -> dict[str, Setting]:
    """Return every setting of one tuning, decided or advised, in the order of a recipe.

    Args:
        workload: What is tuned on what; its regime is neither `scratch` nor `inference`.
        decisions: Setting → what a person decided.
    """
    case = Case(workload=workload, decisions=decisions, presets=load("finetune"))
    advised = {name: _ADVICE[name](case) for name in _ADVICE if _applies(name, case)}
    advised |= memories.settings(case)
    settled = {name: decided(found, decisions.get(name)) for name, found in advised.items()}
    others = {name: value for name, value in decisions.items() if name not in advised}
    return with_decisions(settled, others)


def _applies(name: str, case: Case) -> bool:
    """Return whether a setting means anything for this tuning."""
    regime = case.workload.regime
    if name in {"sequence_length", "packing"}:
        return not case.sees and (name != "packing" or case.speaks)
    if name == "drop_path":
        return case.sees
    if name == "preference_beta":
        return regime in {"dpo", "kto"}
    if name in {"kl_coefficient", "group_size", "temperature"}:
        return regime == "grpo"
    if name.startswith("lora_") or name == "quantization":
        return regime != "full"
    return True
