"""Is the recipe read, changed, mended, explained and undone by keys?"""

from collections.abc import Callable

import conftest as shared
import msgspec
import pytest
import recorded
from conftest import NARROW, WIDE, Opened, Until
from textual.widgets import Input

from tuner_engine import advice
from tuner_engine.advice.explain import explain
from tuner_engine.recipe import Recipe
from tuner_engine.specs import Choices
from tuner_engine.workload import Profile
from tuner_tui.ui.screens.edit import EditScreen
from tuner_tui.ui.screens.recipe import RecipeScreen
from tuner_tui.ui.screens.suppose import SupposeScreen
from tuner_tui.ui.screens.why import WhyScreen
from tuner_tui.ui.widgets.cautions import Cautions
from tuner_tui.ui.widgets.recipe_table import RecipeTable
from tuner_tui.ui.widgets.rows import Rows

LARGE = (200, 60)


@pytest.fixture
def advised() -> Recipe:
    """What is really advised for the recorded data."""
    kept = recorded.recipe()
    profile = Profile(workload=kept.workload, data=kept.data)
    return advice.advise(profile, Choices(), created=kept.created)


@pytest.fixture
def at_recipe(opened: Opened, advised: Recipe) -> Callable[..., object]:
    """Open the app on the recipe's screen."""
    from contextlib import asynccontextmanager

    @asynccontextmanager
    async def start(size=NARROW, recipe=None):
        async with opened(size, recipe=recipe or advised) as (app, pilot):
            await pilot.press("2")
            await pilot.pause()
            assert isinstance(app.screen, RecipeScreen)
            yield app, pilot

    return start


def highlight(app, name: str) -> None:
    app.screen.query_one(RecipeTable).highlight(name)


@pytest.mark.parametrize("size", [NARROW, WIDE, LARGE])
async def test_every_setting_stands_with_range_basis_and_confidence(
    at_recipe, until: Until, size
) -> None:
    """The learning rate's value lies between its ends, and the panel says why."""
    async with at_recipe(size, recipe=recorded.recipe()) as (app, pilot):
        highlight(app, "learning_rate")
        await until(pilot, lambda: "The peak of the schedule" in shared.shown(app))
        text = shared.shown(app)

    row = next(line for line in text.splitlines() if line.startswith(" learning rate"))
    for words in ("0.001", "1e-4", "─────●─────", "0.01", "preset", "medium"):
        assert words in row


async def test_enter_asks_for_a_value_and_takes_it(at_recipe) -> None:
    """A typed batch size stands in the table, chosen and locked."""
    async with at_recipe() as (app, pilot):
        highlight(app, "batch_size")
        await pilot.press("enter")
        assert isinstance(app.screen, EditScreen)
        await pilot.press("ctrl+u", *"64", "enter")
        await pilot.pause()

        assert isinstance(app.screen, RecipeScreen)
        assert app.session.recipe.settings["batch_size"].value == 64
        assert app.session.spec.choices.batch_size == 64
        assert "chosen*" in shared.shown(app)


async def test_a_refused_value_stays_in_the_field(at_recipe) -> None:
    """The refusal is shown where it was typed, as text, and nothing changed."""
    async with at_recipe() as (app, pilot):
        before = app.session
        highlight(app, "batch_size")
        await pilot.press("enter", "ctrl+u", *"[r]", "enter")
        await pilot.pause()

        assert isinstance(app.screen, EditScreen)
        assert "batch_size [r]: expected" in shared.shown(app)
        await pilot.press("ctrl+g")
        assert app.session is before


async def test_arrows_step_inside_the_field(at_recipe) -> None:
    """Down in the optimizer's field goes to the next optimizer, up in a rate's to the next rate."""
    async with at_recipe() as (app, pilot):
        highlight(app, "optimizer")
        await pilot.press("enter", "down", "enter")
        await pilot.pause()
        assert app.session.recipe.settings["optimizer"].value == "lion"

        highlight(app, "learning_rate")
        await pilot.press("enter", "up")
        before = app.session.recipe.settings["learning_rate"].value
        assert float(app.screen.query_one(Input).value) > before


async def test_plus_and_minus_step_along_the_range(at_recipe) -> None:
    """Each press decides the next value that people try; undoing takes it back."""
    async with at_recipe() as (app, pilot):
        advised = app.session.recipe.settings["batch_size"]
        highlight(app, "batch_size")
        await pilot.press("plus")
        await pilot.pause()
        assert app.session.recipe.settings["batch_size"].value == 2 * advised.value
        await pilot.press("minus", "minus")
        await pilot.pause()
        assert app.session.recipe.settings["batch_size"].value == advised.value // 2
        await pilot.press("u", "u", "u")
        await pilot.pause()
        assert app.session.recipe.settings["batch_size"] == advised
        await pilot.press("U")
        await pilot.pause()
        assert app.session.recipe.settings["batch_size"].value == 2 * advised.value


async def test_no_step_is_lost_however_fast_keys_come(at_recipe, until: Until) -> None:
    """Three steps before the app has answered the first are three steps, each undone by itself."""
    async with at_recipe() as (app, pilot):
        first = app.session.recipe.settings["hidden_width"].value
        highlight(app, "hidden_width")
        for _ in range(3):
            app.screen.action_step(1)
        await until(pilot, lambda: app.session.recipe.settings["hidden_width"].value == 8 * first)
        await pilot.press("u")
        await until(pilot, lambda: app.session.recipe.settings["hidden_width"].value == 4 * first)


async def test_a_value_is_locked_and_given_back(at_recipe) -> None:
    """`l` locks what is highlighted; `d` leaves it to advice again."""
    async with at_recipe() as (app, pilot):
        highlight(app, "epochs")
        await pilot.press("l")
        await pilot.pause()
        assert app.session.recipe.settings["epochs"].locked

        await pilot.press("d")
        await pilot.pause()
        assert not app.session.recipe.settings["epochs"].locked


async def test_one_key_mends_what_looks_like_a_mistake(at_recipe) -> None:
    """A rate far outside what is published is listed with its fix, and `f` decides that."""
    async with at_recipe() as (app, pilot):
        highlight(app, "learning_rate")
        await pilot.press("enter", "ctrl+u", *"0.5", "enter")
        await pilot.pause()
        assert "f learning rate → " in shared.shown(app)
        _, highest = app.session.recipe.settings["learning_rate"].range

        await pilot.press("f")
        await pilot.pause()
        assert app.session.recipe.settings["learning_rate"].value == highest
        assert not app.screen.query_one(Cautions).display


async def test_a_caution_is_read_in_full_when_it_is_highlighted(at_recipe) -> None:
    """Tab goes to the cautions, and the panel shows the whole sentence and its code."""
    async with at_recipe() as (app, pilot):
        highlight(app, "learning_rate")
        await pilot.press("enter", "ctrl+u", *"0.5", "enter", "tab")
        await pilot.pause()
        text = shared.shown(app)

    assert "learning-rate-outside-range" in text
    assert "measure it" in text


async def test_everything_about_a_setting_has_a_page(at_recipe) -> None:
    """Rows, their status and their sources, as `advise --explain` has them."""
    async with at_recipe() as (app, pilot):
        highlight(app, "learning_rate")
        ground = explain(app.session.recipe, "learning_rate").grounds[0]
        await pilot.press("i")
        await pilot.pause()
        assert isinstance(app.screen, WhyScreen)
        text = shared.shown(app)
        await pilot.press("escape")
        assert isinstance(app.screen, RecipeScreen)

    assert f"{ground.id} ({ground.status})" in text
    assert ground.sources[0][:30] in text


async def test_what_if_shows_before_and_after_and_keeps_nothing(at_recipe, until: Until) -> None:
    """More examples move the batch size; closing leaves the recipe as it was."""
    async with at_recipe() as (app, pilot):
        before = app.session
        await pilot.press("w", *"1M")
        assert isinstance(app.screen, SupposeScreen)
        await until(pilot, lambda: "batch size" in shared.shown(app))
        row = next(line for line in shared.shown(app).splitlines() if "batch size" in line)
        now, then, *_ = [int(word) for word in row.split() if word.isdigit()]
        assert now == before.recipe.settings["batch_size"].value < then
        await pilot.press("escape")
        await pilot.pause()

        assert app.session is before


async def test_what_if_is_kept_with_enter_and_can_be_undone(at_recipe, until: Until) -> None:
    """What was supposed stands in the recipe, with a warning that says so."""
    async with at_recipe() as (app, pilot):
        await pilot.press("w", *"1M", "enter")
        await until(pilot, lambda: app.session.recipe.workload.train_examples == 1_000_000)
        assert "as you supposed" in shared.shown(app)

        await pilot.press("u")
        await pilot.pause()
        assert app.session.recipe.workload.train_examples == 624


async def test_what_if_refuses_in_its_own_words(at_recipe) -> None:
    """Half a thought is no crash, and steps lead on from it."""
    async with at_recipe() as (app, pilot):
        await pilot.press("w", *"[many]")
        await pilot.pause()
        assert "examples [many]: expected a number" in shared.shown(app)
        await pilot.press("enter", "tab", "up")
        await pilot.pause()
        assert app.screen.query_one("#model", Input).value == "tabular-resnet"


async def test_hostile_names_are_shown_as_text(at_recipe) -> None:
    """Markup and escapes in a recipe's own words are not obeyed."""
    evil = "[bold red]\x1b[2Jx\u202e"
    kept = recorded.recipe()
    setting = msgspec.structs.replace(kept.settings["epochs"], why=evil, sources=(evil,))
    hostile = msgspec.structs.replace(kept, settings={**kept.settings, evil: setting})
    async with at_recipe(LARGE, recipe=hostile) as (app, pilot):
        await pilot.press("end")
        await pilot.pause()
        text = shared.shown(app)

    assert r"[bold red]\x1b[2Jx\u202e" in text
    assert "\x1b" not in text
    assert "\u202e" not in text


async def test_resizing_keeps_the_highlight(at_recipe) -> None:
    """From narrow to wide and back, the same setting is explained."""
    async with at_recipe() as (app, pilot):
        highlight(app, "dropout")
        for size in (WIDE, (40, 10), LARGE, NARROW):
            await pilot.resize_terminal(*size)
            await pilot.pause()

        assert app.screen.query_one(RecipeTable).setting_name == "dropout"
        assert app.screen.query_one(Rows).has_focus
