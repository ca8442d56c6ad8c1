"""What does learning from preferences or rewards need beside the rest?"""

from msgspec.structs import replace

from tuner_engine.advice.beliefs import published
from tuner_engine.advice.finetune.case import Case
from tuner_engine.recipe import Setting


def preference_beta(case: Case) -> Setting:
    """Return how strongly training holds on to the reference model."""
    row = "B58" if case.workload.regime == "kto" else "B55"
    setting = published(case.presets, row, "preference_beta")
    return replace(setting, range=(0.01, 0.5), scale="log")


def kl_coefficient(case: Case) -> Setting:
    """Return the weight of the distance to the reference model."""
    return replace(published(case.presets, "B59", "kl_coefficient"), range=(0.0, 0.1))


def group_size(case: Case) -> Setting:
    """Return the completions sampled for each prompt."""
    return published(case.presets, "B59", "group_size")


def temperature(case: Case) -> Setting:
    """Return the temperature that completions are sampled at."""
    return replace(published(case.presets, "B59", "temperature"), range=(0.7, 1.2))
