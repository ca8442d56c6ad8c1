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
        budget_s: Seconds of wall clock after which it ends by itself; none for no limit.
        whole_s: Seconds after which nothing is waited for any longer, not even what compiles; none
            for `budget_s`.
        effort: How much is measured at most; none for the usual plan, or all that
            a budget allows.
        compare: Optimizers without a learning rate that are trained for comparison.
        seed_sd: Deviation of this training's best validation loss over seeds, where a probe
            measured it before: what differs by no more than that explains is a tie.
        started_s: Reading of `clock` when the budget began to count.
        clock: Seconds of a steady clock.
        stop: Set when a person wants it to end.
    """

    seed: int = 0
    evidence: str = ""
    budget_s: float | None = None
    whole_s: float | None = None
    effort: Effort | None = None
    compare: tuple[RateFree, ...] = ()
    seed_sd: float | None = None
    started_s: float = 0.0
    clock: Callable[[], float] = time.monotonic
    stop: threading.Event = field(default_factory=threading.Event)

    def part(self, share: float) -> "Terms":
        """Return the same terms with only a share of the budget, from the same beginning.

        What is going on when the part is spent is waited for, as the rest of the budget is there.
        """
        if self.budget_s is None:
            return self
        whole_s = self.budget_s if self.whole_s is None else self.whole_s
        return replace(self, budget_s=self.budget_s * share, whole_s=whole_s)

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

    def over(self) -> bool:
        """Return whether nothing is waited for any longer, neither a chunk nor what compiles."""
        if self.stop.is_set():
            return True
        whole_s = self.budget_s if self.whole_s is None else self.whole_s
        return whole_s is not None and self.clock() - self.started_s >= whole_s
