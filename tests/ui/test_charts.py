"""Do the charts of every probe show what was measured, whatever is missing?"""

import msgspec
import numpy as np
import pytest
import recorded
import recorded_probes as others
from hypothesis import given
from hypothesis import strategies as st

from tuner_engine import events as said
from tuner_engine.growing import Growing
from tuner_engine.recipe import SeedNoise
from tuner_engine.specs import Command
from tuner_engine.state import RunState, fold_all
from tuner_tui import figures
from tuner_tui.chart.text import plain_lines
from tuner_tui.figures import charts, courses, overlay, standings

STATES = {name: fold_all(run()) for name, run in others.RUNS.items()} | {
    "probe-lr": fold_all(recorded.whole_run())
}


def scored(label: str, epoch: float, loss: float | None, **metrics: float) -> said.EpochMeasured:
    return said.EpochMeasured(
        label=label, epoch=epoch, train_loss=None, valid_loss=loss, metrics=metrics
    )


@pytest.mark.parametrize("command", STATES)
def test_every_chart_draws_at_every_moment(command: str) -> None:
    """From nothing over half a run to its end, also where it has no numbers yet."""
    run = others.RUNS[command]() if command in others.RUNS else recorded.whole_run()
    for end in (0, 3, 8, len(run) // 2, len(run)):
        state = fold_all(run[:end])
        for picture in charts.of(command):
            assert len(plain_lines(picture.draw(state), width=80, height=20)) == 20


@pytest.mark.parametrize(
    ("command", "names"),
    [
        ("probe-lr", ["sweep", "trials"]),
        ("probe-batch", ["throughput", "noise"]),
        ("probe-epochs", ["losses", "metric", "effect-epochs", "growth"]),
        ("probe-seeds", ["luck", "losses"]),
        ("probe-regularization", ["losses", "effect-weight-decay", "effect-dropout"]),
        ("train", ["losses", "metric"]),
    ],
)
def test_a_run_has_the_charts_that_its_numbers_fill(command: str, names: list[str]) -> None:
    """In the order in which they fill; a chart without numbers is none."""
    assert [picture.name for picture in charts.filled(STATES[command])] == names
    assert all(figure.series for figure in figures.drawn(STATES[command]))


@pytest.mark.parametrize(
    ("command", "front"),
    [
        ("probe-lr", "trials"),
        ("probe-batch", "throughput"),
        ("probe-epochs", "losses"),
        ("probe-seeds", "luck"),
        ("probe-regularization", "effect-dropout"),
        ("train", "losses"),
    ],
)
def test_the_answer_is_in_front(command: str, front: str) -> None:
    """After the verdict, the chart whose axis is the setting that it settled."""
    assert charts.front(STATES[command]) == front


def test_every_probe_has_charts() -> None:
    """Whatever can be run, so that no run is shown without a picture."""
    commands = set(Command.__args__)
    assert commands == set(charts.PICTURES)


def test_losses_are_the_median_in_a_band_over_seeds() -> None:
    """Three seeds at 1, 2, 4: median 2, from 1 to 4."""
    epochs = [scored(f"seed {seed}", 1.0, loss) for seed, loss in enumerate((1.0, 2.0, 4.0))]
    figure = figures.losses_figure(fold_all(epochs))
    validation = next(series for series in figure.series if series.name == "validation")
    assert validation.y.tolist() == [2.0]
    assert (figure.bands[0].low[0], figure.bands[0].high[0]) == (1.0, 4.0)


def test_a_curve_ends_where_most_seeds_have_ended() -> None:
    """One seed of three that trains on is no median."""
    ends = {"a": 1, "b": 1, "c": 3}
    epochs = [
        scored(name, float(at), 1.0) for name, end in ends.items() for at in range(1, end + 1)
    ]
    (arm,) = courses.arms(fold_all(epochs))
    assert np.isfinite(arm.over_seeds("valid")[0]).tolist() == [True, False, False]


def test_the_onset_is_marked_and_the_future_is_a_cone() -> None:
    """What the verdict foretells for twice the data is drawn beyond what was measured."""
    early = said.LossesMeasured(phase="epochs", epoch=0.1, losses=(1.0, None, 3.0))
    lost = said.LossesMeasured(phase="epochs", epoch=0.2, losses=(None, None, None))
    unscored = figures.losses_figure(fold_all([early, lost]))
    assert (list(unscored.series[0].x), list(unscored.series[0].y)) == ([0.1], [2.0])
    losses = figures.losses_figure(STATES["probe-epochs"])
    assert [mark.value for mark in losses.markers if mark.label == "overfits"] == [15.0]
    assert [mark.value for mark in losses.markers if mark.suggestion] == [15.0]
    growth = figures.growth_figure(STATES["probe-epochs"])
    assert growth.series[0].x.tolist() == [312.0, 624.0]
    cone = growth.bands[-1]
    assert cone.x.tolist() == [624.0, 1248.0]
    assert (cone.low[1], cone.high[1]) == pytest.approx((0.31, 0.35))


def test_throughput_is_the_median_of_the_timed_stretches() -> None:
    """Sizes that did not run are named by a line, not drawn as zero."""
    figure = figures.throughput_figure(STATES["probe-batch"])
    assert figure.series[0].x.tolist() == [16, 32, 64, 128]
    assert figure.series[0].y[0] == pytest.approx(16 / 0.0104)
    assert {mark.label: mark.value for mark in figure.markers} == {
        "too large": 256.0,
        "noise": 90.0,
        "low": 32.0,
        "high": 128.0,
        "suggested": 64.0,
    }


def test_noise_that_cannot_be_told_leaves_a_gap() -> None:
    """No point at the beginning, where the gradient was too weak to tell."""
    assert figures.noise_figure(STATES["probe-batch"]).series[0].x.tolist() == [1.0, 5.0]


def test_an_effect_is_that_of_one_setting_alone() -> None:
    """The advised value takes part, an arm that differs in more does not."""
    state = STATES["probe-regularization"]
    figure = figures.effect_figure(state, "dropout")
    assert figure.series[0].x.tolist() == [0.1, 0.3]
    assert figure.series[0].y[1] < figure.series[0].y[0]


def test_arms_are_told_apart_only_beyond_luck() -> None:
    """The best, a tie with it, worse ones, and what diverged."""
    words = {it.arm: it.word for it in standings.of(STATES["probe-regularization"])}
    assert words == {"as advised": "worse", "dropout 0.3": "best", "weight decay 0.1": "worse"} | {
        "dropout 0.5": ""
    }
    (lost,) = (it for it in standings.of(STATES["probe-regularization"]) if not it.seeds)
    assert (lost.arm, lost.diverged, lost.middle) == ("dropout 0.5", 1, None)


def test_what_a_probe_of_seeds_found_tells_arms_apart() -> None:
    """Before there is a verdict, and in its place: the recipe carries it."""
    run = fold_all(others.regularization_run()[:-2])
    for sd, word in ((0.0001, "worse"), (10.0, "tie")):
        noise = SeedNoise(sd=sd, seeds=6, evidence="run")
        recipe = msgspec.structs.replace(recorded.recipe(), seed_noise=noise)
        known = msgspec.structs.replace(run, recipe=recipe)
        words = {it.word for it in standings.of(known)}
        assert words == {"best", word, ""}


def test_without_a_threshold_nothing_is_called_a_tie() -> None:
    """Before the verdict only the best one is named."""
    run = others.regularization_run()
    words = [it.word for it in standings.of(fold_all(run[:-2]))]
    assert sorted(words) == ["", "", "", "best"]


def test_runs_are_laid_over_each_other_by_name() -> None:
    """A run that does not have the chart is left out, and said to be."""
    runs = [("A", STATES["train"]), ("B", STATES["probe-epochs"]), ("C", STATES["probe-lr"])]
    shared = overlay.shared([state for _, state in runs])
    assert [picture.name for picture in shared[:2]] == ["losses", "metric"]
    figure = overlay.overlaid(shared[0], runs)
    assert [series.name for series in figure.series] == ["A", "B"]
    assert "2 of 3 runs" in figure.title
    ends = figure.x_axis.limits
    assert ends is not None
    assert ends[1] >= 30


@given(st.lists(st.integers(1, 4), min_size=1, max_size=6))
def test_reading_in_pieces_is_reading_at_once(pieces: list[int]) -> None:
    """Whatever was kept from the drawing before, the courses are those of the events."""
    events = [scored(f"seed {at % 2}", float(at), float(at), accuracy=at) for at in range(30)]
    end, grown = 0, Growing[said.EpochMeasured]()
    for piece in pieces:
        for event in events[end : end + piece]:
            grown = grown.and_then(event)
        end += piece
        found = courses.of(grown)
        assert sum(course.epoch.size for course in found) == len(grown)
    assert found[0].valid.tolist() == [float(at) for at in range(0, end, 2)]


def test_another_run_is_read_from_its_beginning() -> None:
    """Two runs of equal length are not taken for each other."""
    for loss in (1.0, 2.0):
        (course,) = courses.of(Growing([scored("seed 0", 1.0, loss)]))
        assert course.valid.tolist() == [loss]


def test_a_metric_that_comes_late_has_a_gap() -> None:
    """Columns stay as long as the epochs."""
    (course,) = courses.of((scored("a", 1.0, 1.0), scored("a", 2.0, 1.0, accuracy=0.5)))
    assert np.isnan(course.column("accuracy")[0])
    assert course.column("accuracy")[1] == 0.5
    assert np.isnan(course.column("never")).all()


def test_hostile_names_are_text() -> None:
    """Arms and metrics are named by people's files."""
    name = "\x1b[31m[red]arm"
    lane = said.Training(label="a", arm=name, seed=0)
    state = fold_all([said.LanesStarted(phase="seeds", lanes=(lane,)), scored("a", 1.0, 1.0)])
    text = "\n".join(plain_lines(figures.luck_figure(state), width=80, height=12))
    assert "\x1b" not in text
    assert r"\x1b[31m" in text


def test_nothing_is_an_empty_standing() -> None:
    """One arm is no comparison."""
    assert standings.of(RunState()) == ()
    assert standings.of(STATES["train"]) == ()
