"""Do the pictures show the numbers that were measured?"""

import numpy as np
import pytest
import recorded
from hypothesis import given
from hypothesis import strategies as st

from tuner_engine import events as said
from tuner_engine.state import RunState, fold_all
from tuner_tui import figures


def _swept(rates: tuple[float, ...], *rows: tuple[float | None, ...]) -> RunState:
    return fold_all([said.SweepMeasured(learning_rates=rates, losses=rows)])


def _tried(*trials: tuple[float, float | None]) -> RunState:
    lanes = tuple(
        said.Trial(learning_rate=rate, seed=seed, steps=1, valid_loss=loss, best_epoch=1.0)
        for seed, (rate, loss) in enumerate(trials)
    )
    return fold_all([said.TrialsMeasured(rung=0, horizon_share=0.1, trials=lanes, finished=True)])


def test_the_sweep_is_the_median_over_seeds_in_a_band() -> None:
    """Five seeds at 0, 1, 2, 3, 4 have median 2 and a 10-90 % band from the least to the most."""
    figure = figures.sweep_figure(_swept((1e-3,), (0.0,), (1.0,), (2.0,), (3.0,), (4.0,)))

    assert figure.series[0].y[0] == 2.0
    assert (figure.bands[0].low[0], figure.bands[0].high[0]) == (0.0, 4.0)


def test_a_diverged_seed_is_worse_than_all_others() -> None:
    """One seed of three without a loss makes the worse of the others the median."""
    figure = figures.sweep_figure(_swept((1e-3,), (1.0,), (3.0,), (None,)))

    assert figure.series[0].y[0] == 3.0


def test_the_curve_ends_where_half_of_the_seeds_diverged() -> None:
    """Two survivors of four are no median: the line has a gap there."""
    figure = figures.sweep_figure(
        _swept((0.1, 1.0), (1.0, None), (1.0, None), (1.0, 9.0), (1.0, 9.0))
    )

    assert np.isnan(figure.series[0].y).tolist() == [False, True]


def test_nothing_measured_is_an_empty_picture() -> None:
    """Before the first event both charts are empty but have their axes."""
    for draw in (figures.sweep_figure, figures.trials_figure):
        figure = draw(RunState())
        assert figure.series == ()
        assert figure.x_axis.scale == "log"


def test_an_explosion_does_not_flatten_the_curve() -> None:
    """The loss axis ends soon above the start, whatever follows the edge."""
    rates = tuple(np.geomspace(1e-4, 1e-1, 20).tolist())
    losses = tuple(np.repeat((2.0, 1.8, 1.0, 1e12), 5).tolist())
    figure = figures.sweep_figure(_swept(rates, losses))
    low, high = figure.y_axis.limits or (0, 0)

    assert low <= 1.0
    assert 2.0 <= high < 3.0


def test_each_rung_of_trials_is_a_series_over_its_rates() -> None:
    """Three rungs give three series, each with the rates in rising order."""
    figure = figures.trials_figure(fold_all(recorded.trial_events()))

    assert [series.name for series in figure.series] == ["10% run", "20% run", "40% run"]
    assert all(np.all(np.diff(series.x) > 0) for series in figure.series)


def test_trials_at_one_rate_meet_in_their_median() -> None:
    """Two seeds at 1 and 3 stand at 2, between a band from 1 to 3."""
    figure = figures.trials_figure(_tried((1e-3, 1.0), (1e-3, 3.0), (1e-2, None)))

    assert figure.series[0].x.tolist() == [1e-3]
    assert figure.series[0].y.tolist() == [2.0]
    assert (figure.bands[0].low[0], figure.bands[0].high[0]) == (1.0, 3.0)


def test_the_verdict_marks_its_value_and_range_on_both_charts() -> None:
    """The suggestion is where the verdict says, between its two ends."""
    state = fold_all(recorded.whole_run())

    for figure in (figures.sweep_figure(state), figures.trials_figure(state)):
        marks = {marker.label: marker.value for marker in figure.markers}
        assert marks == {"low": 0.002, "suggested": recorded.BEST, "high": 0.016}
        assert [marker.value for marker in figure.markers if marker.suggestion] == [recorded.BEST]


def test_a_verdict_without_an_answer_marks_nothing() -> None:
    """A flat curve suggests no value."""
    verdict = said.VerdictReached(
        probe="learning-rate", verdict="flat", summary="", confidence="high", settings={}
    )

    assert figures.sweep_figure(fold_all([verdict])).markers == ()
    assert figures.suggestion(fold_all([verdict])) is None


def test_axes_hold_still_within_a_decade() -> None:
    """New rates in the same decade do not move the horizontal axis."""
    one = figures.sweep_figure(_swept((2e-4, 3e-4), (1.0, 1.0)))
    two = figures.sweep_figure(_swept((2e-4, 3e-4, 9e-4), (1.0, 1.0, 1.0)))

    assert one.x_axis.limits == two.x_axis.limits == pytest.approx((1e-4, 1e-3))


_LOSSES = st.one_of(st.none(), st.floats(-1e9, 1e9), st.floats(0, 1e-12))


@given(st.lists(st.tuples(_LOSSES, _LOSSES), min_size=1, max_size=20))
def test_any_losses_make_a_picture(columns: list[tuple[float | None, float | None]]) -> None:
    """Whatever was measured, limits are finite and low comes first."""
    rates = tuple(1e-6 * 1.5**place for place in range(len(columns)))
    rows = tuple(zip(*columns, strict=True))

    figure = figures.sweep_figure(_swept(rates, *rows))
    trials = figures.trials_figure(
        _tried(*[(rate, loss) for rate, loss in zip(rates, rows[0], strict=True)])
    )

    for axis in (figure.x_axis, figure.y_axis, trials.x_axis, trials.y_axis):
        assert axis.limits is None or axis.limits[0] < axis.limits[1]
