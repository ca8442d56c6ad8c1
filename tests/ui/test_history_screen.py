"""Are runs found, sorted, marked, compared, annotated, opened and deleted by keys?"""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime

import conftest as shared
import pytest
import recorded
import recorded_probes as others
from conftest import NARROW, WIDE, Opened, Until
from textual.pilot import Pilot
from textual.widgets import Input

from tuner_engine import events, remarks, runs
from tuner_engine.recipe import Recipe
from tuner_engine.remarks import Remarks
from tuner_engine.runs import Recorder, Run
from tuner_tui.ui.app import TunerApp
from tuner_tui.ui.chart.widget import Chart
from tuner_tui.ui.screens.compare import CompareScreen
from tuner_tui.ui.screens.history import HistoryScreen
from tuner_tui.ui.screens.probe import ProbeScreen
from tuner_tui.ui.widgets.run_list import RunList

OLD = ("probe-lr", "train", "probe-epochs")
"""Commands of the kept runs, oldest first."""


def kept(command: str, minute: int, source: str = "titanic.csv") -> Run:
    asked = replace(shared.spec(source, recipe=recorded.recipe()), command=command)
    run = runs.create(asked, now=datetime(2025, 1, 2, 3, minute, tzinfo=UTC))
    shared.keep(run, others.RUNS[command]() if command in others.RUNS else recorded.whole_run())
    return run


@pytest.fixture
def made() -> list[Run]:
    """Three runs, a minute apart."""
    return [kept(command, minute) for minute, command in enumerate(OLD)]


@pytest.fixture
def listing(opened: Opened, until: Until) -> Callable[..., AsyncIterator[object]]:
    """The app on its history, once the runs are listed."""

    @asynccontextmanager
    async def start(size: tuple[int, int] = NARROW) -> AsyncIterator[tuple[TunerApp, Pilot[None]]]:
        async with opened(size) as (app, pilot):
            await pilot.press("6")
            await until(pilot, lambda: isinstance(app.screen, HistoryScreen))
            await until(pilot, lambda: listed(app) or "no runs yet" in shared.shown(app))
            yield app, pilot

    return start


def listed(app: TunerApp) -> list[str]:
    """The runs in sight, from the top."""
    return [entry.id for entry in app.screen._listed]


def ids(them: list[Run], *places: int) -> list[str]:
    return [them[place].id for place in places]


async def test_runs_are_listed_newest_first(made: list[Run], listing) -> None:
    """With what was asked, how it ended, and what it found."""
    async with listing() as (app, _):
        assert listed(app) == ids(made, 2, 1, 0)
        text = shared.shown(app)
        assert "3 runs · newest first" in text
        assert all(word in text for word in ("Learning rate", "Train", "Epochs", "titanic.csv"))


async def test_without_runs_it_says_so(listing) -> None:
    """And where they would be."""
    async with listing() as (app, _):
        assert "no runs yet under" in shared.shown(app)


async def test_the_list_is_narrowed_while_words_are_typed(
    made: list[Run], listing, until: Until
) -> None:
    """Digits and letters are text there; leaving the filter keeps it."""
    remarks.keep(made[0], Remarks(tags=("good1",)))
    async with listing() as (app, pilot):
        await pilot.press("slash", *"#good1")
        await until(pilot, lambda: listed(app) == ids(made, 0))
        await pilot.press("escape")
        assert isinstance(app.focused, RunList)
        assert "1 of 3 runs" in shared.shown(app)

        await pilot.press("slash", *["backspace"] * 6, "enter")
        await until(pilot, lambda: len(listed(app)) == 3)


async def test_a_filter_without_a_match_says_so(made: list[Run], listing, until: Until) -> None:
    """And no key acts on a run that is not in sight."""
    async with listing() as (app, pilot):
        await pilot.press("slash", *"zzz", "enter")
        await until(pilot, lambda: "no run matches" in shared.shown(app))
        await pilot.press("d", "n", "enter", "space")
        assert isinstance(app.screen, HistoryScreen)
        assert all(run.path.exists() for run in made)


async def test_orders_take_turns_and_the_highlight_stays_on_its_run(
    made: list[Run], listing, until: Until
) -> None:
    """By data, by command and so on, back to the newest first."""
    async with listing() as (app, pilot):
        await pilot.press("down")
        await until(pilot, lambda: app.screen._entry.id == made[1].id)
        await pilot.press("s", "s")
        await until(pilot, lambda: "by command" in shared.shown(app))
        assert listed(app) == ids(made, 2, 0, 1)
        assert app.screen.query_one(RunList).row == 2
        await pilot.press(*"ssss")
        await until(pilot, lambda: "newest first" in shared.shown(app))


@pytest.mark.parametrize("size", [NARROW, WIDE])
async def test_marked_runs_are_compared(
    made: list[Run], listing, until: Until, size: tuple[int, int]
) -> None:
    """Their curves over each other, and only the facts in which they differ."""
    async with listing(size) as (app, pilot):
        await pilot.press("space", "space", "c")
        await until(pilot, lambda: "facts differ" in shared.shown(app))
        text = shared.shown(app)
        assert "probe-epochs" in text
        assert "weight decay" not in text
        chart = app.screen.query_one(Chart)
        assert [series.name for series in chart.figure.series] == ["A", "B"]

        await pilot.press("n")
        await until(pilot, lambda: "Metric" in chart.figure.title)
        await pilot.press("a")
        await until(pilot, lambda: "all are shown" in shared.shown(app))
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, HistoryScreen))


async def test_one_mark_is_compared_with_the_highlight(
    made: list[Run], listing, until: Until
) -> None:
    """Marking goes on to the next run, so `space c` compares two."""
    async with listing() as (app, pilot):
        await pilot.press("space", "c")
        await until(pilot, lambda: isinstance(app.screen, CompareScreen))
        await until(pilot, lambda: "2 runs" in shared.shown(app))


async def test_a_note_and_tags_are_kept_beside_the_run(
    made: list[Run], listing, until: Until
) -> None:
    """Markup is text; a tag that is none is refused, and the dialog stays."""
    async with listing(WIDE) as (app, pilot):
        await pilot.press("n")
        await until(pilot, lambda: "tags, with blanks between" in shared.shown(app))
        await pilot.press(*"look [b]", "tab")
        app.screen.query_one("#tags", Input).value = "x" * 33
        await pilot.press("enter")
        await until(pilot, lambda: "a tag is one word" in shared.shown(app))
        app.screen.query_one("#tags", Input).value = "xx"
        await pilot.press("enter")
        await until(pilot, lambda: remarks.of(made[2]).tags == ("xx",))
        await until(pilot, lambda: "look [b]" in shared.shown(app))
        assert remarks.of(made[2]).note == "look [b]"


async def test_enter_opens_a_run_on_the_probe_screen(
    made: list[Run], listing, until: Until
) -> None:
    """Whole, with its verdict folded into the recipe."""
    async with listing() as (app, pilot):
        await pilot.press("end", "enter")
        await until(pilot, lambda: isinstance(app.screen, ProbeScreen))
        await until(pilot, lambda: "0.0056 is best" in shared.shown(app))
        assert app.watched.run_id == made[0].id


async def test_deleting_asks_first(made: list[Run], listing, until: Until) -> None:
    """The first answer keeps everything; the second deletes what was marked."""
    async with listing() as (app, pilot):
        await pilot.press("space", "space", "d")
        await until(pilot, lambda: "Delete 2 runs for good?" in shared.shown(app))
        await pilot.press("enter")
        await pilot.pause()
        assert all(run.path.exists() for run in made)

        await pilot.press("d")
        await until(pilot, lambda: "for good?" in shared.shown(app))
        await pilot.press("2")
        await until(pilot, lambda: listed(app) == ids(made, 0))
        assert [run.path.exists() for run in made] == [True, False, False]


async def test_a_run_that_goes_on_is_not_deleted(
    opened: Opened, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The refusal says why, and the run stays."""
    told: list[str] = []
    monkeypatch.setattr(TunerApp, "notify", lambda _, message, **__: told.append(message))
    async with opened() as (app, pilot):
        await pilot.press("r")
        await until(pilot, runs.listed)
        (run,) = runs.listed()
        with Recorder(run) as writer:
            writer.append(next(recorded.sweep_events()))
            await pilot.press("6")
            await until(pilot, lambda: isinstance(app.screen, HistoryScreen) and listed(app))
            await pilot.press("d")
            await until(pilot, lambda: "for good?" in shared.shown(app))
            await pilot.press("2")
            await until(pilot, lambda: any("still running" in it for it in told))
            assert run.path.exists()


async def test_the_recipe_of_a_run_is_taken_up_for_export(
    made: list[Run], listing, until: Until
) -> None:
    """As measured, whatever the session was about before."""
    async with listing() as (app, pilot):
        await pilot.press("end", "E")
        await until(pilot, lambda: app.session.recipe.settings["learning_rate"].basis == "measured")
        assert app.session.recipe.values()["learning_rate"] == recorded.BEST
        await until(pilot, lambda: not isinstance(app.screen, HistoryScreen))


async def test_hostile_names_are_shown_as_text(listing) -> None:
    """Paths, notes and commands of other programs cannot steer the screen."""
    run = kept("train", 1, source="/data/[red]\x1b[31m\u202e.csv")
    remarks.keep(run, Remarks(note="[b]\x1b]0;x\x07"))
    (run.path / "spec.json").write_bytes(
        (run.path / "spec.json").read_bytes().replace(b'"train"', b'"tr[i]n"')
    )
    async with listing(WIDE) as (app, _):
        text = shared.shown(app)
        assert r"[red]\x1b[31m\u202e.csv" in text
        assert "\x1b" not in text
        assert "[b]" in text


async def test_a_run_that_ends_is_read_anew(made: list[Run], listing, until: Until) -> None:
    """Runs come and go while the person is elsewhere."""
    async with listing() as (app, pilot):
        await pilot.press("3")
        await until(pilot, lambda: isinstance(app.screen, ProbeScreen))
        fourth = kept("probe-batch", 4)
        await pilot.press("6")
        await until(pilot, lambda: fourth.id in listed(app))


async def test_a_run_of_other_data_brings_its_own_recipe(opened: Opened, until: Until) -> None:
    """Also one of the command line, whose spec holds none; undoing leads back."""
    run = runs.create(shared.spec("other.csv"), now=shared.WHEN)
    other = recorded.recipe("other.csv").chosen("dropout", 0.4)
    told = [
        replace_recipe(event, other) if isinstance(event, events.RecipeAdvised) else event
        for event in recorded.whole_run()
    ]
    shared.keep(run, told)
    async with opened() as (app, pilot):
        before = app.session
        app.open_run(run)
        await until(pilot, lambda: app.session.recipe.values()["learning_rate"] == recorded.BEST)
        assert app.session.recipe.values()["dropout"] == 0.4
        assert app.session.spec.data.source == "other.csv"
        await pilot.press("u", "u")
        await until(pilot, lambda: app.session == before)


def replace_recipe(event: events.RecipeAdvised, recipe: Recipe) -> events.RecipeAdvised:
    return events.RecipeAdvised(at_s=event.at_s, recipe=recipe)
