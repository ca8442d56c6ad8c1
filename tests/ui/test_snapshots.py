"""Do whole screens look as they did when a person last approved them?

The first screens where they are narrowest and where they have room. After a wanted change,
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
from tuner_tui.ui import toured
from tuner_tui.ui.app import TunerApp
from tuner_tui.ui.programs import Programs

SnapCompare = Callable[..., bool]


@pytest.fixture
def app(tmp_path: Path, advise_with: Callable[[Recipe], tuple[str, ...]]) -> TunerApp:
    programs = Programs(advise=advise_with(recorded.recipe()), worker=("true",))
    return TunerApp(shared.spec(recipe=recorded.recipe()), programs=programs)


@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["80x24", "120x40"])
def test_the_terms_beside_the_facts(
    snap_compare: SnapCompare, app: TunerApp, until: Until, size: tuple[int, int]
) -> None:
    """Facts, cautions, terms and keys; with room, columns and the recipe in short."""

    async def arrive(pilot: Pilot[None]) -> None:
        await until(pilot, lambda: app.session.recipe)
        await until(pilot, lambda: "held out" in shared.shown(app))

    assert snap_compare(app, run_before=arrive, terminal_size=size)


def test_what_can_be_opened(
    snap_compare: SnapCompare, until: Until, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Data of earlier runs, demos, a run and the tour, with a look at the first."""
    monkeypatch.chdir(tmp_path)
    toured.is_due()
    recorded.folder(shared.spec("titanic.csv", recipe=recorded.recipe()))
    app = TunerApp(shared.spec(""), programs=Programs(advise=("false",), worker=("true",)))

    async def arrive(pilot: Pilot[None]) -> None:
        await until(pilot, lambda: "no such file" in shared.shown(app))

    assert snap_compare(app, run_before=arrive, terminal_size=NARROW)
