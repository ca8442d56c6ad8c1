"""Which settings suit a network on a table?"""

from collections.abc import Callable

from tuner_engine.advice import computing, training
from tuner_engine.advice.beliefs import decided
from tuner_engine.advice.case import model_in_force
from tuner_engine.advice.presets import Presets
from tuner_engine.advice.tabular import networks, passes, regularization, shape, steps
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
    "accumulation": lambda case: computing.accumulation(case.presets),
    "precision": lambda case: computing.precision(
        case.presets, workload=case.workload, model=shape.PLAIN
    ),
    "rematerialize": lambda case: computing.rematerialize(case.presets),
    "augmentation": lambda case: computing.unvaried(case.presets),
}
"""Setting of the plain network → the function that advises it, in the order of a recipe."""


def settings(workload: Workload, choices: Choices, presets: Presets) -> dict[str, Setting]:
    """Return every setting of one training, decided or advised, in the order of a recipe.

    Raises:
        UsageError: The decided model does not train on tables.
    """
    model = model_in_force(choices, advised=shape.PLAIN, models=shape.MODELS, data="tables")
    if model in networks.FOUNDATIONS:
        return networks.settings(workload, choices, presets)
    case = Case(workload=workload, choices=choices, presets=presets)
    found = {
        name: decided(advised(case), getattr(choices, name)) for name, advised in _ADVICE.items()
    }
    return {
        **found,
        **training.further(
            presets, choices, optimizer=case.optimizer, schedule=case.schedule, rows={}
        ),
    }
