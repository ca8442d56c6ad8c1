"""Which adapters and quantisations look like a mistake?"""

from tuner_engine.advice.beliefs import worded
from tuner_engine.advice.lints.finding import ADAPTERS, Finding, Settings, number, value
from tuner_engine.workload import Workload

SCALES = (1 / 16, 4.0)
"""Alpha over rank that is published from rank 8 on: from 16 / 256 to 2, and twice that. Source:
rows B28 and B42."""

SMALL_RANK = 8
"""Rank below which alpha over rank says little. Source: row B29."""


def alpha_unusual(settings: Settings, workload: Workload) -> Finding | None:
    """Say that adapters are scaled as nobody scales them."""
    alpha, rank = number(settings, "lora_alpha"), number(settings, "lora_rank")
    if alpha is None or rank is None or rank < SMALL_RANK:
        return None
    low, high = SCALES
    if low <= alpha / rank <= high:
        return None
    mended = 2 * int(rank) if alpha / rank > high else int(rank)
    message = (
        f"lora_alpha {worded(alpha)} at lora_rank {rank:,.0f} scales adapters by "
        f"{alpha / rank:.2g}, which no published learning rate goes with; take {mended:,}"
    )
    return Finding(message=message, fix=("lora_alpha", mended))


def attention_only(settings: Settings, workload: Workload) -> Finding | None:
    """Say that adapters miss the matrices that matter most."""
    if value(settings, "lora_targets") != "attention":
        return None
    message = (
        "lora_targets attention is worse than all matrices even at equal parameters; take "
        "all-linear"
    )
    return Finding(message=message, fix=("lora_targets", "all-linear"))


def quantized_full_tuning(settings: Settings, workload: Workload) -> Finding | None:
    """Say that weights cannot be both trained and stored at few bits."""
    stored = value(settings, "quantization")
    if workload.regime != "full" or stored in {None, "none"}:
        return None
    message = (
        f"quantization {stored} stores weights that cannot be trained, and full tuning trains "
        "them all; take none, or --regime qlora"
    )
    return Finding(message=message, fix=("quantization", "none"))


def qlora_without_quantization(settings: Settings, workload: Workload) -> Finding | None:
    """Say that QLoRA without its Q is LoRA."""
    if workload.regime != "qlora" or value(settings, "quantization") != "none":
        return None
    message = (
        "quantization none makes QLoRA plain LoRA, with the memory of one and the settings of the "
        "other; take 4bit, or --regime lora"
    )
    return Finding(message=message, fix=("quantization", "4bit"))


def rank_without_adapters(settings: Settings, workload: Workload) -> Finding | None:
    """Say that adapters are wanted, and none are trained."""
    rank = number(settings, "lora_rank")
    if workload.regime in ADAPTERS and rank is not None and rank < 1:
        message = f"lora_rank {rank:,.0f} trains nothing; take 16"
        return Finding(message=message, fix=("lora_rank", 16))
    return None
