"""Is the table of keys whole, and is what it promises bound?"""

from importlib import import_module

import conftest as shared
from conftest import NARROW, Opened, Until

from tuner_tui.ui import bindings
from tuner_tui.ui.app import TunerApp
from tuner_tui.ui.places import PLACES, Place
from tuner_tui.ui.screens.bench import BenchScreen
from tuner_tui.ui.screens.compare import CompareScreen
from tuner_tui.ui.screens.help import HelpScreen, lines
from tuner_tui.ui.screens.setup import SetupScreen
from tuner_tui.ui.widgets.dials import Dials
from tuner_tui.ui.widgets.exporter import Exporter
from tuner_tui.ui.widgets.rows import Rows


def screen(place: Place) -> type:
    module, _, name = place.screen.partition(":")
    return getattr(import_module(module), name)


def test_identifiers_are_unique() -> None:
    """A key can be remapped by its identifier only if that names one key."""
    names = [key.id for key in bindings.KEYS]

    assert len(names) == len(set(names))


def test_no_key_means_two_things_in_one_place() -> None:
    """What works everywhere is not bound again on a screen."""
    benches = {"recipe", "inference"}
    for scope in (place.name for place in PLACES):
        scopes = ("everywhere", *(("bench",) if scope in benches else ()), scope)
        keys = [name for key in bindings.among(scopes) for name in key.keys.split(",")]
        assert len(keys) == len(set(keys))


def test_every_action_exists() -> None:
    """Each key's action is a method of the screen or the app it names."""
    owners = {place.name: screen(place) for place in PLACES} | {
        "dialog": HelpScreen,
        "list": Rows,
        "bench": BenchScreen,
        "dials": Dials,
        "compare": CompareScreen,
        "exporter": Exporter,
    }
    for key in bindings.KEYS:
        name = key.action.split("(")[0].removeprefix("app.")
        owner = TunerApp if key.action.startswith("app.") else owners[key.scope]
        assert hasattr(owner, f"action_{name}"), key.id


def test_help_lists_every_key() -> None:
    """The help screen is made of the same table, and of the chart's."""
    sentences = {text for _, text, _ in lines()}

    assert {key.help for key in bindings.KEYS} < sentences
    assert "Choose the value under the cursor." in sentences


async def test_help_opens_and_closes(opened: Opened, until: Until) -> None:
    """`?` shows it, `?` takes it away."""
    async with opened(NARROW) as (app, pilot):
        await pilot.press("question_mark")
        await until(pilot, lambda: "Go to the probe's charts." in shared.shown(app))
        assert isinstance(app.screen, HelpScreen)

        await pilot.press("question_mark")
        await pilot.pause()
        assert isinstance(app.screen, SetupScreen)


async def test_the_footer_fits_at_80_columns(opened: Opened) -> None:
    """The last key, quit, is in sight."""
    async with opened(NARROW) as (app, _):
        assert shared.shown(app).splitlines()[-1].rstrip().endswith("q Quit")


async def test_help_is_found_through(opened: Opened, until: Until) -> None:
    """`/` and a word leave only the keys that have to do with it."""
    async with opened(NARROW) as (app, pilot):
        await pilot.press("question_mark", "slash", *"theme")
        await until(pilot, lambda: "Go to the probe" not in shared.shown(app))
        assert "Take the next theme" in shared.shown(app)
        await pilot.press("enter", "q")
        await until(pilot, lambda: not app.screen.is_modal)
