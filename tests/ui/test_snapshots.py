"""Do whole screens look as they did when a person last approved them?

Four pictures: each screen where it is narrowest and where it has room. After a wanted change,
`pytest tests/ui/test_snapshots.py --snapshot-update` takes new ones.
"""

from collections.abc import Callable
from pathlib import Path

import conftest as shared
import pytest
import recorded
from conftest import NARROW, WIDE, Until
from textual.pilot import Pilot

from tuner_engine.recipe import Recipe
from tuner_tui.ui.app import TunerApp
from tuner_tui.ui.programs import Programs

SnapCompare = Callable[..., bool]


@pytest.fixture
def app(tmp_path: Path, advise_with: Callable[[Recipe], tuple[str, ...]]) -> TunerApp:
    programs = Programs(advise=advise_with(recorded.recipe()), worker=("true",))
    return TunerApp(shared.spec(recipe=recorded.recipe()), programs=programs)


@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["80x24", "120x40"])
def test_the_recipe_beside_the_facts(
    snap_compare: SnapCompare, app: TunerApp, until: Until, size: tuple[int, int]
) -> None:
    """Facts, table, reason and keys, with the learning rate highlighted."""

    async def arrive(pilot: Pilot[None]) -> None:
        await until(pilot, lambda: app.session.recipe)
        await pilot.press(*["down"] * 5)
        await until(pilot, lambda: "learning rate = 0.001" in shared.shown(app))

    assert snap_compare(app, run_before=arrive, terminal_size=size)
