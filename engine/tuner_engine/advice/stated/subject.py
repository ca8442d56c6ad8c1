"""Which model do stated facts mean, where does it start, and what is it for?"""

from typing import get_args

from tuner_engine.advice import catalogue, quantities
from tuner_engine.advice.catalogue import BaseModel
from tuner_engine.advice.stated.facts import Stated, Subject
from tuner_engine.errors import UsageError
from tuner_engine.printable import printable
from tuner_engine.workload import Family, Purpose, Regime, Serving, TaskKind

_RUNNABLE: dict[str, Family] = {
    "mlp": "tabular",
    "tabular": "tabular",
    "ft": "tabular",
    "cnn": "image",
    "resnet": "image",
    "vit": "image",
    "text": "text",
    "decoder": "language",
}
"""First word of a model that is trained here → what it reads."""


def serves(facts: Stated, about: Subject) -> bool:
    """Return whether what was stated is about sampling."""
    purposes = set(get_args(Purpose)) - {"classification"}
    return facts.engine is not None or facts.reasoning is not None or about.task in purposes


def regime(facts: Stated, about: Subject) -> Regime:
    """Return where training starts and what it changes."""
    if facts.regime is not None:
        return facts.regime
    if serves(facts, about):
        return "inference"
    if about.model is None or about.runnable:
        return "scratch"
    known = catalogue.model(about.model)
    return "lora" if known is None or known.family == "language" else "full"


def base(facts: Stated, about: Subject, *, regime: Regime) -> tuple[BaseModel | None, bool]:
    """Return the shape of the model, and whether its size is read from its name only.

    Raises:
        UsageError: A pretrained model is needed, and neither its name nor its size is known.
    """
    family = facts.family or "language"
    stated = quantities.count(facts.params, option="--params") if facts.params else None
    name = about.model or ""
    if regime == "scratch":
        shape = catalogue.shape_of(stated, name="", family=family) if stated else None
        return shape, False
    known = catalogue.model(name) if name else None
    if known is not None and stated in {None, known.parameters}:
        return known, False
    if stated is not None:
        return catalogue.shape_of(stated, name=name, family=family), False
    if regime == "inference":
        return None, False
    if not name:
        raise UsageError(
            f"--regime {regime} tunes a pretrained model; name it with --model, or say --params"
        )
    size = catalogue.parameters_in(name)
    if size is None:
        near = ", ".join(catalogue.near(name, of=catalogue.models()))
        raise UsageError(
            f"--model {printable(name)} is not known; say its size with --params"
            + (f", or take one such as {near}" if near else "")
        )
    return catalogue.shape_of(size, name=name, family=family), True


def family(facts: Stated, about: Subject, *, base: BaseModel | None, regime: Regime) -> Family:
    """Return what the model reads.

    Raises:
        UsageError: Nothing that was stated says so.
    """
    if facts.family is not None:
        return facts.family
    if base is not None and regime != "scratch":
        return base.family
    if about.runnable and about.model is not None:
        return _RUNNABLE.get(about.model.split("-")[0], "own")
    if facts.image_size is not None:
        return "image"
    if facts.features is not None:
        return "tabular"
    if facts.avg_tokens is not None and facts.classes is not None:
        return "text"
    if facts.tokens is not None or facts.params is not None or facts.avg_tokens is not None:
        return "language"
    if regime == "inference":
        return "language"
    raise UsageError(
        "nothing says what is trained: give DATA, or --family tabular, image, text or language, "
        "or name a --model"
    )


def task(facts: Stated, about: Subject, *, family: Family, regime: Regime) -> TaskKind:
    """Return what is learnt."""
    if about.task in get_args(TaskKind):
        found: TaskKind = next(kind for kind in get_args(TaskKind) if kind == about.task)
        return found
    if family != "language":
        return "own" if family == "own" else "classification"
    plain = facts.tokens is not None and facts.examples is None and facts.avg_tokens is None
    return "language-modelling" if regime == "scratch" or plain else "instruction"


def serving(facts: Stated, about: Subject) -> Serving:
    """Return how the model is sampled."""
    purpose = next((each for each in get_args(Purpose) if each == about.task), None)
    return Serving(engine=facts.engine, purpose=purpose, reasoning=facts.reasoning)
