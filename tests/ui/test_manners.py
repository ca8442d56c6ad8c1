"""Do two apps on one run do no harm, and does what a person sees survive any size?"""

import conftest as shared
import pytest
import recorded
from conftest import NARROW, WIDE, Until
from textual import events

from tuner_engine import runs
from tuner_tui.ui.app import TunerApp
from tuner_tui.ui.places import PLACES
from tuner_tui.ui.programs import Programs

SIZES = [(40, 10), (300, 90), (1, 1), (80, 24)]


def app_on(advise: tuple[str, ...]) -> TunerApp:
    programs = Programs(advise=advise, worker=("sh", "-c", "exec sleep 300"))
    return TunerApp(shared.spec(), programs=programs)


async def test_two_apps_on_one_run_show_the_same(advise_with, until: Until) -> None:
    """Both see the whole curve and the verdict; one leaving changes nothing for the other."""
    run = runs.create(shared.spec(recipe=recorded.recipe()), now=shared.WHEN)
    advise = advise_with(recorded.recipe())
    one, other = app_on(advise), app_on(advise)
    async with one.run_test(size=NARROW) as first:
        await until(first, lambda: one.session.recipe)
        one.open_run(run)
        async with other.run_test(size=WIDE) as second:
            await until(second, lambda: other.session.recipe)
            other.open_run(run)
            shared.keep(run, recorded.sweep_events())
            await until(second, lambda: other.watched.state.learning_rates)
            assert len(other.watched.state.learning_rates) == len(recorded.RATES)
        shared.keep(run, [*recorded.trial_events(), *recorded.ending_events()])
        await until(first, lambda: one.watched.state.finished)
        assert "✓ ok" in shared.shown(one)

    assert run.path.is_dir()


@pytest.mark.parametrize("place", [place.name for place in PLACES])
async def test_every_place_survives_any_size(advise_with, until: Until, place: str) -> None:
    """From one cell to a wall and back: nothing breaks, and the place is the same."""
    app = app_on(advise_with(recorded.recipe()))
    async with app.run_test(size=NARROW) as pilot:
        await until(pilot, lambda: app.session.recipe)
        if place != app.current_mode:
            app.action_go(place)
            await pilot.pause()
        for size in SIZES:
            await pilot.resize_terminal(*size)
            await pilot.pause()
        assert app.current_mode == place
        assert "titanic.csv" in shared.shown(app).splitlines()[0]
        for key in ("tab", "down", "up"):
            await pilot.press(key)
        assert app.is_running


@pytest.mark.parametrize("opening", ["ctrl+o", "question_mark", "L", "c", "m", "f9", "e"])
async def test_a_burst_of_keys_leaves_a_dialog_once(
    advise_with, until: Until, opening: str
) -> None:
    """What comes after the answer, in one burst, is for nobody: the app goes on."""
    app = app_on(advise_with(recorded.recipe()))
    async with app.run_test(size=NARROW) as pilot:
        await until(pilot, lambda: app.session.recipe)
        await pilot.press(opening)
        if app.screen.is_modal:
            for key in ("escape", "ctrl+g", "escape", "M", "q", "L", "escape"):
                app.screen.post_message(events.Key(key, None))
                app.simulate_key(key)
        await pilot.pause()
        await pilot.pause()
        assert app._exception is None


async def test_keys_after_leaving_find_nothing_to_act_on(advise_with, until: Until) -> None:
    """`q` and digits in one burst leave in good order."""
    app = app_on(advise_with(recorded.recipe()))
    async with app.run_test(size=NARROW) as pilot:
        await until(pilot, lambda: app.session.recipe)
        for key in ("q", "2", "3", "4", "L", "question_mark"):
            app.simulate_key(key)
        await pilot.pause()

    assert app.return_code == 0
    assert app._exception is None
