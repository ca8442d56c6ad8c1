"""Which settings suit a plain multilayer perceptron on a table?"""

from collections.abc import Callable

from tuner_engine.advice.beliefs import decided
from tuner_engine.advice.presets import load
from tuner_engine.advice.tabular import passes, regularization, shape, steps
from tuner_engine.advice.tabular.case import Case
from tuner_engine.recipe import Setting
from tuner_engine.specs import Choices
from tuner_engine.workload import Workload

_ADVICE: dict[str, Callable[[Case], Setting]] = {
    "model": shape.model,
    "hidden_layers": shape.hidden_layers,
    "hidden_width": shape.hidden_width,
    "optimizer": steps.optimizer,
    "schedule": steps.schedule,
    "learning_rate": steps.learning_rate,
    "warmup_share": steps.warmup_share,
    "batch_size": passes.batch_size,
    "epochs": passes.epochs,
    "patience": passes.patience,
    "weight_decay": regularization.weight_decay,
    "dropout": regularization.dropout,
    "label_smoothing": regularization.label_smoothing,
    "gradient_clip": steps.gradient_clip,
}
"""Setting → the function that advises it, in the order of a recipe."""


def settings(workload: Workload, choices: Choices) -> dict[str, Setting]:
    """Return every setting of one training, decided or advised, in the order of a recipe."""
    case = Case(workload=workload, choices=choices, presets=load("tabular"))
    return {
        name: decided(advised(case), getattr(choices, name)) for name, advised in _ADVICE.items()
    }
