"""Which settings suit a classifier of texts that begins from nothing?"""

from msgspec.structs import replace

from tuner_engine.advice import training
from tuner_engine.advice.beliefs import counted, published
from tuner_engine.advice.case import Case, Foundation, model_in_force
from tuner_engine.advice.hardware import is_accelerated
from tuner_engine.advice.presets import Presets
from tuner_engine.advice.rules import texts
from tuner_engine.advice.rules.tabular import steps_per_epoch
from tuner_engine.recipe import Setting
from tuner_engine.specs import Choices
from tuner_engine.workload import Workload

_SIZES = {
    "text-encoder-tiny": ("M10", "H41"),
    "text-encoder-mini": ("M11", "H41"),
    "text-encoder-small": ("M12", "H42"),
    "text-encoder-medium": ("M13", "H42"),
    "text-encoder-base": ("M14", "H42"),
}
"""Encoder → the row of its shape, and the row of its rate with AdamW."""

_PASSES = {"batch_size": ("H45",), "epochs": ("H47",)}

_BAG = Foundation(
    training="H48",
    figures={
        **_PASSES,
        "hidden_layers": ("H48", "M15"),
        "hidden_width": ("H48", "M15"),
        "dropout": ("H48", "M15"),
    },
    rates={"adamw": ("H49",), "sgd": ("H58",), "muon": ("H59",)},
)

FOUNDATIONS: dict[str, Foundation] = {"text-bag": _BAG} | {
    name: Foundation(
        training="H40",
        figures={
            **_PASSES,
            "hidden_layers": (shape,),
            "hidden_width": (shape,),
        },
        rates={"adamw": (rate,), "sgd": ("H43",), "muon": ("H44",)},
    )
    for name, (shape, rate) in _SIZES.items()
}
"""Model → the rows that its advice rests on."""


def settings(workload: Workload, choices: Choices, presets: Presets) -> dict[str, Setting]:
    """Return every setting of one training, decided or advised, in the order of a recipe."""
    return training.settings(case(workload, choices, presets), {"model": _model})


def case(workload: Workload, choices: Choices, presets: Presets) -> Case:
    """Return what is advised for, with the model, batch and length in force."""
    examples = workload.train_examples
    advised = texts.text_model(examples, accelerated=is_accelerated(workload.hardware))
    model = model_in_force(choices, advised=advised, models=FOUNDATIONS, data="texts")
    batch, epochs = texts.text_batch_size(examples), texts.text_epochs(examples)
    steps = steps_per_epoch(examples, batch_size=choices.batch_size or batch)
    count = counted(examples, "training text")
    return Case(
        workload=workload,
        choices=choices,
        presets=presets,
        models=tuple(FOUNDATIONS),
        model=model,
        model_why=(
            f"A house choice for {count} without a pretrained start: a larger model would "
            "memorise them, or take longer than they are worth."
        ),
        foundation=FOUNDATIONS[model],
        advised_batch_size=batch,
        batch_why=f"With {count} a house choice takes {batch}, at most a tenth of them.",
        advised_epochs=epochs,
        epochs_why=(
            f"A house choice for {count}: fewer passes the more there are; an epoch has "
            f"{counted(steps, 'step')}."
        ),
    )


def _model(case: Case) -> Setting:
    setting = published(case.presets, "H46", "model", why=case.model_why)
    return replace(setting, value=case.model, range=case.models, scale="choice", basis="rule")
