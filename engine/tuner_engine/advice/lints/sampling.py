"""Which parameters of sampling look like a mistake?"""

from tuner_engine.advice.beliefs import worded
from tuner_engine.advice.inference import engines, families
from tuner_engine.advice.inference.engines import Engine
from tuner_engine.advice.inference.families import Family
from tuner_engine.advice.lints.finding import (
    SAMPLED,
    Finding,
    Judge,
    Settings,
    chosen,
    number,
    value,
)
from tuner_engine.advice.presets import load
from tuner_engine.printable import printable
from tuner_engine.recipe import Value
from tuner_engine.workload import Serving, Workload

HOT_FOR_CODE, COLD_FOR_STORIES = 0.8, 0.5
"""Temperatures above which right-or-wrong answers suffer, and below which stories do. Source: rows
D49 and D52; the second is a house choice."""

HIGHEST_TEMPERATURE = 1.5
"""The most that is published for anything, with min_p to keep it readable. Source: row D52."""

HIGHEST_PENALTY = 1.2
"""Repetition penalty that CTRL takes, with greedy decoding. Source: row D54."""

HIGHEST_MIN_P = 0.2
"""Source: row D52."""

SHORTEST_LIMIT = 64
"""Tokens below which an answer is cut for sure; vLLM stops after 16, transformers after 20. House
choice."""

ANSWERS = 2
"""Mean answers that a limit has to hold, at least. House choice."""

EXACT = frozenset({"code", "math", "extraction", "classification"})
"""Purposes whose answers are right or wrong."""


def _serving(workload: Workload) -> Serving | None:
    """Return how a model is sampled; none where nothing is sampled."""
    return (workload.serving or Serving()) if workload.regime == "inference" else None


def _family(workload: Workload) -> Family:
    reasoning = workload.serving.reasoning if workload.serving else None
    return families.of(workload.base_model, reasoning=reasoning)


def _engine(workload: Workload) -> Engine | None:
    named = (workload.serving.engine if workload.serving else None) or _family(workload).engine
    return engines.named(named) if named else None


def _own(workload: Workload, name: str) -> Value:
    """Return what is published on the model's family."""
    figure = load("inference").rows[_family(workload).row].settings.get(name)
    return figure.value if figure else None


def temperature_and_top_p(settings: Settings, workload: Workload) -> Finding | None:
    """Say that two ways of the same kind were changed at once."""
    temperature, top_p = chosen(settings, "temperature"), chosen(settings, "top_p")
    if _serving(workload) is None or temperature is None or top_p is None:
        return None
    own = (_own(workload, "temperature"), _own(workload, "top_p"))
    if temperature in {1.0, own[0]} or top_p in {1.0, own[1]} or temperature == 0:
        return None
    message = (
        f"temperature {worded(temperature)} and top_p {worded(top_p)} were changed together, so "
        "that nobody can tell which one acts; take top_p 1"
    )
    return Finding(message=message, fix=("top_p", 1.0))


def greedy_forbidden(settings: Settings, workload: Workload) -> Finding | None:
    """Say that a model loops when it takes the likeliest token."""
    family = _family(workload)
    if _serving(workload) is None or family.greedy or number(settings, "temperature") != 0:
        return None
    usual = _own(workload, "temperature")
    message = f"temperature 0 makes {family.name} repeat itself without end; take {worded(usual)}"
    return Finding(message=message, fix=("temperature", usual))


def temperature_lowered(settings: Settings, workload: Workload) -> Finding | None:
    """Say that Gemini 3 wants its temperature kept."""
    temperature = number(settings, "temperature")
    if _serving(workload) is None or _family(workload).name != "gemini-3":
        return None
    if not temperature or temperature >= 1:
        return None
    message = (
        f"temperature {worded(temperature)} makes Gemini 3 loop and calculate worse; take 1, or "
        "leave it unset"
    )
    return Finding(message=message, fix=("temperature", 1.0))


def hot_for_exact_answers(settings: Settings, workload: Workload) -> Finding | None:
    """Say that settings for stories were taken for answers that are right or wrong."""
    serving, temperature = _serving(workload), chosen(settings, "temperature")
    if serving is None or temperature is None or serving.purpose not in EXACT:
        return None
    if temperature <= HOT_FOR_CODE or _family(workload).keeps or _rescaled(workload):
        return None
    message = (
        f"temperature {worded(temperature)} is for stories, and {serving.purpose} has right and "
        "wrong answers; take 0.2"
    )
    return Finding(message=message, fix=("temperature", 0.2))


def cold_for_stories(settings: Settings, workload: Workload) -> Finding | None:
    """Say that settings for code were taken for stories."""
    serving, temperature = _serving(workload), chosen(settings, "temperature")
    if serving is None or temperature is None or serving.purpose != "creative":
        return None
    if temperature >= COLD_FOR_STORIES or _family(workload).keeps:
        return None
    message = (
        f"temperature {worded(temperature)} is for code, and stories want variety; take 1 with "
        "min_p 0.05"
    )
    return Finding(message=message, fix=("temperature", 1.0))


def api_temperature_on_weights(settings: Settings, workload: Workload) -> Finding | None:
    """Say that a temperature of DeepSeek's API was given to its weights."""
    temperature = chosen(settings, "temperature")
    local = _family(workload).name == "deepseek-v3" and not _rescaled(workload)
    if _serving(workload) is None or temperature is None or not local or temperature < 1:
        return None
    if workload.serving is None or workload.serving.engine is None:
        return None
    message = (
        f"temperature {worded(temperature)} belongs to DeepSeek's API, which rescales it; its "
        "weights want 0.3"
    )
    return Finding(message=message, fix=("temperature", 0.3))


def _rescaled(workload: Workload) -> bool:
    engine = _engine(workload)
    return engine is not None and engine.name == "deepseek"


def penalties_stacked(settings: Settings, workload: Workload) -> Finding | None:
    """Say that two penalties punish the same words."""
    repetition = chosen(settings, "repetition_penalty")
    presence = chosen(settings, "presence_penalty") or chosen(settings, "frequency_penalty")
    if _serving(workload) is None or not presence or repetition in {None, 1.0}:
        return None
    message = (
        f"repetition_penalty {worded(repetition)} on top of a presence or frequency penalty "
        "punishes the same words twice; take repetition_penalty 1"
    )
    return Finding(message=message, fix=("repetition_penalty", 1.0))


def repetition_penalty_high(settings: Settings, workload: Workload) -> Finding | None:
    """Say that a penalty breaks names, code and grammar."""
    penalty = number(settings, "repetition_penalty")
    if penalty is None or penalty <= HIGHEST_PENALTY:
        return None
    message = (
        f"repetition_penalty {worded(penalty)} breaks names, code and grammar; take 1, or 1.1 if "
        "the model loops"
    )
    return Finding(message=message, fix=("repetition_penalty", 1.0))


def min_p_high(settings: Settings, workload: Workload) -> Finding | None:
    """Say that hardly any token is left to choose from."""
    min_p = number(settings, "min_p")
    if min_p is None or min_p <= HIGHEST_MIN_P:
        return None
    message = (
        f"min_p {worded(min_p)} leaves hardly a token to choose from; take 0.1, or "
        f"{HIGHEST_MIN_P:g} at most"
    )
    return Finding(message=message, fix=("min_p", 0.1))


def answers_cut(settings: Settings, workload: Workload) -> Finding | None:
    """Say that answers end before they are finished."""
    limit, tokens = number(settings, "max_tokens"), workload.tokens
    if _serving(workload) is None or limit is None or limit < 0:
        return None
    stated = tokens is not None and "mean_length" not in workload.assumed
    expected = tokens.mean_length if tokens is not None and stated else 0.0
    if limit >= max(ANSWERS * expected, SHORTEST_LIMIT):
        return None
    wanted = max(round(4 * expected), 1024)
    length = f"answers of {expected:,.0f} tokens" if expected else "any answer"
    message = f"max_tokens {limit:,.0f} cuts {length} short; take {wanted:,}"
    return Finding(message=message, fix=("max_tokens", wanted))


def limit_left_to_engine(settings: Settings, workload: Workload) -> Finding | None:
    """Say that an engine's own limit is a trap."""
    engine = _engine(workload)
    if _serving(workload) is None or engine is None or "max_tokens" not in settings:
        return None
    trap = engine.defaults.get("max_tokens")
    if trap is None or value(settings, "max_tokens") is not None:
        return None
    message = f"max_tokens is unset, and {engine.name} then stops after {trap}; take 1024 or more"
    return Finding(message=message, fix=("max_tokens", 1024))


def either_refused(settings: Settings, workload: Workload) -> Finding | None:
    """Say that a model takes one of two parameters."""
    both = number(settings, "temperature") is not None and number(settings, "top_p") is not None
    if _serving(workload) is None or _family(workload).name != "claude-either" or not both:
        return None
    message = "temperature and top_p together are refused by this model; leave top_p unset"
    return Finding(message=message, fix=("top_p", None))


def refused(name: str) -> Judge:
    """Return the lint that says when an engine or a vendor refuses a parameter."""

    def judge(settings: Settings, workload: Workload) -> Finding | None:
        if _serving(workload) is None or value(settings, name) is None:
            return None
        engine, family = _engine(workload), _family(workload)
        figure = load("inference").rows[family.row].settings.get(name)
        if family.name != "claude-either" and figure is not None and figure.unset:
            who = f"{workload.base_model} refuses"
        elif engine is not None and name not in engine.accepts:
            who = f"{engine.name} does not know"
        else:
            return None
        message = f"{name} {worded(value(settings, name))} is what {who}; leave it unset"
        return Finding(message=message, fix=(name, None))

    return judge


def temperature_high(settings: Settings, workload: Workload) -> Finding | None:
    """Say that what is written will hardly be read."""
    temperature = number(settings, "temperature")
    if _serving(workload) is None or temperature is None or temperature <= HIGHEST_TEMPERATURE:
        return None
    own = _own(workload, "temperature")
    mended = own if isinstance(own, float | int) and not isinstance(own, bool) else 1.0
    message = (
        f"temperature {worded(temperature)} is above {HIGHEST_TEMPERATURE}, the most that is "
        f"published for any purpose, and that with min_p 0.1; take {worded(mended)}"
    )
    return Finding(message=message, fix=("temperature", float(mended)))


def engine_unknown(settings: Settings, workload: Workload) -> Finding | None:
    """Say that nobody knows here what the engine takes."""
    del settings
    serving = _serving(workload)
    if serving is None or serving.engine is None or engines.named(serving.engine) is not None:
        return None
    known = ", ".join(engine.name for engine in engines.ENGINES)
    message = (
        f"engine {printable(serving.engine)} is not known, so that nothing is left out that it may "
        f"refuse; take one of {known} if it behaves alike"
    )
    return Finding(message=message)


def beyond_engine(settings: Settings, workload: Workload) -> Finding | None:
    """Say that a temperature is beyond what the engine takes."""
    engine, temperature = _engine(workload), number(settings, "temperature")
    if _serving(workload) is None or engine is None or temperature is None:
        return None
    low, high = engine.accepts.get("temperature", (0.0, 2.0))
    if low <= temperature <= high:
        return None
    message = (
        f"temperature {worded(temperature)} is more than {engine.name} takes; take {high:g} or less"
    )
    return Finding(message=message, fix=("temperature", high))


def rollouts_cold(settings: Settings, workload: Workload) -> Finding | None:
    """Say that completions are too much alike to learn from."""
    temperature = number(settings, "temperature")
    if workload.regime != "grpo" or temperature is None or temperature >= 0.7:
        return None
    message = (
        f"temperature {worded(temperature)} makes completions of a prompt alike, so that their "
        "rewards teach nothing; take 1"
    )
    return Finding(message=message, fix=("temperature", 1.0))


LINTS: dict[str, Judge] = {
    "temperature-and-top-p": temperature_and_top_p,
    "greedy-forbidden": greedy_forbidden,
    "temperature-lowered": temperature_lowered,
    "hot-for-exact-answers": hot_for_exact_answers,
    "cold-for-stories": cold_for_stories,
    "api-temperature-on-weights": api_temperature_on_weights,
    "penalties-stacked": penalties_stacked,
    "repetition-penalty-high": repetition_penalty_high,
    "min-p-high": min_p_high,
    "answers-cut": answers_cut,
    "limit-left-to-engine": limit_left_to_engine,
    "either-refused": either_refused,
    "temperature-high": temperature_high,
    "engine-unknown": engine_unknown,
    "beyond-engine": beyond_engine,
    "rollouts-cold": rollouts_cold,
    **{f"{name.replace('_', '-')}-refused": refused(name) for name in SAMPLED},
}
"""Code → the function that judges."""
