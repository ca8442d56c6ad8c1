"""Which key does what, and where?

The app's table of keys: screens bind from it, the footer and the help screen show it. A chart
brings its own, in the same form.
Invariant: every identifier is unique, so that a key can be remapped by it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from textual.binding import Binding, BindingType

from tuner_tui.ui.places import PLACES

Scope = Literal[
    "everywhere",
    "start",
    "setup",
    "recipe",
    "probe",
    "chart",
    "schedule",
    "inference",
    "history",
    "export",
    "bench",
    "list",
    "dialog",
]
"""Where keys work: everywhere, in one place, in every chart or list, on every
bench where a recipe is worked on, or in every dialog."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """One act and the keys that call it.

    Attributes:
        id: Stable name, for remapping.
        keys: Textual's key names, comma-separated; the first is shown.
        action: What Textual calls.
        words: One to three words for the footer.
        help: One sentence for the help screen.
        scope: Where the keys work.
        shown: How the first key is written.
        footer: Whether the footer lists it.
        priority: Whether it works even while text is typed.
    """

    id: str
    keys: str
    action: str
    words: str
    help: str
    scope: Scope
    shown: str
    footer: bool = False
    priority: bool = False


_GOING: tuple[Key, ...] = tuple(
    Key(
        id=f"screen.{place.name}",
        keys=place.key,
        action=f"app.go('{place.name}')",
        words=place.words,
        help=place.help,
        scope="everywhere",
        shown=place.key,
    )
    for place in PLACES
)
"""What leads to the places; the line of places shows them, not the footer."""

KEYS: tuple[Key, ...] = (
    *_GOING,
    Key(
        id="probe.start",
        keys="r",
        action="app.measure",
        words="Run",
        help="Measure what the probe screen asks, at first the learning rate.",
        scope="everywhere",
        shown="r",
        footer=True,
    ),
    Key(
        id="probe.stop",
        keys="x",
        action="app.stop_probe",
        words="Stop",
        help="Stop the running probe; what was measured is kept and read.",
        scope="everywhere",
        shown="x",
        footer=True,
    ),
    Key(
        id="recipe.undo",
        keys="u",
        action="app.undo",
        words="Undo",
        help="Take the last change of the recipe back, whoever made it.",
        scope="everywhere",
        shown="u",
    ),
    Key(
        id="recipe.redo",
        keys="U,ctrl+r",
        action="app.redo",
        words="Redo",
        help="Make the change again that was taken back.",
        scope="everywhere",
        shown="U",
    ),
    Key(
        id="recipe.edit",
        keys="enter",
        action="edit",
        words="Edit",
        help="Type a value for the highlighted setting; the others are advised anew.",
        scope="bench",
        shown="⏎",
        footer=True,
    ),
    Key(
        id="recipe.lock",
        keys="l",
        action="lock",
        words="Lock",
        help="Lock or unlock the highlighted setting; a locked value stays.",
        scope="bench",
        shown="l",
        footer=True,
    ),
    Key(
        id="recipe.return",
        keys="d,delete",
        action="give_back",
        words="Advised",
        help="Give the highlighted setting back to advice.",
        scope="bench",
        shown="d",
        footer=True,
    ),
    Key(
        id="recipe.more",
        keys="plus,equals_sign,right",
        action="step(1)",
        words="Step",
        help="Decide the next higher value of the highlighted setting, or its next option.",
        scope="bench",
        shown="+ -",
        footer=True,
    ),
    Key(
        id="recipe.less",
        keys="minus,left",
        action="step(-1)",
        words="Less",
        help="Decide the next lower value of the highlighted setting, or the option before.",
        scope="bench",
        shown="-",
    ),
    Key(
        id="recipe.why",
        keys="i",
        action="why",
        words="Why",
        help="Show all that the highlighted setting rests on: rows, formulas, numbers, sources.",
        scope="bench",
        shown="i",
        footer=True,
    ),
    Key(
        id="recipe.fix",
        keys="f",
        action="fix",
        words="Fix",
        help="Decide the value that mends the highlighted caution.",
        scope="bench",
        shown="f",
        footer=True,
    ),
    Key(
        id="recipe.suppose",
        keys="w",
        action="suppose",
        words="What if",
        help="Try more data, another model or another device, and see what moves.",
        scope="recipe",
        shown="w",
        footer=True,
    ),
    Key(
        id="start.open",
        keys="enter",
        action="open",
        words="Open",
        help="Open what is highlighted: data, a folder, a demo, or a run.",
        scope="start",
        shown="⏎",
        footer=True,
    ),
    Key(
        id="start.type",
        keys="slash,f",
        action="type",
        words="Type",
        help="Type a file, a folder, FILE.py:NAME of a task, or demo: and a name.",
        scope="start",
        shown="/",
        footer=True,
        priority=True,
    ),
    Key(
        id="start.complete",
        keys="tab",
        action="complete",
        words="Complete",
        help="Complete what is typed as far as there is no doubt; then go to the list.",
        scope="start",
        shown="tab",
        footer=True,
        priority=True,
    ),
    Key(
        id="start.list",
        keys="escape,ctrl+g",
        action="choose",
        words="List",
        help="Go from typing back to the list.",
        scope="start",
        shown="^g",
    ),
    Key(
        id="start.up",
        keys="up",
        action="move(-1)",
        words="Up",
        help="Go up one row, also while typing.",
        scope="start",
        shown="↑",
    ),
    Key(
        id="start.down",
        keys="down",
        action="move(1)",
        words="Down",
        help="Go down one row, also while typing.",
        scope="start",
        shown="↓",
    ),
    Key(
        id="app.tour",
        keys="f9",
        action="app.tour",
        words="Tour",
        help="Show what the app does, on a simulated probe.",
        scope="everywhere",
        shown="f9",
    ),
    Key(
        id="schedule.take",
        keys="enter",
        action="take",
        words="Take",
        help="Take the schedule as it is drawn into the recipe.",
        scope="schedule",
        shown="⏎",
        footer=True,
    ),
    Key(
        id="schedule.more",
        keys="plus,equals_sign,right",
        action="step(1)",
        words="Step",
        help="Try the next schedule, or a higher value, of the highlighted row.",
        scope="schedule",
        shown="+ -",
        footer=True,
    ),
    Key(
        id="schedule.less",
        keys="minus,left",
        action="step(-1)",
        words="Less",
        help="Try the schedule before, or a lower value, of the highlighted row.",
        scope="schedule",
        shown="-",
    ),
    Key(
        id="schedule.type",
        keys="v",
        action="edit",
        words="Value",
        help="Type a value for the highlighted row.",
        scope="schedule",
        shown="v",
        footer=True,
    ),
    Key(
        id="schedule.others",
        keys="a",
        action="others",
        words="All",
        help="Draw the other schedules behind this one, or do not.",
        scope="schedule",
        shown="a",
        footer=True,
    ),
    Key(
        id="schedule.fix",
        keys="f",
        action="fix",
        words="Fix",
        help="Try the value that mends the highlighted caution about the schedule.",
        scope="schedule",
        shown="f",
        footer=True,
    ),
    Key(
        id="schedule.forget",
        keys="d,delete",
        action="forget",
        words="Forget",
        help="Begin again with the recipe's own schedule.",
        scope="schedule",
        shown="d",
        footer=True,
    ),
    Key(
        id="schedule.why",
        keys="i",
        action="why",
        words="Why",
        help="Show all that the highlighted row rests on.",
        scope="schedule",
        shown="i",
        footer=True,
    ),
    Key(
        id="data.columns",
        keys="c",
        action="columns",
        words="Columns",
        help="List the columns; Enter there predicts another one.",
        scope="setup",
        shown="c",
        footer=True,
    ),
    Key(
        id="probe.next",
        keys="n",
        action="next_question",
        words="Next",
        help="Ask what the verdict makes worth asking next.",
        scope="probe",
        shown="n",
        footer=True,
    ),
    Key(
        id="probe.ask",
        keys="p",
        action="ask(1)",
        words="Question",
        help="Ask something else: the rate, the batch, the epochs, seeds, regularisation …",
        scope="probe",
        shown="p",
        footer=True,
    ),
    Key(
        id="probe.ask-before",
        keys="P",
        action="ask(-1)",
        words="Question before",
        help="Go back one question.",
        scope="probe",
        shown="P",
    ),
    Key(
        id="probe.pause",
        keys="space",
        action="pause",
        words="Hold",
        help="Hold the view still while the run goes on, or let it go on.",
        scope="probe",
        shown="space",
        footer=True,
    ),
    Key(
        id="chart.other",
        keys="tab",
        action="other_chart",
        words="Chart",
        help="Show or focus the next chart of the question.",
        scope="probe",
        shown="tab",
        footer=True,
    ),
    Key(
        id="chart.other-before",
        keys="shift+tab",
        action="other_chart(-1)",
        words="Chart before",
        help="Show or focus the chart before.",
        scope="probe",
        shown="⇧tab",
    ),
    Key(
        id="arms.take",
        keys="enter",
        action="take_arm",
        words="Take",
        help="Take the values of the highlighted arm into the recipe.",
        scope="probe",
        shown="⏎",
        footer=True,
    ),
    Key(
        id="recipe.export",
        keys="e",
        action="app.export",
        words="Export",
        help="Write the recipe to a file.",
        scope="everywhere",
        shown="e",
        footer=True,
    ),
    Key(
        id="list.up",
        keys="up,k",
        action="move(-1)",
        words="Up",
        help="Go up one row.",
        scope="list",
        shown="↑",
    ),
    Key(
        id="list.down",
        keys="down,j",
        action="move(1)",
        words="Down",
        help="Go down one row.",
        scope="list",
        shown="↓",
    ),
    Key(
        id="list.page-up",
        keys="pageup",
        action="page(-1)",
        words="Page up",
        help="Go up a page.",
        scope="list",
        shown="pgup",
    ),
    Key(
        id="list.page-down",
        keys="pagedown",
        action="page(1)",
        words="Page down",
        help="Go down a page.",
        scope="list",
        shown="pgdn",
    ),
    Key(
        id="list.first",
        keys="home,g",
        action="jump(0)",
        words="First",
        help="Go to the first row.",
        scope="list",
        shown="home",
    ),
    Key(
        id="list.last",
        keys="end,G",
        action="jump(-1)",
        words="Last",
        help="Go to the last row.",
        scope="list",
        shown="end",
    ),
    Key(
        id="app.palette",
        keys="ctrl+p,colon",
        action="app.command_palette",
        words="Palette",
        help="Find anything by typing: acts, places, settings, runs.",
        scope="everywhere",
        shown="^p",
    ),
    Key(
        id="app.jump",
        keys="ctrl+o",
        action="app.jump",
        words="Jump",
        help="Put a letter on every pane; pressing it goes there.",
        scope="everywhere",
        shown="^o",
    ),
    Key(
        id="app.logs",
        keys="L",
        action="app.logs",
        words="Logs",
        help="Show what the worker printed, and the events of its run.",
        scope="everywhere",
        shown="L",
    ),
    Key(
        id="app.meter",
        keys="M",
        action="app.meter",
        words="Meter",
        help="Show or hide the line of processor, memory and GPUs.",
        scope="everywhere",
        shown="M",
    ),
    Key(
        id="app.theme",
        keys="t",
        action="app.next_theme",
        words="Theme",
        help="Take the next theme: dark, light, the terminal's own colours, high contrast.",
        scope="everywhere",
        shown="t",
    ),
    Key(
        id="app.help",
        keys="question_mark,f1",
        action="app.help",
        words="Help",
        help="Show this list.",
        scope="everywhere",
        shown="?",
        footer=True,
    ),
    Key(
        id="app.quit",
        keys="q",
        action="app.quit",
        words="Quit",
        help="Leave; with a probe running, asks what becomes of it.",
        scope="everywhere",
        shown="q",
        footer=True,
    ),
    Key(
        id="app.quit-anywhere",
        keys="ctrl+q",
        action="app.quit",
        words="Quit",
        help="Leave, even while typing.",
        scope="everywhere",
        shown="^q",
        priority=True,
    ),
    Key(
        id="app.interrupt",
        keys="ctrl+c",
        action="app.interrupt",
        words="Interrupt",
        help="Stop the running probe; without one, say how to leave.",
        scope="everywhere",
        shown="^c",
    ),
    Key(
        id="app.suspend",
        keys="ctrl+z",
        action="app.suspend_process",
        words="Suspend",
        help="Put the app in the background; `fg` in the shell brings it back.",
        scope="everywhere",
        shown="^z",
    ),
    Key(
        id="dialog.close",
        keys="escape,ctrl+g",
        action="close",
        words="Close",
        help="Leave a dialog without a change.",
        scope="dialog",
        shown="esc",
        footer=True,
    ),
)
"""All keys, in the order in which footer and help show them. House choice."""


def of(scope: Scope) -> list[BindingType]:
    """Return Textual's bindings for one scope."""
    return bound(key for key in KEYS if key.scope == scope)


def bound(keys: Iterable[Key]) -> list[BindingType]:
    """Return keys as Textual binds them."""
    return [
        Binding(
            key.keys,
            key.action,
            key.words,
            show=key.footer,
            key_display=key.shown,
            priority=key.priority,
            tooltip=key.help,
            id=key.id,
        )
        for key in keys
    ]


def among(scopes: Sequence[Scope]) -> tuple[Key, ...]:
    """Return the keys of several scopes, in the table's order."""
    return tuple(key for key in KEYS if key.scope in scopes)
