"""Which adapters are trained, and how is what stays frozen stored?"""

from msgspec.structs import replace

from tuner_engine.advice.beliefs import published, worded
from tuner_engine.advice.finetune.case import Case
from tuner_engine.advice.memory import billions
from tuner_engine.advice.rules import adapters
from tuner_engine.recipe import Setting
from tuner_engine.settings import SETTINGS, unit

MANY_EXAMPLES = 50_000
"""Examples from which adapters get more room. House choice, row G6."""

FIXED_ALPHA = 32
"""Alpha of adapters wherever the rate was found with alpha / rank as their scale. Source: rows B26,
B29 and B33."""

RANKS = (8, 128)
"""Ranks worth a search on instructions. Source: row B31."""


def rank_in_force(case: Case) -> int:
    """Return the rank, decided or advised."""
    return case.whole("lora_rank") or _advised_rank(case)[0]


def _advised_rank(case: Case) -> tuple[int, str, str]:
    """Return the rank, its row, and why."""
    if case.encodes:
        return 8, "B35", "The LoRA paper tunes encoders at rank 8."
    if case.workload.regime == "grpo":
        return 16, "B26", "TRL's usual rank; rewards carry so little that rank 1 was enough."
    if case.workload.regime == "qlora":
        return 64, "B37", "QLoRA's rank, on every linear layer."
    if case.examples >= MANY_EXAMPLES:
        return 64, "G6", f"{case.counted_examples} are many: more room than the usual 16."
    return 16, "B26", f"TRL's usual rank, enough for {case.counted_examples}."


def lora_rank(case: Case) -> Setting:
    """Return the rank of the adapters."""
    if not case.adapted:
        return _without_adapters(case, "lora_rank")
    value, row, why = _advised_rank(case)
    count = adapters.adapter_parameters(case.base, rank=rank_in_force(case), targets="all-linear")
    share = count / case.base.parameters
    setting = published(case.presets, row, "lora_rank", also=("B29",) if "reward" in why else ())
    low, high = (1, 32) if case.workload.regime == "grpo" else RANKS
    return replace(
        setting,
        value=value,
        range=(min(low, value), max(high, value)),
        scale="log",
        why=f"{why.rstrip('.')}; {billions(count)} parameters are trained, {share:.2%} of all.",
        alternatives=(
            "PEFT and torchtune take 8 (B27, B42), axolotl and litgpt 32 (B43, B45).",
            "LoRA Without Regret takes 256 for large data (B28).",
        ),
    )


def lora_alpha(case: Case) -> Setting:
    """Return the scale of the adapters, which means nothing without the rank."""
    if not case.adapted:
        return _without_adapters(case, "lora_alpha")
    guanaco = case.workload.regime == "qlora"
    row, value = ("B37", 16) if guanaco else ("B26", FIXED_ALPHA)
    if case.encodes:
        row, value = "B35", 16
    rank = rank_in_force(case)
    why = (
        f"Goes with the learning rate, which was found at it; alpha / rank is "
        f"{worded(value / rank)} at rank {rank:,}."
    )
    return replace(
        published(case.presets, row, "lora_alpha", why=why),
        value=value,
        range=None,
        alternatives=(
            "Twice the rank: torchtune, TRL (B26, B42). The rank itself: Unsloth (B46).",
            "Fixed at 16: QLoRA, axolotl, litgpt (B37, B43, B45). Fixed at 32: tinker (B33).",
        ),
        changes="A rate is only known together with alpha / rank: change both or neither.",
    )


def lora_dropout(case: Case) -> Setting:
    """Return the share of the adapters' inputs that is switched off."""
    if not case.adapted:
        return _without_adapters(case, "lora_dropout")
    if not case.quantized:
        return published(case.presets, "B26", "lora_dropout")
    large = case.base.parameters >= 14_000_000_000
    why = "QLoRA drops 10 % up to 13B and 5 % above."
    setting = published(case.presets, "B37", "lora_dropout", why=why)
    return replace(setting, value=0.05 if large else 0.1, range=(0.0, 0.1))


def lora_targets(case: Case) -> Setting:
    """Return which matrices get adapters: all of them."""
    if not case.adapted:
        return _without_adapters(case, "lora_targets")
    setting = published(case.presets, "B65", "lora_targets")
    return replace(setting, range=SETTINGS["lora_targets"].options, scale="choice")


def quantization(case: Case) -> Setting:
    """Return how the frozen weights are stored."""
    if not case.adapted:
        return _without_adapters(case, "quantization")
    setting = published(case.presets, "B37", "quantization")
    if not case.quantized:
        why = "The frozen weights stay at 16 bit: 4 bit would take longer, to save memory."
        setting = replace(setting, value="none", basis="rule", why=why)
    return replace(setting, range=SETTINGS["quantization"].options, scale="choice")


def _without_adapters(case: Case, name: str) -> Setting:
    return Setting(
        value=None,
        unit=unit(name),
        basis="rule",
        confidence="high",
        why="Leave unset: every weight is trained, so there are no adapters.",
        sources=case.presets.cited("B65"),
    )
