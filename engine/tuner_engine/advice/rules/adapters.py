"""How large are low-rank adapters, and which learning rate do they take?"""

from tuner_engine.advice.catalogue import BaseModel

REFERENCE_WIDTH = 2000
"""Width of the residual stream at which `tinker_learning_rate` is 5e-5. Source: row B33."""

REFERENCE_RATE = 5e-5
"""Learning rate of full tuning at `REFERENCE_WIDTH`. Source: row B33."""

WIDTH_EXPONENTS = {"llama": 0.781, "qwen": 0.0775}
"""Kin → how fast its rate falls with width; nothing is published on others. Source: row B33."""

ADAPTER_FACTOR = 10.0
"""Learning rate of adapters over that of full tuning. Source: rows B25 and B33."""

SHORT_FACTOR = 15.0
"""The same where training ends within `SHORT_STEPS`. Source: LoRA Without Regret."""

SHORT_STEPS = 100
"""Optimizer steps. Source: LoRA Without Regret, row B31."""

RATE_REACH = (3.0, 2.0)
"""How far below and above `tinker_learning_rate` a search looks. Source: row B33."""

Targets = str
"""`all-linear`, `attention` or `mlp`."""


def tinker_learning_rate(*, width: int, kin: str, adapters: bool) -> float:
    """Return a learning rate by width: 5e-5 · m · (2000 / width)^p, m = 10 for adapters.

    Args:
        width: Of the residual stream, at least 1.
        kin: `llama` (p = 0.781) or `qwen` (p = 0.0775); nothing is published on others.
        adapters: Whether adapters are trained, instead of every weight.

    Returns:
        The peak learning rate of AdamW. Llama-3.1-8B: 2.9e-4 with adapters.

    Raises:
        KeyError: The rule says nothing about this kin.

    Source: tinker-cookbook `hyperparam_utils.py`, row B33.
    """
    factor = ADAPTER_FACTOR if adapters else 1.0
    shrunk: float = (REFERENCE_WIDTH / width) ** WIDTH_EXPONENTS[kin]
    return REFERENCE_RATE * factor * shrunk


def adapter_learning_rate(full_rate: float, *, steps: int | None = None) -> float:
    """Return the rate of adapters from that of full tuning: × 10, × 15 below 100 steps.

    Published ratios go from 1 to 10 (rows B38 to B40), so 4 to 10 is worth a search.

    Args:
        full_rate: Learning rate of full tuning, > 0.
        steps: Optimizer steps of the training; none if they are not known.

    Source: TRL, tinker-cookbook and LoRA Without Regret, row B25.
    """
    short = steps is not None and steps < SHORT_STEPS
    return full_rate * (SHORT_FACTOR if short else ADAPTER_FACTOR)


def parameters_per_rank(base: BaseModel, *, targets: Targets, head: bool = False) -> int:
    """Return the parameters that one rank adds: Σ (inputs + outputs) over the adapted matrices.

    Llama-3.1-8B: 851,968 in attention, 1,769,472 in the feed-forward blocks, 132,352 in the head.

    Args:
        base: The shape; where experts take turns, only attention is adapted.
        targets: `all-linear`, `attention` or `mlp`.
        head: Whether the output head is adapted, too.

    Source: tinker-cookbook, row F19.
    """
    width = base.width
    attention = 2 * (width + base.query_width) + 2 * (width + base.key_width)
    matrices = 3 if base.gated else 2
    mlp = 0 if base.active else matrices * (width + base.feed_forward)
    per_layer = {"attention": attention, "mlp": mlp}.get(targets, attention + mlp)
    return base.layers * per_layer + (width + base.vocabulary if head else 0)


def adapter_parameters(base: BaseModel, *, rank: int, targets: Targets) -> int:
    """Return all parameters of adapters of a rank, at least 1: rank · `parameters_per_rank`.

    Source: row F19.
    """
    return rank * parameters_per_rank(base, targets=targets)
