"""Which batches, epochs and patience look like a mistake?"""

from tuner_engine.advice.lints.finding import (
    TUNED,
    Finding,
    Settings,
    chosen,
    has_adapters,
    is_chosen,
    number,
    steps,
    value,
)
from tuner_engine.advice.rules import tabular, tuning
from tuner_engine.advice.rules.schedules import MANY_EPOCHS
from tuner_engine.specs import FALLING
from tuner_engine.workload import Workload

MOST_REPEATS = 16
"""Passes over a corpus beyond which under two thirds of their worth is left. Source: row F14."""

FRESH_REPEATS = 4
"""Passes that are worth nearly as much as fresh text. Source: row C18."""

MANY_TIMES = 3
"""Times the passes of hosted tuning that deserve a word. House choice."""

FEW_EXAMPLES = 1_000
"""Examples below which one pass is too little. Source: row C19."""

MOST_PREFERENCE_EPOCHS = 3
"""Passes over preferences. Source: row B57."""

MOST_ADAPTER_BATCH = 128
"""Examples of a step. Source: row B31; row B30 asks for fewer than 32."""


def batch_over_tenth(settings: Settings, workload: Workload) -> Finding | None:
    """Say that a batch holds more than a tenth of the data."""
    batch, rows = number(settings, "batch_size"), workload.train_examples
    if batch is None or rows < 1:
        return None
    advised = workload.regime != "scratch" and not is_chosen(settings, "batch_size")
    most = tabular.at_most_a_tenth(tabular.LARGEST_BATCH, train_examples=rows)
    if advised or batch <= max(most, rows / tabular.LEAST_STEPS_PER_EPOCH):
        return None
    message = (
        f"batch_size {batch:,.0f} is {batch / rows:.0%} of the {rows:,} training rows, more than a "
        f"tenth; take {most:,} or less"
    )
    return Finding(message=message, fix=("batch_size", most))


def adapter_batch_large(settings: Settings, workload: Workload) -> Finding | None:
    """Say that adapters are trained on batches at which they fall behind."""
    batch = chosen(settings, "batch_size")
    if batch is None or batch <= MOST_ADAPTER_BATCH or not has_adapters(settings, workload):
        return None
    message = (
        f"batch_size {batch:,.0f} is where adapters fall behind full tuning, and no rank mends "
        "that; take 16, or 32 at most"
    )
    return Finding(message=message, fix=("batch_size", 16))


def epochs_without_patience(settings: Settings, workload: Workload) -> Finding | None:
    """Say that a long training has nothing that ends it."""
    epochs = number(settings, "epochs")
    unset = "patience" in settings and value(settings, "patience") is None
    if epochs is None or epochs <= MANY_EPOCHS or not unset or workload.regime != "scratch":
        return None
    message = (
        f"epochs {epochs:,.0f} with no patience may go on long after the best one; set a patience, "
        f"or {MANY_EPOCHS} epochs or less"
    )
    return Finding(message=message, fix=("epochs", MANY_EPOCHS))


def patience_never_acts(settings: Settings, workload: Workload) -> Finding | None:
    """Say that patience outlasts the training."""
    patience, epochs = number(settings, "patience"), number(settings, "epochs")
    if patience is None or epochs is None or patience < epochs:
        return None
    message = (
        f"patience {patience:,.0f} cannot end a training of {epochs:,.0f} epochs; lower it, or "
        "train longer"
    )
    return Finding(message=message, fix=("patience", None))


def patience_cuts_schedule(settings: Settings, workload: Workload) -> Finding | None:
    """Say that patience may end a training while its rate is high."""
    patience, epochs = number(settings, "patience"), number(settings, "epochs")
    schedule = value(settings, "schedule")
    if patience is None or epochs is None or schedule not in FALLING or patience >= epochs / 2:
        return None
    message = (
        f"patience {patience:,.0f} may end training while {schedule} over {epochs:,.0f} "
        "epochs is still high; leave patience unset, or take the constant schedule"
    )
    return Finding(message=message, fix=("patience", None))


def many_epochs_few_examples(settings: Settings, workload: Workload) -> Finding | None:
    """Say that few examples are shown too often."""
    epochs, examples = chosen(settings, "epochs"), workload.train_examples
    if epochs is None or examples < 1 or workload.family != "language":
        return None
    usual = tuning.hosted_epochs(examples)
    if workload.regime not in TUNED or epochs <= MANY_TIMES * usual:
        return None
    message = (
        f"epochs {epochs:,.0f} over {examples:,} examples invites learning them by heart, unless "
        f"they are long chains of thought; take {usual}"
    )
    return Finding(message=message, fix=("epochs", usual))


def few_epochs_few_examples(settings: Settings, workload: Workload) -> Finding | None:
    """Say that few examples are shown too seldom."""
    epochs, examples = chosen(settings, "epochs"), workload.train_examples
    if epochs is None or not 1 <= examples < FEW_EXAMPLES or workload.family != "language":
        return None
    usual = tuning.hosted_epochs(examples)
    if workload.regime not in TUNED or epochs >= usual:
        return None
    message = (
        f"epochs {epochs:,.0f} over only {examples:,} examples is too little to learn from; take "
        f"{usual}"
    )
    return Finding(message=message, fix=("epochs", usual))


def repeated_corpus(settings: Settings, workload: Workload) -> Finding | None:
    """Say that a language model reads the same text too often."""
    epochs = chosen(settings, "epochs")
    if epochs is None or epochs <= MOST_REPEATS or workload.family != "language":
        return None
    if workload.regime != "scratch":
        return None
    message = (
        f"epochs {epochs:,.0f} over one corpus: from {FRESH_REPEATS} on a repeat is worth less, "
        f"and by 40 nothing; take {FRESH_REPEATS}, or a smaller model"
    )
    return Finding(message=message, fix=("epochs", FRESH_REPEATS))


def too_few_steps(settings: Settings, workload: Workload) -> Finding | None:
    """Say that tuning ends before it has begun."""
    batch, epochs = chosen(settings, "batch_size"), number(settings, "epochs")
    taken = steps(settings, workload)
    if batch is None or epochs is None or taken is None or taken >= tuning.LEAST_STEPS:
        return None
    smaller = tuning.enough_steps_batch(
        int(batch), examples=workload.train_examples, epochs=int(epochs)
    )
    if workload.family != "language" or workload.regime not in TUNED or smaller >= batch:
        return None
    message = (
        f"batch_size {batch:,.0f} leaves {taken:,.0f} steps, fewer than the "
        f"{tuning.LEAST_STEPS} that tuning needs; take {smaller:,}"
    )
    return Finding(message=message, fix=("batch_size", smaller))


def preference_many_epochs(settings: Settings, workload: Workload) -> Finding | None:
    """Say that preferences are gone over too often."""
    epochs = chosen(settings, "epochs")
    if epochs is None or workload.regime not in {"dpo", "kto"} or epochs <= MOST_PREFERENCE_EPOCHS:
        return None
    message = (
        f"epochs {epochs:,.0f} over preferences drives the model from its reference; take 1, or "
        f"{MOST_PREFERENCE_EPOCHS} at most"
    )
    return Finding(message=message, fix=("epochs", 1))


def group_too_small(settings: Settings, workload: Workload) -> Finding | None:
    """Say that completions have nothing to be compared with."""
    group = number(settings, "group_size")
    if group is None or group >= 2 or workload.regime != "grpo":
        return None
    message = (
        f"group_size {group:,.0f} compares a completion with nothing, so that nothing is learnt; "
        "take 8"
    )
    return Finding(message=message, fix=("group_size", 8))


def no_validation(settings: Settings, workload: Workload) -> Finding | None:
    """Say that patience waits for a validation loss that there is not."""
    if number(settings, "patience") is None or workload.valid_examples > 0:
        return None
    message = (
        "patience waits for a validation loss, and no example is held out; leave it unset, or "
        "hold some out"
    )
    return Finding(message=message, fix=("patience", None))
