"""Do model, training, device and budget change what is advised, and can that be taken back?"""

import conftest as shared
import msgspec
import pytest
import recorded
from conftest import NARROW, WIDE, Opened, Until

from tuner_engine import advice, specs
from tuner_engine.errors import UsageError
from tuner_engine.workload import Profile, Tokens
from tuner_tui.ui import session as acts
from tuner_tui.ui import terms
from tuner_tui.ui.screens.ask import AskScreen
from tuner_tui.ui.screens.columns import ColumnsScreen
from tuner_tui.ui.screens.models import ModelsScreen
from tuner_tui.ui.screens.recipe import RecipeScreen
from tuner_tui.ui.session import Session

TEXTS = msgspec.structs.replace(
    recorded.WORKLOAD,
    family="text",
    features=0,
    tokens=Tokens(
        tokenizer="bpe",
        vocabulary=4096,
        train_tokens=100_000,
        sequence_length=80,
        mean_length=24.0,
        median_length=20.0,
        longest=300,
    ),
)


def session(workload=recorded.WORKLOAD) -> Session:
    profile = Profile(workload=workload, data=recorded.data())
    recipe = advice.advise(profile, specs.Choices(), created="2025-01-02T03:04:05+00:00")
    return acts.advised(Session(spec=shared.spec()), recipe)


def row(at: Session, name: str) -> terms.Term:
    return next(term for term in terms.terms(at) if term.name == name)


def test_a_model_is_chosen_with_all_that_depends_on_it() -> None:
    """The recipe is advised for it; the row says what it weighs."""
    after = terms.changed(session(), "model", "ft-transformer")

    assert after.recipe.values()["model"] == "ft-transformer"
    assert after.spec.choices.model == "ft-transformer"
    assert row(after, "model").follows != row(session(), "model").follows
    assert "parameters" in row(after, "model").follows


def test_every_model_that_is_offered_has_a_weight() -> None:
    """A larger encoder weighs more than a smaller one."""
    recipe = session(TEXTS).recipe
    weighed = {name: terms.weighed(recipe, name) for name in terms.models(recipe)}

    assert all("parameters" in words for words in weighed.values())
    assert len(set(weighed.values())) == len(weighed)


def test_a_pretrained_model_is_advised_on_and_taken_back() -> None:
    """LoRA is assumed, another way of tuning can be stated, and the data's own facts come back."""
    before = session(TEXTS)
    tuned = terms.changed(before, "model", "llama-3-8b")
    assert tuned.recipe.workload.regime == "lora"
    assert "lora_rank" in tuned.recipe.settings
    assert "8.03B" in row(tuned, "model").follows
    with pytest.raises(UsageError, match="trained elsewhere"):
        acts.probe_spec(tuned)

    whole = terms.changed(tuned, "regime", "full")
    assert "lora_rank" not in whole.recipe.settings

    assert terms.changed(whole, "regime", "scratch").recipe.values() == before.recipe.values()


def test_an_accelerator_is_stated_and_taken_back() -> None:
    """Name, number and memory; unknown ones are refused with what is near."""
    two = terms.changed(session(), "accelerator", "2 x H100")
    assert (two.recipe.workload.hardware.count, two.told.gpu) == (2, "H100")
    memory = terms.changed(two, "accelerator", "24GB")
    assert memory.recipe.workload.hardware.memory_bytes == 24 * 2**30
    assert terms.changed(memory, "accelerator", "none").recipe.workload.hardware is None
    with pytest.raises(UsageError, match="is not known"):
        terms.changed(session(), "accelerator", "abacus")


@pytest.mark.parametrize(
    ("name", "text", "field", "value"),
    [
        ("budget", "10m", "budget_s", 600.0),
        ("budget", "none", "budget_s", None),
        ("seed", "7", "seed", 7),
        ("device", "CPU", "device", "cpu"),
    ],
)
def test_what_a_run_is_told_is_kept(name: str, text: str, field: str, value: object) -> None:
    """Budget, seed and device go into the spec of the next probe."""
    after = terms.changed(session(), name, text)

    assert getattr(acts.probe_spec(after), field) == value


def test_another_share_means_reading_again() -> None:
    """The recipe was for another split."""
    after = terms.changed(session(), "held out", "0.3")

    assert after.recipe is None
    assert after.spec.data.valid_share == 0.3


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("model", "nonesuch-9000"),
        ("regime", "lora"),
        ("regime", "sideways"),
        ("budget", "soon"),
        ("seed", "-1"),
        ("seed", "99999999999"),
        ("device", "abacus"),
        ("held out", "1.5"),
        ("held out", "half"),
        ("accelerator", "\x1b[2J"),
    ],
)
def test_nonsense_is_refused_in_one_line(name: str, text: str) -> None:
    """What is not understood changes nothing."""
    with pytest.raises(UsageError) as refusal:
        terms.changed(session(), name, text)

    assert "\n" not in str(refusal.value)
    assert "\x1b" not in str(refusal.value)


def test_a_recipe_without_a_model_has_terms() -> None:
    """A task of the person's own may leave everything to itself."""
    bare = msgspec.structs.replace(recorded.recipe(), settings={})
    at = acts.advised(Session(spec=shared.spec()), bare)

    assert row(at, "model").known == ()


@pytest.mark.parametrize("size", [NARROW, WIDE])
async def test_the_terms_are_in_sight(opened: Opened, size: tuple[int, int]) -> None:
    """Model with its weight, training, device, budget and seed."""
    async with opened(size) as (app, _):
        text = shared.shown(app)

    for words in ("mlp", "parameters", "from scratch", "this machine", "budget", "seed"):
        assert words in text


async def test_a_model_is_picked_from_the_list(opened: Opened, until: Until) -> None:
    """Enter on the model, another one, Enter: it is in the recipe, and `u` takes it back."""
    recipe = session().recipe
    async with opened(recipe=recipe) as (app, pilot):
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, ModelsScreen))
        await until(pilot, lambda: "FLOP/step" in shared.shown(app))
        await pilot.press("down", "enter")
        await until(pilot, lambda: app.session.recipe.values()["model"] == "tabular-resnet")

        await pilot.press("u")
        await until(pilot, lambda: app.session.recipe.values()["model"] == "mlp")


async def test_a_budget_is_typed_and_refused_where_it_was_typed(
    opened: Opened, until: Until
) -> None:
    """A wrong one stays in the field; a right one is in the list."""
    async with opened() as (app, pilot):
        await pilot.press(*["down"] * 4, "enter")
        await until(pilot, lambda: isinstance(app.screen, AskScreen))
        await pilot.press("ctrl+u", *"soon", "enter")
        await until(pilot, lambda: "no length of time" in shared.shown(app))
        await pilot.press("ctrl+u", *"90s", "enter")
        await until(pilot, lambda: "90 s" in shared.shown(app))
        assert app.session.spec.budget_s == 90.0


async def test_enter_on_a_setting_leads_to_the_recipe(opened: Opened, until: Until) -> None:
    """From the short recipe to the setting where it can be changed; from a column to the list."""
    async with opened(WIDE) as (app, pilot):
        app.screen.set_focus(app.screen.query_one("#recipe"))
        await pilot.press("down", "down", "enter")
        await until(pilot, lambda: isinstance(app.screen, RecipeScreen))
        await until(pilot, lambda: "hidden width = 128" in shared.shown(app))

        await pilot.press("1")
        app.screen.set_focus(app.screen.query_one("#columns"))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, ColumnsScreen))
