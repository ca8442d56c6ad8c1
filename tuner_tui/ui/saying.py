"""What do a run's numbers say before there is a verdict?

One sentence of what was seen so far, in the words of the phase. Invariant: it names no value that
was not measured, and nothing that it says is a verdict.
"""

import numpy as np

from tuner_engine.events import TrialsMeasured
from tuner_engine.state import RunState
from tuner_tui.figures import courses, standings
from tuner_tui.figures.courses import Arm
from tuner_tui.ui.wording import count, number


def so_far(state: RunState) -> str:
    """Return what is seen of the present phase; nothing before its first number."""
    if state.phase is None:
        return ""
    match state.phase.phase:
        case "sweep":
            return _sweep(state)
        case "trials":
            return _trials(state.rungs[-1]) if state.rungs else ""
        case "throughput":
            return _throughput(state)
        case "noise":
            return _noise(state)
    return _trainings(state)


def _sweep(state: RunState) -> str:
    if not state.learning_rates:
        return ""
    rate = f"swept to {number(state.learning_rates[-1])}"
    return rate if state.edge is None else f"{rate}; training breaks at {number(state.edge)}"


def _trials(rung: TrialsMeasured) -> str:
    scored = [trial for trial in rung.trials if trial.valid_loss is not None]
    length = f"{rung.horizon_share:.0%} of the length"
    if not scored:
        return f"no training at {length} has a score yet"
    best = min(scored, key=lambda trial: trial.valid_loss or 0.0)
    lost = len(rung.trials) - len(scored)
    diverged = f", {lost} of {len(rung.trials)} without one" if lost else ""
    return (
        f"best so far {number(best.learning_rate)} with loss {number(best.valid_loss or 0.0)} "
        f"at {length}{diverged}"
    )


def _throughput(state: RunState) -> str:
    pace = {
        it.batch_size: it.batch_size / float(np.median(it.step_s))
        for it in state.batches
        if it.step_s
    }
    over = [it.batch_size for it in state.batches if it.outcome in ("does-not-fit", "ran-out")]
    room = f"; {min(over):,} is too large" if over else ""
    if not pace:
        return room.removeprefix("; ")
    fastest = max(pace, key=lambda size: pace[size])
    return f"fastest so far {fastest:,} with {number(pace[fastest])} examples a second{room}"


def _noise(state: RunState) -> str:
    if not state.noise:
        return ""
    last = state.noise[-1]
    if last.noise_scale is None:
        return f"gradient noise at epoch {number(last.epoch)}: too weak a gradient to tell"
    high = "" if last.high is None else f" to {number(last.high)}"
    interval = f" ({number(last.low)}{high})" if last.low is not None else ""
    noise = f"gradient noise like {number(last.noise_scale)} examples{interval}"
    return f"{noise} at epoch {number(last.epoch)}"


def _trainings(state: RunState) -> str:
    arms = courses.arms(state)
    if not arms:
        return ""
    compared = standings.of(state)
    scored = [it for it in compared if it.middle is not None]
    if len(scored) > 1:
        best = min(scored, key=lambda it: it.middle or 0.0)
        return f"best so far {best.arm or 'unnamed'} with loss {number(best.middle or 0.0)}"
    return _alone(arms[0])


def _alone(arm: Arm) -> str:
    if not arm.bests.size:
        return "no training has a score yet"
    middle = arm.over_seeds("valid")[0]
    known = np.flatnonzero(np.isfinite(middle))
    if not known.size:
        return ""
    best = int(known[np.argmin(middle[known])])
    now, lowest = float(middle[known[-1]]), float(middle[best])
    seeds = count(len(arm.courses), "seed")
    if best == known[-1]:
        return f"validation loss {number(now)}, still falling ({seeds})"
    return (
        f"best so far epoch {number(float(arm.grid[best]))} with loss {number(lowest)}, "
        f"now {number(now)} ({seeds})"
    )
