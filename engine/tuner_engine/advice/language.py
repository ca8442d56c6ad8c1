"""Which settings suit a language model that begins from nothing?

Up to twenty million parameters the published trainings of small models are followed; above, the
scaling laws, each inside its validity, and between two of them outside.
"""

from collections.abc import Callable
from dataclasses import replace as replace_fields
from math import ceil, log

from msgspec.structs import replace

from tuner_engine.advice import laws, passes, rates, training
from tuner_engine.advice.beliefs import counted, published, rounded, worded
from tuner_engine.advice.case import Foundation, model_in_force
from tuner_engine.advice.corpus import Corpus
from tuner_engine.advice.hardware import is_accelerated
from tuner_engine.advice.presets import Presets
from tuner_engine.advice.rules import decoders, repetition, scaling_laws
from tuner_engine.advice.rules.tabular import at_most_a_tenth, power_of_two
from tuner_engine.errors import UsageError
from tuner_engine.recipe import Setting
from tuner_engine.specs import Choices
from tuner_engine.workload import Tokens, Workload

LAWS_FROM_PARAMETERS = 2e7
"""Parameters below which the laws ask for several times what is used, so that the published small
trainings are followed instead. House choice, row H54, from the conflict of rows F2 and A43."""

SMALLEST_BATCH = 8
"""Sequences; fewer leave a gradient that says little. House choice."""

_SMALL_RATES = {
    "decoder-1m": ("H51", "A43", "A44"),
    "decoder-3m": ("H51", "A43"),
    "decoder-10m": ("A43",),
}

_SHAPES = dict(
    zip(decoders.PARAMETERS, ("M20", "M21", "M22", "M23", "M24", "M25", "M26"), strict=True)
)

FOUNDATIONS: dict[str, Foundation] = {
    name: Foundation(
        training="H50",
        figures={
            "hidden_layers": (shape,),
            "hidden_width": (shape,),
            "batch_size": ("F1",),
            "epochs": ("H50", "C18", "F14", "F28"),
            "warmup_share": ("H55", "C4"),
            "weight_decay": ("C11",),
            "dropout": ("A47", "A43"),
            "label_smoothing": ("H50", "C12"),
            "gradient_clip": ("H50", "C6"),
        },
        rates={"sgd": ("H57",), "muon": ("H56", "A72")},
    )
    for name, shape in _SHAPES.items()
}
"""Model → the rows that its advice rests on, but for AdamW's rate, which follows the size."""


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
    sequence = replace(
        published(case.presets, "A58", "sequence_length"),
        value=length,
        basis="rule",
        why=f"The {length:,} tokens that the workload is stated with.",
    )
    return {
        **{name: published(case.presets, *rows) for name, rows in _ELSEWHERE.items()},
        "sequence_length": sequence,
    }


def case(workload: Workload, choices: Choices, presets: Presets) -> Corpus:
    """Return what is advised for, with the model, batch and length in force.

    Raises:
        UsageError: The workload does not say how many tokens there are.
    """
    tokens = workload.tokens
    if tokens is None or tokens.train_tokens < 1:
        raise UsageError(
            "a language model cannot be advised without its number of training tokens; give a "
            "corpus, or state --tokens"
        )
    stated = workload.base_parameters if choices.model is None else None
    advised = decoders.language_model(
        tokens.train_tokens, accelerated=is_accelerated(workload.hardware)
    )
    near = _nearest(stated) if stated else advised
    model = model_in_force(choices, advised=near, models=FOUNDATIONS, data="a corpus")
    foundation = FOUNDATIONS[model]
    parameters = float(stated) if stated else _parameters(foundation, choices, presets)
    foundation = replace_fields(
        foundation, rates={**foundation.rates, "adamw": _rate_rows(parameters)}
    )
    epochs = decoders.language_epochs(tokens.train_tokens, parameters=parameters)
    seen = float(tokens.train_tokens) * (choices.epochs or epochs)
    wanted = scaling_laws.step_law_batch_tokens(seen)
    batch = _sequences(wanted, workload=workload, tokens=tokens)
    return Corpus(
        workload=workload,
        choices=choices,
        presets=presets,
        models=tuple(FOUNDATIONS),
        model=model,
        model_why=_model_why(model, tokens=tokens, stated=stated),
        foundation=foundation,
        advised_batch_size=batch,
        batch_why=(
            f"Step Law's 0.58 · {seen:.2g}^0.571 asks for {wanted:,.0f} tokens, and a sequence "
            f"has {tokens.sequence_length:,}: {batch:,} of them, a power of two."
        ),
        advised_epochs=epochs,
        epochs_why=_epochs_why(tokens.train_tokens, parameters=parameters),
        tokens=tokens,
        parameters=parameters,
        stated=stated,
    )


def _rate_rows(parameters: float) -> tuple[str, ...]:
    """Return the rows of AdamW's rate for a size, whatever the model is called."""
    if parameters >= LAWS_FROM_PARAMETERS:
        return ("F2",)
    small = {name: decoders.PARAMETERS[name] for name in _SMALL_RATES}
    return _SMALL_RATES[min(small, key=lambda name: abs(log(small[name] / parameters)))]


def _parameters(foundation: Foundation, choices: Choices, presets: Presets) -> float:
    """Return N of the shape in force."""
    (row,) = foundation.rows("hidden_layers")
    layers = choices.hidden_layers or int(presets.value(row, "hidden_layers"))
    width = choices.hidden_width or int(presets.value(row, "hidden_width"))
    return float(decoders.decoder_parameters(layers=layers, width=width))


def _nearest(parameters: float) -> str:
    """Return the runnable model whose size is nearest, whose rows then hold."""
    sizes = decoders.PARAMETERS
    return min(sizes, key=lambda name: abs(log(sizes[name] / parameters)))


def _sequences(batch_tokens: float, *, workload: Workload, tokens: Tokens) -> int:
    """Return a batch in sequences: a power of two, at most a tenth of what there is."""
    batch = max(power_of_two(int(batch_tokens / tokens.sequence_length)), SMALLEST_BATCH)
    return at_most_a_tenth(batch, train_examples=max(workload.train_examples, 1))


def _model_why(model: str, *, tokens: Tokens, stated: int | None) -> str:
    if stated:
        return (
            f"{stated:,} parameters were stated; no model of that size runs here, and {model} is "
            "the nearest that does."
        )
    epochs, each = repetition.TOLERATED_EPOCHS, decoders.TOKENS_PER_PARAMETER
    worth = repetition.effective_tokens(tokens.train_tokens, epochs=epochs) / each
    return (
        f"{tokens.train_tokens:,} tokens, read {epochs} times, suit {worth:.2g} parameters at "
        f"{each:g} tokens each; the smallest model here has "
        f"{decoders.PARAMETERS['decoder-1m']:,}, and a processor is spared the larger ones."
    )


def _epochs_why(train_tokens: int, *, parameters: float) -> str:
    each, most = decoders.TOKENS_PER_PARAMETER, repetition.TOLERATED_EPOCHS
    wanted = ceil(decoders.compute_optimal_tokens(parameters) / train_tokens)
    return (
        f"{each:g} tokens for each of {parameters:,.0f} parameters are "
        f"{counted(wanted, 'pass', 'passes')} over {train_tokens:,}; up to {most} are nearly worth "
        f"fresh data, {repetition.efficiency(most):.2f} of it."
    )


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
    why = (
        f"{layers} layers of {width:,} make the {case.parameters:.2g} parameters that were stated, "
        "at the usual proportion of width to depth."
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
    share = rounded(decoders.language_warmup_share(case.steps))
    why = (
        f"{counted(round(share * case.steps), 'step')} of {case.steps:,}: a hundred or 1 %, "
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


_ELSEWHERE = {
    "beta1": ("A50", "beta1"),
    "beta2": ("C10", "beta2"),
    "epsilon": ("A52", "epsilon"),
    "min_learning_rate_share": ("A48", "min_learning_rate_share"),
}
"""Setting → the row and figure of it, where the model is trained by another program."""

_OWN: dict[str, Callable[[Corpus], Setting]] = {
    "model": _model,
    "hidden_layers": _hidden_layers,
    "hidden_width": _hidden_width,
    "learning_rate": _learning_rate,
    "warmup_share": _warmup_share,
    "epochs": _epochs,
    "dropout": _dropout,
    "weight_decay": _weight_decay,
}
"""Setting → how language models are advised on it."""
