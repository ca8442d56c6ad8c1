"""How far is the run, what did it cost, and how long will it take?"""

from textual.content import Content
from textual.widgets import Static

from tuner_tui.ui import pace
from tuner_tui.ui.watching import Watched

_BAR_CELLS = 16
"""Cells of the progress bar. House choice."""


class Progress(Static):
    """One line: phase, bar, time left, cost so far."""

    DEFAULT_CSS = "Progress { height: 1; text-wrap: nowrap; text-overflow: ellipsis; }"

    def show(self, watched: Watched | None) -> None:
        """Show how the watched run stands."""
        self.update(progress(watched))


def progress(watched: Watched | None) -> Content:
    """Return the line for a run, or what to do without one."""
    if watched is None:
        return Content.styled(
            "nothing measured yet: r starts the learning-rate probe", "$text-muted"
        )
    parts = [*_stage(watched), Content(_cost(watched))]
    return Content("  ").join(part for part in parts if part.plain)


def _stage(watched: Watched) -> list[Content]:
    state = watched.state
    if watched.death is not None:
        return [Content.styled("died", "bold $text-error")]
    if state.finished is not None:
        return [Content.styled(state.finished.status, "bold")]
    if watched.stopping:
        return [Content.styled("stopping, reading what was measured …", "$text-warning")]
    if state.phase is None:
        return [Content.styled("starting …", "$text-muted")]
    done, left = pace.share(state) or 0.0, pace.eta_s(state)
    return [
        Content.styled(pace.PHASE_WORDS[state.phase.phase], "bold"),
        bar(done, cells=_BAR_CELLS),
        Content(f"{done:4.0%}"),
        Content(f"{pace.clock(left)} left" if left is not None else "compiling …"),
    ]


def bar(share: float, *, cells: int) -> Content:
    """Return a bar of `cells` cells of which `share` are filled."""
    full = round(share * cells)
    return Content.assemble(("━" * full, "$primary"), ("─" * (cells - full), "$text-muted"))


def _rough(amount: float) -> str:
    """Return an amount in two significant digits, and large ones in whole numbers."""
    return f"{amount:.2g}" if amount < 100 else f"{amount:,.0f}"


def _cost(watched: Watched) -> str:
    state = watched.state
    parts = [pace.clock(state.at_s), f"{pace.steps(state):,} steps"]
    trainings = pace.full_trainings(state)
    if trainings is not None:
        parts.append(f"{_rough(trainings)} trainings")
    return " · ".join(parts)
