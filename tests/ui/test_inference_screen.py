"""Are a model's sampling parameters found by keys, for any engine and purpose?"""

from contextlib import asynccontextmanager

import conftest as shared
import pytest
from conftest import NARROW, WIDE, Opened, Until

from tuner_engine.advice.inference import families
from tuner_engine.errors import UsageError
from tuner_engine.workload import Purpose
from tuner_tui.ui import sampled
from tuner_tui.ui.sampled import Asked
from tuner_tui.ui.screens.ask import AskScreen
from tuner_tui.ui.screens.inference import InferenceScreen
from tuner_tui.ui.widgets.cautions import Cautions
from tuner_tui.ui.widgets.recipe_table import RecipeTable


@pytest.fixture
def at_inference(opened: Opened):
    """Open the app on the screen of sampling."""

    @asynccontextmanager
    async def start(size=NARROW):
        async with opened(size) as (app, pilot):
            await pilot.press("5")
            await pilot.pause()
            assert isinstance(app.screen, InferenceScreen)
            yield app, pilot

    return start


async def typed(pilot, text: str) -> None:
    await pilot.press("enter", "ctrl+u", *text, "enter")


@pytest.mark.parametrize("size", [NARROW, WIDE])
async def test_facts_stand_above_every_parameter(at_inference, size) -> None:
    """Four facts that are open at first, and nine parameters with their range and basis."""
    async with at_inference(size) as (app, _):
        text = shared.shown(app)

    assert text.count("< any >") == 4
    for words in ("temperature", "0.7", "top p", "repetition penalty", "max tokens"):
        assert words in text


async def test_a_typed_model_moves_the_parameters(at_inference, until: Until) -> None:
    """Qwen3 is sampled as its authors say, and what was before stands beside it."""
    async with at_inference() as (app, pilot):
        await typed(pilot, "Qwen/Qwen3-4B-Instruct-2507")
        await until(pilot, lambda: "sampled like qwen3" in shared.shown(app))
        assert "0.95 → 0.8" in shared.shown(app)
        assert app.session.sampling.settings["top_k"].value == 20

        await pilot.press("u")
        await until(pilot, lambda: app.session.sampling is None)
        assert "0.95 → 0.8" not in shared.shown(app)


async def test_turning_the_engine_leaves_out_what_it_does_not_take(at_inference, until) -> None:
    """OpenAI's first in the list; min_p is left unset, with the reason in the panel."""
    async with at_inference() as (app, pilot):
        await pilot.press("down", "right")
        await until(pilot, lambda: "< openai >" in shared.shown(app))
        app.screen.query_one(RecipeTable).highlight("min_p")
        await until(pilot, lambda: "openai has no such parameter" in shared.shown(app))

        await pilot.press("left")
        await until(pilot, lambda: shared.shown(app).count("< any >") == 4)


async def test_a_decision_survives_another_engine_and_is_mended(at_inference, until) -> None:
    """A temperature that the next engine refuses is a caution with a fix."""
    async with at_inference() as (app, pilot):
        await pilot.press("tab")
        app.screen.query_one(RecipeTable).highlight("temperature")
        await typed(pilot, "1.5")
        await pilot.press("shift+tab", "down")
        await typed(pilot, "anthropic")
        await until(pilot, lambda: "f temperature → 1" in shared.shown(app))
        assert app.session.sampling.settings["temperature"].value == 1.5

        await pilot.press("f")
        await until(pilot, lambda: app.session.sampling.settings["temperature"].value == 1.0)
        assert not app.screen.query_one(Cautions).display


async def test_an_unknown_engine_is_refused_where_it_was_typed(at_inference) -> None:
    """With the engines that are known; closing changes nothing."""
    async with at_inference() as (app, pilot):
        before = app.session
        await pilot.press("down", "enter", "ctrl+u", *"[x]", "enter")
        await pilot.pause()
        assert isinstance(app.screen, AskScreen)
        assert "engine [x] is not known" in shared.shown(app)
        await pilot.press("ctrl+g")
        assert app.session is before


async def test_a_hostile_model_name_is_shown_as_text(at_inference, until) -> None:
    """Markup is not obeyed."""
    async with at_inference(WIDE) as (app, pilot):
        await typed(pilot, "[red]my/[link=x]model-7b")
        await until(pilot, lambda: "< [red]my/[link=x]model-7b >" in shared.shown(app))


def test_every_model_to_step_through_is_of_another_family() -> None:
    """No name of the list is unknown, and none stands twice for the same advice."""
    found = [families.of(name) for name in sampled.MODELS]

    assert families.UNKNOWN not in found
    assert len({family.name for family in found}) == len(found)


@pytest.mark.parametrize("name", sampled.FACTS)
def test_turning_a_fact_all_the_way_round_comes_back(name: str) -> None:
    """Through every value that is known, and through leaving it open."""
    it = start = Asked(model="qwen3-8b", engine="vllm", purpose="code", reasoning=True)
    seen = set()
    for _ in range(len(sampled.known(name)) + 1):
        it = sampled.turned(it, name, by=1)
        seen.add(sampled.said(it, name))

    assert it == start
    assert seen == {None, *sampled.known(name)}


@pytest.mark.parametrize(
    ("name", "text"), [("engine", "torchserve"), ("purpose", "poems"), ("reasoning", "perhaps")]
)
def test_a_fact_that_is_not_known_is_refused(name: str, text: str) -> None:
    """By its name, with what is allowed."""
    with pytest.raises(UsageError, match=name):
        sampled.stated(Asked(), name, text)


def test_other_names_of_an_engine_are_understood() -> None:
    """As people write them."""
    assert sampled.stated(Asked(), "engine", "llama-server").engine == "llama.cpp"


@pytest.mark.parametrize("purpose", sampled.PURPOSES)
def test_every_purpose_has_advice(purpose: Purpose) -> None:
    """Nine parameters each, and none of them raises a caution by itself."""
    recipe = sampled.instead(sampled.first(None), Asked(model="llama-3.1-8b", purpose=purpose))

    assert len(recipe.settings) == 9
    assert recipe.warnings == ()
