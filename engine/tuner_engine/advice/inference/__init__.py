"""How is a pretrained model sampled, by engine, by family and by what it is asked for?

Invariant: a parameter that the engine or the vendor refuses is left unset, with the reason.
"""

from collections.abc import Callable, Mapping

from tuner_engine.advice.beliefs import decided
from tuner_engine.advice.inference import temperatures, truncation
from tuner_engine.advice.inference.case import Case
from tuner_engine.advice.presets import load
from tuner_engine.recipe import Setting, Value
from tuner_engine.settings import unit
from tuner_engine.workload import Workload

_ADVICE: dict[str, Callable[[Case], Setting]] = {
    "seed": truncation.seed,
    "temperature": temperatures.temperature,
    "top_p": truncation.top_p,
    "top_k": truncation.top_k,
    "min_p": truncation.min_p,
    "frequency_penalty": truncation.penalty("frequency_penalty"),
    "presence_penalty": truncation.penalty("presence_penalty"),
    "repetition_penalty": truncation.penalty("repetition_penalty"),
    "max_tokens": truncation.max_tokens,
}
"""Setting → the function that advises it, in the order of a recipe."""


def settings(workload: Workload, decisions: Mapping[str, Value]) -> dict[str, Setting]:
    """Return every parameter of sampling, decided or advised, in the order of a recipe.

    Args:
        workload: Which model is sampled, by what and for what; its regime is `inference`.
        decisions: Setting → what a person decided.
    """
    case = Case(workload=workload, decisions=decisions, presets=load("inference"))
    advised = {name: _advised(name, advise, case) for name, advise in _ADVICE.items()}
    return {name: decided(found, decisions.get(name)) for name, found in advised.items()}


def _advised(name: str, advise: Callable[[Case], Setting], case: Case) -> Setting:
    if case.accepts(name):
        return advise(case)
    engine = case.engine.name if case.engine else "the engine"
    return Setting(
        value=None,
        unit=unit(name),
        basis="rule",
        confidence="high",
        why=f"Leave unset: {engine} has no such parameter.",
        sources=case.presets.cited(*(case.engine.rows if case.engine else ("D47",))),
    )
