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
        filled: Whether a run's state holds anything to draw.
        setting: Which setting a value of its horizontal axis is one of; none if of none.
    """

    name: str
    words: str
    draw: Callable[[RunState], Figure]
    fields: tuple[str, ...]
    filled: Callable[[RunState], bool]
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
    filled=lambda state: bool(state.learning_rates),
    setting="learning_rate",
)
TRIALS = Picture(
    name="trials",
    words="Trials",
    draw=learning_rate.trials_figure,
    fields=("rungs",),
    filled=lambda state: bool(state.rungs),
    setting="learning_rate",
)
THROUGHPUT = Picture(
    name="throughput",
    words="Throughput",
    draw=batch_size.throughput_figure,
    fields=("batches", "noise"),
    filled=lambda state: any(size.step_s for size in state.batches),
    setting="batch_size",
)
NOISE = Picture(
    name="noise",
    words="Noise",
    draw=batch_size.noise_figure,
    fields=("noise", "recipe"),
    filled=lambda state: any(it.noise_scale is not None for it in state.noise),
)
LOSSES = Picture(
    name="losses",
    words="Losses",
    draw=trainings.losses_figure,
    fields=(*_TRAINED, "unscored"),
    filled=lambda state: bool(state.epochs or state.unscored),
    setting="epochs",
)
METRIC = Picture(
    name="metric",
    words="Metric",
    draw=trainings.metric_figure,
    fields=_TRAINED,
    filled=lambda state: bool(state.epochs and state.epochs[0].metrics),
)
GROWTH = Picture(
    name="growth",
    words="More data",
    draw=scores.growth_figure,
    fields=_TRAINED,
    filled=lambda state: _varies(state, scores.DATA_SHARE),
)
LUCK = Picture(
    name="luck",
    words="Luck",
    draw=scores.luck_figure,
    fields=_TRAINED,
    filled=lambda state: bool(state.epochs),
)


def _varies(state: RunState, setting: str) -> bool:
    return any(setting in training.values for training in state.trainings)


def _effect(setting: str, words: str) -> Picture:
    return Picture(
        name=f"effect-{setting.replace('_', '-')}",
        words=words,
        draw=partial(scores.effect_figure, setting=setting),
        fields=_TRAINED,
        filled=lambda state: _varies(state, setting),
        setting=setting,
    )


LENGTH = _effect("epochs", "Length")
DECAY = _effect("weight_decay", "Decay")
DROPOUT = _effect("dropout", "Dropout")
SMOOTHING = _effect("label_smoothing", "Smoothing")

PICTURES: Mapping[str, tuple[Picture, ...]] = {
    "probe-lr": (SWEEP, TRIALS),
    "probe-batch": (THROUGHPUT, NOISE, LOSSES),
    "probe-epochs": (LOSSES, METRIC, LENGTH, GROWTH),
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


FRONT: Mapping[str, str] = {
    "sweep": "sweep",
    "trials": "trials",
    "throughput": "throughput",
    "noise": "noise",
    "seeds": "luck",
}
"""Phase → the chart that it fills; every other phase fills the losses."""


def of(command: str) -> tuple[Picture, ...]:
    """Return the charts of a command; none for one that is not known here."""
    return PICTURES.get(command, ())


def filled(state: RunState) -> tuple[Picture, ...]:
    """Return the charts of a run that have something to show."""
    return tuple(picture for picture in of(state.command) if picture.filled(state))


def front(state: RunState) -> str:
    """Return which chart answers what is being measured; after the verdict, what it settled."""
    phase = FRONT.get(state.phase.phase, "losses") if state.phase else ""
    settled = state.verdicts[-1].settings if state.verdicts else {}
    answers = [picture.name for picture in filled(state) if picture.setting in settled]
    return phase if phase in answers or not answers else answers[0]


def drawn(state: RunState) -> tuple[Figure, ...]:
    """Return the figures of a run that have something to show."""
    return tuple(picture.draw(state) for picture in filled(state))
