"""At which temperature is a model sampled?

A vendor's refusal goes first, then a family that keeps its own, then what is asked for, then what
the family is usually sampled at.
"""

from msgspec.structs import replace

from tuner_engine.advice.beliefs import published, worded
from tuner_engine.advice.inference.case import EXACT, FIXED_FORM, Case
from tuner_engine.recipe import Setting

DEEPSEEK_API = {
    "code": 0.0,
    "math": 0.0,
    "data-analysis": 1.0,
    "chat": 1.3,
    "translation": 1.3,
    "creative": 1.5,
}
"""Purpose → temperature of DeepSeek's API, which rescales it. Source: row D21."""

TOOL_CALLS = {"mistral": "D35", "kimi-k2": "D40"}
"""Family → the row of its temperature where tools are called."""

TOOL_TEMPERATURE = 0.3
"""Both families' temperature of tool calls. Source: rows D35 and D40."""

THINKING_MINICPM = 0.9
"""MiniCPM's temperature where it thinks. Source: row D43."""


def temperature(case: Case) -> Setting:
    """Return what the logits are divided by."""
    figure = case.figure("temperature")
    if figure is not None and figure.unset:
        return published(case.presets, case.family.row, "temperature")
    if case.hosted_deepseek and not case.family.keeps:
        return _inside(_deepseek_api(case), case)
    if case.family.keeps:
        return _inside(_own(case, kept=True), case)
    return _inside(_for_purpose(case) or _own(case, kept=False), case)


def by_purpose(case: Case) -> bool:
    """Return whether what is asked for decides the temperature, instead of the family."""
    figure = case.figure("temperature")
    if case.family.keeps or (figure is not None and figure.unset) or case.hosted_deepseek:
        return False
    return _for_purpose(case) is not None


def _deepseek_api(case: Case) -> Setting:
    value = DEEPSEEK_API.get(case.purpose or "", 1.0)
    asked = f"for {case.purpose}" if case.purpose in DEEPSEEK_API else "by default"
    why = (
        f"What DeepSeek asks of its API {asked}; the API rescales it, so weights of your own "
        "want 0.3 where it says 1."
    )
    return replace(published(case.presets, "D21", "temperature", why=why), value=value)


def _own(case: Case, *, kept: bool) -> Setting:
    """Return the family's own temperature."""
    row = case.presets.rows[case.family.row]
    if "temperature" not in row.settings:
        row_id = "D5" if case.family.engine == "anthropic" else "D47"
        return _inside(
            published(case.presets, row_id, "temperature", why="The default of its API."), case
        )
    whose = "an unknown family" if case.family.name == "unknown" else case.family.name
    keeps = ", whatever is asked for" if kept else ""
    why = row.settings["temperature"].why or f"What {whose} is published with{keeps}."
    setting = published(case.presets, row.id, "temperature", why=why)
    if case.family.name == "minicpm" and case.reasons:
        setting = replace(setting, value=THINKING_MINICPM)
    others = (f"{row.note.rstrip('.')} ({row.id}).",) if row.note else ()
    if case.family.name == "gemini-3":
        return setting
    low, high = setting.range or _around(float(setting.value or 0))
    return replace(setting, range=(low, high), alternatives=others)


def _around(value: float) -> tuple[float, float]:
    return max(round(value - 0.3, 2), 0.0), round(value + 0.3, 2)


def _for_purpose(case: Case) -> Setting | None:
    """Return the temperature that a purpose asks for, where it asks for one."""
    purpose = case.purpose
    if case.reasons:
        return _thinking(case)
    if purpose in FIXED_FORM:
        why = f"An answer of fixed form, as {purpose} is, wants the likeliest tokens."
        return _against_own(published(case.presets, "D48", "temperature", why=why), case)
    if purpose in EXACT:
        why = f"One try at {purpose} wants a low one; for the best of many tries, 0.8."
        return _against_own(published(case.presets, "D49", "temperature", why=why), case)
    if purpose == "creative":
        readable = ", which min_p keeps readable" if case.accepts("min_p") else ""
        why = f"Invention wants variety{readable}; up to 1.5 is published."
        return _against_own(published(case.presets, "D52", "temperature", why=why), case)
    if purpose == "tools" and case.family.name in TOOL_CALLS:
        why = f"What {case.family.name} is published with where tools are called."
        setting = published(case.presets, TOOL_CALLS[case.family.name], "temperature", why=why)
        return replace(setting, value=TOOL_TEMPERATURE, range=(0.0, 0.6))
    if purpose == "chat" and case.family.name == "unknown":
        why = "Open conversation is sampled from 0.7 to 1."
        return published(case.presets, "D51", "temperature", why=why)
    return None


def _thinking(case: Case) -> Setting | None:
    if "temperature" in case.presets.rows[case.family.row].settings:
        return None if case.family.name != "unknown" else _reasoning(case)
    return _reasoning(case)


def _reasoning(case: Case) -> Setting:
    why = "Models that think are sampled from 0.6 to 1, never greedily."
    return published(case.presets, "D50", "temperature", why=why)


def _against_own(setting: Setting, case: Case) -> Setting:
    """Return a purpose's temperature with the family's own beside it."""
    own = case.figure("temperature")
    if own is None or own.value is None or case.family.name == "unknown":
        return setting
    other = f"{case.family.name} is published with {worded(own.value)} ({case.family.row})."
    return replace(
        setting,
        alternatives=(other,),
        sources=(*setting.sources, *case.presets.cited(case.family.row)),
    )


def _inside(setting: Setting, case: Case) -> Setting:
    """Return a temperature held to what the engine takes."""
    if case.engine is None or not isinstance(setting.value, float | int):
        return setting
    low, high = case.engine.accepts["temperature"]
    value = min(max(setting.value, low), high)
    if setting.range is None:
        return replace(setting, value=value)
    ends = [min(max(float(end or 0), low), high) for end in setting.range]
    searched = (min(ends), max(ends))
    return replace(setting, value=value, range=searched if searched[0] < searched[1] else None)
