"""Which decisions contradict the data so plainly that there is nothing to advise?

A decision that is merely unusual is a lint; one without a meaning is refused here.
"""

from tuner_engine import specs
from tuner_engine.errors import UsageError
from tuner_engine.specs import Choices
from tuner_engine.workload import Workload


def check(choices: Choices, workload: Workload) -> None:
    """Accept decisions that a training on this data can follow.

    Raises:
        UsageError: A value is outside what its setting allows; a batch holds more rows than there
            are; labels are to be smoothed where a number is predicted.
    """
    specs.checked(choices, Choices, what="the choices")
    rows, batch = workload.train_examples, choices.batch_size
    if batch is not None and batch > rows:
        raise UsageError(
            f"batch_size {batch:,} is more than the {rows:,} training rows; "
            f"give {rows:,} or less, or leave it to advice"
        )
    if workload.task == "regression" and choices.label_smoothing:
        raise UsageError(
            f"label_smoothing {choices.label_smoothing:g} has no meaning when a number is "
            "predicted; give 0, or leave it to advice"
        )
