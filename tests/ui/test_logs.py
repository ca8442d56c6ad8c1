"""Are a worker's words shown as text, from their end, as they come?"""

import conftest as shared
from conftest import NARROW, Opened, Until
from textual.widgets import Log

from tuner_engine import runs
from tuner_tui.ui import logs
from tuner_tui.ui.screens.logs import LogsScreen


def test_only_the_end_of_a_long_file_is_read() -> None:
    """A log of megabytes gives its last lines, whole."""
    run = runs.create(shared.spec(), now=shared.WHEN)
    (run.path / "worker.log").write_text("".join(f"line {n}\n" for n in range(200_000)))
    lines = logs.printed(run)

    assert lines[-1] == "line 199999"
    assert lines[0].startswith("line ")
    assert len(lines) < 40_000


def test_escapes_are_shown_and_not_obeyed() -> None:
    """Colours, titles and broken bytes of a library stay on their line, as text."""
    run = runs.create(shared.spec(), now=shared.WHEN)
    (run.path / "worker.log").write_bytes(b"\x1b[2J\x1b]0;title\x07[bold]\xff\n")

    assert logs.printed(run) == ["\\x1b[2J\\x1b]0;title\\x07[bold]\ufffd"]


def test_a_run_without_files_has_no_lines() -> None:
    """Nothing printed and nothing said is nothing to show."""
    run = runs.create(shared.spec(), now=shared.WHEN)

    assert (logs.printed(run), logs.events(run)) == ([], [])


async def test_logs_follow_the_worker(opened: Opened, until: Until) -> None:
    """What is printed appears; tab turns to the events; `L` closes."""
    worker = ("sh", "-c", "echo '[red]hello'; exec sleep 300")
    async with opened(NARROW, worker=worker) as (app, pilot):
        await pilot.press("r")
        await until(pilot, lambda: app.going)
        await pilot.press("L")
        await until(pilot, lambda: isinstance(app.screen, LogsScreen))
        await until(pilot, lambda: "[red]hello" in shared.shown(app))
        with (app.measuring.run.path / "worker.log").open("a") as file:
            file.write("and more\n")
        await until(pilot, lambda: "and more" in shared.shown(app))
        await pilot.press("tab")
        await until(pilot, lambda: "Events" in shared.shown(app))
        assert app.screen.query_one(Log).line_count == 1
        await pilot.press("L")
        await until(pilot, lambda: not app.screen.is_modal)


async def test_without_a_run_the_logs_say_so(opened: Opened, until: Until) -> None:
    """Nothing was started yet."""
    async with opened(NARROW) as (app, pilot):
        await pilot.press("L")
        await until(pilot, lambda: "No run is in sight" in shared.shown(app))
