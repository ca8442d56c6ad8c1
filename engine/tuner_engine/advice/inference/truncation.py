"""Which tokens may be written at all, and how long?"""

from collections.abc import Callable

from msgspec.structs import replace

from tuner_engine.advice.beliefs import published
from tuner_engine.advice.inference import engines, temperatures
from tuner_engine.advice.inference.case import FIXED_FORM, Case
from tuner_engine.advice.rules import sampling
from tuner_engine.recipe import Setting, Value
from tuner_engine.settings import unit

THINKING_TOKENS = 32_768
"""Longest answer of a model that thinks. Source: row D57."""

ANSWERS_PER_LIMIT = 4
"""Mean answers that the longest one is allowed to be. House choice."""

_PENALTIES = {
    "frequency_penalty": ("D2", "None: words have to recur, in code and in tables above all."),
    "presence_penalty": ("D55", "None, unless the model loops."),
    "repetition_penalty": ("D54", "None, unless the model loops; then 1.05 to 1.1."),
}
"""Penalty → its row, and why it is off."""


def top_p(case: Case) -> Setting:
    """Return the share of the probability that the tokens kept hold."""
    figure = case.figure("top_p")
    if figure is not None and figure.unset:
        return published(case.presets, case.family.row, "top_p")
    if case.engine is not None and case.engine.name == "anthropic":
        return published(case.presets, "D6", "top_p")
    if temperatures.by_purpose(case) or case.hosted_deepseek:
        return _off(case, "top_p", row="D53", why="Off: the temperature was changed, not both.")
    if case.family.name == "unknown":
        return published(case.presets, "D47", "top_p", why="What an unknown family is tried with.")
    return _of_family(case, "top_p", row="D53", otherwise="Off: its family is published without.")


def top_k(case: Case) -> Setting:
    """Return how many of the likeliest tokens are kept."""
    if case.engine is not None and case.engine.name == "anthropic":
        return published(case.presets, "D6", "top_k")
    return _of_family(case, "top_k", row="D56", otherwise="Off, and said so, against defaults.")


def min_p(case: Case) -> Setting:
    """Return the least probability kept, as a share of the likeliest token's."""
    if case.purpose == "creative" and temperatures.by_purpose(case):
        why = "Keeps a high temperature readable: what is far less likely goes."
        return published(case.presets, "D52", "min_p", why=why)
    if case.family.name == "unknown" and not temperatures.by_purpose(case):
        return published(case.presets, "D47", "min_p", why="What an unknown family is tried with.")
    return _of_family(case, "min_p", row="D52", otherwise="Off, and said so, against defaults.")


def penalty(name: str) -> Callable[[Case], Setting]:
    """Return the function that advises one of the penalties: off, unless the family has one."""

    def advised(case: Case) -> Setting:
        row, why = _PENALTIES[name]
        return _of_family(case, name, row=row, otherwise=why)

    return advised


def max_tokens(case: Case) -> Setting:
    """Return the longest answer: enough for the purpose, within the model's context."""
    value, row, why = _wanted_tokens(case)
    longer = int(ANSWERS_PER_LIMIT * (case.answer_tokens or 0))
    if longer > value:
        value, why = longer, f"{ANSWERS_PER_LIMIT} times the answers you expect."
    cited = [row]
    if case.context is not None and value > sampling.half_the_context(case.context):
        value = sampling.half_the_context(case.context)
        why = f"Half of the model's {case.context:,} tokens, so that a prompt fits beside it."
        cited.append("J5")
    trap = case.engine.defaults.get("max_tokens") if case.engine else None
    if trap is not None and case.engine is not None:
        why = f"{why.rstrip('.')}; left out, {case.engine.name} stops after {trap}."
    return Setting(
        value=value,
        range=(max(value // 4, 1), min(value * 2, case.context or value * 2)),
        scale="log",
        unit=unit("max_tokens"),
        basis="rule",
        confidence="low" if row == "J4" else "medium",
        why=why,
        sources=case.presets.cited(*cited),
    )


def _wanted_tokens(case: Case) -> tuple[int, str, str]:
    if case.reasons:
        return THINKING_TOKENS, "D57", "Room to think: what Qwen3 is run with where it thinks."
    if case.purpose in FIXED_FORM or case.purpose == "tools":
        value = int(case.presets.value("J4", "max_tokens"))
        return value, "J4", "A short answer; a loop then ends early."
    return (
        int(case.presets.value("D57", "max_tokens")),
        "D57",
        "Room for any answer: what Qwen3 is run with where it does not think.",
    )


def seed(case: Case) -> Setting:
    """Return what fixes chance, where an engine takes it."""
    why = "Fixes chance as far as the engine can; hosted ones promise a best effort."
    return published(case.presets, "D58", "seed", why=why)


def _of_family(case: Case, name: str, *, row: str, otherwise: str) -> Setting:
    """Return what is published on the family, or the parameter switched off."""
    figure = case.figure(name)
    if figure is None or (figure.value is None and not figure.unset):
        return _off(case, name, row=row, why=otherwise)
    why = figure.why or f"What {case.family.name} is published with."
    setting = published(case.presets, case.family.row, name, why=why)
    if name == "top_k" and setting.value == 0:
        setting = replace(setting, value=_neutral(case, name))
    return setting


def _off(case: Case, name: str, *, row: str, why: str) -> Setting:
    value = _neutral(case, name)
    if value is None:
        why = "Leave unset: the API's own choice is not published as worse than any other."
    return Setting(
        value=value,
        unit=unit(name),
        basis="rule",
        confidence="medium",
        why=why,
        sources=case.presets.cited(row),
    )


def _neutral(case: Case, name: str) -> Value:
    if case.engine is None:
        return engines.off(engines.ENGINES[0], name)
    return engines.off(case.engine, name)
