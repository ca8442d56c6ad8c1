"""Which settings suit a residual network or an FT-Transformer on a table?

Both come from the same published trainings as the plain network, and share its loop.
"""

from collections.abc import Callable
from dataclasses import replace

from msgspec.structs import replace as replace_setting

from tuner_engine.advice import rates, training
from tuner_engine.advice.beliefs import counted
from tuner_engine.advice.case import Case, Foundation
from tuner_engine.advice.presets import Presets
from tuner_engine.advice.rules import tabular
from tuner_engine.advice.tabular import regularization, shape
from tuner_engine.recipe import Setting
from tuner_engine.specs import FALLING, Choices
from tuner_engine.workload import Workload

_LOOP = {
    "batch_size": ("A15", "H3"),
    "schedule": ("T1",),
    "patience": ("A16",),
    "label_smoothing": ("T1", "A8"),
    "gradient_clip": ("T1", "C6"),
}

FOUNDATIONS: dict[str, Foundation] = {
    "tabular-resnet": Foundation(
        training="T1",
        figures={
            **_LOOP,
            "hidden_layers": ("H6", "A13"),
            "hidden_width": ("H6", "A13"),
            "optimizer": ("A11",),
            "dropout": ("H6", "A14"),
            "weight_decay": ("A12",),
        },
        rates={"adamw": ("A11",), "sgd": ("H8",), "muon": ("H9",)},
    ),
    "ft-transformer": Foundation(
        training="T1",
        figures={
            **_LOOP,
            "hidden_layers": ("A18",),
            "hidden_width": ("A18",),
            "optimizer": ("A17",),
            "dropout": ("H7", "A19"),
            "weight_decay": ("A17",),
        },
        rates={"adamw": ("A17",), "sgd": ("H8",), "muon": ("H9",)},
    ),
}
"""Model → the rows that its advice rests on."""


def settings(workload: Workload, choices: Choices, presets: Presets) -> dict[str, Setting]:
    """Return every setting of one training, decided or advised, in the order of a recipe."""
    return training.settings(case(workload, choices, presets), _OWN)


def case(workload: Workload, choices: Choices, presets: Presets) -> Case:
    """Return what is advised for, with the model, batch and length in force."""
    model, rows = str(choices.model), workload.train_examples
    batch = tabular.small_table_batch_size(rows)
    foundation = FOUNDATIONS[model]
    schedule = choices.schedule or str(presets.value("T1", "schedule"))
    length = _length(falls=schedule in FALLING)
    steps = tabular.steps_per_epoch(rows, batch_size=choices.batch_size or batch)
    why = f"an epoch has {counted(steps, 'step')} at batch {choices.batch_size or batch:,}"
    limit = "A house choice: the schedule falls over all of it"
    upper = "An upper limit for tables, which patience cuts short"
    return Case(
        workload=workload,
        choices=choices,
        presets=presets,
        models=shape.MODELS,
        model=model,
        model_why="One of the networks that are published for tables; the plain one is the usual.",
        foundation=replace(foundation, figures={**foundation.figures, **length}),
        advised_batch_size=batch,
        batch_why=(
            f"With {counted(rows, 'training row')} the published bands of tables take {batch:,}, "
            "and a small one keeps ten steps an epoch."
        ),
        advised_epochs=int(presets.value(length["epochs"][0], "epochs")),
        epochs_why=f"{limit if schedule in FALLING else upper}; {why}.",
    )


def _length(*, falls: bool) -> dict[str, tuple[str, ...]]:
    """Return the rows of length and warm-up: a schedule that falls is run to its end."""
    if falls:
        return {"epochs": ("H4",), "warmup_share": ("H4", "C4")}
    return {"epochs": ("C20", "A16"), "warmup_share": ("T1", "C4")}


def _weight_decay(case: Case) -> Setting:
    row, *_ = case.foundation.rows("weight_decay")
    return regularization.weight_decay(case) if row == "A12" else rates.weight_decay(case)


def _warmup_share(case: Case) -> Setting:
    setting = training.usual(case, "warmup_share")
    if case.schedule == "one-cycle":
        why = "None: one-cycle has a rise of its own."
        return replace_setting(setting, value=0.0, basis="rule", why=why)
    if case.falls:
        why = "A house choice: a schedule that falls takes a higher peak, which a rise prepares."
        return replace_setting(setting, why=why)
    return replace_setting(setting, range=case.presets.figure("C4", "warmup_share").range)


_OWN: dict[str, Callable[[Case], Setting]] = {
    "weight_decay": _weight_decay,
    "warmup_share": _warmup_share,
}
"""Setting → how these networks are advised on it."""
