"""Which peak learning rate and which batch do published scaling laws of language models give?

Symbols: N parameters without embeddings, D training tokens, C = 6 N D FLOPs. Every law here holds
for AdamW. Invariant: a law computes its formula and nothing else; where it may be trusted is asked
of `within_step_law` and its like, and what is done beyond is `blended_learning_rate`.
"""

from math import sqrt

from tuner_engine.advice.rules.memory import training_flops

STEP_LAW_PARAMETERS = (6e7, 1.1e9)
"""Smallest and largest N that Step Law is trusted for. Source: row F2."""

STEP_LAW_BATCH_TOKENS = (2e9, 1e11)
"""Fewest and most D that Step Law's batch is graded for. Source: row F1."""

STEP_LAW_MOST_TOKENS = 1e11
"""Largest D in the runs that Step Law was fitted on. Source: row F1."""

STEP_LAW_TOKENS_PER_PARAMETER = 500.0
"""Largest D / N that Step Law is trusted for; 466 is the largest in its data. Source: row F2."""

DEEPSEEK_FLOPS = (1e17, 2e19)
"""Least and most C that DeepSeek's law was fitted on. Source: row F4."""

PORIAN_PARAMETERS = (5e6, 2.2e8)
"""Smallest and largest N of Porian's law. Source: row F5."""

LARGEST_BATCH_TOKENS = 4_194_304
"""Tokens in a batch: beyond D = 1e12 Step Law asks for 4 to 8 times what large trainings used.
Source: row F1."""

HIGHEST_ADAMW_RATE = 5e-3
"""Peak rate of AdamW on language models that no law goes above. House choice, row H54."""

POWER_LINES_BATCH_TOKENS = 524_288
"""Tokens in the batch of nanochat's model of depth 12, where F6 is anchored. Source: row F6."""


def step_law_learning_rate(parameters: float, tokens: float) -> float:
    """Return Step Law's peak rate: 1.79 · N^−0.713 · D^0.307.

    For a cosine that ends at 1e-5 and the batch of `step_law_batch_tokens`. Of a mixture of
    experts N counts all experts.

    Args:
        parameters: N; trusted from 6e7 to 1.1e9.
        tokens: D; trusted up to 500 N.

    Source: arXiv 2503.04715, row F2.
    """
    return float(1.79 * parameters**-0.713 * tokens**0.307)


def step_law_batch_tokens(tokens: float) -> float:
    """Return Step Law's batch in tokens: 0.58 · D^0.571, at most 4,194,304.

    Args:
        tokens: D; graded for 2e9 to 1e11, and still close for 8e7.

    Source: arXiv 2503.04715, row F1.
    """
    return float(min(0.58 * tokens**0.571, LARGEST_BATCH_TOKENS))


def within_step_law(parameters: float, tokens: float) -> bool:
    """Return whether Step Law's rate is trusted for such a training.

    Inside 6e7 to 1.1e9 parameters, at most 500 tokens for each and no more than it was fitted on.

    Source: rows F1 and F2.
    """
    least, most = STEP_LAW_PARAMETERS
    in_size = least <= parameters <= most
    each = tokens / parameters
    return in_size and each <= STEP_LAW_TOKENS_PER_PARAMETER and tokens <= STEP_LAW_MOST_TOKENS


def deepseek_learning_rate(flops: float) -> float:
    """Return DeepSeek's peak rate: 0.3118 · C^−0.125.

    Args:
        flops: C, counted without embeddings; fitted from 1e17 to 2e19.

    Source: arXiv 2401.02954 §3.1, row F4.
    """
    return float(0.3118 * flops**-0.125)


def deepseek_batch_tokens(flops: float) -> float:
    """Return DeepSeek's batch in tokens: 0.2920 · C^0.3271. Source: as for the rate, row F4."""
    return float(0.2920 * flops**0.3271)


def porian_learning_rate(parameters: float) -> float:
    """Return Porian's peak rate: 3.7 · N^−0.36, for 5e6 to 2.2e8 parameters. Source: row F5."""
    return float(3.7 * parameters**-0.36)


def porian_batch_tokens(parameters: float) -> float:
    """Return Porian's batch in tokens: 0.7576 · N^0.703, for N as in the rate. Source: row F5."""
    return float(0.7576 * parameters**0.703)


def power_lines_batch_tokens(tokens: float, *, reference: float) -> float:
    """Return the batch in tokens by B ∝ D^0.383, anchored at 2^19 for nanochat's depth 12.

    Args:
        tokens: D.
        reference: D of the anchor, the model of depth 12.

    Source: nanochat and arXiv 2505.13738, rows F6 and A70.
    """
    return float(POWER_LINES_BATCH_TOKENS * (tokens / reference) ** 0.383)


def moonlight_learning_rate(flops: float) -> float:
    """Return Moonlight's peak rate with Muon: 0.0127 · C^−0.057. Source: row A72."""
    return float(0.0127 * flops**-0.057)


def moonlight_batch_tokens(flops: float) -> float:
    """Return Moonlight's batch with Muon, 0.0065 · C^0.4138. Source: row A72."""
    return float(0.0065 * flops**0.4138)


def blended_learning_rate(parameters: float, tokens: float) -> float:
    """Return a peak rate for a training outside Step Law's box, between two laws.

    The geometric mean of Step Law, with D held to 500 N and 1e11 tokens, and DeepSeek's law at the
    true compute; at most 5e-3.

    Args:
        parameters: N, at least 2e7.
        tokens: D.

    Source: House choice, row H54, from rows F2 and F4.
    """
    held = min(tokens, STEP_LAW_TOKENS_PER_PARAMETER * parameters, STEP_LAW_MOST_TOKENS)
    step = step_law_learning_rate(parameters, held)
    deepseek = deepseek_learning_rate(training_flops(round(parameters), tokens))
    return min(sqrt(step * deepseek), HIGHEST_ADAMW_RATE)


def mup_learning_rate(learning_rate: float, *, fan_in: int, base_fan_in: int) -> float:
    """Return the rate of a hidden matrix under muP with Adam: rate · base_fan_in / fan_in.

    Args:
        learning_rate: The global rate, found at the base width.
        fan_in: Inputs of the matrix.
        base_fan_in: Inputs of the same matrix at the base width.

    Source: microsoft/mup, row F29.
    """
    return learning_rate * base_fan_in / fan_in


def decay_timescale(
    *, batch: float, learning_rate: float, weight_decay: float, tokens: float
) -> float:
    """Return the share of training that the weights remember: B / (rate · decay · D).

    Args:
        batch: B, in the same unit as `tokens`.
        learning_rate: The peak, > 0.
        weight_decay: Decoupled, > 0.
        tokens: D.

    Source: arXiv 2505.13738, row F11.
    """
    return batch / (learning_rate * weight_decay * tokens)


def decay_at_constant_timescale(
    weight_decay: float, *, batch_ratio: float, tokens_ratio: float
) -> float:
    """Return the decay that keeps the timescale: decay · √(B / B_ref) · D_ref / D.

    Holds where the rate follows the square root of the batch, within one family of runs.

    Args:
        weight_decay: Of the reference.
        batch_ratio: B / B_ref.
        tokens_ratio: D / D_ref.

    Source: nanochat and arXiv 2505.13738, row F11.
    """
    return weight_decay * sqrt(batch_ratio) / tokens_ratio


def horizon_learning_rate(learning_rate: float, *, tokens_ratio: float) -> float:
    """Return the rate for a longer training at a fixed batch: rate · (D / D_ref)^−0.32.

    Args:
        learning_rate: Of the reference.
        tokens_ratio: D / D_ref.

    Source: arXiv 2409.19913, row A71.
    """
    return float(learning_rate * tokens_ratio**-0.32)
