"""What can be measured, what does each measurement answer, and which one comes next?

The one table of probes for the screen that starts them. Invariant: what comes next follows from
the recipe and the last verdict alone, so that it is the same live and replayed.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from tuner_engine.recipe import Recipe
from tuner_engine.specs import Command
from tuner_engine.state import RunState


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One thing that can be measured.

    Attributes:
        command: What a run of it is asked.
        words: Its name.
        short: The same where room is short.
        asks: The question, as a sentence.
        does: How it is answered, in a sentence.
        settles: Settings that it can measure.
        costs: What it costs, where no plan says it before.
    """

    command: Command
    words: str
    short: str
    asks: str
    does: str
    settles: tuple[str, ...] = ()
    costs: str = ""


QUESTIONS: tuple[Question, ...] = (
    Question(
        command="probe-lr",
        words="Learning rate",
        short="Rate",
        asks="Which learning rate trains best, and where does training break?",
        does="A sweep over several seeds finds the edge; short trainings below it choose the rate.",
        settles=("learning_rate",),
    ),
    Question(
        command="probe-batch",
        words="Batch size",
        short="Batch",
        asks="Which batch size fits, is fast, and still helps the gradient?",
        does="Sizes are run and timed, and the noise of the gradient is measured on the way.",
        settles=("batch_size",),
        costs="some dozens of steps at each size, and one short training",
    ),
    Question(
        command="probe-epochs",
        words="Epochs",
        short="Epochs",
        asks="How long to train, does it overfit, and would more data help more?",
        does="Whole trainings with several seeds, then shorter ones and ones on less data.",
        settles=("epochs", "patience"),
    ),
    Question(
        command="probe-seeds",
        words="Seeds",
        short="Seeds",
        asks="How much of a difference between two trainings is luck?",
        does="The same training with other seeds; how far they lie apart is the size of a tie.",
        costs="6 full trainings, then 3 more for each source of luck; says so itself",
    ),
    Question(
        command="probe-regularization",
        words="Regularisation",
        short="Decay",
        asks="Do weight decay, dropout or label smoothing help against overfitting?",
        does="Trainings that differ in one of them, beside the advised values; ties change none.",
        settles=("weight_decay", "dropout", "label_smoothing"),
        costs="3 full trainings; only if they overfit, 2 for each other value and 12 to confirm",
    ),
    Question(
        command="tune",
        words="Tune",
        short="Tune",
        asks="Which learning rate and number of epochs, confirmed by whole trainings?",
        does="The learning-rate probe, then full trainings at what it found.",
        settles=("learning_rate", "epochs"),
    ),
    Question(
        command="train",
        words="Train",
        short="Train",
        asks="What does one training at the recipe's values come to?",
        does="One full training, scored at the end on rows that nothing was chosen by.",
    ),
)
"""All questions, in the order in which they take turns."""

BY_COMMAND: Mapping[str, Question] = {question.command: question for question in QUESTIONS}
"""The same, by what a run of each is asked."""

_THEN: Mapping[str, tuple[Command, ...]] = {
    "probe-batch": ("probe-lr", "probe-epochs"),
    "probe-lr": ("probe-epochs", "probe-batch"),
    "probe-epochs": ("probe-lr", "probe-seeds"),
    "probe-seeds": ("probe-lr", "probe-epochs", "probe-regularization"),
    "probe-regularization": ("probe-lr", "probe-seeds"),
    "tune": ("probe-epochs", "probe-seeds"),
    "train": ("probe-seeds",),
}
"""What is worth asking after each; the first that is not measured yet. House choice: the rate
before what depends on it."""

_AGAIN: Mapping[tuple[str, str], Command] = {
    ("probe-epochs", "all-diverged"): "probe-lr",
    ("probe-epochs", "not-learning"): "probe-lr",
    ("probe-seeds", "all-diverged"): "probe-lr",
    ("probe-regularization", "all-diverged"): "probe-lr",
}
"""What helps where a probe came to no answer; elsewhere its own words say what to do."""


def neighbour(command: Command, by: int) -> Command:
    """Return the question some places further in the table, going round at its ends."""
    place = next(at for at, it in enumerate(QUESTIONS) if it.command == command)
    return QUESTIONS[(place + by) % len(QUESTIONS)].command


def following(state: RunState, recipe: Recipe | None) -> Command | None:
    """Return the question that a run's verdict makes worth asking; none before it ended.

    Args:
        state: Of the run.
        recipe: As it stands now.
    """
    if state.finished is None or state.finished.status == "failed":
        return None
    verdict = state.verdicts[-1] if state.verdicts else None
    if verdict is not None and verdict.verdict != "ok":
        return _AGAIN.get((state.command, verdict.verdict))
    if verdict is not None and verdict.reading.get("onset") is not None:
        return "probe-regularization"
    open_ones = (it for it in _THEN.get(state.command, ()) if not _is_settled(it, recipe))
    return next(open_ones, "train" if state.command != "train" else None)


def _is_settled(command: Command, recipe: Recipe | None) -> bool:
    """Whether everything that a probe settles was measured or decided already."""
    names = BY_COMMAND[command].settles
    if recipe is None or not names:
        return False
    known = (recipe.settings[name] for name in names[:1] if name in recipe.settings)
    return any(setting.basis in ("measured", "chosen") for setting in known)
