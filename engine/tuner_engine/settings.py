"""What may a recipe say, and what does each of its settings mean?

One table names every setting once: presets, advice, lints, exports and imports all speak these
names. Invariant: the order of the table is the order of a recipe.
"""

from collections.abc import Collection
from types import MappingProxyType
from typing import Literal, get_args

import msgspec

from tuner_engine import specs
from tuner_engine.workload import Family, Regime

Kind = Literal["number", "share", "count", "choice", "words", "switch"]
"""What a value is: a float, a float from 0 to 1, a whole number, one word of several, free words,
or true and false."""

ALL_FAMILIES: tuple[Family, ...] = get_args(Family)
ALL_REGIMES: tuple[Regime, ...] = get_args(Regime)
TRAINING: tuple[Regime, ...] = tuple(name for name in ALL_REGIMES if name != "inference")
TUNING: tuple[Regime, ...] = tuple(name for name in TRAINING if name != "scratch")
ADAPTERS: tuple[Regime, ...] = tuple(name for name in TUNING if name != "full")
"""Regimes that may train low-rank adapters instead of the weights; `lora` and `qlora` always do."""


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a setting before it has a value."""

    meaning: str
    """One line, without a full stop."""
    kind: Kind
    unit: str | None = None
    """What the value is counted in; none for plain numbers and words."""
    options: tuple[str, ...] = ()
    """Every word of a `choice`."""
    families: tuple[Family, ...] = ALL_FAMILIES
    regimes: tuple[Regime, ...] = TRAINING

    def belongs(self, *, family: Family, regime: Regime) -> bool:
        """Return whether a recipe for such a workload may hold the setting."""
        return family in self.families and regime in self.regimes


_SEQUENCES: tuple[Family, ...] = ("text", "language", "own")
_DEEP: tuple[Family, ...] = ("image", "text", "language", "own")

_TRAINING: dict[str, Known] = {
    "model": Known(meaning="Which model is trained", kind="words"),
    "hidden_layers": Known(
        meaning="Hidden layers or blocks of the model",
        kind="count",
        unit="layers",
        regimes=("scratch",),
    ),
    "hidden_width": Known(
        meaning="Units in each of them; channels of the first stage in a convolutional network",
        kind="count",
        unit="units",
        regimes=("scratch",),
    ),
    "optimizer": Known(
        meaning="How gradients become steps",
        kind="choice",
        options=(*get_args(specs.Optimizer), "adamw-8bit"),
    ),
    "schedule": Known(
        meaning="How the learning rate moves over training, after any warm-up",
        kind="choice",
        options=get_args(specs.Schedule),
    ),
    "learning_rate": Known(meaning="The peak of the schedule", kind="number"),
    "warmup_share": Known(
        meaning="Share of the steps spent rising linearly to the peak",
        kind="share",
        unit="of the steps",
    ),
    "batch_size": Known(
        meaning="Examples per optimizer step; sequences for language models",
        kind="count",
        unit="examples",
    ),
    "epochs": Known(meaning="Passes over the training data, at most", kind="count", unit="epochs"),
    "patience": Known(
        meaning="Epochs without a better validation loss before training stops",
        kind="count",
        unit="epochs",
    ),
    "weight_decay": Known(meaning="Pull of the weights to zero", kind="number"),
    "dropout": Known(
        meaning="Share of hidden units switched off while training",
        kind="share",
        unit="of the units",
    ),
    "label_smoothing": Known(
        meaning="Share of each label spread over all classes",
        kind="share",
        unit="of each label",
    ),
    "gradient_clip": Known(
        meaning="Largest global gradient norm", kind="number", unit="gradient norm"
    ),
    "accumulation": Known(
        meaning="Parts that a batch is computed in, one after another",
        kind="count",
        unit="parts",
    ),
    "precision": Known(
        meaning="Of the computation",
        kind="choice",
        options=(*get_args(specs.Precision), "float16"),
    ),
    "rematerialize": Known(
        meaning="Compute activations again in the backward pass, to save memory", kind="switch"
    ),
    "augmentation": Known(
        meaning="How images are varied while training",
        kind="choice",
        options=get_args(specs.Augmentation),
        families=("image", "own"),
    ),
    "drop_path": Known(
        meaning="Share of residual branches skipped while training",
        kind="share",
        unit="of the branches",
        families=_DEEP,
    ),
    "momentum": Known(meaning="Of SGD: share of the last step kept", kind="share"),
    "beta1": Known(meaning="Of Adam: memory of the gradient's mean", kind="share"),
    "beta2": Known(meaning="Of Adam: memory of the gradient's square", kind="share"),
    "epsilon": Known(meaning="Of Adam: what is added to the divisor", kind="number"),
    "min_learning_rate_share": Known(
        meaning="Where the schedule ends, as a share of the peak",
        kind="share",
        unit="of the peak",
    ),
    "decay_norms": Known(
        meaning="Scales of norms and biases are pulled to zero, too", kind="switch"
    ),
    "layerwise_decay": Known(
        meaning="Factor on the learning rate for each layer further from the output",
        kind="share",
        families=_DEEP,
        regimes=TUNING,
    ),
    "ema_decay": Known(
        meaning="Memory of the running mean of the weights that is evaluated", kind="share"
    ),
    "max_steps": Known(
        meaning="Optimizer steps, where they are counted instead of epochs",
        kind="count",
        unit="steps",
    ),
    "sequence_length": Known(
        meaning="Tokens seen at once; longer text is cut there",
        kind="count",
        unit="tokens",
        families=_SEQUENCES,
    ),
    "packing": Known(
        meaning="Short examples share one sequence",
        kind="switch",
        families=_SEQUENCES,
    ),
    "seed": Known(
        meaning="What fixes chance", kind="count", families=ALL_FAMILIES, regimes=ALL_REGIMES
    ),
}

_FINE_TUNING: dict[str, Known] = {
    "quantization": Known(
        meaning="How the frozen weights are stored",
        kind="choice",
        options=("none", "8bit", "4bit"),
        families=_SEQUENCES,
        regimes=ADAPTERS,
    ),
    "lora_rank": Known(
        meaning="Rank of the adapters", kind="count", unit="rank", families=_DEEP, regimes=ADAPTERS
    ),
    "lora_alpha": Known(
        meaning="Scale of the adapters; alpha / rank multiplies their output",
        kind="number",
        families=_DEEP,
        regimes=ADAPTERS,
    ),
    "lora_dropout": Known(
        meaning="Share of the adapters' inputs switched off while training",
        kind="share",
        unit="of the inputs",
        families=_DEEP,
        regimes=ADAPTERS,
    ),
    "lora_targets": Known(
        meaning="Which matrices get adapters",
        kind="choice",
        options=("all-linear", "attention", "mlp"),
        families=_DEEP,
        regimes=ADAPTERS,
    ),
    "preference_beta": Known(
        meaning="How strongly preference training holds on to the reference model",
        kind="number",
        families=("language", "own"),
        regimes=("dpo", "kto"),
    ),
    "kl_coefficient": Known(
        meaning="Weight of the distance to the reference model in the reward",
        kind="number",
        families=("language", "own"),
        regimes=("grpo",),
    ),
    "group_size": Known(
        meaning="Completions sampled for each prompt",
        kind="count",
        unit="completions",
        families=("language", "own"),
        regimes=("grpo",),
    ),
    "micro_batch_size": Known(
        meaning="Examples that one device computes at once; times accumulation and devices it is "
        "the batch",
        kind="count",
        unit="examples",
    ),
}

_INFERENCE: tuple[Regime, ...] = ("inference",)
_SAMPLED: tuple[Regime, ...] = ("inference", "grpo")
"""Regimes in which a model writes, and so samples."""

_SAMPLING: dict[str, Known] = {
    "temperature": Known(
        meaning="What the logits are divided by; 0 takes the likeliest token",
        kind="number",
        regimes=_SAMPLED,
    ),
    "top_p": Known(
        meaning="Keep the likeliest tokens that hold this share of the probability",
        kind="share",
        unit="of the probability",
        regimes=_SAMPLED,
    ),
    "top_k": Known(
        meaning="Keep this many of the likeliest tokens; 0 keeps all",
        kind="count",
        unit="tokens",
        regimes=_SAMPLED,
    ),
    "min_p": Known(
        meaning="Keep tokens with at least this share of the likeliest one's probability",
        kind="share",
        unit="of the likeliest",
        regimes=_SAMPLED,
    ),
    "frequency_penalty": Known(
        meaning="Taken from a token's logit for each time it was written",
        kind="number",
        regimes=_INFERENCE,
    ),
    "presence_penalty": Known(
        meaning="Taken from a token's logit once it was written", kind="number", regimes=_INFERENCE
    ),
    "repetition_penalty": Known(
        meaning="Divides the logit of a token that was seen; 1 does nothing",
        kind="number",
        regimes=_SAMPLED,
    ),
    "max_tokens": Known(meaning="Longest answer", kind="count", unit="tokens", regimes=_SAMPLED),
}


def _sampling() -> dict[str, Known]:
    """Return what inference says; only what writes text can be sampled."""
    return {
        name: msgspec.structs.replace(known, families=("language", "own"))
        for name, known in _SAMPLING.items()
    }


SETTINGS: MappingProxyType[str, Known] = MappingProxyType(
    {**_TRAINING, **_FINE_TUNING, **_sampling()}
)
"""Setting → what is known of it, in the order of a recipe."""


def ordered(names: Collection[str]) -> list[str]:
    """Return names in the order of a recipe; those that are unknown come last, by name."""
    places = {name: place for place, name in enumerate(SETTINGS)}
    return sorted(names, key=lambda name: (places.get(name, len(places)), name))


def unit(name: str) -> str | None:
    """Return what a setting is counted in; none where it is a plain number, a word, or unknown."""
    return SETTINGS[name].unit if name in SETTINGS else None
