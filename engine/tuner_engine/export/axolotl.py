"""How does Axolotl's YAML say what a recipe says?

Source: axolotl 0.19.0, `utils/schemas/`; the recorded field list of the tests holds every name.
"""

from tuner_engine.export import hf_trainer, rates
from tuner_engine.export.adapters import ALL, MODULES, meant
from tuner_engine.export.base_model import base_model
from tuner_engine.export.batches import batches
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
    only,
)
from tuner_engine.export.outcome import Dropped
from tuner_engine.recipe import Value

_PREFERENCES = {"dpo", "kto", "grpo"}
"""Regimes that `rl` names as they are called here."""


def _write_kind(case: Case) -> Written:
    fields: dict[str, object] = {}
    regime = case.workload.regime
    if regime in _PREFERENCES:
        fields["rl"] = regime
    if regime == "kto":
        # Axolotl refuses KTO without it: the label's column is none of the model's inputs.
        fields["remove_unused_columns"] = False
    if regime == "reward":
        fields["reward_model"] = True
    if case.values.get("lora_rank") is not None:
        four_bit = case.values.get("quantization") == "4bit"
        fields["adapter"] = "qlora" if four_bit else "lora"
    return Written(fields=fields)


def _read_kind(fields: Fields) -> Found:
    names = ["rl", "reward_model", "adapter"]
    names += ["remove_unused_columns"] if fields.get("rl") == "kto" else []
    return Found(used=tuple(name for name in names if name in fields))


def _write_quantization(case: Case) -> Written:
    value = case.values.get("quantization")
    if value is None:
        return NOTHING
    return Written(fields={"load_in_4bit": value == "4bit", "load_in_8bit": value == "8bit"})


def _read_quantization(fields: Fields) -> Found:
    flags: dict[str, Value] = {}
    for name in ("load_in_4bit", "load_in_8bit"):
        try:
            flags[name] = coerced("packing", fields[name]) if name in fields else None
        except NotAValueError as error:
            return Found(unread=(Unread(field=name, why=str(error)),))
    if all(value is None for value in flags.values()):
        four_bit = fields.get("adapter") == "qlora"
        return Found(settings={"quantization": "4bit"}) if four_bit else ABSENT
    word = "4bit" if flags["load_in_4bit"] else "8bit" if flags["load_in_8bit"] else "none"
    used = tuple(name for name in flags if name in fields)
    return Found(settings={"quantization": word}, used=used)


def _write_targets(case: Case) -> Written:
    value = case.values.get("lora_targets")
    if value is None:
        return NOTHING
    if value == ALL:
        return Written(fields={"lora_target_linear": True})
    if value not in MODULES:
        why = "it is none of all-linear, attention, mlp; list lora_target_modules by hand"
        return Written(dropped=(Dropped(name="lora_targets", value=value, why=why),))
    return Written(fields={"lora_target_modules": list(MODULES[str(value)])})


def _read_targets(fields: Fields) -> Found:
    path, switch = "lora_target_modules", "lora_target_linear"
    listed = bool(fields.get(path))
    used = tuple(name for name in (path, switch) if name in fields)
    if fields.get(switch) is True:
        # Every linear matrix holds those of any list beside it.
        return Found(settings={"lora_targets": ALL}, used=used)
    if listed:
        found = meant(fields[path], every=ALL, path=path)
        return Found(
            settings=found.settings,
            used=used if found.settings else (switch,) if switch in fields else (),
            unread=found.unread,
            approximated=found.approximated,
        )
    return Found(used=used)


_GRPO = {
    "kl_coefficient": "beta",
    "group_size": "num_generations",
    "max_tokens": "max_completion_length",
    "temperature": "temperature",
    "top_p": "top_p",
    "top_k": "top_k",
    "min_p": "min_p",
    "repetition_penalty": "repetition_penalty",
}
"""Setting → the field below `trl`."""


def _in_grpo(setting: str) -> Entry:
    entry = named(setting, f"trl.{_GRPO[setting]}")
    why = hf_trainer.HINTS[setting]
    return only(entry, when=lambda case: case.workload.regime == "grpo", why=why)


TABLE = Table(
    entries=(
        base_model("base_model"),
        Entry(settings=(), write=_write_kind, read=_read_kind),
        Entry(settings=("quantization",), write=_write_quantization, read=_read_quantization),
        named("lora_rank", "lora_r"),
        named("lora_alpha", "lora_alpha", whole=True),
        named("lora_dropout", "lora_dropout"),
        Entry(settings=("lora_targets",), write=_write_targets, read=_read_targets),
        named("sequence_length", "sequence_len"),
        named("packing", "sample_packing"),
        batches("micro_batch_size", "gradient_accumulation_steps"),
        hf_trainer.epochs("num_epochs"),
        named("max_steps", "max_steps"),
        named("learning_rate", "learning_rate"),
        rates.rates(
            rates.Dialect(
                kind="lr_scheduler",
                warmup="warmup_ratio",
                floor="cosine_min_lr_ratio",
                one_cycle=True,
            )
        ),
        hf_trainer.optimizer("optimizer", muon=("optimizer", "muon")),
        named("weight_decay", "weight_decay"),
        named("gradient_clip", "max_grad_norm", unset=0.0),
        named("beta1", "adam_beta1"),
        named("beta2", "adam_beta2"),
        named("epsilon", "adam_epsilon"),
        hf_trainer.PRECISION,
        named("rematerialize", "gradient_checkpointing"),
        named("preference_beta", "rl_beta"),
        *map(_in_grpo, _GRPO),
        named("seed", "seed"),
    ),
    hints={
        **hf_trainer.HINTS,
        "patience": "add `early_stopping_patience: {value}` with eval_steps and save_steps of one "
        "epoch each; it counts evaluations",
        "label_smoothing": "Axolotl has no field for it",
    },
    otherwise="Axolotl has no field for it",
)
"""The YAML of `axolotl train`."""

TO_ADD = "datasets and output_dir"
"""Fields without which it does not start."""
