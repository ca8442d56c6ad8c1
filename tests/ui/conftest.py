"""What do the app's tests share?

A recorded run, stand-ins for the two programs the app starts, and a way to wait for what happens
outside of it.
"""

import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

sys.path.insert(0, str(Path(__file__).parent))  # so that tests can import `recorded`

import recorded
from textual.pilot import Pilot

from tuner_engine import events, runs, specs
from tuner_engine.recipe import Recipe
from tuner_tui.ui import session as acts
from tuner_tui.ui.app import TunerApp
from tuner_tui.ui.programs import Programs

__all__ = ["NARROW", "WHEN", "WIDE", "Opened", "Until", "acts", "keep", "shown", "spec"]

WHEN = datetime(2025, 1, 2, 3, 4, 5, tzinfo=UTC)
NARROW, WIDE = (80, 24), (120, 40)

Opened = Callable[..., "asynccontextmanager[tuple[TunerApp, Pilot[None]]]"]
Until = Callable[[Pilot[None], Callable[[], object]], Awaitable[None]]


async def wait_until(pilot: Pilot[None], happened: Callable[[], object]) -> None:
    """Let the app run until something has happened; fail if it does not."""
    for _ in range(500):
        if happened():
            await pilot.pause()
            return
        await pilot.pause(0.02)
    pytest.fail("the app never got there")


def spec(source: str = "titanic.csv", **more: object) -> specs.RunSpec:
    return specs.RunSpec(command="probe-lr", data=specs.DataSpec(source=source), **more)


def shown(app: TunerApp) -> str:
    """The screen as text, one line per row."""
    return "\n".join(strip.text for strip in app.screen._compositor.render_strips())


def keep(run: runs.Run, said: Iterable[events.AnyEvent]) -> None:
    """Append events to a run folder, stamped as they are."""
    with (run.path / "events.jsonl").open("ab") as file:
        file.writelines(events.encode(event) + b"\n" for event in said)


@pytest.fixture
def advise_with(tmp_path: Path) -> Callable[[Recipe], tuple[str, ...]]:
    """A stand-in for `advise --json` that prints a given recipe."""

    def make(recipe: Recipe) -> tuple[str, ...]:
        path = tmp_path / "advice.json"
        path.write_bytes(msgspec.json.encode(recipe))
        return ("sh", "-c", f"cat '{path}'")

    return make


@pytest.fixture
def opened(advise_with: Callable[[Recipe], tuple[str, ...]]) -> Opened:
    """Open the app on recorded advice, and wait until the recipe is there."""

    @asynccontextmanager
    async def start(
        size: tuple[int, int] = NARROW,
        *,
        recipe: Recipe | None = None,
        worker: tuple[str, ...] = ("sh", "-c", "exec sleep 300"),
        advise: tuple[str, ...] | None = None,
    ) -> AsyncIterator[tuple[TunerApp, Pilot[None]]]:
        command = advise or advise_with(recipe or recorded.recipe())
        app = TunerApp(spec(), programs=Programs(advise=command, worker=worker))
        async with app.run_test(size=size) as pilot:
            await wait_until(pilot, lambda: app.session.recipe or app.session.problem)
            await pilot.pause()
            yield app, pilot
            _end_workers(app)

    return start


@pytest.fixture
def until() -> Until:
    """Let the app run until something has happened."""
    return wait_until


@pytest.fixture
def recorded_run() -> Callable[..., runs.Run]:
    """A run folder that holds recorded events."""

    def make(said: Iterable[events.AnyEvent], **more: object) -> runs.Run:
        run = runs.create(spec(recipe=recorded.recipe(), **more), now=WHEN)
        keep(run, said)
        return run

    return make


def _end_workers(app: TunerApp) -> None:
    watch = app.measuring._watch
    if watch is not None and watch.worker is not None:
        watch.worker.begun = False  # the test is over: nothing may outlive it
        watch.worker.discard()
