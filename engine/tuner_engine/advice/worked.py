"""What does a published formula come to with the numbers of this recipe put in?

Invariant: a formula whose inputs the recipe does not hold is left as it stands, never guessed.
"""

from collections.abc import Callable
from functools import partial

import msgspec

from tuner_engine.advice.beliefs import rounded, worded
from tuner_engine.advice.rules import (
    decoders,
    images,
    reach,
    repetition,
    scaling,
    scaling_laws,
    tabular,
    texts,
)
from tuner_engine.advice.rules.memory import training_flops
from tuner_engine.recipe import Recipe


class _Sizes(msgspec.Struct, frozen=True, kw_only=True):
    """What the laws of language models are about."""

    parameters: float
    tokens: float
    unique_tokens: int
    sequence_length: int


def worked(rule: str, recipe: Recipe) -> str:
    """Return a rule with numbers put in, such as `0.58 · 2e+12^0.571 = 4.2e+06 tokens`.

    Args:
        rule: Name of a function in `advice.rules`.
        recipe: Whose facts and values are put in.

    Returns:
        One line; empty where the recipe lacks an input, or nothing is to be computed.
    """
    if rule in _OF_EXAMPLES:
        examples = recipe.workload.train_examples
        return f"{examples:,} training examples give {worded(_OF_EXAMPLES[rule](examples))}"
    if rule in _OF_VALUE:
        return _OF_VALUE[rule](recipe)
    sizes = _sizes(recipe)
    return _OF_SIZES[rule](sizes) if sizes is not None and rule in _OF_SIZES else ""


def _number(recipe: Recipe, name: str) -> float | None:
    value = recipe.settings[name].value if name in recipe.settings else None
    return value if isinstance(value, float | int) and not isinstance(value, bool) else None


def _sizes(recipe: Recipe) -> _Sizes | None:
    tokens, epochs = recipe.workload.tokens, _number(recipe, "epochs")
    layers, width = _number(recipe, "hidden_layers"), _number(recipe, "hidden_width")
    if tokens is None or epochs is None:
        return None
    stated = recipe.workload.base_parameters
    if stated is None and (layers is None or width is None):
        return None
    return _Sizes(
        parameters=stated
        or decoders.decoder_parameters(layers=int(layers or 0), width=int(width or 0)),
        tokens=tokens.train_tokens * epochs,
        unique_tokens=tokens.train_tokens,
        sequence_length=tokens.sequence_length,
    )


def _step_law_rate(sizes: _Sizes) -> str:
    rate = scaling_laws.step_law_learning_rate(sizes.parameters, sizes.tokens)
    return f"1.79 · {sizes.parameters:.3g}^-0.713 · {sizes.tokens:.3g}^0.307 = {rate:.2g}"


def _step_law_batch(sizes: _Sizes) -> str:
    batch = scaling_laws.step_law_batch_tokens(sizes.tokens)
    return (
        f"0.58 · {sizes.tokens:.3g}^0.571, at most {scaling_laws.LARGEST_BATCH_TOKENS:,} = "
        f"{batch:,.0f} tokens, {batch / sizes.sequence_length:,.0f} sequences of "
        f"{sizes.sequence_length:,}"
    )


def _flops(sizes: _Sizes) -> float:
    return training_flops(round(sizes.parameters), sizes.tokens)


def _deepseek_rate(sizes: _Sizes) -> str:
    rate = scaling_laws.deepseek_learning_rate(_flops(sizes))
    return f"0.3118 · {_flops(sizes):.3g}^-0.125 = {rate:.2g}"


def _deepseek_batch(sizes: _Sizes) -> str:
    batch = scaling_laws.deepseek_batch_tokens(_flops(sizes))
    return f"0.2920 · {_flops(sizes):.3g}^0.3271 = {batch:,.0f} tokens"


def _porian_rate(sizes: _Sizes) -> str:
    rate = scaling_laws.porian_learning_rate(sizes.parameters)
    return f"3.7 · {sizes.parameters:.3g}^-0.36 = {rate:.2g}"


def _blended_rate(sizes: _Sizes) -> str:
    held = min(
        sizes.tokens,
        scaling_laws.STEP_LAW_TOKENS_PER_PARAMETER * sizes.parameters,
        scaling_laws.STEP_LAW_MOST_TOKENS,
    )
    step = scaling_laws.step_law_learning_rate(sizes.parameters, held)
    deepseek = scaling_laws.deepseek_learning_rate(_flops(sizes))
    rate = scaling_laws.blended_learning_rate(sizes.parameters, sizes.tokens)
    return f"sqrt({step:.2g} · {deepseek:.2g}), with D held to {held:.3g} in the first = {rate:.2g}"


def _worth(sizes: _Sizes) -> str:
    epochs = sizes.tokens / sizes.unique_tokens
    worth = repetition.effective_tokens(sizes.unique_tokens, epochs=epochs)
    return (
        f"{epochs:g} epochs of {sizes.unique_tokens:,} tokens are worth {worth:,.0f} fresh ones, "
        f"{repetition.efficiency(epochs):.2f} of each"
    )


def _optimal(sizes: _Sizes) -> str:
    wanted = decoders.compute_optimal_tokens(sizes.parameters)
    return f"20 · {sizes.parameters:,.0f} = {wanted:.3g} tokens; {sizes.tokens:.3g} are read"


def _reached_rate(recipe: Recipe) -> str:
    rate = _number(recipe, "learning_rate")
    if rate is None:
        return ""
    measured = recipe.settings["learning_rate"].confidence != "low"
    low, high = reach.searched_rates(rate, measured=measured)
    return f"{worded(rounded(low))} to {worded(rounded(high))} around {worded(rate)}"


def _reached_batch(recipe: Recipe) -> str:
    batch = _number(recipe, "batch_size")
    if batch is None:
        return ""
    low, high = reach.searched_batches(int(batch))
    return f"{low:,} to {high:,} around {batch:,.0f}"


def _lion(recipe: Recipe, name: str) -> str:
    value = _number(recipe, name)
    if value is None or recipe.settings["optimizer"].value != "lion":
        return ""
    factor = scaling.LION_FACTOR
    adamw = value * factor if name == "learning_rate" else value / factor
    return f"AdamW's {worded(rounded(adamw))} by {factor:.2g} is {worded(value)}"


_OF_EXAMPLES: dict[str, Callable[[int], int]] = {
    "rtdl_batch_size": tabular.rtdl_batch_size,
    "realmlp_batch_size": tabular.realmlp_batch_size,
    "image_batch_size": images.image_batch_size,
    "text_batch_size": texts.text_batch_size,
    "text_epochs": texts.text_epochs,
}
"""Rule of the number of examples alone → the function."""

_OF_VALUE: dict[str, Callable[[Recipe], str]] = {
    "searched_rates": _reached_rate,
    "searched_batches": _reached_batch,
    "lion_learning_rate": partial(_lion, name="learning_rate"),
    "lion_weight_decay": partial(_lion, name="weight_decay"),
}
"""Rule of values in the recipe → how it is written out."""

_OF_SIZES: dict[str, Callable[[_Sizes], str]] = {
    "step_law_learning_rate": _step_law_rate,
    "step_law_batch_tokens": _step_law_batch,
    "deepseek_learning_rate": _deepseek_rate,
    "deepseek_batch_tokens": _deepseek_batch,
    "porian_learning_rate": _porian_rate,
    "blended_learning_rate": _blended_rate,
    "effective_tokens": _worth,
    "compute_optimal_tokens": _optimal,
}
"""Rule of a language model's sizes → how it is written out."""
