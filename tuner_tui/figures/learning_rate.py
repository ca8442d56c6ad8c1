"""Which pictures do the numbers of a learning-rate probe make?

The sweep to the edge of stability, and the trainings that confirm a rate below it.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence

import numpy as np

from tuner_engine.events import Loss, Trial, TrialsMeasured
from tuner_engine.probes import readings
from tuner_engine.state import RunState
from tuner_tui.chart.figure import Axis, Band, Figure, Marker, Series
from tuner_tui.figures import limits, marks
from tuner_tui.figures.limits import Limits, Numbers

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
        markers=(*_edge(state), *marks.of(state, "learning_rate")),
        x_axis=Axis("learning rate", scale="log", limits=limits.decades(rates)),
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
        bands=limits.spread(drawn[-1][1], drawn[-1][2]) if drawn else (),
        markers=marks.of(state, "learning_rate"),
        x_axis=Axis("learning rate", scale="log", limits=limits.decades(rates)),
        y_axis=Axis(
            "validation loss",
            scale="linear",
            limits=limits.near_the_best(line.y for line in series),
        ),
        title="Trials",
    )


def _edge(state: RunState) -> tuple[Marker, ...]:
    return () if state.edge is None else (Marker("x", state.edge, "edge"),)


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


def _rung_name(rung: TrialsMeasured) -> str:
    return f"{rung.horizon_share:.0%} run" + ("" if rung.finished else " …")


def _sweep_limits(middle: Numbers) -> Limits | None:
    """Return limits that show the fall below the starting loss and the turn, not the explosion."""
    known = middle[np.isfinite(middle)]
    if not known.size:
        return None
    start = float(np.median(known[: max(1, known.size // 10)]))
    low = float(known.min())
    drop = max(start - low, 0.05 * abs(start), 1e-9)
    return limits.outward(low - 0.1 * drop, start + HEADROOM * drop, limits.step(drop))
