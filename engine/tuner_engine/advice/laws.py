"""Which law of language models does a learning rate come from, and what do the others say?

Invariant: where laws disagree each is named with its number; nothing is averaged but where a law
has left its validity, and then the rate says so.
"""

from tuner_engine.advice.beliefs import rounded, worded
from tuner_engine.advice.corpus import Corpus
from tuner_engine.advice.rules import published_sizes, scaling_laws
from tuner_engine.advice.rules.memory import training_flops
from tuner_engine.advice.rules.reach import searched_rates
from tuner_engine.recipe import Setting


def learning_rate(case: Corpus) -> Setting:
    """Return the peak rate of AdamW at the advised batch, with what other laws say beside it."""
    inside = scaling_laws.within_step_law(case.parameters, case.seen_tokens)
    value = rounded(_chosen(case, inside=inside))
    low, high = searched_rates(value, measured=inside)
    return Setting(
        value=value,
        range=(rounded(low), rounded(high)),
        scale="log",
        basis="rule",
        confidence="medium" if inside else "low",
        why=_inside(case, value) if inside else _outside(case, value),
        sources=case.presets.cited(*(("F2",) if inside else ("H54", "F2", "F4")), "C30", "F3"),
        alternatives=_others(case, inside=inside),
        changes=(
            "More parameters lower it; more tokens raise it as long as the batch grows along, and "
            "lower it at a fixed batch."
        ),
    )


def _chosen(case: Corpus, *, inside: bool) -> float:
    if inside:
        rate = scaling_laws.step_law_learning_rate(case.parameters, case.seen_tokens)
        return min(rate, scaling_laws.HIGHEST_ADAMW_RATE)
    return scaling_laws.blended_learning_rate(case.parameters, case.seen_tokens)


def _inside(case: Corpus, value: float) -> str:
    return (
        f"Step Law's 1.79 · {case.parameters:.2g}^-0.713 · {case.seen_tokens:.2g}^0.307 is "
        f"{worded(value)}, inside the sizes that the law was fitted on."
    )


def _outside(case: Corpus, value: float) -> str:
    least, most = scaling_laws.STEP_LAW_PARAMETERS
    return (
        f"{case.parameters:.2g} parameters and {case.seen_tokens:.2g} tokens lie outside Step "
        f"Law's range ({least:.0e} to {most:.1e} parameters, at most "
        f"{scaling_laws.STEP_LAW_TOKENS_PER_PARAMETER:g} tokens for each and "
        f"{scaling_laws.STEP_LAW_MOST_TOKENS:.0e} in all), so {worded(value)} lies between it and "
        "DeepSeek's law."
    )


def _others(case: Corpus, *, inside: bool) -> tuple[str, ...]:
    """Return what every other law says, a sentence each."""
    size, seen = case.parameters, case.seen_tokens
    flops = training_flops(round(size), seen)
    deepseek = worded(rounded(scaling_laws.deepseek_learning_rate(flops)))
    told = [f"DeepSeek's law says {deepseek} from {flops:.2g} FLOPs (F4)."]
    if not inside:
        step = rounded(scaling_laws.step_law_learning_rate(size, seen))
        told.insert(0, f"Step Law itself, beyond its range, says {worded(step)} (F2).")
    least, most = scaling_laws.PORIAN_PARAMETERS
    if least <= size <= most:
        porian = rounded(scaling_laws.porian_learning_rate(size))
        told.append(f"Porian's law says {worded(porian)} from the size alone (F5).")
    label, table = published_sizes.nearest_gpt_3(size)
    told.append(
        f"GPT-3's table has {worded(table)} at {label}; such tables were five to ten times too low "
        "for models up to a billion parameters in the runs of Step Law (A49)."
    )
    told.append("At a fixed batch the best rate falls with the tokens, as their power -0.32 (A71).")
    return tuple(told)
