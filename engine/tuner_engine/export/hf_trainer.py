"""How do Hugging Face's trainers say what a recipe says?

The entries here are those of `TrainingArguments`, which TRL, LLaMA-Factory and Unsloth extend.
Source: transformers 5.23.0, `training_args.py` and `trainer_optimizer.py`; the recorded field lists
of the tests hold every name.
"""

from tuner_engine.export import rates
from tuner_engine.export.batches import batches
from tuner_engine.export.case import Case
from tuner_engine.export.coercion import NotAValueError, coerced, shown, text_of
from tuner_engine.export.entries import (
    ABSENT,
    NOTHING,
    Entry,
    Fields,
    Found,
    Table,
    Unread,
    Written,
    dropping,
    named,
)
from tuner_engine.export.outcome import Approximated, Dropped
from tuner_engine.recipe import Value

MOMENTUM = 0.9
"""Of SGD, where the recipe says nothing: what the engine trains with."""

OPTIMIZERS: dict[str, str] = {
    "adamw": "adamw_torch",
    "sgd": "sgd",
    "lion": "lion_32bit",
    "adamw-8bit": "adamw_bnb_8bit",
}
"""Our word → theirs, where both mean the same."""

_OPTIMIZERS_READ: dict[str, str] = {
    **{theirs: ours for ours, theirs in OPTIMIZERS.items()},
    "adamw_torch_fused": "adamw",
    "adamw_hf": "adamw",
    "adamw_apex_fused": "adamw",
    "adamw_torch_xla": "adamw",
    "paged_adamw_32bit": "adamw",
    "paged_lion_32bit": "lion",
    "adamw_8bit": "adamw-8bit",
    "paged_adamw_8bit": "adamw-8bit",
    "adamw_torch_8bit": "adamw-8bit",
}
"""Their word → ours; fused and paged ones take the same steps."""

NO_ADAM = "adam's decay is part of the gradient; without decay, AdamW takes the same steps"
NO_MUON = "it has no Muon, and AdamW at this rate is another training; measure its rate"


def optimizer(
    path: str = "optim", *, arguments: str = "optim_args", muon: tuple[str, Value] | None = None
) -> Entry:
    """Return the entry of the optimizer and SGD's momentum.

    Args:
        path: Their field of its name.
        arguments: Their field of its arguments, as text: `momentum=0.9`.
        muon: A field and what it holds for Muon; none where there is no Muon.
    """

    def write(case: Case) -> Written:
        value, momentum = case.values.get("optimizer"), case.values.get("momentum")
        if value is None:
            return dropping("momentum", momentum, _ONLY_SGD)
        if value == "sgd":
            share = MOMENTUM if momentum is None else momentum
            return Written(fields={path: "sgd", arguments: f"momentum={share}"})
        lost = [] if momentum is None else [_unused_momentum(momentum)]
        if value in OPTIMIZERS:
            return Written(fields={path: OPTIMIZERS[str(value)]}, dropped=tuple(lost))
        if value == "muon" and muon is not None:
            return Written(fields={muon[0]: muon[1]}, dropped=tuple(lost))
        if value in {"adam", "muon"}:
            why = NO_ADAM if value == "adam" else NO_MUON
            near = Approximated(name="optimizer", value=value, written="adamw_torch", why=why)
            fields: dict[str, object] = {path: "adamw_torch"}
            return Written(fields=fields, approximated=(near,), dropped=tuple(lost))
        lost.append(Dropped(name="optimizer", value=value, why="pass it to the trainer yourself"))
        return Written(dropped=tuple(lost))

    def read(fields: Fields) -> Found:
        return _read_optimizer(fields, path, arguments, muon)

    return Entry(settings=("optimizer", "momentum"), write=write, read=read)


_ONLY_SGD = "only SGD has one"


def _unused_momentum(value: Value) -> Dropped:
    return Dropped(name="momentum", value=value, why=_ONLY_SGD)


def _read_optimizer(
    fields: Fields, path: str, arguments: str, muon: tuple[str, Value] | None
) -> Found:
    if muon is not None and fields.get(muon[0]) == muon[1]:
        used = tuple({muon[0], *([path] if path in fields else [])})
        return Found(settings={"optimizer": "muon"}, used=used)
    if path not in fields:
        return ABSENT
    ours = _OPTIMIZERS_READ.get(text_of(fields[path]) or "")
    if ours is None:
        why = f"{shown(fields[path])} is no optimizer that is known here"
        return Found(unread=(Unread(field=path, why=why),))
    if ours != "sgd" or arguments not in fields:
        return Found(settings={"optimizer": ours}, used=(path,))
    return _with_momentum(text_of(fields[arguments]) or "", path, arguments)


def _with_momentum(text: str, path: str, arguments: str) -> Found:
    settings: dict[str, Value] = {"optimizer": "sgd"}
    pairs = dict(part.split("=", 1) for part in text.replace(" ", "").split(",") if "=" in part)
    if set(pairs) - {"momentum"}:
        unread = (Unread(field=arguments, why="only the momentum is understood"),)
        return Found(settings=settings, used=(path,), unread=unread)
    try:
        settings["momentum"] = coerced("momentum", pairs.get("momentum"))
    except NotAValueError as error:
        return Found(
            settings=settings, used=(path,), unread=(Unread(field=arguments, why=str(error)),)
        )
    return Found(settings=settings, used=(path, arguments))


def _write_precision(case: Case) -> Written:
    value = case.values.get("precision")
    if value is None:
        return NOTHING
    return Written(fields={"bf16": value == "bfloat16", "fp16": value == "float16"})


def _read_precision(fields: Fields) -> Found:
    flags: dict[str, bool] = {}
    unread = []
    for name in ("bf16", "fp16"):
        if name in fields and fields[name] is not None:
            try:
                flags[name] = bool(coerced("packing", fields[name]))
            except NotAValueError as error:
                unread.append(Unread(field=name, why=str(error)))
    if not flags:
        return Found(unread=tuple(unread))
    word = "bfloat16" if flags.get("bf16") else "float16" if flags.get("fp16") else "float32"
    certain = word != "float32" or "bf16" in flags
    return Found(
        settings={"precision": word} if certain else {}, used=tuple(flags), unread=tuple(unread)
    )


PRECISION = Entry(settings=("precision",), write=_write_precision, read=_read_precision)
"""Two switches there, one word here."""

_MAX_STEPS_OFF = -1

MAX_STEPS = named("max_steps", "max_steps", unset=_MAX_STEPS_OFF)

COMMON: tuple[Entry, ...] = (
    named("learning_rate", "learning_rate"),
    batches("per_device_train_batch_size", "gradient_accumulation_steps"),
    MAX_STEPS,
    named("weight_decay", "weight_decay"),
    named("label_smoothing", "label_smoothing_factor"),
    named("gradient_clip", "max_grad_norm", unset=0.0),
    PRECISION,
    named("rematerialize", "gradient_checkpointing", also=("activation_checkpointing",)),
    named("beta1", "adam_beta1"),
    named("beta2", "adam_beta2"),
    named("epsilon", "adam_epsilon"),
    named("seed", "seed"),
)
"""What every one of these trainers shares."""


def epochs(path: str) -> Entry:
    """Return the entry of the epochs; there, an epoch may be broken off."""
    plain = named("epochs", path)

    def read(fields: Fields) -> Found:
        found = plain.read(fields)
        if not found.unread:
            return found
        try:
            number = float(coerced("learning_rate", fields[path]) or 0.0)
        except NotAValueError:
            return found
        whole = max(round(number), 1)
        why = "only whole epochs can be said here"
        near = Approximated(name="epochs", value=number, written=whole, why=why)
        return Found(settings={"epochs": whole}, used=(path,), approximated=(near,))

    return Entry(settings=("epochs",), write=plain.write, read=read)


MODEL_CONFIG = "it belongs to the model: set it in the model's own config"
ADAPTER = "it belongs to the adapter: `tuner-tui export --format peft` writes that"
SAMPLING = "it is for sampling: `tuner-tui export --format hf-generation` writes that"

SAMPLING_HINTS: dict[str, str] = dict.fromkeys(
    (
        "temperature",
        "top_p",
        "top_k",
        "min_p",
        "frequency_penalty",
        "presence_penalty",
        "repetition_penalty",
        "max_tokens",
    ),
    SAMPLING,
)

HINTS: dict[str, str] = {
    "model": "the model is loaded by name, not configured here",
    "hidden_layers": "it belongs to the model: `num_hidden_layers` of its config",
    "hidden_width": "it belongs to the model: `hidden_size` of its config",
    "dropout": "it belongs to the model: `hidden_dropout_prob` or the like of its config",
    "drop_path": MODEL_CONFIG,
    "patience": "add `EarlyStoppingCallback(early_stopping_patience={value})` to the trainer's "
    "callbacks, with eval_strategy and save_strategy 'epoch' and load_best_model_at_end",
    "augmentation": "it belongs to the transform of the data",
    "layerwise_decay": "pass an optimizer with parameter groups of your own to the trainer",
    "ema_decay": "add a callback that keeps the running mean of the weights",
    "sequence_length": "truncate in the tokenizer: `max_length={value}, truncation=True`",
    "packing": "pack the examples before training, or train with TRL's SFTTrainer",
    "quantization": "pass `quantization_config=BitsAndBytesConfig(...)` where the model is loaded",
    "preference_beta": "it belongs to preference training: `tuner-tui export --format trl`",
    "kl_coefficient": "it belongs to GRPO: `tuner-tui export --format trl`",
    "group_size": "it belongs to GRPO: `tuner-tui export --format trl`",
    **dict.fromkeys(("lora_rank", "lora_alpha", "lora_dropout", "lora_targets"), ADAPTER),
    **SAMPLING_HINTS,
}
"""Setting without a field → what to do instead."""

OTHERWISE = "TrainingArguments has no field for it"

TRANSFORMERS = Table(
    entries=(
        *COMMON,
        rates.rates(rates.Dialect()),
        optimizer(),
        epochs("num_train_epochs"),
    ),
    hints=HINTS,
    otherwise=OTHERWISE,
)
"""`transformers.TrainingArguments`."""
