"""Can every change be taken back, and made again?"""

import conftest as shared
from conftest import NARROW, Opened
from hypothesis import given
from hypothesis import strategies as st

from tuner_tui.ui import timeline
from tuner_tui.ui.session import Session
from tuner_tui.ui.timeline import Timeline


def session(number: int) -> Session:
    return Session(spec=shared.spec(), exit_code=number)


@given(st.lists(st.integers(), max_size=20), st.integers(min_value=0, max_value=25))
def test_undoing_and_redoing_end_where_they_began(numbers: list[int], back: int) -> None:
    """As many steps forward as back leave the same timeline; neither end is an error."""
    at = Timeline(now=session(-1))
    for number in numbers:
        at = timeline.stepped(at, session(number))
    there = at
    for _ in range(back):
        there = timeline.undone(there)
    for _ in range(min(back, len(numbers))):
        there = timeline.redone(there)

    assert there == at


def test_a_new_act_forgets_what_was_undone() -> None:
    """After undo, another act has no future."""
    at = timeline.stepped(Timeline(now=session(1)), session(2))
    after = timeline.stepped(timeline.undone(at), session(3))

    assert (after.past, after.now, after.future) == ((session(1),), session(3), ())


def test_no_more_is_kept_than_is_worth_it() -> None:
    """The oldest sessions go first."""
    at = Timeline(now=session(0))
    for number in range(1, timeline.REMEMBERED + 6):
        at = timeline.stepped(at, session(number))

    assert len(at.past) == timeline.REMEMBERED
    assert at.past[0] == session(5)


async def test_u_takes_a_decision_back(opened: Opened) -> None:
    """A typed value goes with `u`, comes with `U`, and neither says so twice."""
    async with opened(NARROW) as (app, pilot):
        before = app.session
        app.step_to(shared.acts.edited(before, "batch_size", "16"))
        await pilot.press("u")
        assert app.session is before

        await pilot.press("u", "U")
        await pilot.pause()
        assert app.session.recipe.settings["batch_size"].value == 16
