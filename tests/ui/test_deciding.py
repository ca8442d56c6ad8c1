"""What follows from a typed value, for trainings, tunings and samplings?"""

import pytest
import recorded
from hypothesis import given
from hypothesis import strategies as st

from tuner_engine import advice
from tuner_engine.advice import stated
from tuner_engine.advice.stated import Stated, Subject
from tuner_engine.errors import UsageError
from tuner_engine.recipe import Recipe, Setting
from tuner_engine.specs import Choices
from tuner_engine.workload import Profile, Workload
from tuner_tui.ui import deciding, stepping, supposing
from tuner_tui.ui.gauge import PLAIN, gauge
from tuner_tui.ui.supposing import Supposed


def advised(workload: Workload) -> Recipe:
    return advice.advise(Profile(workload=workload, data=None), Choices(), created="")


TABLE = advised(recorded.WORKLOAD)
TUNED = advised(
    stated.workload(Stated(examples="12k", gpu="RTX 4090"), Subject(model="llama-3-8b"))
)
SAMPLED = advised(stated.workload(Stated(engine="vllm"), Subject(model="qwen3-8b", task="chat")))


@pytest.mark.parametrize(
    ("recipe", "name", "text", "value"),
    [
        (TABLE, "batch_size", "1e2", 100),
        (TABLE, "batch_size", "0.1k", 100),
        (TABLE, "learning_rate", " 3e-4 ", 3e-4),
        (TABLE, "dropout", "25%", 0.25),
        (TABLE, "weight_decay", "0.05", 0.05),
        (TABLE, "gradient_clip", "none", None),
        (TABLE, "rematerialize", "on", True),
        (TUNED, "optimizer", "adamw-8bit", "adamw-8bit"),
        (TUNED, "lora_rank", "64", 64),
        (TUNED, "packing", "no", False),
        (SAMPLED, "presence_penalty", "-0.5", -0.5),
        (SAMPLED, "top_k", "0", 0),
    ],
)
def test_typed_words_are_values(recipe: Recipe, name: str, text: str, value: object) -> None:
    """As people write them, whatever the regime, and deciding keeps and locks them."""
    found = deciding.typed(recipe, name, text)
    assert found == value
    assert type(found) is type(value)

    setting = deciding.decided(recipe, name, found).settings[name]
    assert (setting.value, setting.basis, setting.locked) == (value, "chosen", True)


@pytest.mark.parametrize(
    ("recipe", "name", "text"),
    [
        (TABLE, "optimizer", "adamax"),
        (TABLE, "learning_rate", "nan"),
        (TABLE, "dropout", "1"),
        (TABLE, "batch_size", "1.5"),
        (TUNED, "lora_rank", "many"),
        (TUNED, "quantization", "2bit"),
        (TUNED, "packing", "perhaps"),
        (SAMPLED, "top_p", "1.5"),
        (SAMPLED, "temperature", "-1"),
    ],
)
def test_what_a_setting_cannot_hold_is_refused_by_name(
    recipe: Recipe, name: str, text: str
) -> None:
    """The refusal names the setting."""
    with pytest.raises(UsageError, match=name):
        deciding.typed(recipe, name, text)


def test_a_decision_moves_what_depends_on_it_and_survives_the_next() -> None:
    """A larger batch of a tuning is split into more parts; the rank that was chosen stays."""
    ranked = deciding.decided(TUNED, "lora_rank", 64)
    recipe = deciding.decided(ranked, "batch_size", 64)

    assert recipe.settings["lora_rank"].value == 64
    assert recipe.settings["accumulation"].value != TUNED.settings["accumulation"].value
    assert deciding.given_back(recipe, "lora_rank").settings["lora_rank"].basis != "chosen"


@given(
    recipe=st.sampled_from([TABLE, TUNED, SAMPLED]),
    place=st.integers(0, 100),
    by=st.lists(st.sampled_from([-1, 1]), min_size=1, max_size=12),
)
def test_steps_stay_within_what_a_setting_can_hold(
    recipe: Recipe, place: int, by: list[int]
) -> None:
    """However one steps, the value could have been typed, or the step is refused by name."""
    from msgspec.structs import replace

    names = list(recipe.settings)
    name = names[place % len(names)]
    setting, options = recipe.settings[name], deciding.options(recipe, name)
    try:
        for one in by:
            value = stepping.stepped(name, setting, by=one, options=options)
            deciding.check(recipe, name, value)
            setting = replace(setting, value=value)
    except UsageError as error:
        assert name in str(error)  # noqa: PT017 - either answer is right


@pytest.mark.parametrize(
    ("name", "value", "up", "down"),
    [
        ("learning_rate", 0.001, 0.002, 0.0005),
        ("learning_rate", 0.0037, 0.005, 0.002),
        ("batch_size", 48, 96, 24),
        ("dropout", 0.1, 0.15, 0.05),
        ("dropout", 0.0, 0.05, 0.0),
    ],
)
def test_steps_are_those_that_people_try(name, value, up, down) -> None:
    """1-2-5 for rates, doubles for sizes, round tenths elsewhere."""
    from msgspec.structs import replace

    setting = replace(TABLE.settings[name], value=value)
    assert stepping.stepped(name, setting, by=1) == pytest.approx(up)
    assert stepping.stepped(name, setting, by=-1) == pytest.approx(down)


def setting(value, low, high, scale) -> Setting:
    return Setting(
        value=value, range=(low, high), scale=scale, basis="rule", confidence="low", why=""
    )


@pytest.mark.parametrize(
    ("kept", "text"),
    [
        (setting(0.01, 1e-4, 1.0, "log"), "-----o-----"),
        (setting(0.5, 0.0, 1.0, "linear"), "-----o-----"),
        (setting(0.0, 0.0, 1.0, "linear"), "o----------"),
        (setting(1.0, 0.0, 1.0, "linear"), "----------o"),
        (setting(2.0, 0.0, 1.0, "linear"), "---------->"),
        (setting(0.0, 1e-4, 1.0, "log"), "<----------"),
        (setting(None, 0.1, 1.0, "log"), "-----------"),
        (TABLE.settings["optimizer"], "..o..      "),
    ],
)
def test_a_gauge_shows_where_a_value_lies(kept: Setting, text: str) -> None:
    """On the range's own scale; outside of it, an arrow points the way."""
    assert gauge(kept, width=11, marks=PLAIN) == text


@given(
    value=st.none() | st.floats() | st.integers() | st.booleans() | st.text(),
    low=st.floats(),
    high=st.floats(),
    scale=st.sampled_from(["linear", "log", "choice"]),
    width=st.integers(1, 40),
)
def test_a_gauge_is_as_wide_as_asked(value, low, high, scale, width) -> None:
    """Whatever a recipe from elsewhere holds."""
    assert len(gauge(setting(value, low, high, scale), width=width)) == width


def test_supposing_names_what_moves_and_keeps_decisions() -> None:
    """Another device changes how a tuning is split; a chosen batch stays."""
    recipe = deciding.decided(TUNED, "batch_size", 32)
    after = supposing.supposed(recipe, Supposed(memory="H100"))
    moved = {move.name: move for move in supposing.moves(recipe, after)}

    assert after.settings["batch_size"].value == 32
    assert "micro batch size" in moved
    assert "time" in moved
    assert not after.warnings


def test_supposing_more_tokens_scales_the_examples() -> None:
    """Ten times the text is ten times the examples, and the warning says what was read."""
    after = supposing.supposed(TUNED, Supposed(tokens="36M"))

    assert after.workload.train_examples == 120_000
    assert "12,000" in after.warnings[0].message


@pytest.mark.parametrize(
    "it",
    [
        Supposed(examples="few"),
        Supposed(memory="9000GBB"),
        Supposed(memory="no such card"),
        Supposed(model="bert-base"),
        Supposed(model="nobody/knows"),
    ],
)
def test_a_fact_that_is_not_understood_is_refused(it: Supposed) -> None:
    """With one line that says what is allowed."""
    with pytest.raises(UsageError):
        supposing.supposed(TUNED, it)
