"""Is the recipe written where a person says, and nothing lost on the way?"""

import json
from pathlib import Path

import conftest as shared
import msgspec
import pytest
import recorded
from conftest import Opened, Until

from tuner_engine.recipe import Recipe
from tuner_tui.ui import exporting
from tuner_tui.ui.screens.confirm import ConfirmScreen
from tuner_tui.ui.screens.export import ExportScreen
from tuner_tui.ui.screens.setup import SetupScreen


@pytest.fixture(autouse=True)
def _in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")


async def test_enter_writes_the_whole_recipe(opened: Opened, until: Until) -> None:
    """The proposed file holds the recipe as it stands, and the app says where."""
    async with opened() as (app, pilot):
        await pilot.press("e")
        assert isinstance(app.screen, ExportScreen)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, SetupScreen))

    written = Path("titanic.recipe.json").read_bytes()
    assert msgspec.json.decode(written, type=Recipe) == app.session.recipe


async def test_down_chooses_the_flat_format(opened: Opened, until: Until) -> None:
    """Names and values, under a name that says so."""
    async with opened() as (app, pilot):
        await pilot.press("e", "down", "enter")
        await until(pilot, lambda: isinstance(app.screen, SetupScreen))

    assert json.loads(Path("titanic.values.json").read_text()) == recorded.recipe().values()


async def test_a_file_that_is_there_is_replaced_only_when_asked(
    opened: Opened, until: Until
) -> None:
    """Keeping it is the first answer; the second replaces it."""
    path = Path("titanic.recipe.json")
    path.write_text("mine")
    async with opened() as (app, pilot):
        await pilot.press("e", "enter")
        await until(pilot, lambda: isinstance(app.screen, ConfirmScreen))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, ExportScreen))
        assert path.read_text() == "mine"

        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, ConfirmScreen))
        await pilot.press("2")
        await until(pilot, lambda: isinstance(app.screen, SetupScreen))

    assert path.read_text() != "mine"


async def test_a_place_that_cannot_be_written_is_named(opened: Opened, until: Until) -> None:
    """The refusal is shown in the dialog, and nothing is written."""
    async with opened() as (app, pilot):
        await pilot.press("e", "ctrl+u", *"no/[x].json", "enter")
        await until(pilot, lambda: "no/[x].json: cannot be written" in shared.shown(app))

    assert list(Path().iterdir()) == []


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("/data/a b.csv.gz", "a b.recipe.json"),
        ("demo:digits", "digits.recipe.json"),
        (".hidden", "recipe.recipe.json"),
    ],
)
def test_the_proposed_name_is_that_of_the_data(source: str, name: str) -> None:
    """In the working folder, without the data's own endings."""
    assert exporting.proposed(source, "json") == name


def test_a_folder_is_not_a_file(tmp_path: Path) -> None:
    """Naming a folder is refused with what to do."""
    problem = exporting.write(recorded.recipe(), tmp_path, form="json")

    assert problem is not None
    assert "name a file in it" in problem
