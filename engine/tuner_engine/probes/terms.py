"""Under which terms does a measurement run: from which seed, until when, and kept where?"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from tuner_engine.specs import Effort, RateFree


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What limits a measurement and names its evidence.

    Attributes:
        seed: First of the seeds of its lanes.
        evidence: Identifier of the run that keeps it.
        budget_s: Seconds of wall clock for all of it; none for no limit.
        effort: How much is measured at most; none for the usual plan, or all that
            a budget allows.
        compare: Optimizers without a learning rate that are trained for comparison.
        started_s: Reading of `clock` when the budget began to count.
        clock: Seconds of a steady clock.
        stop: Set when a person wants it to end.
    """

    seed: int = 0
    evidence: str = ""
    budget_s: float | None = None
    effort: Effort | None = None
    compare: tuple[RateFree, ...] = ()
    started_s: float = 0.0
    clock: Callable[[], float] = time.monotonic
    stop: threading.Event = field(default_factory=threading.Event)

    def part(self, share: float) -> "Terms":
        """Return the same terms with only a share of the budget, from the same beginning."""
        return replace(self, budget_s=None if self.budget_s is None else self.budget_s * share)

    def remaining_s(self) -> float | None:
        """Return the seconds left, at least 0; none without a limit."""
        if self.budget_s is None:
            return None
        return max(0.0, self.budget_s - (self.clock() - self.started_s))

    def expired(self) -> bool:
        """Return whether the budget is spent."""
        return self.remaining_s() == 0.0

    def must_end(self) -> bool:
        """Return whether to end after the present chunk, with what was measured."""
        return self.stop.is_set() or self.expired()
