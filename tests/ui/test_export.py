"""Does everything leave as its preview says, where a person says, and nothing unasked?"""

import json
import shutil
import xml.etree.ElementTree as ET
from contextlib import asynccontextmanager
from pathlib import Path

import conftest as shared
import msgspec
import pytest
import recorded
from conftest import NARROW, WIDE, Opened, Until

from tuner_engine import export, runs
from tuner_engine.recipe import Recipe
from tuner_tui.chart.figure import Axis, Figure, Series
from tuner_tui.chart.view import view_of
from tuner_tui.ui import copying, exporting, sampled
from tuner_tui.ui.chart.widget import Chart
from tuner_tui.ui.sampled import Asked
from tuner_tui.ui.screens.confirm import ConfirmScreen
from tuner_tui.ui.screens.export import ChartExportScreen, ExportScreen
from tuner_tui.ui.screens.saving import SaveScreen
from tuner_tui.ui.widgets.exporter import Exporter


@pytest.fixture(autouse=True)
def _in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    monkeypatch.delenv("TMUX", raising=False)


@pytest.fixture
def at_export(opened: Opened):
    """Open the app on the screen of formats."""

    @asynccontextmanager
    async def start(size=NARROW, **more):
        async with opened(size, **more) as (app, pilot):
            await pilot.press("e")
            await pilot.pause()
            assert isinstance(app.screen, ExportScreen)
            yield app, pilot

    return start


def highlight(app, name: str) -> None:
    app.screen.query_one(Exporter).highlight(name)


async def test_enter_writes_the_whole_recipe(at_export, until: Until) -> None:
    """The proposed file holds the recipe as it stands, and the app says where."""
    async with at_export() as (app, pilot):
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, SaveScreen))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, ExportScreen))

    written = Path("titanic.recipe.json").read_bytes()
    assert msgspec.json.decode(written, type=Recipe) == app.session.recipe


@pytest.mark.parametrize("size", [NARROW, WIDE])
async def test_every_format_is_previewed_with_what_it_loses(at_export, until: Until, size) -> None:
    """The beginning of the content is in sight, and so is the first loss."""
    async with at_export(size) as (app, pilot):
        for name in export.FORMATS:
            highlight(app, name)
            exporter = app.screen.query_one(Exporter)
            await until(pilot, lambda: exporter.way.name == name)  # noqa: B023 - awaited here
            preview = exporter._preview
            first = preview.losses[0][1] if preview.losses else "Nothing is lost."
            text = shared.shown(app)

            assert preview.content is not None, name
            assert preview.text[:20].splitlines()[0] in text, name
            assert first.split()[0] in text, name


async def test_a_file_that_is_there_is_replaced_only_when_asked(at_export, until: Until) -> None:
    """Keeping it is the first answer; the second replaces it."""
    path = Path("titanic.recipe.json")
    path.write_text("mine")
    async with at_export() as (app, pilot):
        await pilot.press("enter", "enter")
        await until(pilot, lambda: isinstance(app.screen, ConfirmScreen))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, SaveScreen))
        assert path.read_text() == "mine"

        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, ConfirmScreen))
        await pilot.press("2")
        await until(pilot, lambda: isinstance(app.screen, ExportScreen))

    assert path.read_text() != "mine"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("no/[x].json", "no/[x].json: cannot be written"),
        (".", "is a folder"),
        ("", "name a file"),
        ("~no-such-person/x", "is no place for a file"),
    ],
)
async def test_a_place_that_cannot_be_written_is_named(
    at_export, until: Until, typed: str, said: str
) -> None:
    """The refusal is shown in the dialog, and nothing is written."""
    async with at_export() as (app, pilot):
        await pilot.press("enter", "ctrl+u", *typed, "enter")
        await until(pilot, lambda: said in shared.shown(app))

    assert list(Path().iterdir()) == []


async def test_copying_always_leaves_a_file(
    at_export, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The terminal is sent the same text, and the app says where the file is."""
    sent: list[str] = []
    async with at_export() as (app, pilot):
        monkeypatch.setattr(app, "copy_to_clipboard", sent.append)
        highlight(app, "flat")
        await pilot.press("y")
        kept = copying.folder() / "titanic.values.json"
        await until(pilot, kept.exists)

    assert json.loads(kept.read_text()) == recorded.recipe().values()
    assert sent == [kept.read_text()]
    assert kept.is_relative_to(runs.home())


async def test_keys_may_be_faster_than_the_screen(at_export, until: Until) -> None:
    """Down and copy at once take the format that is highlighted, not the one before."""
    async with at_export() as (app, pilot):
        exporter = app.screen.query_one(Exporter)
        exporter.highlight("flat")
        exporter.action_copy()
        kept = copying.folder() / "titanic.values.json"
        await until(pilot, kept.exists)

    assert json.loads(kept.read_text()) == recorded.recipe().values()


async def test_a_format_that_cannot_say_it_refuses_in_the_preview(
    opened: Opened, until: Until, tmp_path: Path
) -> None:
    """Without data there is no training to write; sampling can be written all the same."""
    refused = ("sh", "-c", "echo 'x.csv: it is empty' >&2; exit 3")
    async with opened(advise=refused) as (app, pilot):
        await pilot.press("7")
        await until(pilot, lambda: isinstance(app.screen, ExportScreen))
        highlight(app, "optax")
        await until(pilot, lambda: "no training to export" in shared.shown(app))
        await pilot.press("enter", "y")
        assert isinstance(app.screen, ExportScreen)
        highlight(app, "vllm")
        await until(pilot, lambda: '"temperature": 0.7' in shared.shown(app))


async def test_sampling_leaves_from_its_own_screen(opened: Opened, until: Until) -> None:
    """From the parameters of an Ollama model, its Modelfile is in front."""
    async with opened() as (app, pilot):
        await pilot.press("5")
        it = Asked(model="qwen3-8b", engine="ollama")
        app.screen.keep(sampled.instead(app.screen.recipe, it))
        await until(pilot, lambda: app.session.sampling is not None)
        await pilot.press("e")
        await until(pilot, lambda: "FROM qwen3-8b" in shared.shown(app))
        assert app.screen.query_one(Exporter).way.file == "qwen3-8b.Modelfile"
        highlight(app, "yaml")
        await until(pilot, lambda: "sampling of qwen3-8b" in shared.shown(app))
        await pilot.press("s")
        await until(pilot, lambda: "training → titanic.values.yaml" in shared.shown(app))


FIGURE = Figure(
    series=(Series("[red]loss", [1.0, 2.0, 3.0], [3.0, 2.0, 1.0]),),
    x_axis=Axis("step"),
    y_axis=Axis("loss"),
    title="Tri/als [x]",
)


@pytest.mark.parametrize("name", ["svg", "png", "csv", "csv-long", "txt"])
def test_a_chart_leaves_in_every_form(name: str) -> None:
    """Under a name that is no path, with bytes that its readers take."""
    ways = {way.name: way for way in exporting.of_chart(FIGURE, view_of(FIGURE), remark="")}
    preview = exporting.previewed(ways[name])

    assert preview.content
    assert "/" not in ways[name].file
    assert ways[name].file.endswith(name.partition("-")[0])
    match name:
        case "svg":
            assert ET.fromstring(preview.content).tag.endswith("svg")  # noqa: S314 - our own
        case "png":
            assert preview.content.startswith(b"\x89PNG")
        case "csv":
            assert preview.content.decode().splitlines()[1:] == ["1.0,3.0", "2.0,2.0", "3.0,1.0"]


async def test_a_chart_is_written_from_where_it_is_seen(opened: Opened, until: Until) -> None:
    """`w` on the schedule's curve offers its forms, and the one taken is written."""
    async with opened() as (app, pilot):
        await pilot.press("4")
        await pilot.pause()
        app.screen.query_one(Chart).focus()
        await pilot.press("w")
        await until(pilot, lambda: isinstance(app.screen, ChartExportScreen))
        await pilot.press("down", "down")
        await until(pilot, lambda: app.screen.query_one(Exporter)._preview.content)
        await pilot.press("enter", "ctrl+u", *"curve.csv", "enter")
        await until(pilot, lambda: Path("curve.csv").exists())

    assert Path("curve.csv").read_text().startswith("step")


def test_a_long_chart_is_previewed_by_its_beginning() -> None:
    """A hundred thousand points are written, and some hundred lines are looked at."""
    line = Series("loss", list(range(20_000)), list(range(20_000)))
    figure = Figure(series=(line,), title="long")
    ways = {way.name: way for way in exporting.of_chart(figure, view_of(figure), remark="")}
    preview = exporting.previewed(ways["csv"])

    assert preview.content.count(b"\n") == 20_001
    assert len(preview.text.splitlines()) == exporting.LOOKED_AT + 1
    assert preview.text.endswith("more lines")


async def test_what_is_too_long_for_terminals_is_only_kept(tmp_path: Path) -> None:
    """Nothing is sent that would be dropped without a word."""
    sent: list[str] = []
    done = await copying.copy("x" * 100_000, name="long.txt", send=sent.append, environ={})

    assert sent == []
    assert len(done) == 1
    assert "long.txt" in done[0]


async def test_a_folder_that_cannot_be_made_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Copying still says what it did."""
    Path("blocked").write_text("")
    monkeypatch.setenv("TUNER_TUI_HOME", "blocked")
    done = await copying.copy("x", name="a.txt", send=lambda text: None, environ={})

    assert done[0].startswith("sent")
    assert done[1].startswith("no file")


@pytest.mark.skipif(shutil.which("tmux") is None, reason="needs tmux")
async def test_tmux_without_a_server_is_no_trouble(tmp_path: Path) -> None:
    """A variable that outlived its tmux changes nothing."""
    environ = {"TMUX": str(tmp_path / "gone,1,0")}
    done = await copying.copy("x", name="a.txt", send=lambda text: None, environ=environ)

    assert any("a.txt" in words for words in done)


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("/data/a b.csv.gz", "a b.recipe.json"),
        ("demo:digits", "digits.recipe.json"),
        (".hidden", "recipe.recipe.json"),
        ("..", "recipe.recipe.json"),
        ("x\x1b[2J.csv", r"x\x1b[2J.recipe.json"),
    ],
)
def test_the_proposed_name_is_that_of_the_data(source: str, name: str) -> None:
    """In the working folder, without the data's own endings, and as plain text."""
    assert exporting.proposed(source, "json") == name
