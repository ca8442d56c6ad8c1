"""How do TRL's configs say what a recipe says?

Which config it is follows from the regime: `SFTConfig`, `DPOConfig`, `KTOConfig`, `GRPOConfig` or
`RewardConfig`. Source: trl 1.16.0; the recorded field lists of the tests hold every name.
"""

from collections.abc import Mapping

from tuner_engine.export import hf_trainer, rates
from tuner_engine.export.case import Case
from tuner_engine.export.entries import NOTHING, Entry, Fields, Found, Table, Written, named, same
from tuner_engine.export.outcome import Approximated
from tuner_engine.workload import Regime

CONFIGS: Mapping[Regime, str] = {
    "scratch": "SFTConfig",
    "full": "SFTConfig",
    "lora": "SFTConfig",
    "qlora": "SFTConfig",
    "dpo": "DPOConfig",
    "kto": "KTOConfig",
    "grpo": "GRPOConfig",
    "reward": "RewardConfig",
    "inference": "SFTConfig",
}
"""Regime → the config that its trainer takes."""

_SAME_BASE: tuple[Entry, ...] = (
    *hf_trainer.COMMON,
    rates.rates(rates.Dialect()),
    hf_trainer.optimizer(),
    hf_trainer.epochs("num_train_epochs"),
)


def _check_groups(case: Case) -> Written:
    batch, group = case.number("batch_size"), case.number("group_size")
    if not batch or not group or batch % group == 0:
        return NOTHING
    why = f"GRPOConfig wants a batch of completions that {group:g} divides; round it up by hand"
    return Written(
        approximated=(Approximated(name="batch_size", value=batch, written=batch, why=why),)
    )


_LENGTH = named("sequence_length", "max_length")

_OWN: Mapping[str, tuple[Entry, ...]] = {
    "SFTConfig": (_LENGTH, *same("packing")),
    "DPOConfig": (_LENGTH, named("preference_beta", "beta")),
    "KTOConfig": (_LENGTH, named("preference_beta", "beta")),
    "RewardConfig": (_LENGTH,),
    "GRPOConfig": (
        named("kl_coefficient", "beta"),
        named("group_size", "num_generations"),
        named("max_tokens", "max_completion_length"),
        *same("temperature", "top_p", "top_k", "min_p", "repetition_penalty"),
        Entry(settings=(), write=_check_groups),
    ),
}
"""Config → what it says beyond `TrainingArguments`."""

_HINTS = {
    name: hint
    for name, hint in hf_trainer.HINTS.items()
    if name not in {"packing", "preference_beta", "kl_coefficient", "group_size"}
}

TABLES: Mapping[str, Table] = {
    config: Table(
        entries=(*_SAME_BASE, *own),
        hints={**_HINTS, "sequence_length": "truncate the prompts before training"},
        otherwise=f"{config} has no field for it",
    )
    for config, own in _OWN.items()
}
"""Config → its table."""


def config(case: Case) -> str:
    """Return the name of the config that the regime asks for."""
    return CONFIGS[case.workload.regime]


def write(case: Case) -> Written:
    """Return the fields of the config that the regime asks for."""
    return TABLES[config(case)].write(case)


def read(fields: Fields) -> Found:
    """Return what a config says; which it is follows from the fields it has."""
    if {"num_generations", "max_completion_length"} & fields.keys():
        return TABLES["GRPOConfig"].read(fields)
    return TABLES["DPOConfig" if "beta" in fields else "SFTConfig"].read(fields)
