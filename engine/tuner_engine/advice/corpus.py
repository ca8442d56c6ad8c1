"""What is advised for when the data are a corpus, and how many tokens does its training take?

Invariant: model, parameters, tokens and batch agree with each other and with every decision.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import replace as replace_fields
from math import log, log2

from tuner_engine.advice.beliefs import counted
from tuner_engine.advice.case import Case, Foundation, model_in_force
from tuner_engine.advice.hardware import is_accelerated
from tuner_engine.advice.presets import Presets
from tuner_engine.advice.rules import decoders, repetition, scaling_laws
from tuner_engine.advice.rules.tabular import at_most_a_tenth, power_of_two
from tuner_engine.errors import UsageError
from tuner_engine.specs import Choices
from tuner_engine.workload import Tokens, Workload

LAWS_FROM_PARAMETERS = 2e7
"""Parameters below which the laws ask for several times what is used, so that the published small
trainings are followed instead. House choice, row H54, from the conflict of rows F2 and A43."""

FEW_SEQUENCES = 32
"""Sequences below which a batch is rounded down rather than to the nearest. House choice."""

SMALLEST_BATCH = 8
"""Sequences; fewer leave a gradient that says little. House choice."""

FEW_TOKENS = 2**17
"""Tokens in a step below which Adam's memory of squares is long. House choice, between the 16,384
of row A43 and the 491,520 of row A46."""

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
            "weight_decay": ("C11", "A65"),
            "dropout": ("A47", "A43"),
            "label_smoothing": ("H50", "C12"),
            "gradient_clip": ("H50", "C6"),
            "beta1": ("A50",),
            "epsilon": ("A52", "A61"),
            "min_learning_rate_share": ("A48", "A43"),
        },
        rates={"sgd": ("H57",)},
    )
    for name, shape in _SHAPES.items()
}
"""Model → the rows that its advice rests on, but for the rates of AdamW and Muon, which follow the
size."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Corpus(Case):
    """One request for advice on a language model, with its sizes in force."""

    tokens: Tokens
    parameters: float
    """N, without embeddings."""
    stated: int | None
    """The same where a person stated it for a model that is not run here."""

    @property
    def memory_rows(self) -> Mapping[str, tuple[str, ...]]:
        """The rows of what the optimizer keeps: longer of squares where a step has few tokens."""
        few = self.batch_tokens < FEW_TOKENS
        beta2 = ("A43", "C10") if few else ("C10", "A46", "A50")
        return {**super(Corpus, self).memory_rows, "beta2": beta2}

    @property
    def seen_tokens(self) -> float:
        """Tokens of the whole training, D."""
        return float(self.tokens.train_tokens) * self.epochs

    @property
    def batch_tokens(self) -> int:
        """Tokens in a step, B."""
        return self.batch_size * self.tokens.sequence_length

    @property
    def steps(self) -> int:
        """Optimizer steps of the whole training."""
        return max(int(self.seen_tokens // self.batch_tokens), 1)


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
    accelerated = is_accelerated(workload.hardware)
    advised = decoders.language_model(tokens.train_tokens, accelerated=accelerated)
    near = _nearest(stated) if stated else advised
    model = model_in_force(choices, advised=near, models=FOUNDATIONS, data="a corpus")
    foundation = FOUNDATIONS[model]
    parameters = float(stated) if stated else _parameters(foundation, choices, presets)
    rates = {"adamw": _rate_rows(parameters), "muon": _muon_rows(parameters)}
    foundation = replace_fields(foundation, rates={**foundation.rates, **rates})
    epochs = decoders.language_epochs(
        tokens.train_tokens, parameters=parameters, spared=not (stated or accelerated)
    )
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
        batch_why=_batch_why(seen, tokens=tokens, batch=batch),
        advised_epochs=epochs,
        epochs_why=_epochs_why(epochs, train_tokens=tokens.train_tokens, parameters=parameters),
        tokens=tokens,
        parameters=parameters,
        stated=stated,
    )


def _batch_why(seen: float, *, tokens: Tokens, batch: int) -> str:
    wanted = scaling_laws.step_law_batch_tokens(seen)
    most = scaling_laws.LARGEST_BATCH_TOKENS
    held = ", held at what large trainings use" if wanted == most else ""
    return (
        f"Step Law's 0.58 · {seen:.2g}^0.571 asks for "
        f"{'more than ' if held else ''}{wanted:,.0f} tokens{held}, and a sequence has "
        f"{tokens.sequence_length:,}: {batch:,} of them, a power of two."
    )


def _rate_rows(parameters: float) -> tuple[str, ...]:
    """Return the rows of AdamW's rate for a size, whatever the model is called."""
    if parameters >= LAWS_FROM_PARAMETERS:
        return ("F2",)
    small = {name: decoders.PARAMETERS[name] for name in _SMALL_RATES}
    return _SMALL_RATES[min(small, key=lambda name: abs(log(small[name] / parameters)))]


def _muon_rows(parameters: float) -> tuple[str, ...]:
    """Return the rows of Muon's rate for a size."""
    return ("H64", "A64") if parameters >= LAWS_FROM_PARAMETERS else ("H56", "A72")


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
    """Return a batch in sequences: a power of two, at most a tenth of what there is.

    The nearest one, but from few sequences the one below, which leaves a small corpus more steps.
    """
    wanted = max(batch_tokens / tokens.sequence_length, 1.0)
    nearest = power_of_two(int(wanted)) if wanted < FEW_SEQUENCES else 1 << round(log2(wanted))
    return at_most_a_tenth(
        max(nearest, SMALLEST_BATCH), train_examples=max(workload.train_examples, 1)
    )


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


def _epochs_why(epochs: int, *, train_tokens: int, parameters: float) -> str:
    each = decoders.TOKENS_PER_PARAMETER
    worth = repetition.effective_tokens(train_tokens, epochs=epochs) / parameters
    passes = counted(epochs, "pass", "passes")
    if worth < each:
        why = (
            "further ones are worth ever less"
            if epochs == repetition.MOST_EPOCHS
            else "a processor is spared further ones, which are worth less"
        )
        return (
            f"{passes} over {train_tokens:,} tokens are worth {worth:.2g} fresh ones for each of "
            f"{parameters:,.0f} parameters, of {each:g} that would be wanted; {why}."
        )
    share = repetition.efficiency(epochs)
    return (
        f"{passes} over {train_tokens:,} tokens are worth {each:g} fresh ones for each of "
        f"{parameters:,.0f} parameters; each token read, {share:.2f} of a fresh one."
    )
