"""How large a language model suits a corpus, how often is it read, and how long is the warm-up?

Symbols: N parameters without embeddings, D training tokens.
"""

from tuner_engine.advice.rules.repetition import (
    MOST_EPOCHS,
    TOLERATED_EPOCHS,
    effective_tokens,
    epochs_worth,
)

TOKENS_PER_PARAMETER = 20.0
"""Compute-optimal D / N counting all parameters. Source: Chinchilla by way of row F28."""

PARAMETERS = {
    "decoder-1m": 786_432,
    "decoder-3m": 2_654_208,
    "decoder-10m": 10_616_832,
    "decoder-30m": 31_457_280,
    "decoder-100m": 99_090_432,
    "decoder-300m": 301_989_888,
    "decoder-1b": 1_006_632_960,
}
"""Model → its parameters without embeddings at its usual shape, 12 · layers · width².
Source: rows M20 to M26."""

LARGEST_WITHOUT_ACCELERATOR = "decoder-3m"
"""What a processor trains in less than a day. House choice, row H52."""

HEAD_WIDTH = 64
"""Widths are multiples of it, so that attention splits into whole heads. House choice, row H53."""

ASPECTS = (64, 128)
"""Width per layer of models below and from a billion parameters. House choice, row H53, after
nanochat's 64 and the 128 of GPT-3 and Llama."""

BILLION = 1_000_000_000

TOY_WARMUP_STEPS = 100
"""Steps of nanoGPT's warm-up of ten million parameters on characters. Source: row C8."""

USUAL_WARMUP_STEPS = 2_000
"""Steps of GPT-2, SmolLM2 and OLMo 2 7B. Source: row C8."""

TOY_PARAMETERS = 2e7
"""N below which a model rises as nanoGPT's does. House choice, row H55."""

WARMUP_SHARE = 0.01
"""Share of Pythia's trainings that is warm-up. Source: row C8."""

LONGEST_WARMUP_SHARE = 0.1
"""Source: row C4."""


def decoder_parameters(*, layers: int, width: int) -> int:
    """Return N of a decoder: 12 · layers · width², of which a third is attention."""
    return 12 * layers * width * width


def compute_optimal_tokens(parameters: float) -> float:
    """Return the tokens that use compute best: 20 · N, N counting all parameters.

    nanochat measured 10.3 to 11.2 tokens per parameter without embeddings.

    Source: Chinchilla by way of row F28.
    """
    return TOKENS_PER_PARAMETER * parameters


def language_model(train_tokens: int, *, accelerated: bool) -> str:
    """Return the largest model that a corpus can fill, and never a smaller one than decoder-1m.

    The corpus is worth its `effective_tokens` after four passes; the model is the largest whose
    20 · N does not exceed them.

    Args:
        train_tokens: Unique tokens of the training split, at least 1.
        accelerated: Whether a GPU or TPU is known; without one nothing above decoder-3m.

    Source: House choice, row H52, from rows C18, F14 and F28.
    """
    worth = effective_tokens(train_tokens, epochs=TOLERATED_EPOCHS)
    fitting = [
        name
        for name, parameters in PARAMETERS.items()
        if worth >= compute_optimal_tokens(parameters)
    ]
    names = list(PARAMETERS)
    found = names.index(fitting[-1]) if fitting else 0
    most = len(names) - 1 if accelerated else names.index(LARGEST_WITHOUT_ACCELERATOR)
    return names[min(found, most)]


def language_epochs(train_tokens: int, *, parameters: float, spared: bool = False) -> int:
    """Return the passes that are worth 20 fresh tokens per parameter, from 1 to 16.

    Args:
        train_tokens: Unique tokens of the training split, at least 1.
        parameters: N.
        spared: Whether time counts more than the loss, as on a processor: at most 4 then, which
            are nearly worth fresh data.

    Source: rows C18, F14 and F28; that a processor is spared is a house choice, row H50.
    """
    wanted, most = compute_optimal_tokens(parameters), TOLERATED_EPOCHS if spared else MOST_EPOCHS
    return epochs_worth(train_tokens, wanted=wanted, most=most)


def decoder_shape(parameters: float) -> tuple[int, int]:
    """Return layers and width for so many parameters: N = 12 · layers · (aspect · layers)².

    Args:
        parameters: N, at least 1e5.

    Returns:
        Layers, and a width that is a multiple of 64.

    Source: House choice, row H53. Llama 7B comes out as 32 layers of about 4,096.
    """
    aspect = ASPECTS[0] if parameters < BILLION else ASPECTS[1]
    layers = max(round((parameters / (12 * aspect * aspect)) ** (1 / 3)), 1)
    width = (parameters / (12 * layers)) ** 0.5
    return layers, max(round(width / HEAD_WIDTH), 1) * HEAD_WIDTH


def language_warmup_share(steps: int, *, parameters: float) -> float:
    """Return the share of the steps spent rising: 2,000 steps or 1 %, at most a tenth.

    Args:
        steps: Of the whole training, at least 1.
        parameters: N; below 20 million 100 steps are enough.

    Source: House choice, row H55, from rows C4 and C8.
    """
    least = TOY_WARMUP_STEPS if parameters < TOY_PARAMETERS else USUAL_WARMUP_STEPS
    return min(max(least / steps, WARMUP_SHARE), LONGEST_WARMUP_SHARE)


def untuned_warmup_steps(beta2: float) -> float:
    """Return the warm-up that Adam's second moment needs: 2 / (1 − β₂) steps.

    Args:
        beta2: From 0 to below 1.

    Source: arXiv 1910.04209, row F13.
    """
    return 2.0 / (1.0 - beta2)
