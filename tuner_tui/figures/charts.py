"""Which charts does a run of each command show, and which setting can be taken from them?

The app's probe screen and the commands' `--plot` both go by this table.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from tuner_engine.state import RunState
from tuner_tui.chart.figure import Figure
from tuner_tui.figures import batch_size, learning_rate, scores, trainings


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """One chart of a run.

    Attributes:
        name: By which screens and commands call it.
        words: On its tab.
        draw: From a run's state to the figure.
        fields: Of the state that the figure depends on.
        setting: Which setting a value of its horizontal axis is one of; none if of none.
    """

    name: str
    words: str
    draw: Callable[[RunState], Figure]
    fields: tuple[str, ...]
    setting: str | None = None

    def differs(self, before: RunState, now: RunState) -> bool:
        """Whether the figure may look different now."""
        return any(
            getattr(before, field) is not getattr(now, field)
            for field in (*self.fields, "verdicts")
        )


_TRAINED = ("epochs", "trainings", "recipe")

SWEEP = Picture(
    name="sweep",
    words="Sweep",
    draw=learning_rate.sweep_figure,
    fields=("learning_rates", "sweep", "edge"),
    setting="learning_rate",
)
TRIALS = Picture(
    name="trials",
    words="Trials",
    draw=learning_rate.trials_figure,
    fields=("rungs",),
    setting="learning_rate",
)
THROUGHPUT = Picture(
    name="throughput",
    words="Throughput",
    draw=batch_size.throughput_figure,
    fields=("batches", "noise"),
    setting="batch_size",
)
NOISE = Picture(
    name="noise", words="Noise", draw=batch_size.noise_figure, fields=("noise", "recipe")
)
LOSSES = Picture(
    name="losses",
    words="Losses",
    draw=trainings.losses_figure,
    fields=_TRAINED,
    setting="epochs",
)
METRIC = Picture(name="metric", words="Metric", draw=trainings.metric_figure, fields=_TRAINED)
GROWTH = Picture(name="growth", words="More data", draw=scores.growth_figure, fields=_TRAINED)
LUCK = Picture(name="luck", words="Luck", draw=scores.luck_figure, fields=_TRAINED)


def _effect(setting: str, words: str) -> Picture:
    return Picture(
        name=f"effect-{setting.replace('_', '-')}",
        words=words,
        draw=partial(scores.effect_figure, setting=setting),
        fields=_TRAINED,
        setting=setting,
    )


DECAY = _effect("weight_decay", "Decay")
DROPOUT = _effect("dropout", "Dropout")
SMOOTHING = _effect("label_smoothing", "Smoothing")

PICTURES: Mapping[str, tuple[Picture, ...]] = {
    "probe-lr": (SWEEP, TRIALS),
    "probe-batch": (THROUGHPUT, NOISE, LOSSES),
    "probe-epochs": (LOSSES, METRIC, GROWTH),
    "probe-seeds": (LUCK, LOSSES),
    "probe-regularization": (LOSSES, DECAY, DROPOUT, SMOOTHING),
    "tune": (SWEEP, TRIALS, LOSSES),
    "train": (LOSSES, METRIC),
}
"""Charts of each command, in the order in which they fill."""

ALL: tuple[Picture, ...] = tuple(
    {picture.name: picture for pictures in PICTURES.values() for picture in pictures}.values()
)
"""Every chart once."""


def of(command: str) -> tuple[Picture, ...]:
    """Return the charts of a command; none for one that is not known here."""
    return PICTURES.get(command, ())


def drawn(state: RunState) -> tuple[Figure, ...]:
    """Return the figures of a run that have something to show."""
    figures = (picture.draw(state) for picture in of(state.command))
    return tuple(figure for figure in figures if figure.series)
