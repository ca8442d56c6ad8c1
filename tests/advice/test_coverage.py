"""Does a recipe hold every setting that its way of training has, each with all that is told?"""

import pytest

from tuner_engine.advice import advise, stated
from tuner_engine.advice.memory import billions
from tuner_engine.advice.stated import Stated, Subject
from tuner_engine.errors import UsageError
from tuner_engine.recipe import Recipe
from tuner_engine.settings import SETTINGS, ordered
from tuner_engine.specs import Choices
from tuner_engine.workload import Profile, Regime

EVERY = {
    *("learning_rate", "batch_size", "accumulation", "epochs", "optimizer", "weight_decay"),
    *("warmup_share", "schedule", "min_learning_rate_share", "gradient_clip", "dropout"),
    *("label_smoothing", "precision", "rematerialize", "seed", "patience"),
}
"""Of every training whose schedule falls."""

WITH_ADAM = {"beta1", "beta2", "epsilon"}
SHAPE = {"hidden_layers", "hidden_width"}
ADAPTERS = {"lora_rank", "lora_alpha", "lora_dropout", "lora_targets", "quantization"}
WRITTEN = {"sequence_length", "packing"}

TRAININGS: dict[str, tuple[dict[str, object], str | None, Regime, set[str]]] = {
    "table": ({"family": "tabular", "examples": "12k", "classes": 3}, None, "scratch", SHAPE),
    "resnet": ({"family": "tabular", "examples": "12k"}, "tabular-resnet", "scratch", SHAPE),
    "images": (
        {"examples": "12k", "image_size": "32x32x3"},
        None,
        "scratch",
        SHAPE,
    ),
    "vit": (
        {"examples": "1M", "image_size": "64x64"},
        "vit-small",
        "scratch",
        {*SHAPE, "drop_path"},
    ),
    "texts": ({"family": "text", "examples": "9k", "avg_tokens": 50.0}, None, "scratch", SHAPE),
    "corpus": ({"family": "language", "tokens": "30M"}, None, "scratch", SHAPE),
    "pretraining": (
        {"family": "language", "tokens": "2T", "params": "100B"},
        None,
        "scratch",
        {*SHAPE, "sequence_length"},
    ),
    "encoder": (
        {"examples": "5k", "avg_tokens": 80.0, "classes": 2},
        "bert-base",
        "full",
        {"sequence_length"},
    ),
    "vision": ({"examples": "5k", "classes": 10}, "convnext-base", "full", {"drop_path"}),
    **{
        regime: (
            {"examples": "12k", "avg_tokens": 300.0, "gpu_memory": "80GB"},
            "llama-3-8b",
            regime,
            {*WRITTEN, *more},
        )
        for regime, more in {
            "full": set[str](),
            "lora": ADAPTERS,
            "qlora": ADAPTERS,
            "dpo": {*ADAPTERS, "preference_beta"},
            "kto": {*ADAPTERS, "preference_beta"},
            "grpo": {*ADAPTERS, "kl_coefficient", "group_size", "temperature"},
            "reward": ADAPTERS,
        }.items()
    },
}
"""Way of training → what is stated, the model, the regime, and its own settings."""

COMPUTED = {"model", "seed", "accumulation", "micro_batch_size", "lora_alpha", "augmentation"}
"""Settings that nobody searches: they are given, follow from others, or mean nothing alone."""


def recipe(name: str, **chosen: str) -> Recipe:
    facts, model, regime, _ = TRAININGS[name]
    workload = stated.workload(Stated(**facts, regime=regime), Subject(model=model))  # type: ignore[arg-type]  # known names
    choices = Choices(model=model if regime == "scratch" else None, **chosen)  # type: ignore[arg-type]  # known names
    return advise(Profile(workload=workload, data=None), choices, created="now")


@pytest.mark.parametrize("name", TRAININGS)
def test_every_setting_of_the_way_of_training_is_there(name: str) -> None:
    """With Adam its betas and epsilon, with SGD its momentum, and in the order of a recipe."""
    *_, more = TRAININGS[name]
    adam = recipe(name, schedule="cosine", optimizer="adamw").settings
    sgd = recipe(name, schedule="cosine", optimizer="sgd").settings
    assert (EVERY | WITH_ADAM | more) - adam.keys() == set()
    assert (EVERY | {"momentum"} | more) - sgd.keys() == set()
    assert list(adam) == ordered(adam)


@pytest.mark.parametrize("name", TRAININGS)
def test_every_setting_tells_all_that_there_is_to_tell(name: str) -> None:
    """A value or why there is none, a range to search, how sure, why, and from where."""
    for setting_name, setting in recipe(name, schedule="cosine").settings.items():
        assert setting.why, setting_name
        assert setting.confidence, setting_name
        assert setting.changes or setting_name == "model", setting_name
        assert setting.sources or setting_name == "model" or setting.locked, setting_name
        assert setting.unit == SETTINGS[setting_name].unit, setting_name
        unset = setting.value is None or setting.locked or "stated" in setting.why
        still = setting_name in COMPUTED or setting.value == 0
        assert setting.range is not None or unset or still, setting_name


@pytest.mark.parametrize("parameters", [1e6, 3e7, 1e9, 7e9, 1e11])
def test_language_models_of_any_size_are_advised(parameters: float) -> None:
    """From a million to a hundred billion parameters, at twenty tokens each."""
    facts = Stated(family="language", tokens=f"{20 * parameters:.0f}", params=f"{parameters:.0f}")
    workload = stated.workload(facts, Subject())
    made = advise(Profile(workload=workload, data=None), Choices(), created="now")
    low, high = made.settings["learning_rate"].range or (0, 0)
    assert 1e-5 < float(low or 0) < float(high or 0) < 2e-2, billions(int(parameters))


@pytest.mark.parametrize(
    ("chosen", "said"),
    [
        ({"optimizer": "sgd", "beta1": 0.9}, "sgd has no beta1"),
        ({"optimizer": "lion", "epsilon": 1e-6}, "lion has no epsilon"),
        ({"momentum": 0.8}, "adamw has no momentum"),
        ({"schedule": "constant", "min_learning_rate_share": 0.1}, "does not fall"),
    ],
)
def test_what_could_have_no_effect_is_refused(chosen: dict[str, object], said: str) -> None:
    """A decision on what the optimizer or the schedule does not have is a mistake."""
    with pytest.raises(UsageError, match=said):
        recipe("table", **chosen)  # type: ignore[arg-type]  # known names
