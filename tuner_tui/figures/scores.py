"""How far do trainings lie apart in the end?

The best validation loss of every training: by seed, or by the value of the setting that varies.
"""

import numpy as np

from tuner_engine.printable import printable
from tuner_engine.state import RunState
from tuner_tui.chart.figure import Axis, Band, Figure, Marker, Series
from tuner_tui.figures import courses, limits, marks
from tuner_tui.figures.courses import Arm, Numbers
from tuner_tui.figures.trainings import NAME_WIDTH

LOG_SETTINGS = frozenset({"learning_rate", "weight_decay", "batch_size"})
"""Settings that are compared by ratio."""

DATA_SHARE = "data_share"
"""How an arm calls the share of the training examples that it sees."""


def luck_figure(state: RunState) -> Figure:
    """Return one point a training, in the order of their events, and the band of ties."""
    arms = [arm for arm in courses.arms(state) if arm.bests.size]
    place, series = 1, []
    for arm in arms:
        x = np.arange(place, place + arm.bests.size, dtype=np.float64)
        name = printable(arm.name, width=NAME_WIDTH) or "trainings"
        series.append(Series(name, x, arm.bests, kind="scatter"))
        place += arm.bests.size
    return Figure(
        series=tuple(series),
        bands=_tie(state, arms, last=place - 1),
        markers=_middle(arms),
        x_axis=Axis("training", limits=(0.0, float(place)) if arms else None),
        y_axis=Axis("best validation loss"),
        title="Luck",
    )


def effect_figure(state: RunState, setting: str) -> Figure:
    """Return the score by one setting's value: a point a training, a line through the medians."""
    arms = [arm for arm in courses.arms(state) if arm.bests.size and arm.values.keys() <= {setting}]
    by_value = sorted(_pooled(arms, setting, absent=_advised(state, setting)).items())
    by_value = by_value if len(by_value) > 1 else []
    x = np.asarray([value for value, _ in by_value], dtype=np.float64)
    bests = [scores for _, scores in by_value]
    every = np.repeat(x, [scores.size for scores in bests]) if bests else x
    middle = np.asarray([np.median(scores) for scores in bests], dtype=np.float64)
    log = setting in LOG_SETTINGS and bool((x > 0).all())
    return Figure(
        series=(
            Series("median of seeds", x, middle),
            Series("", every, np.concatenate([np.empty(0), *bests]), kind="scatter", style="muted"),
        )
        if by_value
        else (),
        bands=limits.spread(x, bests),
        markers=marks.of(state, setting),
        x_axis=Axis(setting.replace("_", " "), scale="log" if log else "linear"),
        y_axis=Axis("best validation loss"),
        title=f"Effect of {setting.replace('_', ' ')}",
    )


def growth_figure(state: RunState) -> Figure:
    """Return the score by the number of training examples that were seen."""
    arms = courses.arms(state)
    sized = [arm for arm in arms if arm.bests.size and arm.values.keys() <= {DATA_SHARE}]
    pooled = sorted(_pooled(sized, DATA_SHARE, absent=1.0).items())
    pooled = pooled if len(pooled) > 1 else []
    examples = state.recipe.workload.train_examples if state.recipe else 1
    x = np.asarray([share * examples for share, _ in pooled], dtype=np.float64)
    bests = [scores for _, scores in pooled]
    middle = np.asarray([np.median(scores) for scores in bests], dtype=np.float64)
    return Figure(
        series=(Series("best validation loss", x, middle),) if pooled else (),
        bands=(*limits.spread(x, bests), *_foretold(state, x)),
        x_axis=Axis(
            "training examples", scale="log", limits=limits.doublings(np.append(x, 2 * x[-1:]))
        ),
        y_axis=Axis("best validation loss"),
        title="More data",
    )


def _foretold(state: RunState, examples: Numbers) -> tuple[Band, ...]:
    """Return what twice the data are foretold to come to, from where the measured ones end."""
    best = marks.figure_behind(state, "best_loss")
    least = marks.figure_behind(state, "more_data_gain_low")
    most = marks.figure_behind(state, "more_data_gain_high")
    if best is None or least is None or most is None or not examples.size:
        return ()
    end = float(examples[-1])
    return (Band([end, 2 * end], [best, best - most], [best, best - least]),)


def _pooled(arms: list[Arm], setting: str, absent: float | None = None) -> dict[float, Numbers]:
    """Return the scores of all arms by a setting's value."""
    scores: dict[float, list[float]] = {}
    for arm in arms:
        value = arm.values.get(setting, absent)
        if value is not None:
            scores.setdefault(value, []).extend(arm.bests.tolist())
    return {value: np.asarray(them, dtype=np.float64) for value, them in scores.items()}


def _advised(state: RunState, setting: str) -> float | None:
    """Return the value of the arms that name none: the recipe's, if it is a number."""
    value = state.recipe.values().get(setting) if state.recipe else None
    return float(value) if isinstance(value, float | int) else None


def _tie(state: RunState, arms: list[Arm], *, last: int) -> tuple[Band, ...]:
    """Return the stretch around the middle within which two trainings are ties."""
    tie = marks.figure_behind(state, "tie_threshold")
    if tie is None or not arms:
        return ()
    middle = float(np.median(np.concatenate([arm.bests for arm in arms])))
    return (Band([0.0, last + 1.0], [middle - tie / 2] * 2, [middle + tie / 2] * 2),)


def _middle(arms: list[Arm]) -> tuple[Marker, ...]:
    if not arms:
        return ()
    return (Marker("y", float(np.median(np.concatenate([arm.bests for arm in arms]))), "median"),)
