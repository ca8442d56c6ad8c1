"""Is a decision that looks like a mistake named, and a sound one left alone?"""

from collections.abc import Callable

import pytest

from tuner_engine.advice import lint
from tuner_engine.advice.lints import CODES
from tuner_engine.recipe import Recipe
from tuner_engine.workload import Workload

Advise = Callable[..., Recipe]

MISTAKES = [
    ("batch-over-tenth", {"batch_size": 256}, 2_000, "take 128 or less"),
    ("batch-over-tenth", {"batch_size": 9}, 40, "take 8 or less"),
    ("batch-far-from-advice", {"batch_size": 2048}, 20_000, "probe lr"),
    ("batch-far-from-advice", {"batch_size": 32}, 20_000, "probe lr"),
    ("warmup-over-tenth", {"warmup_share": 0.11}, 20_000, "take 0.1 or less"),
    ("epochs-without-patience", {"schedule": "cosine", "epochs": 300}, 20_000, "set a patience"),
    ("patience-never-acts", {"patience": 30, "epochs": 30}, 20_000, "lower it"),
    ("patience-cuts-schedule", {"schedule": "linear", "patience": 9}, 20_000, "constant schedule"),
    ("learning-rate-outside-range", {"learning_rate": 0.2}, 20_000, "1e-5 to 0.01"),
    ("learning-rate-outside-range", {"learning_rate": 9e-6}, 20_000, "1e-5 to 0.01"),
    ("weight-decay-outside-range", {"weight_decay": 0.1}, 20_000, "0 to 0.001"),
    ("dropout-outside-range", {"dropout": 0.8}, 20_000, "0 to 0.5"),
]
"""Code, what was chosen, training rows, and a part of what would mend it."""

SOUND = [
    ("batch-over-tenth", {"batch_size": 200}, 2_000),
    ("batch-over-tenth", {"batch_size": 8}, 40),
    ("batch-far-from-advice", {"batch_size": 1024}, 20_000),
    ("batch-far-from-advice", {"batch_size": 2048, "learning_rate": 1e-3}, 20_000),
    ("warmup-over-tenth", {"warmup_share": 0.1}, 20_000),
    ("epochs-without-patience", {"epochs": 300}, 20_000),
    ("epochs-without-patience", {"schedule": "cosine"}, 20_000),
    ("patience-never-acts", {"epochs": 3}, 20_000),
    ("patience-cuts-schedule", {"schedule": "linear", "patience": 30}, 20_000),
    ("patience-cuts-schedule", {"schedule": "reduce-on-plateau", "patience": 9}, 20_000),
    ("learning-rate-outside-range", {"learning_rate": 0.1, "optimizer": "sgd"}, 20_000),
    ("weight-decay-outside-range", {"weight_decay": 3e-5}, 20_000),
    ("dropout-outside-range", {"dropout": 0.5}, 20_000),
]
"""Code, what was chosen, and training rows for which it is no mistake."""


@pytest.mark.parametrize(("code", "chosen", "rows", "mended"), MISTAKES)
def test_mistake_is_named_with_its_fix(
    code: str, chosen: dict[str, object], rows: int, mended: str, advised: Advise
) -> None:
    """The warning has the lint's code, and says in one line what to do."""
    said = {caution.code: caution.message for caution in advised(rows, **chosen).warnings}
    assert mended in said[code]
    assert "\n" not in said[code]


@pytest.mark.parametrize(("code", "chosen", "rows"), SOUND)
def test_sound_choice_is_left_alone(
    code: str, chosen: dict[str, object], rows: int, advised: Advise
) -> None:
    """Just inside the limit there is nothing to say."""
    assert code not in {caution.code for caution in advised(rows, **chosen).warnings}


def test_every_lint_has_a_case_for_and_against() -> None:
    """No lint goes untested."""
    assert {code for code, *_ in MISTAKES} == {code for code, *_ in SOUND} == CODES


def test_recipe_edited_by_hand_can_be_judged_again(
    advised: Advise, work: Callable[..., Workload]
) -> None:
    """A patience taken away after the advice is noticed when the recipe is looked at anew."""
    recipe = advised().chosen("patience", None)
    codes = [caution.code for caution in lint(recipe.settings, work())]
    assert codes == ["epochs-without-patience"]


def test_absent_settings_are_not_judged(work: Callable[..., Workload]) -> None:
    """A recipe of another program with few settings raises nothing."""
    assert lint({}, work()) == ()
