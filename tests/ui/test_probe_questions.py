"""Is every question asked, watched, held and answered on the probe screen?"""

from collections.abc import Callable

import conftest as shared
import pytest
import recorded
import recorded_probes as others
from conftest import NARROW, WIDE, Opened, Until

from tuner_engine import runs
from tuner_engine.runs import Run
from tuner_tui.ui.app import TunerApp
from tuner_tui.ui.chart.widget import Chart
from tuner_tui.ui.screens.probe import ProbeScreen
from tuner_tui.ui.widgets.standings import Standings

Recorded = Callable[..., Run]
HUGE = (200, 60)


def in_sight(app: TunerApp) -> list[str]:
    """The panes that are shown."""
    return [str(pane.id) for pane in app.screen.query_one("#charts").children if pane.display]


@pytest.mark.parametrize("command", others.RUNS)
@pytest.mark.parametrize("size", [NARROW, WIDE, HUGE])
async def test_a_finished_run_is_shown_whole(
    opened: Opened, until: Until, recorded_run: Recorded, command: str, size: tuple[int, int]
) -> None:
    """Of every probe: its charts, its verdict, and what comes next, at every size."""
    run = recorded_run(others.RUNS[command]())
    async with opened(size) as (app, pilot):
        app.open_run(run)
        await until(pilot, lambda: app.watched and not app.going)
        await until(pilot, lambda: isinstance(app.screen, ProbeScreen) and in_sight(app))
        verdicts = app.watched.state.verdicts
        await until(pilot, lambda: not verdicts or verdicts[0].summary[:9] in shared.shown(app))
        assert app.screen.asked == command
        assert len(in_sight(app)) >= (1 if size == NARROW else 2)
        for pane in in_sight(app):
            if pane != "standings":
                assert app.screen.query_one(f"#{pane}", Chart).figure.series


async def test_p_asks_something_else_and_r_begins_it(opened: Opened, until: Until) -> None:
    """The briefing says what it is, before anything runs."""
    async with opened() as (app, pilot):
        await pilot.press("3")
        await until(pilot, lambda: "Which learning rate trains best" in shared.shown(app))
        await pilot.press("p", "p")
        await until(pilot, lambda: "How long to train" in shared.shown(app))
        assert "full trainings of 1,000 steps" in shared.shown(app)
        assert runs.listed() == []

        await pilot.press("r")
        await until(pilot, runs.listed)
        assert runs.listed()[0].spec().command == "probe-epochs"


async def test_shift_p_goes_back(opened: Opened, until: Until) -> None:
    """And round the table, from the first question to the last."""
    async with opened() as (app, pilot):
        await pilot.press("3")
        await until(pilot, lambda: isinstance(app.screen, ProbeScreen))
        await pilot.press("P")
        await until(pilot, lambda: app.screen.asked == "train")


async def test_n_asks_what_the_verdict_makes_worth_asking(
    opened: Opened, until: Until, recorded_run: Recorded
) -> None:
    """It chooses the question; beginning it stays a person's act."""
    run = recorded_run(recorded.whole_run())
    async with opened() as (app, pilot):
        app.open_run(run)
        await until(pilot, lambda: "epochs is next" in shared.shown(app))
        await pilot.press("n")
        await until(pilot, lambda: "How long to train" in shared.shown(app))
        assert len(runs.listed()) == 1


async def test_the_answered_question_comes_back(
    opened: Opened, until: Until, recorded_run: Recorded
) -> None:
    """Looking at another question loses nothing of the run in sight."""
    run = recorded_run(others.epochs_run())
    async with opened() as (app, pilot):
        app.open_run(run)
        await until(pilot, lambda: "Best after 15 epochs" in shared.shown(app))
        await pilot.press("p")
        await until(pilot, lambda: in_sight(app) == [])
        await pilot.press("P")
        await until(pilot, lambda: "Best after 15 epochs" in shared.shown(app))
        assert in_sight(app) == ["losses"]


async def test_space_holds_the_view_and_not_the_run(opened: Opened, until: Until) -> None:
    """What came meanwhile is there once it goes on."""
    async with opened() as (app, pilot):
        await pilot.press("r")
        await until(pilot, runs.listed)
        run = runs.listed()[0]
        shared.keep(run, recorded.sweep_events())
        await until(pilot, lambda: "median of seeds" in shared.shown(app))
        await pilot.press("space")
        await until(pilot, lambda: "view held" in shared.shown(app))
        shared.keep(run, recorded.trial_events())
        await until(pilot, lambda: app.watched and app.watched.state.rungs)
        assert "40% run" not in shared.shown(app)

        await pilot.press("space")
        await until(pilot, lambda: "40% run" in shared.shown(app))
        assert "view held" not in shared.shown(app)


async def test_enter_on_the_losses_takes_the_epochs(
    opened: Opened, until: Until, recorded_run: Recorded
) -> None:
    """Whole ones, locked, and undone with the key that the message names."""
    run = recorded_run(others.epochs_run())
    async with opened() as (app, pilot):
        app.open_run(run)
        await until(pilot, lambda: "suggested 15" in shared.shown(app))
        await pilot.press("left", "left", "enter")
        await until(pilot, lambda: app.session.recipe.settings["epochs"].locked)
        taken = app.session.recipe.values()["epochs"]
        assert isinstance(taken, int)
        assert taken < 15

        await pilot.press("u")
        await until(pilot, lambda: not app.session.recipe.settings["epochs"].locked)


async def test_enter_on_the_sizes_takes_the_batch(
    opened: Opened, until: Until, recorded_run: Recorded
) -> None:
    """A size that ran, as a whole number."""
    run = recorded_run(others.batch_run())
    async with opened() as (app, pilot):
        app.open_run(run)
        await until(pilot, lambda: "suggested 64" in shared.shown(app))
        await pilot.press("left", "left", "enter")
        await until(pilot, lambda: app.session.recipe.settings["batch_size"].locked)
        assert app.session.recipe.values()["batch_size"] == 32


async def test_an_arm_is_taken_from_the_table(
    opened: Opened, until: Until, recorded_run: Recorded
) -> None:
    """The values in which the highlighted arm differs, and no others."""
    run = recorded_run(others.regularization_run()[:-2])
    async with opened(WIDE) as (app, pilot):
        app.open_run(run)
        await until(pilot, lambda: app.watched and app.watched.state.epochs)
        while not isinstance(app.focused, Standings):
            await pilot.press("shift+tab")
            await pilot.pause()
        table = app.screen.query_one(Standings)
        await until(pilot, lambda: "weight decay 0.1" in shared.shown(app))
        while table.highlighted.arm != "weight decay 0.1":
            await pilot.press("down")
        await pilot.press("enter")
        await until(pilot, lambda: app.session.recipe.settings["weight_decay"].locked)
        assert app.session.recipe.values()["weight_decay"] == 0.1
        assert app.session.recipe.settings["dropout"].basis != "chosen"


async def test_an_arm_without_settings_gives_nothing_to_take(
    opened: Opened, until: Until, recorded_run: Recorded, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Seeds differ in luck alone."""
    told: list[str] = []
    monkeypatch.setattr(TunerApp, "notify", lambda _, message, **__: told.append(message))
    run = recorded_run(others.seeds_run())
    async with opened() as (app, pilot):
        app.open_run(run)
        await until(pilot, lambda: "Ties within" in shared.shown(app))
        before = app.session
        await pilot.press("shift+tab", "enter")
        await until(pilot, lambda: any("differs in no setting" in it for it in told))
        assert app.session == before


async def test_resizing_keeps_the_front_chart_and_the_cursor(
    opened: Opened, until: Until, recorded_run: Recorded
) -> None:
    """From wide to narrow and back, whatever is hidden on the way."""
    run = recorded_run(others.epochs_run())
    async with opened(HUGE) as (app, pilot):
        app.open_run(run)
        await until(pilot, lambda: "suggested 15" in shared.shown(app))
        await pilot.press("left")
        at = app.screen.query_one("#losses", Chart).cursor_x
        for size in (NARROW, (60, 15), HUGE):
            await pilot.resize_terminal(*size)
            await pilot.pause()
            assert "losses" in in_sight(app)
        assert app.screen.query_one("#losses", Chart).cursor_x == at


async def test_another_run_begins_with_a_fresh_screen(
    opened: Opened, until: Until, recorded_run: Recorded
) -> None:
    """No cursor, chart or question of the run before stays."""
    first, second = recorded_run(others.epochs_run()), recorded_run(others.batch_run())
    async with opened() as (app, pilot):
        app.open_run(first)
        await until(pilot, lambda: "suggested 15" in shared.shown(app))
        await pilot.press("left", "tab")
        app.open_run(second)
        await until(pilot, lambda: "suggested 64" in shared.shown(app))
        assert in_sight(app) == ["throughput"]
        assert app.screen.query_one("#losses", Chart).cursor_x is None
