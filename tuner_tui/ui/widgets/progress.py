"""How far is the run, what did it cost, and how long will it take?"""

from textual.content import Content
from textual.widgets import Static

from tuner_engine.events import Footprint
from tuner_tui.ui import pace
from tuner_tui.ui.watching import Watched

_BAR_CELLS = 16
"""Cells of the progress bar. House choice."""


class Progress(Static):
    """One line: phase, bar, time left, cost so far."""

    DEFAULT_CSS = "Progress { height: 1; text-wrap: nowrap; text-overflow: ellipsis; }"

    def show(self, watched: Watched | None, *, paused: bool = False) -> None:
        """Show how the watched run stands, and whether the view is held still."""
        self.update(progress(watched, paused=paused))


def progress(watched: Watched | None, *, paused: bool = False) -> Content:
    """Return the line for a run, or what to do without one."""
    if watched is None:
        return Content.styled("nothing measured yet: r begins", "$text-muted")
    held = [Content.styled("view held, space goes on", "$text-warning")] if paused else []
    parts = [*held, *_stage(watched), Content(_cost(watched))]
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
    if state.compile_s:
        parts.append(f"{_rough(state.compile_s)} s compiling")
    parts += _footprint(state.footprint)
    return " · ".join(parts)


def _footprint(found: Footprint | None) -> list[str]:
    """Return what the program needs, where it is known."""
    if found is None:
        return []
    parts = [f"{_amount(found.parameters)} parameters"]
    if found.memory_bytes is not None:
        room = f" of {_bytes(found.limit_bytes)}" if found.limit_bytes else ""
        parts.append(f"{_bytes(found.memory_bytes)}{room}")
    if found.at_once < found.lanes:
        parts.append(f"{found.at_once} of {found.lanes} lanes at once")
    return parts


def _bytes(amount: int) -> str:
    gibibytes = amount / 2**30
    return f"{gibibytes:.1f} GiB" if gibibytes >= 1 else f"{amount / 2**20:.0f} MiB"


def _amount(number: int) -> str:
    """Return a count in three digits and a letter."""
    for size, letter in ((10**9, "B"), (10**6, "M"), (10**3, "k")):
        if number >= size:
            return f"{number / size:.3g}{letter}"
    return str(number)
