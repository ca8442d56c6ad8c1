"""Does what a person's own task says stand in the recipe, and is nothing they decide ignored?"""

from typing import Any

import msgspec
import pytest

from tuner_engine.advice import advise
from tuner_engine.errors import UsageError
from tuner_engine.recipe import Recipe
from tuner_engine.specs import Choices, chosen, hyperparameters
from tuner_engine.workload import Argument, DataFacts, Declared, Profile, Workload

ARGUMENTS = (
    Argument(name="hidden", kind="whole", default=64),
    Argument(name="activation", kind="words", default="relu", options=("relu", "gelu")),
)


def profile(**said: Any) -> Profile:
    declared = Declared(**{"place": "train.py:task", "arguments": ARGUMENTS, **said})
    workload = Workload(
        family="own",
        task="own",
        train_examples=1000,
        valid_examples=200,
        test_examples=0,
        features=0,
        outputs=1,
        declared=declared,
    )
    data = DataFacts(
        source="train.py:task",
        sha256="0" * 64,
        rows=1200,
        format="task",
        target="",
        target_guessed=False,
    )
    return Profile(workload=workload, data=data)


def advised(choices: Choices = Choices(), **said: Any) -> Recipe:  # noqa: B008 - frozen
    return advise(profile(**said), choices, created="2025-01-02T03:04:05+00:00")


def test_arguments_are_settings_beside_the_others() -> None:
    """At their defaults, with their options; the training gets them by name."""
    recipe = advised()
    hidden, activation = recipe.settings["hidden"], recipe.settings["activation"]
    assert (hidden.value, hidden.basis, hidden.locked) == (64, "preset", False)
    assert "train.py:task" in hidden.why
    assert (activation.range, activation.scale) == (("relu", "gelu"), "choice")
    assert hyperparameters(recipe).arguments == {"hidden": 64, "activation": "relu"}


def test_a_chosen_argument_is_locked_in_its_type() -> None:
    """As any other decision; what advice would have been is in the reason."""
    recipe = advised(Choices(arguments={"hidden": "128"}))
    hidden = recipe.settings["hidden"]
    assert (hidden.value, hidden.basis, hidden.locked) == (128, "chosen", True)
    assert "64" in hidden.why
    assert hyperparameters(recipe).arguments["hidden"] == 128


def test_what_the_task_states_goes_before_advice_and_below_decisions() -> None:
    """Stated values are not locked, so that measuring may still improve on them."""
    said = {"learning_rate": 0.3, "batch_size": 50, "epochs": 7, "accumulation": 5}
    recipe = advised(Choices(epochs=9), **said)
    for name, value in (said | {"epochs": 9}).items():
        assert recipe.settings[name].value == value
    rate, epochs = recipe.settings["learning_rate"], recipe.settings["epochs"]
    assert (rate.basis, rate.locked, rate.sources) == ("preset", False, ("train.py:task",))
    assert (epochs.basis, epochs.locked) == ("chosen", True)
    assert not [c for c in recipe.warnings if c.code == "learning-rate-outside-range"]


def test_their_optimizer_and_schedule_are_taken() -> None:
    """With what they take care of themselves left to them, unless a named one is chosen."""
    said = {"optimizer": True, "schedule": True, "decays": False}
    recipe = advised(**said)
    values = recipe.values()
    assert (values["optimizer"], values["schedule"]) == ("own", "own")
    assert (values["gradient_clip"], values["weight_decay"]) == (None, 0.0)
    assert (values["warmup_share"], values["patience"]) == (0.0, None)
    named = advised(Choices(optimizer="adamw", schedule="cosine", weight_decay=0.1), **said)
    assert named.values()["weight_decay"] == 0.1
    assert named.values()["gradient_clip"] is not None


def test_an_argument_named_as_a_setting_is_that_setting() -> None:
    """It appears once, and its default stands like a stated value."""
    batch = Argument(name="batch_size", kind="whole", default=25)
    width = Argument(name="hidden_width", kind="whole", default=12)
    recipe = advised(arguments=(batch, width))
    assert recipe.settings["batch_size"].value == 25
    assert hyperparameters(recipe).arguments == {"batch_size": 25, "hidden_width": 12}
    assert hyperparameters(recipe).hidden_width == 12
    for choices in (Choices(batch_size=40), Choices(arguments={"batch_size": "40"})):
        found = advised(choices, arguments=(batch,))
        assert (found.settings["batch_size"].value, found.settings["batch_size"].locked) == (
            40,
            True,
        )
        assert hyperparameters(found).arguments == {"batch_size": 40}


def test_settings_of_the_engines_own_models_are_left_out() -> None:
    """What a task's model has no argument for is not in its recipe."""
    names = advised().settings.keys()
    assert not names & {"hidden_layers", "hidden_width", "precision", "augmentation"}


@pytest.mark.parametrize(
    ("choices", "said", "told"),
    [
        (Choices(model="mlp"), {}, "brings its own; leave --model out"),
        (Choices(optimizer="own"), {}, "brings none; give Task(optimizer=…)"),
        (Choices(schedule="own"), {}, "brings none; give Task(schedule=…)"),
        (Choices(dropout=0.2), {}, "give the function an argument dropout"),
        (Choices(precision="bfloat16"), {}, "give the function an argument precision"),
        (Choices(weight_decay=0.1), {"optimizer": True, "decays": False}, "takes none"),
        (Choices(warmup_share=0.1), {"schedule": True}, "followed as it is"),
        (Choices(batch_size=8), {"streamed": True, "batch_size": 16}, "have 16 examples each"),
        (Choices(arguments={"depth": 3}), {}, "has no argument 'depth'"),
        (Choices(arguments={"hidden": "wide"}), {}, "expected a whole number"),
    ],
)
def test_a_decision_without_effect_is_refused(
    choices: Choices, said: dict[str, Any], told: str
) -> None:
    """With what would give it one."""
    with pytest.raises(UsageError) as caught:
        advised(choices, **said)
    assert told in str(caught.value)


def test_advice_on_advice_is_the_same() -> None:
    """What was decided in a recipe, decided again, gives the same recipe."""
    first = advised(Choices(arguments={"hidden": 128}, epochs=3), batch_size=50)
    values = {name: setting.value for name, setting in first.settings.items() if setting.locked}
    again = advised(chosen(values, first.workload), batch_size=50)
    assert msgspec.structs.replace(again, warnings=()) == msgspec.structs.replace(
        first, warnings=()
    )
