"""Where on an axis does a verdict stand?"""

from tuner_engine.events import VerdictReached
from tuner_engine.probes.luck import tie_threshold
from tuner_engine.recipe import Setting, Value
from tuner_engine.state import RunState
from tuner_tui.chart.figure import Marker


def last_verdict(state: RunState) -> VerdictReached | None:
    """Return the run's last verdict, if it has come to one."""
    return state.verdicts[-1] if state.verdicts else None


def settled(state: RunState, name: str) -> Setting | None:
    """Return what the run's last verdict settled on for a setting, if it did."""
    verdict = last_verdict(state)
    return verdict.settings.get(name) if verdict else None


def suggestion(state: RunState) -> Setting | None:
    """Return the learning rate that the run's last verdict settled on, if it did."""
    return settled(state, "learning_rate")


def figure_behind(state: RunState, name: str) -> float | None:
    """Return one figure of the last verdict's reading; none where it names none."""
    verdict = last_verdict(state)
    return verdict.reading.get(name) if verdict else None


def tie(state: RunState, *, seeds: int) -> float | None:
    """Return the difference of two arms that seeds alone explain; none where that is not known.

    Args:
        state: Of a run that measured it, or that began with a recipe in which it is known.
        seeds: Of each arm.
    """
    noise = state.recipe.seed_noise if state.recipe else None
    if noise is not None:
        return tie_threshold(noise.sd, seeds)
    return figure_behind(state, "tie_threshold")


def of(state: RunState, name: str) -> tuple[Marker, ...]:
    """Return the range and the value that a verdict gives a setting, as vertical lines."""
    setting = settled(state, name)
    value = _number(setting.value) if setting else None
    if setting is None or value is None:
        return ()
    bounds = [end for end in map(_number, setting.range or ()) if end is not None and end > 0]
    names = ("low", "high")
    ends = tuple(Marker("x", end, name) for end, name in zip(bounds, names, strict=False))
    return (*ends, Marker("x", value, "suggested", suggestion=True))


def _number(value: Value) -> float | None:
    return float(value) if isinstance(value, float | int) and not isinstance(value, bool) else None
