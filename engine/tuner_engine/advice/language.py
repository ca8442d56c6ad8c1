"""Which settings suit a language model that begins from nothing?

Up to twenty million parameters the published trainings of small models are followed; above, the
scaling laws, each inside its validity, and between two of them outside.
"""

from collections.abc import Callable

from msgspec.structs import replace

from tuner_engine.advice import laws, passes, rates, training
from tuner_engine.advice.beliefs import counted, published, rounded, worded
from tuner_engine.advice.corpus import LAWS_FROM_PARAMETERS, Corpus, case
from tuner_engine.advice.presets import Presets
from tuner_engine.advice.rules import decoders, repetition, scaling_laws
from tuner_engine.advice.rules.memory import training_flops
from tuner_engine.recipe import Setting
from tuner_engine.specs import Choices
from tuner_engine.workload import Workload


def settings(workload: Workload, choices: Choices, presets: Presets) -> dict[str, Setting]:
    """Return every setting of one training, decided or advised, in the order of a recipe.

    Raises:
        UsageError: The workload does not say how many tokens there are.
    """
    corpus = case(workload, choices, presets)
    found = training.settings(corpus, _OWN)
    return found if corpus.stated is None else {**found, **_further(corpus)}


def _further(case: Corpus) -> dict[str, Setting]:
    """Return what a trainer elsewhere lets one set, and the one here does not."""
    length = case.tokens.sequence_length
    assumed = "sequence_length" in case.workload.assumed
    why = (
        f"Assumed, as nobody stated it: the {length:,} tokens that GPT-2 was trained with."
        if assumed
        else f"The {length:,} tokens that you stated."
    )
    sequence = published(case.presets, "H63", "sequence_length", why=why)
    return {"sequence_length": replace(sequence, value=length, basis="rule")}


def _model(case: Corpus) -> Setting:
    setting = published(
        case.presets, "H52", "model", why=case.model_why, also=("C18", "C21", "F28")
    )
    setting = replace(setting, value=case.model, range=case.models, scale="choice", basis="rule")
    if not case.stated:
        return setting
    return replace(setting, value=case.workload.base_model, range=None)


def _hidden_layers(case: Corpus) -> Setting:
    return _sized(case, "hidden_layers", place=0)


def _hidden_width(case: Corpus) -> Setting:
    return _sized(case, "hidden_width", place=1)


def _sized(case: Corpus, name: str, *, place: int) -> Setting:
    if not case.stated:
        return training.usual(case, name)
    layers, width = decoders.decoder_shape(case.parameters)
    made = decoders.decoder_parameters(layers=layers, width=width)
    why = (
        f"{layers} layers of {width:,} make {made:.2g} parameters, near the "
        f"{case.parameters:.2g} that were stated, at the usual proportion of width to depth."
    )
    setting = published(case.presets, "H53", name, why=why)
    return replace(setting, value=(layers, width)[place], basis="rule")


def _learning_rate(case: Corpus) -> Setting:
    if case.parameters < LAWS_FROM_PARAMETERS or case.optimizer not in {*rates.LIKE_ADAMW, "adamw"}:
        return rates.learning_rate(case)
    return rates.carried(
        rates.of_optimizer(laws.learning_rate(case), case), case, reference=case.advised_batch_size
    )


def _warmup_share(case: Corpus) -> Setting:
    share = rounded(decoders.language_warmup_share(case.steps, parameters=case.parameters))
    toy = case.parameters < decoders.TOY_PARAMETERS
    least = decoders.TOY_WARMUP_STEPS if toy else decoders.USUAL_WARMUP_STEPS
    why = (
        f"{counted(round(share * case.steps), 'step')} of {case.steps:,}: {least:,} or 1 %, "
        "whichever is more, and at most a tenth of training."
    )
    if case.schedule == "one-cycle":
        share, why = 0.0, "None: one-cycle has a rise of its own."
    setting = published(case.presets, "H55", "warmup_share", why=why, also=("C8", "C4", "F13"))
    return replace(setting, value=share, basis="rule")


def _epochs(case: Corpus) -> Setting:
    return replace(
        passes.epochs(case),
        alternatives=(
            (
                "nanochat found 10.3 to 11.2 tokens a parameter best without embeddings, instead "
                "of Chinchilla's 20 counting all (F28)."
            ),
            (
                "Small models that are used a lot are trained on hundreds to thousands of tokens a "
                "parameter (C21)."
            ),
        ),
    )


def _batch_size(case: Corpus) -> Setting:
    """Return Step Law's batch, with DeepSeek's beside it where that law may speak."""
    setting = passes.batch_size(case)
    if case.parameters < LAWS_FROM_PARAMETERS:
        return setting
    flops = training_flops(round(case.parameters), case.seen_tokens)
    batch = scaling_laws.deepseek_batch_tokens(flops)
    said = (
        f"DeepSeek's law says {batch:,.0f} tokens from {flops:.2g} FLOPs, "
        f"{batch / case.tokens.sequence_length:,.0f} sequences (F4)."
    )
    return replace(setting, alternatives=(said,))


def _dropout(case: Corpus) -> Setting:
    if case.epochs <= repetition.TOLERATED_EPOCHS:
        return published(case.presets, "A47", "dropout", also=("A44",))
    why = (
        f"{case.epochs} passes show a small model the same text often; nanoGPT takes 0.2 for "
        "characters."
    )
    return published(case.presets, "A43", "dropout", why=why, also=("A47",))


def _weight_decay(case: Corpus) -> Setting:
    setting = rates.weight_decay(case)
    if case.epochs <= repetition.TOLERATED_EPOCHS:
        return setting
    heavy = worded(case.presets.value("A68", "weight_decay"))
    said = f"Where few tokens are seen many times, about 30 times as much was best, up to {heavy}."
    return replace(
        setting,
        alternatives=(*setting.alternatives, f"{said[:-1]} (A68)."),
        sources=(*setting.sources, *case.presets.cited("A68")),
    )


_OWN: dict[str, Callable[[Corpus], Setting]] = {
    "model": _model,
    "hidden_layers": _hidden_layers,
    "hidden_width": _hidden_width,
    "learning_rate": _learning_rate,
    "warmup_share": _warmup_share,
    "batch_size": _batch_size,
    "epochs": _epochs,
    "dropout": _dropout,
    "weight_decay": _weight_decay,
}
"""Setting → how language models are advised on it."""
