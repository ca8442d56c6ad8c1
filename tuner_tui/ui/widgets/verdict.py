"""What did the probe find, in words?"""

from textual.content import Content
from textual.widgets import Static

from tuner_engine.printable import printable
from tuner_tui.ui.watching import Watched

_SIGNS = {"ok": ("✓", "$text-success")}
"""Sign and colour of a verdict that has an answer."""

_NO_ANSWER = ("!", "$text-warning")
"""Sign and colour of every other verdict."""


class Verdict(Static):
    """The verdict, or the plan of what is being measured."""

    DEFAULT_CSS = "Verdict { height: auto; }"

    def show(self, watched: Watched | None) -> None:
        """Show the words for a run."""
        self.update(words(watched))


def words(watched: Watched | None) -> Content:
    """Return the verdict with its reason; before there is one, what is being measured and why."""
    if watched is None:
        return Content("")
    lines = []
    if watched.death is not None:
        lines.append(Content.styled(f"! {watched.death}", "$text-error"))
    state = watched.state
    for verdict in state.verdicts[-1:]:
        sign, style = _SIGNS.get(verdict.verdict, _NO_ANSWER)
        head = f"{sign} {printable(verdict.verdict)} ({verdict.confidence} confidence)  "
        lines.append(Content.assemble((head, f"bold {style}"), printable(verdict.summary)))
    if state.finished is not None and state.finished.message:
        style = "$text-error" if state.finished.status == "failed" else ""
        lines.append(Content.styled(printable(state.finished.message), style))
    if not lines and state.phase is not None:
        lines.append(Content.styled(printable(state.phase.plan), "$text-muted"))
    lines += [
        Content.styled(f"caution  {printable(it.message)}", "$text-warning")
        for it in state.cautions[-2:]
    ]
    return Content("\n").join(lines)
