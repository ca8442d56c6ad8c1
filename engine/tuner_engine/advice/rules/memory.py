"""How many bytes and operations does a training take?

Every function is arithmetic on counts; which of them apply to a training is decided in
`advice.memory` and `advice.duration`.
"""

WEIGHT_BYTES = 2
"""Of a parameter at 16 bit. Source: row F21."""

GRADIENT_BYTES = 2
"""Of a gradient at 16 bit; 4 where they are accumulated in 32. Source: row F21."""

OPTIMIZER_BYTES = {
    "adamw": 12,
    "adam": 12,
    "sgd": 8,
    "muon": 8,
    "lion": 8,
    "adamw-8bit": 6,
}
"""Optimizer → bytes a parameter, the 32-bit copy of the weights among them. Lion keeps one
moment, as SGD with momentum does. Source: row F23."""

NF4_BYTES = 0.5
"""Of a weight stored at 4 bit. Source: row F26."""

NF4_CONSTANT_BITS = 0.127
"""Of the constants of double quantisation, per weight. Source: row F26, recalled."""

ACTIVATION_FACTOR = 34
"""Bytes per token, unit of width and layer at 16 bit, without the attention matrix, which is
never stored by fused attention. Source: row F24."""

ATTENTION_FACTOR = 5
"""Bytes per pair of tokens, head and layer where attention is not fused. Source: row F24."""

RECOMPUTED_FACTOR = 2
"""Bytes per token, unit of width and layer where only the inputs of layers are kept. Source: row
F24, recalled."""

LOGIT_COPIES = 3
"""Copies of the logits, of 4 bytes each, alive at once in a loss over a vocabulary: 2 to 3 are
usual. House choice."""

FORWARD_FLOPS = 2
"""Operations per parameter and token of a forward pass; a backward pass takes twice as many.
Source: row F20."""


def mixed_precision_bytes(parameters: int, *, optimizer: str = "adamw") -> int:
    """Return weights, gradients and optimizer state at mixed precision: 16 bytes a parameter.

    2 for the weight, 2 for the gradient, 12 for AdamW's state and 32-bit copy.

    Args:
        parameters: That are trained.
        optimizer: One of `OPTIMIZER_BYTES`; any other counts as AdamW.

    Source: EleutherAI's cookbook, rows F21 and F23.
    """
    state = OPTIMIZER_BYTES.get(optimizer, OPTIMIZER_BYTES["adamw"])
    return parameters * (WEIGHT_BYTES + GRADIENT_BYTES + state)


def quantized_bytes(parameters: int) -> int:
    """Return weights at 4 bit with double quantisation: 0.5 byte and 0.127 bit each.

    Source: arXiv 2305.14314 §3, row F26, recalled.
    """
    return int(parameters * (NF4_BYTES + NF4_CONSTANT_BITS / 8))


def activation_bytes(
    tokens: int, *, width: int, layers: int, recomputed: bool, pairs: float = 0.0
) -> int:
    """Return the activations kept for the backward pass, at 16 bit.

    34 · tokens · width · layers, and 5 · pairs · layers where the attention matrix is stored.
    Recomputed: 2 · tokens · width · layers, and one layer's activations in full.

    Args:
        tokens: In one micro-batch: sequences times their length.
        width: Of the residual stream.
        layers: Of the model.
        recomputed: Whether activations are computed again in the backward pass.
        pairs: Heads times pairs of tokens that attend to each other; 0 for fused attention.

    Source: EleutherAI's cookbook and arXiv 2205.05198, row F24.
    """
    one = ACTIVATION_FACTOR * tokens * width + ATTENTION_FACTOR * pairs
    return int(RECOMPUTED_FACTOR * tokens * width * layers + one if recomputed else one * layers)


def logit_bytes(tokens: int, *, vocabulary: int) -> int:
    """Return the logits of one micro-batch, with their gradient and softmax, at 32 bit.

    Source: arithmetic; `LOGIT_COPIES` is a house choice.
    """
    return LOGIT_COPIES * 4 * tokens * vocabulary


def cache_bytes(tokens: int, *, layers: int, key_width: int, bytes_each: int = 2) -> int:
    """Return the keys and values kept while writing: 2 · layers · key width · tokens · bytes.

    Args:
        tokens: Held at once, over all sequences.
        layers: Of the model.
        key_width: Key-value heads times their width.
        bytes_each: Of one number.

    Source: row F27, recalled.
    """
    return 2 * layers * key_width * tokens * bytes_each


def training_flops(
    parameters: int, tokens: float, *, recomputed: bool = False, adapters: bool = False
) -> float:
    """Return the operations of a training: 6 · N · D; 8 · N · D where activations are recomputed.

    Adapters skip the gradients of frozen weights: two thirds, 4 · N · D (row C29).

    Args:
        parameters: N, those that work on one token.
        tokens: D, over all epochs.
        recomputed: Whether the forward pass is done twice.
        adapters: Whether only adapters are trained.

    Source: EleutherAI's cookbook, rows F20 and C29.
    """
    passes = (2 if adapters else 3) + (1 if recomputed else 0)
    return float(FORWARD_FLOPS * passes) * parameters * tokens
