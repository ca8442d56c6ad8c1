"""How far is a run, what has it cost, and how long will it take?

Pure functions of a run's folded state. Times are the run's own (`at_s`): a replay reads the same.
"""

from math import ceil

from tuner_engine.events import Phase
from tuner_engine.recipe import Recipe
from tuner_engine.state import RunState

PHASE_WORDS: dict[Phase, str] = {
    "sweep": "sweep",
    "trials": "trials",
    "confirm": "confirmation",
    "train": "training",
    "throughput": "throughput",
    "noise": "gradient noise",
    "branches": "branches",
    "epochs": "trainings",
    "seeds": "seeds",
    "regularization": "regularisation",
}
"""How a phase is called on the screen."""


def share(state: RunState) -> float | None:
    """Return the share of the present phase that is done, 0 to 1, or none between phases."""
    if state.phase is None or state.phase.lane_steps <= 0:
        return None
    return min(1.0, state.lane_steps / state.phase.lane_steps)


def eta_s(state: RunState) -> float | None:
    """Return the seconds that the present phase still takes at its pace so far, if known."""
    done = share(state)
    if state.phase is None or state.finished is not None or not done:
        return None
    return (state.at_s - state.phase.at_s) * (1 - done) / done


def steps(state: RunState) -> int:
    """Return the optimizer steps taken so far, over all lanes and phases."""
    return state.steps_before + state.lane_steps


def full_trainings(state: RunState) -> float | None:
    """Return the steps so far in units of one full training of the recipe, if there is one."""
    full = full_steps(state.recipe) if state.recipe else None
    return steps(state) / full if full else None


def full_steps(recipe: Recipe) -> int | None:
    """Return the optimizer steps of one full training, if the recipe says how many."""
    values = recipe.values()
    batch, epochs = values.get("batch_size"), values.get("epochs")
    if not isinstance(batch, int) or not isinstance(epochs, int) or batch < 1 or epochs < 1:
        return None
    return max(1, ceil(recipe.workload.train_examples / batch) * epochs)


def clock(seconds: float) -> str:
    """Return a duration as a person reads it: `7 s`, `1:05`, `2:00:10`."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
