"""Do the screens of recipes look as they did when a person last approved them?

Four pictures, each where its layout is hardest: what is narrowest, and what only wide has. After a
wanted change, `pytest tests/ui/test_recipe_snapshots.py --snapshot-update` takes new ones.
"""

from collections.abc import Callable

import conftest as shared
import pytest
import recorded
from conftest import NARROW, WIDE, Until
from textual.pilot import Pilot

from tuner_engine.recipe import Recipe
from tuner_tui.ui import sampled
from tuner_tui.ui.app import TunerApp
from tuner_tui.ui.programs import Programs
from tuner_tui.ui.sampled import Asked
from tuner_tui.ui.screens.inference import InferenceScreen
from tuner_tui.ui.widgets.exporter import Exporter
from tuner_tui.ui.widgets.recipe_table import RecipeTable

SnapCompare = Callable[..., bool]


@pytest.fixture
def app(advise_with: Callable[[Recipe], tuple[str, ...]]) -> TunerApp:
    recipe = recorded.recipe().chosen("learning_rate", 0.5)
    return TunerApp(shared.spec(), programs=Programs(advise=advise_with(recipe), worker=("true",)))


def test_the_recipe(snap_compare: SnapCompare, app: TunerApp, until: Until) -> None:
    """Range bars, a caution with its fix, and why."""

    async def arrive(pilot: Pilot[None]) -> None:
        await until(pilot, lambda: app.session.recipe)
        await pilot.press("2")
        await until(pilot, lambda: app.screen.query(RecipeTable))
        app.screen.query_one(RecipeTable).highlight("learning_rate")
        await until(pilot, lambda: "f learning rate →" in shared.shown(app))

    assert snap_compare(app, run_before=arrive, terminal_size=NARROW)


def test_the_schedule(snap_compare: SnapCompare, app: TunerApp, until: Until) -> None:
    """A draft beside the recipe's curve and all others."""

    async def arrive(pilot: Pilot[None]) -> None:
        await until(pilot, lambda: app.session.recipe)
        await pilot.press("4")
        await until(pilot, lambda: "mean" in shared.shown(app))
        await pilot.press("minus")
        await until(pilot, lambda: "a draft" in shared.shown(app))

    assert snap_compare(app, run_before=arrive, terminal_size=NARROW)


def test_the_sampling(snap_compare: SnapCompare, app: TunerApp, until: Until) -> None:
    """Facts above parameters that have just moved."""

    async def arrive(pilot: Pilot[None]) -> None:
        await until(pilot, lambda: app.session.recipe)
        await pilot.press("5")
        await until(pilot, lambda: isinstance(app.screen, InferenceScreen))
        it = Asked(model="qwen3-8b", engine="vllm", purpose="code")
        app.screen.keep(sampled.instead(app.screen.recipe, it))
        await until(pilot, lambda: "qwen3-8b" in shared.shown(app))

    assert snap_compare(app, run_before=arrive, terminal_size=WIDE)


def test_the_export(snap_compare: SnapCompare, app: TunerApp, until: Until) -> None:
    """Formats, preview and losses."""

    async def arrive(pilot: Pilot[None]) -> None:
        await until(pilot, lambda: app.session.recipe)
        await pilot.press("e")
        await until(pilot, lambda: app.screen.query(Exporter))
        app.screen.query_one(Exporter).highlight("axolotl")
        await until(pilot, lambda: "dropped" in shared.shown(app))

    assert snap_compare(app, run_before=arrive, terminal_size=NARROW)
