"""Do facts and decisions become a recipe that a training can follow and a person can trace?"""

import dataclasses
import re
import subprocess
import sys
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuner_engine.advice import advise
from tuner_engine.errors import UsageError
from tuner_engine.recipe import Recipe
from tuner_engine.settings import ordered
from tuner_engine.specs import Choices, hyperparameters
from tuner_engine.workload import Caution, Profile

Advise = Callable[..., Recipe]

ROWS = st.integers(min_value=1, max_value=10**7)
TASKS = st.sampled_from(["classification", "regression"])

CHOSEN = st.fixed_dictionaries(
    {},
    optional={
        "hidden_layers": st.integers(1, 20),
        "hidden_width": st.integers(1, 4096),
        "optimizer": st.sampled_from(["sgd", "adam", "adamw", "lion", "muon"]),
        "schedule": st.sampled_from(["constant", "cosine", "one-cycle", "reduce-on-plateau"]),
        "learning_rate": st.floats(1e-9, 1e3),
        "warmup_share": st.floats(0, 0.99),
        "epochs": st.integers(1, 10_000),
        "patience": st.integers(1, 500),
        "weight_decay": st.floats(0, 10),
        "dropout": st.floats(0, 0.99),
        "gradient_clip": st.floats(1e-3, 100),
    },
)
"""Any decisions that every table allows."""


@given(rows=ROWS, task=TASKS, chosen=CHOSEN, batch_share=st.none() | st.floats(0, 1))
def test_every_recipe_can_be_trained(
    rows: int,
    task: str,
    chosen: dict[str, object],
    batch_share: float | None,
    advised: Advise,
) -> None:
    """Any table with any decisions gets a recipe whose every value a training accepts."""
    if batch_share is not None:
        chosen = {**chosen, "batch_size": max(int(batch_share * rows), 1)}
    recipe = advised(rows, task, **chosen)
    stated = dataclasses.asdict(hyperparameters(recipe))
    assert list(recipe.settings) == ordered(recipe.settings)
    assert {name: stated[name] for name in chosen} == chosen


@given(rows=ROWS, task=TASKS, chosen=CHOSEN)
def test_every_setting_says_why_and_where_from(
    rows: int, task: str, chosen: dict[str, object], advised: Advise
) -> None:
    """Each setting has one sentence as its reason, and sources that name row and status."""
    for name, setting in advised(rows, task, **chosen).settings.items():
        assert re.fullmatch(r"[A-Z].*[^.]\.", setting.why), name
        assert setting.sources, name
        assert all(re.search(r" \(\w\d+(, [\w-]+)*\)$", source) for source in setting.sources)


@given(rows=ROWS, task=TASKS)
def test_undisturbed_advice_raises_no_warning(rows: int, task: str, advised: Advise) -> None:
    """The advice itself holds to what its lints ask of people."""
    assert advised(rows, task).warnings == ()


@given(rows=ROWS, task=TASKS, chosen=CHOSEN)
def test_advised_number_lies_in_its_range(
    rows: int, task: str, chosen: dict[str, object], advised: Advise
) -> None:
    """A range worth searching holds the value that was advised, from lowest to highest."""
    for name, setting in advised(rows, task, **chosen).settings.items():
        if name in chosen or setting.value is None or setting.range is None:
            continue
        assert setting.value in setting.range or setting.scale != "choice"
        if setting.scale != "choice":
            low, high = setting.range
            assert low <= setting.value <= high, name


@given(rows=ROWS, task=TASKS)
def test_deciding_what_was_advised_changes_no_value(rows: int, task: str, advised: Advise) -> None:
    """A person who agrees with everything gets the same training, locked."""
    before = advised(rows, task)
    values = {name: value for name, value in before.values().items() if name != "seed"}
    stated = {name: value for name, value in values.items() if value is not None}
    after = advised(rows, task, **stated)
    assert after.values() == before.values()
    assert all(after.settings[name].locked for name in stated)


def test_example_of_a_small_classification(advised: Advise) -> None:
    """1,258 rows get the plain MLP's published training, in small batches."""
    assert advised(1_258).values() == {
        "model": "mlp",
        "hidden_layers": 2,
        "hidden_width": 128,
        "optimizer": "adamw",
        "schedule": "constant",
        "learning_rate": 1e-3,
        "warmup_share": 0.0,
        "batch_size": 64,
        "epochs": 256,
        "patience": 16,
        "weight_decay": 0.0,
        "dropout": 0.15,
        "label_smoothing": 0.02,
        "gradient_clip": None,
        "accumulation": 1,
        "precision": "float32",
        "rematerialize": False,
        "augmentation": "none",
        "beta1": 0.9,
        "beta2": 0.999,
        "epsilon": 1e-8,
        "seed": 0,
    }


@pytest.mark.parametrize(("task", "rate"), [("classification", "0.04"), ("regression", "0.2")])
def test_rates_of_realmlp_are_named_but_not_taken(task: str, rate: str, advised: Advise) -> None:
    """Its rates belong to another parametrisation; the reason names the one and says so."""
    setting = advised(20_000, task).settings["learning_rate"]
    assert setting.value == 1e-3
    assert f"RealMLP's {rate} belongs to another parametrisation" in setting.why


@pytest.mark.parametrize(
    ("rows", "batch", "bounds", "reason"),
    [
        (9_999, 128, (64, 256), "the band below 10,000 takes 128"),
        (10_000, 256, (128, 512), "the band from 10,000 to 30,000 takes 256"),
        (250_000, 1024, (512, 2048), "the band from 100,000 takes 1,024"),
        (600, 32, (16, 64), "lowered to 32"),
        (40, 8, (4, 16), "lowered to 8"),
        (10, 8, (4, 8), "lowered to 8"),
        (1, 1, None, "lowered to 1"),
    ],
)
def test_batch_size_names_its_band(
    rows: int, batch: int, bounds: object, reason: str, advised: Advise
) -> None:
    """The reason holds the band, the rows, and what lowered the batch on a small table."""
    setting = advised(rows).settings["batch_size"]
    assert (setting.value, setting.range) == (batch, bounds)
    assert reason in setting.why
    assert setting.why.startswith(f"With {rows:,} training row")


def test_bands_that_disagree_are_both_shown(advised: Advise) -> None:
    """Where RealMLP's bands give another batch, the reason says which, and cites them."""
    setting = advised(9_000).settings["batch_size"]
    assert "RealMLP's bands say 256" in setting.why
    assert any("A4, verified" in source for source in setting.sources)


@pytest.mark.parametrize(
    ("optimizer", "rate", "bounds", "confidence"),
    [
        ("adam", 1e-3, (1e-5, 1e-2), "medium"),
        ("adamw", 1e-3, (1e-5, 1e-2), "medium"),
        ("lion", 1.8e-4, (1e-6, 3.3e-3), "medium"),
        ("sgd", 1e-2, (1e-3, 1e-1), "low"),
        ("muon", 2e-3, (2e-4, 2e-2), "low"),
    ],
)
def test_learning_rate_follows_the_optimizer(
    optimizer: str, rate: float, bounds: object, confidence: str, advised: Advise
) -> None:
    """Each optimizer has its own rate, and a house choice is marked as one."""
    setting = advised(optimizer=optimizer).settings["learning_rate"]
    assert (setting.value, setting.range, setting.confidence) == (rate, bounds, confidence)
    assert (confidence == "low") == any("house choice" in source for source in setting.sources)


@pytest.mark.parametrize(
    ("optimizer", "batch_size", "rate", "row"),
    [
        ("adamw", 1024, 2e-3, "F7"),
        ("adamw", 64, 5e-4, "F7"),
        ("adamw", 2000, 2e-3, "F7"),
        ("lion", 1024, 3.6e-4, "F7"),
        ("sgd", 512, 2e-2, "F8"),
        ("sgd", 64, 2.5e-3, "F8"),
        ("sgd", 20_000, 1e-1, "F8"),
    ],
)
def test_learning_rate_follows_the_chosen_batch(
    optimizer: str, batch_size: int, rate: float, row: str, advised: Advise
) -> None:
    """Away from the advised batch of 256, Adam's family scales by the square root, SGD linearly."""
    setting = advised(optimizer=optimizer, batch_size=batch_size).settings["learning_rate"]
    assert (setting.value, setting.basis) == (rate, "rule")
    assert f"({row}, verified)" in setting.sources[-1]


def test_lion_searches_larger_decay(advised: Advise) -> None:
    """Lion's decay is searched above AdamW's, and starts off like it."""
    lion, adamw = (advised(optimizer=name).settings["weight_decay"] for name in ("lion", "adamw"))
    assert lion.value == adamw.value == 0.0
    assert adamw.range == (0.0, 1e-6, 1e-5, 1e-4, 1e-3)
    assert lion.range == (0.0, 5.5e-6, 5.5e-5, 5.5e-4, 5.5e-3)


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        ({"schedule": "constant"}, (0.0, 256, 16)),
        ({"schedule": "reduce-on-plateau"}, (0.0, 256, 16)),
        ({"schedule": "cosine"}, (0.05, 50, None)),
        ({"schedule": "one-cycle"}, (0.0, 50, None)),
        ({"epochs": 16}, (0.0, 16, None)),
        ({"epochs": 17}, (0.0, 17, 16)),
    ],
)
def test_length_and_warmup_follow_the_schedule(
    chosen: dict[str, object], expected: tuple[object, ...], advised: Advise
) -> None:
    """A schedule that falls to its end runs its length; patience is for those that do not."""
    values = advised(**chosen).values()
    assert (values["warmup_share"], values["epochs"], values["patience"]) == expected


@pytest.mark.parametrize(("rows", "limits"), [(100_000, (8, 512)), (100_001, (16, 1024))])
def test_shape_is_searched_wider_on_large_tables(
    rows: int, limits: tuple[int, int], advised: Advise
) -> None:
    """Row A13: above 100,000 rows the search goes deeper and wider."""
    settings = advised(rows).settings
    assert (settings["hidden_layers"].range, settings["hidden_width"].range) == (
        (1, limits[0]),
        (1, limits[1]),
    )


def test_regression_has_no_labels_to_smooth(advised: Advise) -> None:
    """The setting stays in the recipe, at zero, with nothing to search."""
    setting = advised(task="regression").settings["label_smoothing"]
    assert (setting.value, setting.range, setting.confidence) == (0.0, None, "high")


@pytest.mark.parametrize(("rows", "smoothing"), [(1_999, 0.02), (2_000, 0.0)])
def test_labels_of_a_small_table_are_smoothed(rows: int, smoothing: float, advised: Advise) -> None:
    """A little, where examples are few enough to be learnt by heart."""
    setting = advised(rows).settings["label_smoothing"]
    assert (setting.value, setting.range) == (smoothing, (0.0, 0.1))


def test_decision_is_locked_and_names_the_advice(advised: Advise) -> None:
    """A decided value says what it replaced, and measuring leaves it alone."""
    setting = advised(dropout=0.25).settings["dropout"]
    assert (setting.value, setting.basis, setting.locked) == (0.25, "chosen", True)
    assert setting.why == "Decided by you; advice was 0.15."


@pytest.mark.parametrize(
    ("task", "chosen", "said"),
    [
        ("classification", {"batch_size": 51}, "batch_size 51 is more than the 50 training rows"),
        ("regression", {"label_smoothing": 0.1}, "label_smoothing 0.1 has no meaning"),
        ("classification", {"dropout": 1.5}, "dropout"),
        ("classification", {"optimizer": "adagrad"}, "adagrad"),
    ],
)
def test_decision_without_meaning_is_refused(
    task: str, chosen: dict[str, object], said: str, advised: Advise
) -> None:
    """What no training could follow is a usage error in one line."""
    with pytest.raises(UsageError, match=said) as caught:
        advised(50, task, **chosen)
    assert "\n" not in str(caught.value)


def test_whole_table_as_one_batch_is_allowed(advised: Advise) -> None:
    """Unusual is not meaningless: it is a warning."""
    assert advised(50, batch_size=50).values()["batch_size"] == 50


def test_cautions_of_the_profile_come_first(profiled: Callable[..., Profile]) -> None:
    """What is odd about the data is in the recipe, ahead of what is odd about the choices."""
    odd = Caution(code="target-guessed", message="the last column was taken as the target")
    recipe = advise(profiled(cautions=(odd,)), Choices(warmup_share=0.5), created="now")
    assert [caution.code for caution in recipe.warnings] == ["target-guessed", "warmup-over-tenth"]


def test_advising_again_forgets_settled_warnings(profiled: Callable[..., Profile]) -> None:
    """A profile that carries earlier warnings keeps the data's, and not the mended mistake's."""
    odd = Caution(code="target-guessed", message="the last column was taken as the target")
    first = advise(profiled(cautions=(odd,)), Choices(dropout=0.9), created="now")
    assert len(first.warnings) == 2
    again = advise(profiled(cautions=first.warnings), Choices(), created="now")
    assert again.warnings == (odd,)


def test_recipe_says_when_where_and_for_what(profiled: Callable[..., Profile]) -> None:
    """Time, environment, facts and program are those of the call."""
    profile = profiled()
    recipe = advise(profile, Choices(), created="2026-03-01", environment={"jax": None})
    assert (recipe.created, recipe.environment) == ("2026-03-01", {"jax": None})
    assert (recipe.workload, recipe.data) == (profile.workload, profile.data)
    assert recipe.tool.name == "tuner-tui"
    assert recipe.tool.version


def test_advice_starts_without_heavy_libraries() -> None:
    """Importing the advice, and asking it, loads neither arrays nor tables."""
    program = """
import sys
from tuner_engine.advice import presets
presets.load("tabular")
print(*sorted({"numpy", "polars", "jax", "scipy", "pandas"} & sys.modules.keys()))
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == ""
