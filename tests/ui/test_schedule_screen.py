"""Is the learning rate's course seen, tried by keys, and taken only when asked?"""

from contextlib import asynccontextmanager

import conftest as shared
import msgspec
import numpy as np
import pytest
import recorded
from conftest import NARROW, WIDE, Opened, Until

from tuner_engine import advice, schedules
from tuner_engine.recipe import Recipe
from tuner_engine.specs import Choices
from tuner_engine.workload import Profile
from tuner_tui.figures import schedule as figures
from tuner_tui.ui import deciding
from tuner_tui.ui.chart.widget import Chart
from tuner_tui.ui.screens.schedule import ScheduleScreen
from tuner_tui.ui.widgets.recipe_table import RecipeTable


@pytest.fixture
def advised() -> Recipe:
    """What is really advised for the recorded data."""
    kept = recorded.recipe()
    profile = Profile(workload=kept.workload, data=kept.data)
    return advice.advise(profile, Choices(), created=kept.created)


@pytest.fixture
def at_schedule(opened: Opened, advised: Recipe):
    """Open the app on the schedule's screen."""

    @asynccontextmanager
    async def start(size=NARROW, recipe=None):
        async with opened(size, recipe=recipe or advised) as (app, pilot):
            await pilot.press("4")
            await pilot.pause()
            assert isinstance(app.screen, ScheduleScreen)
            yield app, pilot

    return start


def values(app) -> dict[str, object]:
    return {name: setting.value for name, setting in app.session.recipe.settings.items()}


@pytest.mark.parametrize("size", [NARROW, WIDE])
async def test_the_curve_and_its_settings_are_in_sight(at_schedule, size) -> None:
    """Schedule, peak, warm-up and length, above the curve and what it comes to."""
    async with at_schedule(size) as (app, _):
        text = shared.shown(app)

    for words in (
        "schedule",
        "learning rate",
        "warmup share",
        "epochs",
        "4,864 steps",
        "mean 1.00",
    ):
        assert words in text


async def test_steps_change_a_draft_and_enter_takes_it(at_schedule, until: Until) -> None:
    """The recipe keeps its schedule until then, and undoing brings it back."""
    async with at_schedule() as (app, pilot):
        before, setting = values(app), app.session.recipe.settings["schedule"]
        place = setting.range.index(setting.value)
        wanted = setting.range[(place + 2) % len(setting.range)]
        await pilot.press("plus", "plus")
        await until(pilot, lambda: f"{setting.value} → {wanted}" in shared.shown(app))
        assert values(app) == before
        assert "a draft: ⏎" in shared.shown(app)

        await pilot.press("enter")
        await until(pilot, lambda: values(app)["schedule"] == wanted)
        assert app.session.spec.choices.schedule == wanted
        await pilot.press("u")
        await until(pilot, lambda: values(app) == before)


async def test_a_draft_is_forgotten(at_schedule, until: Until) -> None:
    """`d` begins again with the recipe's own."""
    async with at_schedule() as (app, pilot):
        await pilot.press("minus")
        await until(pilot, lambda: "→" in shared.shown(app))
        await pilot.press("d")
        await until(pilot, lambda: "→" not in shared.shown(app))


async def test_warm_up_and_peak_are_typed(at_schedule, until: Until) -> None:
    """A typed warm-up is drawn with its end, and a typed peak is the top of the axis."""
    async with at_schedule() as (app, pilot):
        app.screen.query_one(RecipeTable).highlight("warmup_share")
        await pilot.press("v", "ctrl+u", *"0.1", "enter")
        await until(pilot, lambda: "warm-up ends" in shared.shown(app))
        app.screen.query_one(RecipeTable).highlight("learning_rate")
        await pilot.press("v", "ctrl+u", *"0.0123", "enter")
        await until(pilot, lambda: "→ 0.0123" in shared.shown(app))
        top = max(series.y.max() for series in app.screen.query_one(Chart).figure.series)

    assert top == pytest.approx(0.0123)


async def test_the_cursor_reads_every_schedule(at_schedule, until: Until) -> None:
    """On the chart, the line beneath names each curve at that step."""
    async with at_schedule(WIDE) as (app, pilot):
        await pilot.press("tab", "end")
        await until(pilot, lambda: "cosine" in shared.shown(app).splitlines()[-2])
        last = figures.course(app.session.recipe).steps - 1
        assert f"at {last}" in shared.shown(app).splitlines()[-2]
        await pilot.press("shift+tab", "a")
        await until(pilot, lambda: len(app.screen.query_one(Chart).figure.series) == 1)


async def test_a_recipe_without_a_rate_is_no_crash(at_schedule) -> None:
    """A recipe from elsewhere may lack what a curve needs."""
    kept = recorded.recipe()
    bare = msgspec.structs.replace(kept, settings={"dropout": kept.settings["dropout"]})
    async with at_schedule(recipe=bare) as (app, pilot):
        await pilot.press("plus", "enter", "v")
        assert "no learning rate to schedule" in shared.shown(app)


def test_the_figure_holds_what_training_follows(advised: Recipe) -> None:
    """Every point of the drawn curve is a rate of the schedule that the engine computes."""
    recipe = deciding.decided(advised, "schedule", "cosine")
    now = figures.course(recipe)
    curve = figures.schedule_figure(now, others=False).series[-1]
    steps = now.steps
    wanted = now.peak * schedules.multiples("cosine", steps=steps, warmup_share=now.warmup_share)

    np.testing.assert_allclose(curve.y, wanted[curve.x.round().astype(int)], rtol=1e-6)


@pytest.mark.parametrize("steps", [None, 1, 2, 10_000_000])
@pytest.mark.parametrize("name", ["one-cycle", "own", "reduce-on-plateau", "step"])
def test_any_course_has_a_picture_and_words(name: str, steps: int | None) -> None:
    """However long the training, and where its length or its curve is not known."""
    now = figures.Course(name=name, peak=1e-3, steps=steps, warmup_share=0.3)
    before = figures.Course(name="linear", peak=1.0, steps=7)
    figure = figures.schedule_figure(now, before=before)

    assert all(np.isfinite(series.y).all() for series in figure.series)
    assert max(len(series.x) for series in figure.series) < 500
    assert figures.summary(now)
