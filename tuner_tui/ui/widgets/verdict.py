"""What did the probe find, in words, and what is worth asking next?"""

from collections.abc import Iterator

from textual.content import Content
from textual.widgets import Static

from tuner_engine.printable import printable
from tuner_engine.specs import Command
from tuner_engine.state import RunState
from tuner_tui.ui import saying
from tuner_tui.ui.questions import BY_COMMAND
from tuner_tui.ui.watching import Watched

_SIGNS = {"ok": ("✓", "$text-success")}
"""Sign and colour of a verdict that has an answer."""

_NO_ANSWER = ("!", "$text-warning")
"""Sign and colour of every other verdict."""


class Verdict(Static):
    """The verdict and the next question; before, what is measured and what is seen so far."""

    DEFAULT_CSS = "Verdict { height: auto; }"

    def show(self, watched: Watched | None, *, following: Command | None = None) -> None:
        """Show the words for a run, and the question that comes next."""
        self.update(words(watched, following=following))


def words(watched: Watched | None, *, following: Command | None = None) -> Content:
    """Return the verdict with its reason; before there is one, the plan and what is seen so far."""
    if watched is None:
        return Content("")
    lines = []
    if watched.death is not None:
        lines.append(Content.styled(f"! {watched.death}", "$text-error"))
    state = watched.state
    lines += _ended(state) if state.verdicts or state.finished is not None else _going(state)
    if following is not None:
        lines.append(
            Content.assemble(
                ("n", "bold $text-accent"),
                f" {BY_COMMAND[following].words.lower()} is next: ",
                (BY_COMMAND[following].asks, "$text-muted"),
            )
        )
    lines += [
        Content.styled(f"caution  {printable(it.message)}", "$text-warning")
        for it in state.cautions[-2:]
    ]
    return Content("\n").join(lines)


def _ended(state: RunState) -> Iterator[Content]:
    for verdict in state.verdicts[-1:]:
        sign, style = _SIGNS.get(verdict.verdict, _NO_ANSWER)
        head = f"{sign} {printable(verdict.verdict)} ({verdict.confidence} confidence)  "
        yield Content.assemble((head, f"bold {style}"), printable(verdict.summary))
    if state.finished is None:
        return
    if state.finished.message:
        style = "$text-error" if state.finished.status == "failed" else ""
        yield Content.styled(printable(state.finished.message), style)
    elif not state.verdicts and (seen := saying.so_far(state)):
        yield Content(printable(seen))


def _going(state: RunState) -> Iterator[Content]:
    seen = saying.so_far(state)
    if seen:
        yield Content(printable(seen))
    if state.phase is not None:
        yield Content.styled(printable(state.phase.plan), "$text-muted")
