"""What does a torchtune config say? It is read, never written.

torchtune is no longer developed; its configs are what people come from. Source: torchtune 0.6.1,
`recipes/configs/`.
"""

import re

from tuner_engine.export.adapters import ATTENTION, PERCEPTRON, meant
from tuner_engine.export.batches import batches
from tuner_engine.export.case import Case, cleaned
from tuner_engine.export.coercion import text_of
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
    understood,
)
from tuner_engine.recipe import Value

_OPTIMIZERS = {
    "AdamW": "adamw",
    "Adam": "adam",
    "SGD": "sgd",
    "AdamW8bit": "adamw-8bit",
    "PagedAdamW8bit": "adamw-8bit",
    "PagedAdamW": "adamw",
}
"""Last part of a component's name → ours."""

_PRECISIONS = {"bf16": "bfloat16", "fp16": "float16", "fp32": "float32"}


_BUILDER = re.compile(r"(?P<adapter>q?lora_)?(?P<name>\w{1,60})", re.ASCII)
"""Name of the function that builds a model."""


def _unwritten(case: Case) -> Written:
    return NOTHING


def _component(fields: Fields, path: str) -> str:
    return (text_of(fields.get(f"{path}._component_")) or "").rsplit(".", 1)[-1]


def _read_optimizer(fields: Fields) -> Found:
    path = "optimizer._component_"
    if path not in fields:
        return ABSENT
    ours = _OPTIMIZERS.get(_component(fields, "optimizer"))
    if ours is None:
        return Found(unread=(Unread(field=path, why="no optimizer that is known here"),))
    return Found(settings={"optimizer": ours}, used=(path,))


def _read_schedule(fields: Fields) -> Found:
    path, warmup = "lr_scheduler._component_", "lr_scheduler.num_warmup_steps"
    if path not in fields:
        return ABSENT
    unread = []
    if warmup in fields:
        why = "it counts steps; its share needs the length of training"
        unread.append(Unread(field=warmup, why=why))
    if "cosine" not in _component(fields, "lr_scheduler"):
        unread.append(Unread(field=path, why="its schedule has no counterpart here"))
        return Found(unread=tuple(unread))
    return Found(settings={"schedule": "cosine"}, used=(path,), unread=tuple(unread))


def _read_model(fields: Fields) -> Found:
    """Return the model that a builder such as `qlora_llama3_1_8b` is named after."""
    path = "model._component_"
    kind = _BUILDER.fullmatch(_component(fields, "model"))
    if kind is None:
        return ABSENT
    # `llama3_1_8b` is 3.1 and 8b, `qwen2_5_0_5b` is 2.5 and 0.5b: a dot has no place in a name.
    name = re.sub(r"_(0_)?(\d+b)$", lambda size: f"-{size[0][1:]}", kind["name"])
    name = re.sub(r"(?<=\d)_(?=\d)", ".", name).replace("_", "-")
    settings: dict[str, Value] = {"model": cleaned(name)}
    if kind["adapter"] == "qlora_":
        settings["quantization"] = "4bit"
    return Found(settings=settings, used=(path,))


def _read_targets(fields: Fields) -> Found:
    path, switch = "model.lora_attn_modules", "model.apply_lora_to_mlp"
    if path not in fields:
        return ABSENT
    listed = fields[path]
    modules = [text_of(name) or "" for name in listed] if isinstance(listed, list) else []
    modules = ["o_proj" if name == "output_proj" else name for name in modules]
    mlp = fields.get(switch) is True
    # Its own presets leave out one matrix of attention; that is told as near.
    found = meant([*modules, *(PERCEPTRON if mlp else ())], every="", path=path)
    used = tuple(name for name in (path, switch) if name in fields)
    if not found.settings and mlp and set(modules) <= set(ATTENTION):
        return Found(settings={"lora_targets": "all-linear"}, used=used)
    return Found(
        settings=found.settings, used=used, unread=found.unread, approximated=found.approximated
    )


def _read_precision(fields: Fields) -> Found:
    if "dtype" not in fields:
        return ABSENT
    word = _PRECISIONS.get(text_of(fields["dtype"]) or "")
    if word is None:
        return Found(unread=(Unread(field="dtype", why="no precision that is known here"),))
    return Found(settings={"precision": word}, used=("dtype",))


def _read_betas(fields: Fields) -> Found:
    path = "optimizer.betas"
    betas = fields.get(path)
    if not isinstance(betas, list) or len(betas) != 2:
        return ABSENT
    parts = [
        understood(name, raw, path=path)
        for name, raw in zip(("beta1", "beta2"), betas, strict=True)
    ]
    return Found(
        settings={name: value for part in parts for name, value in part.settings.items()},
        used=(path,),
        unread=tuple(unread for part in parts for unread in part.unread),
    )


TABLE = Table(
    entries=(
        Entry(settings=("model", "quantization"), write=_unwritten, read=_read_model),
        Entry(settings=("optimizer",), write=_unwritten, read=_read_optimizer),
        Entry(settings=("schedule",), write=_unwritten, read=_read_schedule),
        Entry(settings=("beta1", "beta2"), write=_unwritten, read=_read_betas),
        Entry(settings=("precision",), write=_unwritten, read=_read_precision),
        Entry(settings=("lora_targets",), write=_unwritten, read=_read_targets),
        batches("batch_size", "gradient_accumulation_steps"),
        named("learning_rate", "optimizer.lr"),
        named("weight_decay", "optimizer.weight_decay"),
        named("epsilon", "optimizer.eps"),
        named("momentum", "optimizer.momentum"),
        named("epochs", "epochs"),
        named("gradient_clip", "clip_grad_norm"),
        named("rematerialize", "enable_activation_checkpointing"),
        named("lora_rank", "model.lora_rank"),
        named("lora_alpha", "model.lora_alpha"),
        named("lora_dropout", "model.lora_dropout"),
        named("sequence_length", "tokenizer.max_seq_len"),
        named("packing", "dataset.packed"),
        named("preference_beta", "loss.beta"),
        named("seed", "seed"),
    ),
    otherwise="torchtune configs are not written",
)
"""A torchtune recipe's YAML."""
