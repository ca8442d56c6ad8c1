"""Does the first screen show what is in the file and what is advised, and take a decision?"""

import conftest as shared
import msgspec
import pytest
import recorded
from conftest import NARROW, WIDE, Opened, Until

from tuner_engine.workload import ColumnFacts
from tuner_tui.ui.app import TunerApp
from tuner_tui.ui.programs import Programs
from tuner_tui.ui.screens.columns import ColumnsScreen
from tuner_tui.ui.widgets.rows import Rows
from tuner_tui.ui.widgets.terms_table import TermsTable


@pytest.mark.parametrize("size", [NARROW, WIDE])
async def test_the_facts_are_in_sight(opened: Opened, size: tuple[int, int]) -> None:
    """File, target, split and caution; with room, the recipe in short beside them."""
    async with opened(size) as (app, _):
        text = shared.shown(app)

    for words in ("titanic.csv", "891 rows", "Survived (a guess", "624 train", "687 of 891"):
        assert words in text
    assert ("learning rate" in text) == (size == WIDE)


async def test_the_first_frame_stands_before_the_data_is_read(opened: Opened) -> None:
    """A reader that has not answered leaves the screen usable, and says so."""
    async with opened(advise=("sh", "-c", "echo later >&2; exit 3")) as (app, pilot):
        app.become(shared.acts.retargeted(app.session, "Age"))
        await pilot.pause()

        assert "reading …" in shared.shown(app)


async def test_bad_data_is_named_and_decides_the_exit_code(opened: Opened) -> None:
    """The command's own line is shown; leaving then returns its code."""
    async with opened(advise=("sh", "-c", "echo 'x.csv: it is empty' >&2; exit 3")) as (app, pilot):
        assert "x.csv: it is empty" in shared.shown(app)
        assert "o opens other data" in shared.shown(app)
        await pilot.press("q")

    assert app.return_code == 3


async def test_another_column_can_be_predicted(opened: Opened, until: Until) -> None:
    """Choosing a column reads the data anew for that question."""
    async with opened() as (app, pilot):
        await pilot.press("c")
        assert isinstance(app.screen, ColumnsScreen)
        assert "not used: every" in shared.shown(app)
        await pilot.press("down", "enter")
        await pilot.pause()
        assert app.session.spec.data.target == "Pclass"
        await until(pilot, lambda: app.session.recipe)


async def test_hostile_names_are_shown_as_text(opened: Opened) -> None:
    """Markup, escapes and writing direction in names, cells and reasons are not obeyed."""
    evil = "[bold red]\x1b[2Jx\u202e"
    column = ColumnFacts(
        name=evil, kind="text", missing=0, distinct=1, role="unused", note="[link=x]y[/link]"
    )
    recipe = recorded.recipe(columns=(column,))
    data = msgspec.structs.replace(recipe.data, target=evil, class_names=(evil,))
    hostile = msgspec.structs.replace(recipe, data=data)
    async with opened(WIDE, recipe=hostile) as (app, pilot):
        text = shared.shown(app)
        await pilot.press("c")
        await pilot.pause()
        listed = shared.shown(app)

    for shown in (text, listed):
        assert r"[bold red]\x1b[2Jx\u202e"[:20] in shown
        assert "\x1b" not in shown
        assert "\u202e" not in shown
    assert "[link=x]y[/link]" in listed


async def test_ten_thousand_columns_are_listed_line_by_line(opened: Opened) -> None:
    """Only the lines in sight are rendered, and the last is one key away."""
    columns = tuple(
        ColumnFacts(name=f"c{place}", kind="numeric", missing=0, distinct=2, role="feature")
        for place in range(10_000)
    )
    async with opened(recipe=recorded.recipe(columns=columns)) as (app, pilot):
        await pilot.press("c", "end")
        await pilot.pause()

        assert "c9999" in shared.shown(app)
        assert app.screen.query_one(Rows).row == 9_999


async def test_resizing_keeps_the_highlight(opened: Opened) -> None:
    """From narrow to wide and back, the same term is highlighted."""
    async with opened(NARROW) as (app, pilot):
        await pilot.press("down", "down")
        for size in (WIDE, (40, 10), NARROW):
            await pilot.resize_terminal(*size)
            await pilot.pause()

        assert app.screen.query_one(TermsTable).term.name == "accelerator"


async def test_a_hostile_file_name_is_shown_as_text(until: Until) -> None:
    """Markup in the data's own name is not obeyed, in the title or in the facts."""
    app = TunerApp(
        shared.spec("[red]a[/x].csv"), programs=Programs(advise=("false",), worker=("true",))
    )
    async with app.run_test(size=NARROW) as pilot:
        await until(pilot, lambda: app.session.problem)

        assert shared.shown(app).count("[red]a[/x].csv") == 1
        assert "x].csv" in shared.shown(app).splitlines()[0]
