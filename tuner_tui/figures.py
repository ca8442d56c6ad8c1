"""Which picture do a run's numbers make?

Pure functions from the folded state of a run to a chart's figure; no Textual.
Invariant: a figure shows measured numbers and the verdict's own; nothing here chooses a value.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from tuner_engine.events import Loss, Trial, TrialsMeasured, VerdictReached
from tuner_engine.probes import readings
from tuner_engine.recipe import Setting
from tuner_engine.state import RunState
from tuner_tui.chart.figure import Axis, Band, Figure, Marker, Series

Numbers = NDArray[np.float64]

REACH = 5.0
"""How far the trials' axis reaches above the best score, in units of the way to the median one.
House choice."""

_ROUNDING = 1e-6
"""By how many decades a rate may miss a power of ten and still count as it."""

HEADROOM = 0.5
"""How far the sweep's axis reaches above the loss at the start, in units of the drop below it;
what explodes beyond the edge is cut off there. House choice."""


def sweep_figure(state: RunState) -> Figure:
    """Return the exponential sweep: seed median, band over seeds, edge and verdict."""
    rates = np.asarray(state.learning_rates, dtype=np.float64)
    middle, low, high = _over_seeds(_matrix(state.sweep, columns=rates.size))
    lines = (Series("median of seeds", rates, middle, kind="line"),) if rates.size else ()
    return Figure(
        series=lines,
        bands=(Band(rates, low, high),) if rates.size else (),
        markers=(*_edge(state), *_marks(state)),
        x_axis=Axis("learning rate", scale="log", limits=_decades(rates)),
        y_axis=Axis("training loss", scale="linear", limits=_sweep_limits(middle)),
        title="Sweep to the edge",
    )


def trials_figure(state: RunState) -> Figure:
    """Return the confirming trainings: one series a rung, the spread of the last rung's seeds."""
    rungs = [(rung, *_by_rate(rung.trials)) for rung in state.rungs]
    drawn = [(rung, rates, scores) for rung, rates, scores in rungs if rates.size]
    series = tuple(
        Series(_rung_name(rung), rates, _middle(scores), kind="line")
        for rung, rates, scores in drawn
    )
    rates = np.concatenate([rates for _, rates, _ in drawn]) if drawn else np.empty(0)
    return Figure(
        series=series,
        bands=_spread(drawn[-1][1], drawn[-1][2]) if drawn else (),
        markers=_marks(state),
        x_axis=Axis("learning rate", scale="log", limits=_decades(rates)),
        y_axis=Axis("validation loss", scale="linear", limits=_trial_limits(series)),
        title="Trials",
    )


def suggestion(state: RunState) -> Setting | None:
    """Return the learning rate that the run's last verdict settled on, if it did."""
    verdict = _last_verdict(state)
    return verdict.settings.get("learning_rate") if verdict else None


def _last_verdict(state: RunState) -> VerdictReached | None:
    return state.verdicts[-1] if state.verdicts else None


def _edge(state: RunState) -> tuple[Marker, ...]:
    return () if state.edge is None else (Marker("x", state.edge, "edge"),)


def _marks(state: RunState) -> tuple[Marker, ...]:
    setting = suggestion(state)
    if setting is None or not isinstance(setting.value, float | int):
        return ()
    bounds = [end for end in setting.range or () if isinstance(end, float | int) and end > 0]
    names = ("low", "high")
    ends = tuple(Marker("x", float(end), name) for end, name in zip(bounds, names, strict=False))
    return (*ends, Marker("x", float(setting.value), "suggested", suggestion=True))


def _matrix(rows: Sequence[Sequence[Loss]], *, columns: int) -> Numbers:
    """Return losses as one row per seed; a loss that is no number is NaN."""
    filled = [[np.nan if loss is None else loss for loss in row] for row in rows]
    return np.asarray(filled, dtype=np.float64).reshape(len(filled), columns)


def _over_seeds(losses: Numbers) -> tuple[Numbers, Numbers, Numbers]:
    """Return median, low and high per column as the probe reads them, NaN where seeds are lost."""
    if not losses.size:
        nothing = np.full(losses.shape[1], np.nan)
        return nothing, nothing, nothing
    lines = (readings.typical(losses), *readings.band(losses))
    middle, low, high = (np.where(np.isfinite(line), line, np.nan) for line in lines)
    return middle, low, high


def _by_rate(trials: Iterable[Trial]) -> tuple[Numbers, list[Numbers]]:
    """Return the rates that have a score, ascending, and each one's scores over seeds."""
    scores: dict[float, list[float]] = defaultdict(list)
    for trial in trials:
        if trial.valid_loss is not None:
            scores[trial.learning_rate].append(trial.valid_loss)
    rates = sorted(scores)
    return np.asarray(rates, dtype=np.float64), [np.asarray(scores[rate]) for rate in rates]


def _middle(scores: Sequence[Numbers]) -> Numbers:
    return np.asarray([np.median(values) for values in scores], dtype=np.float64)


def _spread(rates: Numbers, scores: Sequence[Numbers]) -> tuple[Band, ...]:
    if max(values.size for values in scores) < 2:
        return ()
    low = np.asarray([values.min() for values in scores])
    high = np.asarray([values.max() for values in scores])
    return (Band(rates, low, high),)


def _rung_name(rung: TrialsMeasured) -> str:
    return f"{rung.horizon_share:.0%} run" + ("" if rung.finished else " …")


def _decades(rates: Numbers) -> tuple[float, float] | None:
    """Return whole decades around the rates: they hold still while points arrive."""
    if not rates.size:
        return None
    low = np.floor(np.log10(rates.min()) + _ROUNDING)
    high = np.ceil(np.log10(rates.max()) - _ROUNDING)
    return float(10.0**low), float(10.0 ** max(high, low + 1))


def _sweep_limits(middle: Numbers) -> tuple[float, float] | None:
    """Return limits that show the fall below the starting loss and the turn, not the explosion."""
    known = middle[np.isfinite(middle)]
    if not known.size:
        return None
    start = float(np.median(known[: max(1, known.size // 10)]))
    low = float(known.min())
    drop = max(start - low, 0.05 * abs(start), 1e-9)
    step = _step(drop)
    return _outward(low - 0.1 * drop, start + HEADROOM * drop, step)


def _trial_limits(series: Sequence[Series]) -> tuple[float, float] | None:
    """Return limits around the better scores, so that failures do not flatten them."""
    scores = [score for line in series for score in line.y if np.isfinite(score)]
    if not scores:
        return None
    low, middle, high = np.min(scores), np.median(scores), np.max(scores)
    top = min(high, low + REACH * (middle - low)) if middle > low else high
    reach = max(float(top - low), 0.02 * abs(float(low)), 1e-9)
    return _outward(float(low) - 0.05 * reach, float(top) + 0.05 * reach, _step(reach))


def _step(reach: float) -> float:
    """Return the 1-2-5 step that cuts `reach` into about ten."""
    rough = reach / 10
    scale = float(10.0 ** np.floor(np.log10(rough)))
    return next(scale * nice for nice in (1.0, 2.0, 5.0, 10.0) if scale * nice >= rough)


def _outward(low: float, high: float, step: float) -> tuple[float, float]:
    return float(np.floor(low / step) * step), float(np.ceil(high / step) * step)
