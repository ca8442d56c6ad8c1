"""How does LLaMA-Factory's YAML say what a recipe says?

Source: llamafactory 0.9.5, `hparams/`; it takes transformers 4.55 to 5.6, so its warm-up is still a
ratio. The recorded field list of the tests holds every name.
"""

from collections.abc import Mapping

from tuner_engine.export import hf_trainer, rates
from tuner_engine.export.adapters import targets
from tuner_engine.export.base_model import base_model
from tuner_engine.export.case import Case
from tuner_engine.export.coercion import NotAValueError, coerced
from tuner_engine.export.entries import (
    ABSENT,
    NOTHING,
    Entry,
    Fields,
    Found,
    Table,
    Unread,
    Written,
    named,
    same,
)
from tuner_engine.export.outcome import Dropped
from tuner_engine.workload import Regime

STAGES: Mapping[Regime, str] = {
    "scratch": "pt",
    "full": "sft",
    "lora": "sft",
    "qlora": "sft",
    "dpo": "dpo",
    "kto": "kto",
    "reward": "rm",
}
"""Regime → stage of training; there is none for GRPO."""


def _write_stage(case: Case) -> Written:
    fields: dict[str, object] = {"do_train": True}
    stage = STAGES.get(case.workload.regime)
    if stage is not None:
        fields["stage"] = stage
    adapters = case.values.get("lora_rank") is not None
    return Written(fields={**fields, "finetuning_type": "lora" if adapters else "full"})


def _read_stage(fields: Fields) -> Found:
    return Found(
        used=tuple(name for name in ("do_train", "stage", "finetuning_type") if name in fields)
    )


def _write_quantization(case: Case) -> Written:
    value = case.values.get("quantization")
    if value is None or value == "none":
        return NOTHING
    return Written(fields={"quantization_bit": 4 if value == "4bit" else 8})


def _read_quantization(fields: Fields) -> Found:
    if "quantization_bit" not in fields:
        return ABSENT
    bits = fields["quantization_bit"]
    try:
        word = {4: "4bit", 8: "8bit"}[int(coerced("group_size", bits) or 0)]
    except (NotAValueError, KeyError):
        return Found(unread=(Unread(field="quantization_bit", why="it is neither 4 nor 8"),))
    return Found(settings={"quantization": word}, used=("quantization_bit",))


def _write_patience(case: Case) -> Written:
    patience = case.number("patience")
    if patience is None:
        return NOTHING
    every = dict.fromkeys(("eval_strategy", "save_strategy"), "epoch")
    fields: dict[str, object] = {"early_stopping_steps": int(patience), **every}
    return Written(fields={**fields, "load_best_model_at_end": True})


def _read_patience(fields: Fields) -> Found:
    if "early_stopping_steps" not in fields:
        return ABSENT
    if fields.get("eval_strategy") != "epoch":
        why = "it counts evaluations, and those are not once an epoch"
        return Found(unread=(Unread(field="early_stopping_steps", why=why),))
    found = named("patience", "early_stopping_steps").read(fields)
    return Found(
        settings=found.settings,
        used=(*found.used, *_EVERY_EPOCH & fields.keys()),
        unread=found.unread,
    )


_EVERY_EPOCH = {"eval_strategy", "save_strategy", "load_best_model_at_end"}

_UNSUPPORTED = "LLaMA-Factory has no GRPO; `tuner-tui export --format trl` writes that"


def _write_grpo(case: Case) -> Written:
    return Written(
        dropped=tuple(
            Dropped(name=name, value=value, why=_UNSUPPORTED)
            for name in ("kl_coefficient", "group_size")
            if (value := case.values.get(name)) is not None
        )
    )


TABLE = Table(
    entries=(
        base_model("model_name_or_path"),
        Entry(settings=(), write=_write_stage, read=_read_stage),
        named("lora_rank", "lora_rank"),
        named("lora_alpha", "lora_alpha", whole=True),
        named("lora_dropout", "lora_dropout"),
        targets("lora_target", every="all", joined=True),
        Entry(settings=("quantization",), write=_write_quantization, read=_read_quantization),
        named("sequence_length", "cutoff_len"),
        *same("packing"),
        named("preference_beta", "pref_beta"),
        Entry(settings=("kl_coefficient", "group_size"), write=_write_grpo),
        *hf_trainer.COMMON,
        rates.rates(rates.Dialect(warmup="warmup_ratio")),
        hf_trainer.optimizer(muon=("use_muon", True)),
        hf_trainer.epochs("num_train_epochs"),
        Entry(settings=("patience",), write=_write_patience, read=_read_patience),
    ),
    hints=hf_trainer.HINTS,
    otherwise="LLaMA-Factory has no field for it",
)
"""The YAML of `llamafactory-cli train`."""

TO_ADD = "dataset, template and output_dir"
"""Fields without which it does not start."""
