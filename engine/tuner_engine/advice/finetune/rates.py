"""Which learning rate does tuning take: by model, by method, by what is learnt?

Sources disagree more here than anywhere: each rate names those that say otherwise.
"""

from msgspec.structs import replace

from tuner_engine.advice.beliefs import bounds, published, rounded, worded
from tuner_engine.advice.finetune import passes
from tuner_engine.advice.finetune.case import Case
from tuner_engine.advice.rules import adapters, scaling
from tuner_engine.recipe import Setting

LARGE_ENCODER = 200_000_000
"""Parameters from which an encoder takes the low end of its rates. House choice, row G3."""

SMALL_DECODER = 3_000_000_000
"""Parameters below which published rates of full tuning differ by fifty times. Row G4."""

ALPACA_LARGE = 10_000_000_000
"""Parameters from which full tuning halves its rate, as Alpaca did from 7B to 13B. Row B15."""

QLORA_LARGE = 14_000_000_000
"""Parameters from which QLoRA halves its rate: above 13B. Source: row B37."""

SMOLLM_SMALL = 500_000_000
"""Parameters below which SmolLM2 takes the upper of its two rates. Source: row B17."""

HIGH_RANK = 256
"""Rank from which the rate is halved. Source: rows B38 and B39."""

IMAGE_RATES = ((20_000, 0.003), (200_000, 0.01))
"""Images that a band stays below, and the best rate found there; 0.03 beyond. Source: row B10."""


def learning_rate(case: Case) -> Setting:
    """Return the peak rate."""
    if case.sees:
        return _image_rate(case)
    if case.encodes:
        anchor = _encoder_rate(case)
    elif case.prefers:
        anchor = _preference_rate(case)
    elif case.workload.task == "language-modelling":
        anchor = _continued_rate(case)
    else:
        anchor = _adapter_rate(case) if case.adapted else _full_rate(case)
    return _carried(_of_high_rank(anchor, case), case)


def _full_rate(case: Case) -> Setting:
    """Return the rate of every weight of a language model."""
    base = case.base
    others = (
        "TRL and torchtune take 2e-5 at every size (B14, B19), LLaMA-Factory 1e-5 (B21).",
        "SmolLM2 takes 3e-4 at 1.7B and 1e-3 at 360M (B17).",
    )
    if base.kin in adapters.WIDTH_EXPONENTS:
        return replace(_tinker(case, adapted=False), alternatives=others)
    if base.kin == "smollm":
        low, high = bounds(case.presets.figure("B17", "learning_rate"))
        value = high if base.parameters < SMOLLM_SMALL else low
        why = "SmolLM2's own tuning: 3e-4 at 1.7B, 1e-3 at 360M and below."
        setting = published(case.presets, "B17", "learning_rate", why=why)
        return replace(
            setting,
            value=value,
            range=(rounded(low / 4), rounded(high * 2)),
            alternatives=others[:1],
        )
    if base.parameters < SMALL_DECODER:
        rates = bounds(case.presets.figure("B17", "learning_rate"))
        most = rates[1] if base.parameters < SMOLLM_SMALL else rates[0]
        why = (
            f"A house choice between torchtune's 2e-5 and the {worded(most)} that SmolLM2 takes at "
            "such a size: measure it."
        )
        setting = published(case.presets, "G4", "learning_rate", why=why, also=("B17", "B19"))
        low, _ = bounds(setting)
        return replace(setting, range=(low, most), alternatives=others)
    if base.parameters >= ALPACA_LARGE:
        why = "Alpaca halved its rate from 7B to 13B; most others keep 2e-5 at any size."
        setting = published(case.presets, "B15", "learning_rate", why=why, also=("B14", "B19"))
        return replace(setting, value=1e-5, range=(5e-6, 5e-5), alternatives=others[:1])
    why = "The rate that TRL, torchtune, Zephyr and Alpaca share; axolotl takes 5e-6 for Mistral."
    also = ("B15", "B16", "B19", "B20")
    return published(case.presets, "B14", "learning_rate", why=why, also=also)


def _adapter_rate(case: Case) -> Setting:
    """Return the rate of adapters on instructions."""
    kin = case.base.kin
    if case.workload.regime == "qlora":
        return _qlora_rate(case)
    others = (
        "TRL, axolotl and Unsloth start at 2e-4 (B25, B43, B46), LLaMA-Factory at 1e-4 (B44).",
        "Measured ratios to full tuning go from 1 to 10 (B38 to B40).",
    )
    if kin in adapters.WIDTH_EXPONENTS:
        return replace(_shorter(_tinker(case, adapted=True), case), alternatives=others)
    why = "Ten times full tuning's: where TRL, axolotl and Unsloth start."
    setting = published(case.presets, "B25", "learning_rate", why=why, also=("B43", "B46"))
    if kin != "gemma":
        return replace(_shorter(setting, case), alternatives=others[1:])
    least, _ = bounds(case.presets.figure("B42", "learning_rate"))
    setting = replace(
        setting,
        range=(least, bounds(setting)[1]),
        sources=(*setting.sources, *case.presets.cited("B42")),
    )
    exception = f"torchtune takes {worded(least)} for Gemma-2-9B (B42)."
    return replace(_shorter(setting, case), alternatives=(exception, *others[1:]))


def _qlora_rate(case: Case) -> Setting:
    low, high = bounds(case.presets.figure("B37", "learning_rate"))
    large = case.base.parameters >= QLORA_LARGE
    why = f"QLoRA takes {worded(high)} up to 13B and {worded(low)} above, at batch 16."
    setting = published(case.presets, "B37", "learning_rate", why=why)
    value = low if large else high
    others = ["Axolotl takes 1e-5 for 70B (B43)."] if large else []
    if case.base.kin in adapters.WIDTH_EXPONENTS:
        tinker = worded(_tinker(case, adapted=True).value)
        others.append(f"Tinker's rule for adapters on 16-bit weights says {tinker} (B33).")
    return replace(
        setting,
        value=value,
        range=(rounded(value / 4), rounded(value * 2)),
        alternatives=tuple(others),
    )


def _tinker(case: Case, *, adapted: bool) -> Setting:
    """Return the rate by width, where it is published for the model's kin."""
    kin, width = case.base.kin, case.base.width
    rate = adapters.tinker_learning_rate(width=width, kin=kin, adapters=adapted)
    factor = f" × {adapters.ADAPTER_FACTOR:g}" if adapted else ""
    below, above = adapters.RATE_REACH
    return replace(
        published(case.presets, "B33", "learning_rate"),
        value=rounded(rate),
        range=(rounded(rate / below), rounded(rate * above)),
        basis="rule",
        why=(
            f"Tinker's rule for {kin.capitalize()} at width {width:,}: "
            f"{worded(adapters.REFERENCE_RATE)}{factor} × ({adapters.REFERENCE_WIDTH:,} / "
            f"{width:,})^{adapters.WIDTH_EXPONENTS[kin]:g} is {worded(rounded(rate))}."
        ),
    )


def _shorter(setting: Setting, case: Case) -> Setting:
    """Return a rate raised where adapters get fewer steps than they need."""
    steps = passes.steps_in_force(case)
    if steps >= adapters.SHORT_STEPS:
        return setting
    rate = float(setting.value or 0) / adapters.ADAPTER_FACTOR
    value = rounded(adapters.adapter_learning_rate(rate, steps=steps))
    low, high = bounds(setting)
    why = (
        f"{setting.why.rstrip('.')}; {steps:,} steps are fewer than {adapters.SHORT_STEPS}, for "
        f"which {adapters.SHORT_FACTOR:g} times full tuning's rate is published: {worded(value)}."
    )
    return replace(
        setting,
        value=value,
        range=(low, max(high, 2 * value)),
        basis="rule",
        confidence="low",
        why=why,
        sources=(*setting.sources, *case.presets.cited("B31")),
    )


def _continued_rate(case: Case) -> Setting:
    """Return the rate of training on, on plain text."""
    low, high = bounds(case.presets.figure("B40", "learning_rate"))
    why = "Continued pre-training of Llama-2-7B did best at 1e-5, with adapters at up to 4e-5."
    setting = published(case.presets, "B40", "learning_rate", why=why)
    value = high if case.adapted else low
    return replace(setting, value=value, range=(rounded(low / 4), rounded(2 * high)))


def _preference_rate(case: Case) -> Setting:
    """Return the rate of learning from preferences or rewards: far below that of instructions."""
    regime = case.workload.regime
    if regime == "dpo":
        return _dpo_rate(case)
    if regime == "kto":
        why = "TRL's; its limits are hard, even for little data."
        setting = published(case.presets, "B58", "learning_rate", why=why)
        low, high = bounds(setting)
        return replace(setting, value=high if case.adapted else setting.value, range=(low, high))
    if regime == "reward":
        why = "TRL's default for reward models; little else is published."
        setting = published(case.presets, "B61", "learning_rate", why=why)
        value = float(setting.value or 0)
        return replace(setting, range=(rounded(value / 10), rounded(2 * value)), confidence="low")
    full = float(case.presets.value("B59", "learning_rate"))
    adapted = float(case.presets.value("B29", "learning_rate"))
    why = f"TRL takes {worded(full)} for every weight and {worded(adapted)} for adapters."
    setting = published(case.presets, "B59", "learning_rate", why=why, also=("B29",))
    others = ("Tinker takes 4e-5 for mathematics, 1e-5 over several turns (B60).",)
    value = adapted if case.adapted else full
    return replace(setting, value=value, alternatives=others)


def _dpo_rate(case: Case) -> Setting:
    if case.adapted:
        why = "Zephyr, LLaMA-Factory and TRL take 5e-6 for adapters, tinker 1e-5."
        setting = published(case.presets, "B56", "learning_rate", why=why)
        return replace(
            setting,
            alternatives=("torchtune takes 5e-4, about a hundred times all others (B56).",),
        )
    why = "TRL, SmolLM2 and SmolLM3 take 1e-6, Zephyr and TRL's own text 5e-7."
    return published(case.presets, "B55", "learning_rate", why=why)


def _encoder_rate(case: Case) -> Setting:
    base = case.base
    if case.adapted:
        why = "The LoRA paper takes 4e-4 for RoBERTa base and 3e-4 for large."
        setting = published(case.presets, "B35", "learning_rate", why=why)
        low, high = bounds(setting)
        value = low if base.parameters >= LARGE_ENCODER else high
        return replace(setting, value=value, range=(rounded(low / 3), rounded(2 * high)))
    if base.parameters < passes.SMALL_ENCODER:
        why = "BERT's small relatives take 3e-5 to 3e-4: the smaller, the higher."
        setting = published(case.presets, "B3", "learning_rate", why=why)
        return replace(setting, range=(3e-5, 3e-4), scale="log")
    if base.kin == "modernbert":
        return published(
            case.presets, "B47", "learning_rate", why="Unsloth takes 5e-5 for ModernBERT."
        )
    if case.follows_roberta:
        why = "RoBERTa takes 1e-5 on most tasks of GLUE and 2e-5 on the smallest."
        setting = published(case.presets, "B5", "learning_rate", why=why, also=("B1",))
        return replace(setting, value=2e-5 if case.examples < passes.SMALL_TASK else 1e-5)
    if base.parameters >= LARGE_ENCODER:
        why = "The low end of BERT's three rates, 2e-5, 3e-5 and 5e-5, as the model is large."
        return published(case.presets, "G3", "learning_rate", why=why, also=("B1",))
    why = "The middle of BERT's three rates, 2e-5, 3e-5 and 5e-5; its script's default is 5e-5."
    return published(case.presets, "B1", "learning_rate", why=why, also=("B2",))


def _image_rate(case: Case) -> Setting:
    kin = case.base.kin
    if kin in {"convnext", "deit"}:
        row = "B12" if kin == "convnext" else "B11"
        why = f"The rate of {case.base.name}'s own published tuning."
        setting = published(case.presets, row, "learning_rate", why=why)
        value = float(setting.value or 0)
        return _carried(
            replace(setting, range=(rounded(value / 4), rounded(2 * value)), scale="log"), case
        )
    bands = (rate for limit, rate in IMAGE_RATES if case.examples < limit)
    best = next(bands, 0.03)
    batch, usual = passes.batch_in_force(case), int(case.presets.value("B8", "batch_size"))
    value = rounded(scaling.linear_scaling(best, batch_size=batch, reference=usual))
    why = f"The best found on as many images is {worded(best)} at batch {usual:,}"
    if batch != usual:
        why += f", in proportion {worded(value)} at {batch:,}"
    factor = batch / usual
    low, high = bounds(case.presets.figure("B8", "learning_rate"))
    return replace(
        published(case.presets, "B10", "learning_rate", why=f"{why}.", also=("B8",)),
        value=value,
        range=(rounded(low * factor), rounded(high * factor)),
        scale="log",
        basis="rule",
    )


def _of_high_rank(setting: Setting, case: Case) -> Setting:
    """Return a rate halved where a person asks for a rank at which the usual one spikes."""
    rank = case.whole("lora_rank")
    if not case.adapted or rank is None or rank < HIGH_RANK or case.prefers:
        return setting
    value, (low, high) = rounded(float(setting.value or 0) / 2), bounds(setting)
    why = f"{setting.why.rstrip('.')}; halved at rank {rank:,}, where the usual rate spikes."
    return replace(
        setting,
        value=value,
        range=(min(low, value), high),
        basis="rule",
        why=why,
        sources=(*setting.sources, *case.presets.cited("B38", "B39")),
    )


def _carried(anchor: Setting, case: Case) -> Setting:
    """Return a rate carried from the advised batch to the one a person decided."""
    batch, reference = passes.batch_in_force(case), passes.advised_batch_size(case)
    if batch == reference:
        return anchor
    rate, (low, high) = float(anchor.value or 0), bounds(anchor)
    moved = scaling.square_root_scaling(rate, batch_size=batch, reference=reference)
    value, factor = rounded(moved), moved / rate
    trusted = scaling.within_square_root_reach(batch_size=batch, reference=reference)
    held = "" if trusted else f", held at {scaling.SQUARE_ROOT_REACH:g} times"
    why = (
        f"{anchor.why.rstrip('.')}; {worded(value)} at batch {batch:,} instead of {reference:,}, "
        f"by the square root of their ratio{held}."
    )
    return replace(
        anchor,
        value=value,
        range=(rounded(low * factor), rounded(high * factor)),
        basis="rule",
        confidence=anchor.confidence if trusted else "low",
        why=why,
        sources=(*anchor.sources, *case.presets.cited("F7")),
    )
