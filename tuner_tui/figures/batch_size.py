"""Which pictures do the numbers of a batch-size probe make?

How fast examples go through the device at each size, and how noisy the gradient is on the way.
"""

import numpy as np

from tuner_engine.state import RunState
from tuner_tui.chart.figure import Axis, Band, Figure, Marker, Series
from tuner_tui.figures import limits, marks
from tuner_tui.figures.limits import Numbers

MIDDLE_HALF = (25.0, 75.0)
"""Percentiles of the timed stretches that the band reaches over. House choice."""


def throughput_figure(state: RunState) -> Figure:
    """Return examples a second by batch size, with the spread over timed stretches."""
    ran = [size for size in state.batches if size.step_s]
    sizes = np.asarray([size.batch_size for size in ran], dtype=np.float64)
    pace = [size.batch_size / np.asarray(size.step_s, dtype=np.float64) for size in ran]
    middle = np.asarray([np.median(it) for it in pace], dtype=np.float64)
    ends = np.asarray([np.percentile(it, MIDDLE_HALF) for it in pace]).reshape(-1, 2)
    tried = np.asarray([size.batch_size for size in state.batches], dtype=np.float64)
    return Figure(
        series=(
            Series("examples a second", sizes, middle),
            Series("", sizes, middle, kind="scatter", style="series-1"),
        )
        if ran
        else (),
        bands=(Band(sizes, ends[:, 0], ends[:, 1]),) if ran else (),
        markers=(*_refused(state), *_noise(state), *marks.of(state, "batch_size")),
        x_axis=Axis("batch size", scale="log", limits=limits.doublings(tried)),
        y_axis=Axis("examples a second", limits=_from_zero(ends)),
        title="Throughput",
    )


def noise_figure(state: RunState) -> Figure:
    """Return the gradient noise scale over training, with its interval and the batch size."""
    points = [it for it in state.noise if it.noise_scale is not None and it.noise_scale > 0]
    epochs = np.asarray([it.epoch for it in points], dtype=np.float64)
    scales = np.asarray([it.noise_scale for it in points], dtype=np.float64)
    low = [it.low if it.low and it.low > 0 else np.nan for it in points]
    high = [it.high if it.high else np.nan for it in points]
    return Figure(
        series=(
            Series("noise scale", epochs, scales),
            Series("", epochs, scales, kind="scatter", style="series-1"),
        )
        if points
        else (),
        bands=(Band(epochs, low, high),) if points else (),
        markers=_batch(state),
        x_axis=Axis("epoch"),
        y_axis=Axis("examples", scale="log"),
        title="Gradient noise",
    )


def _refused(state: RunState) -> tuple[Marker, ...]:
    """Return the smallest size that memory does not hold."""
    over = [it.batch_size for it in state.batches if it.outcome in ("does-not-fit", "ran-out")]
    return (Marker("x", float(min(over)), "too large"),) if over else ()


def _noise(state: RunState) -> tuple[Marker, ...]:
    """Return the last noise scale that could be estimated, where the sizes' axis holds it."""
    known = [it.noise_scale for it in state.noise if it.noise_scale is not None]
    return (Marker("x", known[-1], "noise"),) if known and known[-1] > 0 else ()


def _batch(state: RunState) -> tuple[Marker, ...]:
    size = state.recipe.values().get("batch_size") if state.recipe else None
    if not isinstance(size, int) or size < 1:
        return ()
    return (Marker("y", float(size), "batch size"),)


def _from_zero(ends: Numbers) -> tuple[float, float] | None:
    if not ends.size:
        return None
    top = float(ends.max())
    return limits.outward(0.0, top * 1.05, limits.step(top)) if top > 0 else None
