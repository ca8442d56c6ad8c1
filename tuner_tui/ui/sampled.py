"""How is a pretrained model sampled, if it is this one, by that program, for such answers?

Plain functions, without Textual. Invariant: what a person decided about a parameter survives
another model, engine or purpose; whether it still makes sense is for the lints to say.
"""

from dataclasses import dataclass, replace
from typing import get_args

from tuner_engine.errors import UsageError
from tuner_engine.printable import printable
from tuner_engine.recipe import Recipe
from tuner_engine.workload import Profile, Purpose, Workload

MODELS = (
    "llama-3.1-8b",
    "llama-4-scout",
    "qwen2.5-7b",
    "qwen3-8b",
    "qwen3-4b-instruct-2507",
    "qwen3.5-9b",
    "qwq-32b",
    "gemma-3-12b",
    "mistral-7b",
    "mistral-nemo",
    "mistral-small",
    "magistral-small",
    "phi-3-mini",
    "phi-4",
    "deepseek-v3",
    "deepseek-v4",
    "deepseek-r1",
    "kimi-k2",
    "glm-4.5",
    "minicpm-2b",
    "lfm2-1.2b",
    "granite-4-small",
    "gpt-2",
    "gpt-oss-20b",
    "gpt-4o",
    "gpt-5",
    "claude-sonnet-4",
    "claude-sonnet-4-5",
    "claude-opus-4-7",
    "gemini-2.5-pro",
    "gemini-3-pro",
)
"""One name of every family of models whose sampling is published, to step through."""

PURPOSES: tuple[Purpose, ...] = get_args(Purpose)

ANY = "any"
"""How a fact is shown and typed that is left open."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is sampled, as far as a person says so.

    Attributes:
        model: Its name, as people write it.
        engine: The program or API that samples it.
        purpose: What it is asked for.
        reasoning: Whether it thinks before it answers, where that can be chosen.
    """

    model: str | None = None
    engine: str | None = None
    purpose: Purpose | None = None
    reasoning: bool | None = None


FACTS = ("model", "engine", "purpose", "reasoning")
"""Names of the facts, in the order in which they are listed."""


def first(training: Recipe | None) -> Recipe:
    """Return the recipe that sampling begins with: of the model that is tuned, if one is."""
    tuned = training.workload.base_model if training is not None else None
    return _advised(Asked(model=tuned))


def asked(recipe: Recipe) -> Asked:
    """Return what a recipe of sampling is for."""
    serving = recipe.workload.serving
    return Asked(
        model=recipe.workload.base_model,
        engine=serving.engine if serving else None,
        purpose=serving.purpose if serving else None,
        reasoning=serving.reasoning if serving else None,
    )


def instead(recipe: Recipe, it: Asked) -> Recipe:
    """Return a recipe of sampling for something else, with the same decisions."""
    from tuner_tui.ui import deciding

    return deciding.advised(recipe, workload=_workload(it))


def stated(it: Asked, name: str, text: str) -> Asked:
    """Return what is asked with one fact as a person typed it.

    Raises:
        UsageError: There is no such engine or purpose.
    """
    word = text.strip()
    if word.lower() in {"", ANY, "none"}:
        return replace(it, **{name: None})
    match name:
        case "model":
            return replace(it, model=printable(word))
        case "engine":
            return replace(it, engine=_engine(word))
        case "purpose":
            return replace(it, purpose=_purpose(word))
        case _:
            return replace(it, reasoning=_yes(word))


def turned(it: Asked, name: str, *, by: int) -> Asked:
    """Return what is asked with the next or the previous value of one fact."""
    listed = (None, *known(name))
    now = said(it, name)
    place = listed.index(now) if now in listed else 0
    return stated(it, name, listed[(place + by) % len(listed)] or "")


def said(it: Asked, name: str) -> str | None:
    """Return one fact as it could be typed; none where it is left open."""
    if name == "reasoning":
        return None if it.reasoning is None else ("yes" if it.reasoning else "no")
    values = {"model": it.model, "engine": it.engine, "purpose": it.purpose}
    return values[name]


def known(name: str) -> tuple[str, ...]:
    """Return the values of a fact that can be stepped through."""
    from tuner_engine.advice.inference.engines import ENGINES

    match name:
        case "model":
            return MODELS
        case "engine":
            return tuple(engine.name for engine in ENGINES)
        case "purpose":
            return PURPOSES
        case _:
            return ("yes", "no")


def note(it: Asked, name: str) -> str:
    """Return what a fact means for the advice, in a few words."""
    from tuner_engine.advice.inference import engines, families

    family = families.of(it.model, reasoning=it.reasoning)
    match name:
        case "model":
            return "no family that is known" if family is families.UNKNOWN else _of(family.name)
        case "engine":
            named = it.engine or family.engine
            engine = engines.named(named) if named else None
            if engine is None:
                return "takes every parameter, as nothing else is said"
            only = "" if it.engine else f"{engine.name} alone runs it; "
            return f"{only}takes {len(engine.accepts)} of 9 parameters"
        case "purpose":
            return "" if it.purpose else "answers of any kind"
        case _:
            if it.reasoning is None:
                return "as the model usually does: " + ("yes" if family.reasons else "no")
            return ""


def _of(family: str) -> str:
    return f"sampled like {family}"


def _advised(it: Asked) -> Recipe:
    from tuner_engine.advice import advise
    from tuner_engine.specs import Choices

    return advise(Profile(workload=_workload(it), data=None), Choices(), created=_now())


def _now() -> str:
    from datetime import UTC, datetime

    return datetime.now(UTC).isoformat(timespec="seconds")


def _workload(it: Asked) -> Workload:
    from tuner_engine.advice.stated import Stated, Subject, workload

    facts = Stated(regime="inference", engine=it.engine, reasoning=it.reasoning)
    return workload(facts, Subject(model=it.model, task=it.purpose))


def _engine(word: str) -> str:
    from tuner_engine.advice.inference import engines

    engine = engines.named(word)
    if engine is None:
        listed = ", ".join(known("engine"))
        raise UsageError(f"engine {printable(word)} is not known; take {listed}, or any")
    return engine.name


def _purpose(word: str) -> Purpose:
    found: Purpose | None = next((each for each in PURPOSES if each == word.lower()), None)
    if found is None:
        raise UsageError(f"purpose {printable(word)} is not known; take {', '.join(PURPOSES)}")
    return found


def _yes(word: str) -> bool:
    words = {"yes": True, "true": True, "on": True, "no": False, "false": False, "off": False}
    if word.lower() not in words:
        raise UsageError(f"reasoning {printable(word)}: expected yes, no or any")
    return words[word.lower()]
