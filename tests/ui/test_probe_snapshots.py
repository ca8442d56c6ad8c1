"""Do the probe screen and comparisons look as they did when a person last approved them?

Five pictures. After a wanted change, `pytest tests/ui/test_probe_snapshots.py --snapshot-update`
takes new ones.
"""

from collections.abc import Awaitable, Callable

import conftest as shared
import pytest
import recorded
import recorded_probes as others
from conftest import NARROW, WIDE, Until
from textual.pilot import Pilot

from tuner_engine.recipe import Recipe
from tuner_tui.ui.app import TunerApp
from tuner_tui.ui.programs import Programs
from tuner_tui.ui.screens.compare import CompareScreen

SnapCompare = Callable[..., bool]
Arrive = Callable[[Pilot[None]], Awaitable[None]]


@pytest.fixture
def app(advise_with: Callable[[Recipe], tuple[str, ...]]) -> TunerApp:
    programs = Programs(advise=advise_with(recorded.recipe()), worker=("true",))
    return TunerApp(shared.spec(recipe=recorded.recipe()), programs=programs)


@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["80x24", "120x40"])
def test_the_learning_rate_after_its_verdict(
    snap_compare: SnapCompare, app: TunerApp, until: Until, size: tuple[int, int]
) -> None:
    """Questions, charts, cursor, readout and verdict."""
    run = recorded.folder(shared.spec(recipe=recorded.recipe()))

    async def arrive(pilot: Pilot[None]) -> None:
        await until(pilot, lambda: app.session.recipe)
        app.open_run(run)
        await until(pilot, lambda: "✓ ok" in shared.shown(app))
        await pilot.press("left", "left", "left")
        await until(pilot, lambda: "suggested ÷" in shared.shown(app))

    assert snap_compare(app, run_before=arrive, terminal_size=size)


def test_the_epochs_after_their_verdict(
    snap_compare: SnapCompare, app: TunerApp, until: Until
) -> None:
    """Two charts at once, the onset, the range and the next question."""
    run = others.folder("probe-epochs")

    async def arrive(pilot: Pilot[None]) -> None:
        await until(pilot, lambda: app.session.recipe)
        app.open_run(run)
        await until(pilot, lambda: "regularisation is next" in shared.shown(app))

    assert snap_compare(app, run_before=arrive, terminal_size=WIDE)


def test_arms_where_it_is_narrow(snap_compare: SnapCompare, app: TunerApp, until: Until) -> None:
    """Intervals on a common scale, the best, the worse, and the one that diverged."""
    run = others.folder("probe-regularization")

    async def arrive(pilot: Pilot[None]) -> None:
        await until(pilot, lambda: app.session.recipe)
        app.open_run(run)
        await until(pilot, lambda: "Dropout 0.3 helps" in shared.shown(app))
        while "over seeds" not in shared.shown(app):
            await pilot.press("tab")
            await pilot.pause()

    assert snap_compare(app, run_before=arrive, terminal_size=NARROW)


def test_two_runs_side_by_side(snap_compare: SnapCompare, app: TunerApp, until: Until) -> None:
    """Both curves, and the facts in which the runs differ."""
    chosen = [others.folder("probe-epochs"), others.folder("train")]

    async def arrive(pilot: Pilot[None]) -> None:
        await until(pilot, lambda: app.session.recipe)
        app.push_screen(CompareScreen(chosen))
        await until(pilot, lambda: "facts differ" in shared.shown(app))

    assert snap_compare(app, run_before=arrive, terminal_size=WIDE)
