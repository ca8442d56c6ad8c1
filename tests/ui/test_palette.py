"""Is everything found by typing, and does each pane have a letter?"""

import conftest as shared
import recorded
from conftest import NARROW, WIDE, Opened, Until
from textual.command import CommandPalette
from textual.widgets import OptionList

from tuner_tui.ui.screens.jump import JumpScreen, lettered
from tuner_tui.ui.screens.probe import ProbeScreen
from tuner_tui.ui.widgets.recipe_table import RecipeTable


async def found(pilot, until: Until, words: str) -> None:
    """Type into the palette, and wait until something is offered."""
    await pilot.press("colon")
    await until(pilot, lambda: isinstance(pilot.app.screen, CommandPalette))
    await pilot.press(*("space" if letter == " " else letter for letter in words))
    await until(
        pilot,
        lambda: any(
            words.casefold() in str(option.prompt).casefold()
            for option in pilot.app.screen.query_one(OptionList).options
        ),
    )


async def test_a_place_is_found_and_gone_to(opened: Opened, until: Until) -> None:
    """Typing its name and Enter twice is enough."""
    async with opened(NARROW) as (app, pilot):
        await found(pilot, until, "go to probe")
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, ProbeScreen))


async def test_a_setting_is_found_and_highlighted(opened: Opened, until: Until) -> None:
    """The highlight goes to the setting that was typed."""
    async with opened(NARROW) as (app, pilot):
        await found(pilot, until, "weight decay")
        await pilot.press("enter")
        await until(pilot, lambda: not app.screen.is_modal)
        await until(
            pilot,
            lambda: app.screen.query_one(RecipeTable).setting_name == "weight_decay",
        )


async def test_a_run_is_found_and_opened(opened: Opened, until: Until) -> None:
    """A run that ended long ago is shown whole."""
    recorded.folder(shared.spec(recipe=recorded.recipe()))
    async with opened(NARROW) as (app, pilot):
        await found(pilot, until, "20250102")
        await pilot.press("enter")
        await until(pilot, lambda: app.watched and app.watched.state.finished)
        await until(pilot, lambda: isinstance(app.screen, ProbeScreen))


async def test_a_letter_leads_to_its_pane(opened: Opened, until: Until) -> None:
    """Letters stand on the panes; one focuses its pane, another key goes back."""
    async with opened(WIDE) as (app, pilot):
        panes = lettered(app.screen.focus_chain)
        assert len(panes) > 1
        letter, pane = list(panes.items())[-1]
        await pilot.press("ctrl+o")
        assert isinstance(app.screen, JumpScreen)
        await pilot.press(letter)
        await until(pilot, lambda: not app.screen.is_modal and app.focused is pane)

        await pilot.press("ctrl+o", "escape")
        await until(pilot, lambda: not app.screen.is_modal)
        assert app.focused is pane
