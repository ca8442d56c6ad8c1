"""What is a token worth when it is seen again?

Symbols: U unique tokens, R = epochs − 1 repetitions, N parameters.
"""

from math import ceil, exp, log

REPETITIONS_SCALE = 15.387756
"""R*: repetitions over which the worth of data decays. Source: datablations, row F14."""

PARAMETERS_SCALE = 5.309743
"""R*_N: the same for parameters in excess of what U tokens call for. Source: row F15."""

_LOG_A, _LOG_B, _LOG_E = 6.255414, 7.3049974, 0.6254804
_EXPONENT = 0.3526596
"""The fit's coefficients, as logarithms, and its exponent of both terms. Source: row F15."""

TOLERATED_EPOCHS = 4
"""Passes that are worth about as much as fresh data: 0.93 of it. Source: row C18."""


MOST_EPOCHS = 16
"""Passes of a corpus that is too small for a model: R* repetitions, after which the worth of one
more has fallen to 1 / e. Source: row F14."""


def effective_tokens(unique_tokens: float, *, epochs: float) -> float:
    """Return the fresh tokens that repeated ones are worth: U·(1 + R*·(1 − e^(−R/R*))).

    Args:
        unique_tokens: U, > 0.
        epochs: Passes over them, at least 1.

    Returns:
        Tokens, at most U·(1 + R*).

    Source: arXiv 2305.16264, row F14.
    """
    return unique_tokens * (1 + _saturated(epochs - 1, scale=REPETITIONS_SCALE))


def epochs_worth(unique_tokens: float, *, wanted: float, most: int) -> int:
    """Return the fewest passes that are worth so many fresh tokens: U·(1 + …) ≥ `wanted`.

    Args:
        unique_tokens: U, > 0.
        wanted: Fresh tokens.
        most: Passes that are returned where even more would be needed.

    Returns:
        From 1 to `most`.

    Source: arXiv 2305.16264, row F14.
    """
    missing = (wanted / unique_tokens - 1) / REPETITIONS_SCALE
    repetitions = -REPETITIONS_SCALE * log(1 - missing) if missing < 1 else float("inf")
    return ceil(min(max(1 + repetitions, 1), most))


def efficiency(epochs: float) -> float:
    """Return what a token of each pass is worth on average, 1 for one pass. Source: row F14."""
    return effective_tokens(1.0, epochs=epochs) / epochs


def data_constrained_loss(parameters: float, *, tokens: float, unique_tokens: float) -> float:
    """Return the fitted loss of a training on repeated data, for comparing two plans only.

    L = E + A / N_eff^0.35 + B / D_eff^0.35, both sides saturating. The authors call the absolute
    value meaningless.

    Args:
        parameters: N.
        tokens: D, all passes together, at least `unique_tokens`.
        unique_tokens: U.

    Returns:
        Nats per token.

    Source: arXiv 2305.16264, row F15.
    """
    called_for = _compute_optimal_parameters(unique_tokens)
    used = min(called_for, parameters)
    excess = max(parameters / used - 1, 0.0)
    effective_parameters = used * (1 + _saturated(excess, scale=PARAMETERS_SCALE))
    data = effective_tokens(unique_tokens, epochs=tokens / unique_tokens)
    return float(
        exp(_LOG_E) + exp(_LOG_A) / effective_parameters**_EXPONENT + exp(_LOG_B) / data**_EXPONENT
    )


def _compute_optimal_parameters(tokens: float) -> float:
    """Return the N for which so many unique tokens are compute-optimal under the fit."""
    # With equal exponents N and D share the compute in the ratio of their coefficients.
    ratio = exp((_LOG_A - _LOG_B) / _EXPONENT)
    return tokens * ratio


def _saturated(repeats: float, *, scale: float) -> float:
    return scale * (1 - exp(-repeats / scale))
