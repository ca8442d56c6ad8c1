"""Is a probe started, drawn as it goes, stopped, and its answer taken into the recipe?"""

from collections.abc import Callable

import conftest as shared
import pytest
import recorded
from conftest import NARROW, WIDE, Opened, Until

from tuner_engine import events, runs
from tuner_engine.runs import Recorder, Run
from tuner_tui.ui.chart.widget import Chart
from tuner_tui.ui.screens.leaving import AttachScreen, LeavingScreen
from tuner_tui.ui.screens.probe import ProbeScreen

DEAD_WORKER = ("sh", "-c", "echo 'RESOURCE_EXHAUSTED: [red]no memory'; exit 1")
"""A worker that prints its trouble and is gone."""

OBEDIENT = ("sh", "-c", "trap 'exit 130' TERM; while :; do sleep 0.01; done")
"""A worker that ends when it is asked to."""


@pytest.mark.parametrize("size", [NARROW, WIDE])
async def test_r_starts_a_probe_that_is_drawn_live(
    opened: Opened, until: Until, size: tuple[int, int]
) -> None:
    """From an empty chart over the sweep and the trials to the verdict."""
    async with opened(size) as (app, pilot):
        await pilot.press("r")
        await until(pilot, lambda: isinstance(app.screen, ProbeScreen))
        (run,) = runs.listed()
        assert run.spec().recipe == app.session.recipe

        shared.keep(run, recorded.sweep_events())
        await until(pilot, lambda: "median of seeds" in shared.shown(app))
        assert "sweep" in shared.shown(app)

        shared.keep(run, recorded.trial_events())
        await until(pilot, lambda: "40% run" in shared.shown(app))

        shared.keep(run, recorded.ending_events())
        await until(pilot, lambda: "✓ ok" in shared.shown(app))
        text = shared.shown(app)

    assert "0.0056 is best" in text
    assert "suggested 0.0056" in text
    assert "30,484 steps" in text


async def test_the_verdict_is_folded_into_the_recipe(opened: Opened, until: Until) -> None:
    """The learning rate of the recipe is then the measured one, with its evidence."""
    async with opened() as (app, pilot):
        await pilot.press("r")
        await until(pilot, runs.listed)
        shared.keep(runs.listed()[0], recorded.whole_run())
        await until(pilot, lambda: app.session.recipe.values()["learning_rate"] == recorded.BEST)

        assert app.session.recipe.settings["learning_rate"].basis == "measured"
        await pilot.press("1")
        await until(pilot, lambda: "measured" in shared.shown(app))


async def test_the_cursor_reads_the_chart_and_enter_takes_its_value(
    opened: Opened, until: Until
) -> None:
    """The first arrow lands on the suggestion, the next ones on measured rates; Enter decides."""
    async with opened() as (app, pilot):
        await pilot.press("r")
        await until(pilot, runs.listed)
        shared.keep(runs.listed()[0], recorded.whole_run())
        await until(pilot, lambda: "✓ ok" in shared.shown(app))

        await pilot.press("left")
        await until(pilot, lambda: "= suggested" in shared.shown(app))
        await pilot.press("left")
        await until(pilot, lambda: "suggested ÷" in shared.shown(app))
        x = app.screen.query_one("#trials", Chart).cursor_x
        await pilot.press("enter")
        await until(pilot, lambda: app.session.recipe.settings["learning_rate"].locked)

        assert app.session.recipe.values()["learning_rate"] == x
        assert x < recorded.BEST


async def test_both_charts_stand_at_the_same_rate(opened: Opened, until: Until) -> None:
    """On a tall screen the other chart's cursor follows."""
    async with opened(WIDE) as (app, pilot):
        await pilot.press("r")
        await until(pilot, runs.listed)
        shared.keep(runs.listed()[0], recorded.whole_run())
        await until(pilot, lambda: "✓ ok" in shared.shown(app))
        await pilot.press("left", "left")
        await pilot.pause()
        sweep, trials = (
            app.screen.query_one("#sweep", Chart),
            app.screen.query_one("#trials", Chart),
        )

        assert sweep.cursor_x == trials.cursor_x != None  # noqa: E711 - a chain of comparisons


async def test_tab_brings_the_other_chart(opened: Opened, until: Until) -> None:
    """At 80×24 there is room for one; the person's choice stays when news arrives."""
    async with opened() as (app, pilot):
        await pilot.press("r")
        await until(pilot, runs.listed)
        run = runs.listed()[0]
        shared.keep(run, recorded.sweep_events())
        shared.keep(run, recorded.trial_events())
        await until(pilot, lambda: "Trials" in shared.shown(app))

        await pilot.press("tab")
        await until(pilot, lambda: "Sweep" in shared.shown(app))
        shared.keep(run, recorded.ending_events())
        await until(pilot, lambda: "✓ ok" in shared.shown(app))

        assert "Sweep" in shared.shown(app)


@pytest.mark.parametrize("key", ["x", "ctrl+c"])
async def test_a_running_probe_is_stopped(opened: Opened, until: Until, key: str) -> None:
    """The key asks the worker to end; its folder stays and its silence is reported."""
    async with opened(worker=OBEDIENT) as (app, pilot):
        await pilot.press("r")
        await until(pilot, lambda: app.going)
        await pilot.press(key)
        await until(pilot, lambda: not app.going)

        assert "ended with code 130" in shared.shown(app)
        assert len(runs.listed()) == 1


async def test_a_dead_worker_is_reported_and_another_can_start(
    opened: Opened, until: Until
) -> None:
    """Its last line as text, what to do, and a second `r` makes a second run."""
    async with opened(worker=DEAD_WORKER) as (app, pilot):
        await pilot.press("r")
        await until(pilot, lambda: "r starts a new one" in shared.shown(app))
        assert "RESOURCE_EXHAUSTED: [red]" in shared.shown(app)
        assert "died" in shared.shown(app)

        await pilot.press("r")
        await until(pilot, lambda: len(runs.listed()) == 2)


async def test_a_finding_for_another_training_is_not_folded_in(
    opened: Opened, until: Until
) -> None:
    """A recipe edited while the probe runs keeps its advised rate."""
    async with opened() as (app, pilot):
        await pilot.press("r")
        await until(pilot, runs.listed)
        app.become(shared.acts.edited(app.session, "optimizer", "sgd"))
        shared.keep(runs.listed()[0], recorded.whole_run())
        await until(pilot, lambda: not app.going)

        assert app.session.recipe.settings["learning_rate"].basis != "measured"


async def test_quitting_asks_what_becomes_of_a_probe(opened: Opened, until: Until) -> None:
    """Staying is the first answer; leaving leaves the worker alive."""
    async with opened() as (app, pilot):
        await pilot.press("r")
        await until(pilot, lambda: app.going)
        await pilot.press("q")
        await until(pilot, lambda: isinstance(app.screen, LeavingScreen))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, ProbeScreen))

        await pilot.press("ctrl+q")
        await until(pilot, lambda: isinstance(app.screen, LeavingScreen))
        await pilot.press("2")
        await pilot.pause()
        worker = app.measuring._watch.worker
        assert worker.poll(now_s=0.0) is None

    assert app.return_code == 0


async def test_stopping_on_the_way_out_waits_for_the_worker(opened: Opened, until: Until) -> None:
    """The app leaves once the worker has ended."""
    async with opened(worker=OBEDIENT) as (app, pilot):
        await pilot.press("r")
        await until(pilot, lambda: app.going)
        await pilot.press("q")
        await until(pilot, lambda: isinstance(app.screen, LeavingScreen))
        await pilot.press("3")
        await until(pilot, lambda: app.return_code is not None)

        assert not app.going


async def test_a_worker_that_waits_in_vain_leaves_no_folder(opened: Opened) -> None:
    """Opening and leaving the app makes no run."""
    async with opened() as (app, pilot):
        assert len(list((runs.home() / "runs").iterdir())) == 1
        await pilot.press("q")

    assert app.return_code == 0
    assert list((runs.home() / "runs").iterdir()) == []


async def test_a_probe_still_going_is_offered_and_shown_whole(
    opened: Opened, until: Until, recorded_run: Callable[..., Run]
) -> None:
    """Attaching draws the whole curve at once and follows what comes."""
    run = recorded_run(())
    with Recorder(run) as kept:
        for event in recorded.sweep_events():
            kept.append(event)
        async with opened() as (app, pilot):
            await until(pilot, lambda: isinstance(app.screen, AttachScreen))
            assert run.id in shared.shown(app)
            await pilot.press("enter")
            await until(pilot, lambda: "median of seeds" in shared.shown(app))

            kept.append(events.RunFinished(status="interrupted", exit_code=130))
            await until(pilot, lambda: not app.going)

            assert "interrupted" in shared.shown(app)


async def test_a_finished_run_is_not_offered(
    opened: Opened, recorded_run: Callable[..., Run]
) -> None:
    """Only what still goes on can be watched."""
    recorded_run(recorded.whole_run())
    async with opened() as (app, pilot):
        await pilot.pause(0.1)

        assert not isinstance(app.screen, AttachScreen)


async def test_news_does_not_take_the_cursor_away(opened: Opened, until: Until) -> None:
    """Who reads the sweep when the trials begin goes on reading the sweep."""
    async with opened() as (app, pilot):
        await pilot.press("r")
        await until(pilot, runs.listed)
        run = runs.listed()[0]
        shared.keep(run, recorded.sweep_events())
        await until(pilot, lambda: "median of seeds" in shared.shown(app))
        await pilot.press("right")
        shared.keep(run, recorded.trial_events())
        await until(pilot, lambda: app.watched and app.watched.state.rungs)

        assert "Sweep" in shared.shown(app)
        assert app.screen.query_one("#sweep", Chart).cursor_x is not None


async def test_an_interrupted_probe_settles_nothing(opened: Opened, until: Until) -> None:
    """Its reading is shown; the recipe keeps what was advised unless a person takes it."""
    interrupted = events.VerdictReached(
        at_s=9.0,
        probe="learning-rate",
        verdict="interrupted",
        summary="Stopped early.",
        confidence="low",
        settings={"learning_rate": recorded.measured_rate()},
    )
    async with opened() as (app, pilot):
        await pilot.press("r")
        await until(pilot, runs.listed)
        finished = events.RunFinished(status="interrupted", exit_code=130)
        shared.keep(runs.listed()[0], [*recorded.sweep_events(), interrupted, finished])
        await until(pilot, lambda: "Stopped early." in shared.shown(app))

        assert app.session.recipe.settings["learning_rate"].basis == "preset"
