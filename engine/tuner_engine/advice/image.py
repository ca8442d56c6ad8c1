"""Which settings suit a network on images?"""

from collections.abc import Callable, Mapping

from msgspec.structs import replace

from tuner_engine.advice import passes, rates, training
from tuner_engine.advice.beliefs import bounds, counted, decided, published, rounded, worded
from tuner_engine.advice.case import Case, Foundation, model_in_force
from tuner_engine.advice.hardware import is_accelerated
from tuner_engine.advice.presets import Presets
from tuner_engine.advice.rules import images
from tuner_engine.advice.rules.scaling import linear_scaling
from tuner_engine.advice.rules.tabular import steps_per_epoch
from tuner_engine.errors import UsageError
from tuner_engine.recipe import Setting
from tuner_engine.specs import Choices
from tuner_engine.workload import Workload

_COMMON = {"batch_size": ("H23",), "augmentation": ("H28",)}

_RESIDUAL_FIGURES = {
    **_COMMON,
    "optimizer": ("A27", "A25"),
    "momentum": ("O4", "A25", "A27", "A32"),
    "schedule": ("A27", "A26"),
    "weight_decay": ("H21", "A25", "A26", "A27"),
    "label_smoothing": ("A27", "A29"),
}
_RESIDUAL_RATES = {"sgd": ("A27", "A25", "A26"), "adamw": ("H24",), "muon": ("H25", "A34")}

_TRANSFORMER_FIGURES = {
    **_COMMON,
    "optimizer": ("A39", "A35"),
    "schedule": ("A35", "A39"),
    "weight_decay": ("A39", "A35"),
    "label_smoothing": ("A39",),
    "gradient_clip": ("A35", "A39"),
    "epochs": ("A36", "A39"),
}
_TRANSFORMER_RATES = {"adamw": ("A36", "A35", "A39"), "sgd": ("H27",), "muon": ("H25",)}


def _shaped(row: str, figures: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    return {"hidden_layers": (row,), "hidden_width": (row,), **figures}


FOUNDATIONS: dict[str, Foundation] = {
    "cnn": Foundation(
        training="H20",
        figures=_shaped("M1", _COMMON),
        rates={"adamw": ("H20",), "sgd": ("H26", "A27"), "muon": ("H25",)},
    ),
    **{
        name: Foundation(
            training="H21", figures=_shaped(row, _RESIDUAL_FIGURES), rates=_RESIDUAL_RATES
        )
        for name, row in {"resnet-20": "M2", "resnet-18": "M3"}.items()
    },
    **{
        name: Foundation(
            training="H22", figures=_shaped(row, _TRANSFORMER_FIGURES), rates=_TRANSFORMER_RATES
        )
        for name, row in {"vit-tiny": "M4", "vit-small": "M5", "vit-base": "M6"}.items()
    },
}
"""Model → the rows that its advice rests on."""


def settings(workload: Workload, choices: Choices, presets: Presets) -> dict[str, Setting]:
    """Return every setting of one training, decided or advised, in the order of a recipe.

    Raises:
        UsageError: Branches are to be skipped where there are none.
    """
    made = case(workload, choices, presets)
    found = training.settings(made, _OWN)
    if made.model != "cnn":
        return {**found, "drop_path": decided(_drop_path(made), choices.drop_path)}
    if choices.drop_path is not None:
        raise UsageError(
            "model cnn has no residual branches to skip; leave drop_path out, or take a resnet or "
            "a vit"
        )
    return found


def _drop_path(case: Case) -> Setting:
    """Return the branches to skip: some of the many blocks of a transformer."""
    if not case.model.startswith("vit"):
        return published(case.presets, "H71", "drop_path", also=("A41",))
    setting = published(case.presets, "A39", "drop_path", also=("A40", "A41"))
    others = "DeiT III takes 0.05 for the small and 0.2 for the base model (A40)."
    house = case.presets.figure("H71", "drop_path")
    return replace(setting, range=house.range, alternatives=(others,))


def case(workload: Workload, choices: Choices, presets: Presets) -> Case:
    """Return what is advised for, with the model, batch and length in force."""
    examples, pixels = workload.train_examples, workload.pixels
    advised = images.image_model(
        examples, pixels=pixels, accelerated=is_accelerated(workload.hardware)
    )
    model = model_in_force(choices, advised=advised, models=FOUNDATIONS, data="images")
    foundation = FOUNDATIONS[model]
    batch = images.image_batch_size(examples)
    steps = steps_per_epoch(examples, batch_size=choices.batch_size or batch)
    epochs = int(presets.value(foundation.rows("epochs")[0], "epochs"))
    if model == "cnn":
        epochs = images.image_epochs(steps)
    count = counted(examples, "training image")
    return Case(
        workload=workload,
        choices=choices,
        presets=presets,
        models=tuple(FOUNDATIONS),
        model=model,
        model_why=f"A house choice for {count}{_sized(workload)}: {_because(advised)}.",
        foundation=foundation,
        advised_batch_size=batch,
        batch_why=f"With {count} a house choice takes {batch}, at most a tenth of them.",
        advised_epochs=epochs,
        epochs_why=f"{_length(model, epochs)}; an epoch has {counted(steps, 'step')}.",
    )


def _sized(workload: Workload) -> str:
    pixels = workload.pixels
    return f" of {pixels.height} × {pixels.width} pixels" if pixels else ""


def _because(model: str) -> str:
    return {
        "cnn": "a small convolutional network learns these in minutes, transformers need more data",
        "resnet-20": "enough of them for a residual network, which small images suit",
        "resnet-18": "larger images want the four stages of a residual network",
    }[model]


def _length(model: str, epochs: int) -> str:
    if model == "cnn" and epochs > images.USUAL_EPOCHS:
        steps, most = f"{images.LEAST_STEPS:,} steps", images.MOST_EPOCHS
        return f"A house choice for few images: about {steps}, in {most} passes at most"
    if model == "cnn":
        return "A house choice for small networks, which learn small images quickly"
    if model.startswith("resnet"):
        return "A house choice between the 10 to 37 epochs of CIFAR-10 and the 90 of ImageNet"
    return "The published short training of a vision transformer; 300 epochs is the usual one"


def _model(case: Case) -> Setting:
    setting = published(case.presets, "H29", "model", why=case.model_why, also=("A38",))
    return replace(setting, value=case.model, range=case.models, basis="rule")


def _augmentation(case: Case) -> Setting:
    setting = published(case.presets, "H28", "augmentation")
    value = images.image_augmentation(case.workload.pixels)
    why = (
        "Flips and shifts keep what a colour photograph shows; take none where left and right "
        "matter."
        if value != "none"
        else "None: one channel is mostly writing, scans or measurements, which a flip changes."
    )
    return replace(setting, value=value, basis="rule", why=why)


def _epochs(case: Case) -> Setting:
    """Return the passes, with a range that grows with them."""
    setting = passes.epochs(case)
    usual, (low, high) = float(case.figure("epochs").value or 1), bounds(setting)
    factor = float(setting.value or 1) / usual
    return replace(setting, range=(round(low * factor), round(high * factor)))


def _learning_rate(case: Case) -> Setting:
    """Return the rate, with DeiT's for transformers beside it, which scales in another way."""
    setting = rates.learning_rate(case)
    if not case.model.startswith("vit") or case.optimizer != "adamw":
        return setting
    reference = int(case.presets.condition("A39", "batch_size"))
    deit = linear_scaling(
        float(case.presets.value("A39", "learning_rate")),
        batch_size=case.batch_size,
        reference=reference,
    )
    said = (
        f"DeiT says {worded(rounded(deit))}: 5e-4 at batch {reference:,}, carried in proportion; "
        "at small batches the square root keeps the rate closer to what was found (A39)."
    )
    return replace(setting, alternatives=(*setting.alternatives, said))


def _weight_decay(case: Case) -> Setting:
    """Return the decay, with what other trainings of the same networks take."""
    setting = rates.weight_decay(case)
    said = _OTHER_DECAYS.get(case.model.partition("-")[0], ())
    return replace(setting, alternatives=(*setting.alternatives, *said))


_OTHER_DECAYS = {
    "resnet": ("timm's default is 2e-5 (A27).", "torchvision's strong recipe takes 2e-5 (A29)."),
    "vit": ("big_vision takes 1e-4, not multiplied by the rate (A35).",),
}
"""Kind of network → what other sources say of its decay."""

_OWN: dict[str, Callable[[Case], Setting]] = {
    "model": _model,
    "augmentation": _augmentation,
    "learning_rate": _learning_rate,
    "epochs": _epochs,
    "weight_decay": _weight_decay,
}
"""Setting → how images are advised on it."""
