"""Does the first screen lead to data, runs and the tour, by keyboard alone?"""

from collections.abc import Callable
from pathlib import Path

import conftest as shared
import pytest
import recorded
from conftest import NARROW, WIDE, Until
from textual.widgets import Input

from tuner_engine.recipe import Recipe
from tuner_tui.ui import toured
from tuner_tui.ui.app import TunerApp
from tuner_tui.ui.programs import Programs
from tuner_tui.ui.screens.probe import ProbeScreen
from tuner_tui.ui.screens.setup import SetupScreen
from tuner_tui.ui.screens.start import StartScreen
from tuner_tui.ui.screens.tour import HINTS, TourScreen
from tuner_tui.ui.widgets.rows import Rows

Advise = Callable[[Recipe], tuple[str, ...]]


@pytest.fixture
def app(advise_with: Advise, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> TunerApp:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "titanic.csv").write_text("a,b\n1,2\n")
    toured.is_due()
    programs = Programs(advise=advise_with(recorded.recipe()), worker=("true",))
    return TunerApp(shared.spec(""), programs=programs)


@pytest.mark.parametrize("size", [NARROW, WIDE])
async def test_without_data_something_is_offered(
    app: TunerApp, until: Until, size: tuple[int, int]
) -> None:
    """Demos at once, runs when they are read; nothing is read or started."""
    recorded.folder(shared.spec("/data/mine.csv"))
    async with app.run_test(size=size) as pilot:
        assert isinstance(app.screen, StartScreen)
        await until(pilot, lambda: "/data/mine.csv" in shared.shown(app))
        assert "demo:digits" in shared.shown(app)
        assert app.session.recipe is None
        await pilot.press("q")

    assert app.return_code == 0


async def test_a_path_is_typed_completed_and_opened(app: TunerApp, until: Until) -> None:
    """`/`, two letters, Tab and Enter lead to the facts of the file."""
    async with app.run_test(size=NARROW) as pilot:
        await pilot.press("slash", "t", "i", "tab")
        await until(pilot, lambda: app.screen.query_one(Input).value == "titanic.csv")
        await until(pilot, lambda: "a,b" in shared.shown(app))
        await pilot.press("enter")
        await until(pilot, lambda: app.session.recipe)
        assert isinstance(app.screen, SetupScreen)
        assert app.session.spec.data.source == "titanic.csv"

        await pilot.press("o")
        await until(pilot, lambda: isinstance(app.screen, StartScreen))


async def test_typing_takes_digits_and_slashes(app: TunerApp, until: Until) -> None:
    """Keys of the app are letters of a path; `^g` gives them back."""
    async with app.run_test(size=NARROW) as pilot:
        await pilot.press("slash", "1", "slash", "q")
        assert app.screen.query_one(Input).value == "1/q"
        await until(pilot, lambda: "f1 Help" in shared.shown(app).splitlines()[-1])
        await until(pilot, lambda: "nothing here" in shared.shown(app))
        await pilot.press("ctrl+g")
        assert isinstance(app.focused, Rows)


async def test_a_folder_is_entered(app: TunerApp, until: Until) -> None:
    """Enter on a folder lists what is in it."""
    Path("inner").mkdir()
    (Path("inner") / "deep.csv").write_text("x\n")
    async with app.run_test(size=NARROW) as pilot:
        await pilot.press("slash", "i", "enter")
        await until(pilot, lambda: "inner/deep.csv" in shared.shown(app))
        await pilot.press("down", "enter")
        await until(pilot, lambda: app.session.spec.data.source == "inner/deep.csv")


async def test_a_run_is_opened_whole(app: TunerApp, until: Until) -> None:
    """The curve of a run that ended is there at once."""
    recorded.folder(shared.spec("mine.csv", recipe=recorded.recipe()))
    async with app.run_test(size=NARROW) as pilot:
        await until(pilot, lambda: "mine.csv" in shared.shown(app))
        rows = app.screen.query_one(Rows)
        rows.row = next(i for i, it in enumerate(app.screen._offers) if it.kind == "run")
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, ProbeScreen))
        await until(pilot, lambda: app.watched and app.watched.state.finished)


async def test_the_tour_says_three_things_and_ends(
    advise_with: Advise, until: Until, home: Path
) -> None:
    """The first start shows it; each hint is one key away, and the list is beneath."""
    (home / "tour-seen").unlink(missing_ok=True)
    app = TunerApp(shared.spec(""), programs=Programs(advise=("false",), worker=("true",)))
    async with app.run_test(size=NARROW) as pilot:
        await until(pilot, lambda: isinstance(app.screen, TourScreen))
        for number, _ in enumerate(HINTS, start=1):
            await until(pilot, lambda n=number: f"{n} of {len(HINTS)}" in shared.shown(app))
            await pilot.press("n")
        await until(pilot, lambda: isinstance(app.screen, StartScreen))

        await pilot.press("f9", "escape")
        await until(pilot, lambda: isinstance(app.screen, StartScreen))


async def test_the_tour_draws_a_whole_run() -> None:
    """Its events fold into a sweep, three rungs and a verdict, the same each time."""
    from tuner_engine.state import fold_all
    from tuner_tui.ui import simulated

    state = fold_all(simulated.events())

    assert len(state.learning_rates) == simulated.POINTS
    assert [rung.finished for rung in state.rungs] == [True] * 3
    assert state.verdicts[-1].verdict == "ok"
    assert fold_all(simulated.events()) == state


async def test_hostile_file_names_are_shown_as_text(app: TunerApp, until: Until) -> None:
    """Markup and escapes in a folder's entries are neither obeyed nor completed."""
    evil = "ev[red]\x1b[2J\u202e.csv"
    Path(evil).write_text("x\n")
    async with app.run_test(size=NARROW) as pilot:
        await pilot.press("slash", "e", "v")
        await until(pilot, lambda: "ev[red]\\x1b[2J" in shared.shown(app))
        await pilot.press("tab")
        assert "\x1b" not in shared.shown(app)
        assert "\u202e" not in shared.shown(app)
