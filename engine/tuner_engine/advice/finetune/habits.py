"""Which optimizer, schedule and regularisation are usual for tuning such a model?

What most published recipes of a kind share; the rows say who they are.
"""

from msgspec.structs import replace

from tuner_engine.advice import fitting
from tuner_engine.advice.beliefs import published
from tuner_engine.advice.finetune.case import Case
from tuner_engine.advice.memory import Plan, need
from tuner_engine.recipe import Setting
from tuner_engine.settings import SETTINGS, unit

EIGHT_BIT = "adamw-8bit"
"""The optimizer that saves half of AdamW's memory."""


def kind(case: Case) -> str:
    """Return whose habits a tuning follows."""
    if case.sees:
        return "image"
    if case.encodes:
        if case.adapted:
            return "encoder-adapters"
        return "roberta" if case.follows_roberta else "bert"
    if case.workload.regime == "grpo":
        return "grpo"
    if case.prefers:
        return "preferences"
    if case.workload.regime == "qlora":
        return "qlora"
    return "adapters" if case.adapted else "full"


_ROWS: dict[str, dict[str, str]] = {
    "schedule": {
        "image": "B8",
        "encoder-adapters": "B2",
        "roberta": "B2",
        "bert": "B2",
        "grpo": "G2",
        "preferences": "B57",
        "qlora": "B37",
        "adapters": "B43",
        "full": "B16",
    },
    "warmup_share": {
        "encoder-adapters": "B35",
        "roberta": "B5",
        "bert": "B2",
        "grpo": "G2",
        "preferences": "B57",
        "qlora": "B37",
        "adapters": "B43",
        "full": "B15",
    },
    "weight_decay": {
        "image": "B8",
        "encoder-adapters": "B35",
        "roberta": "B5",
        "bert": "B2",
        "full": "B15",
    },
    "gradient_clip": {"image": "B8", "roberta": "B5", "bert": "B2", "qlora": "B37"},
}
"""Setting → whose habits → the row that gives it."""


def optimizer_in_force(case: Case) -> str:
    """Return the optimizer, decided or advised."""
    return str(case.decisions.get("optimizer") or _advised_optimizer(case))


def _advised_optimizer(case: Case) -> str:
    if case.sees and case.base.kin == "vit":
        return "sgd"
    return EIGHT_BIT if _saves_enough(case) else "adamw"


def _saves_enough(case: Case) -> bool:
    """Return whether full tuning fits the device at 8 bit only."""
    if case.available_bytes is None or case.workload.regime != "full" or not case.speaks:
        return False
    smallest = [
        fitting.fitted(
            Plan(
                base=case.base,
                optimizer=name,
                sequence_length=min(case.base.context, 1024),
                devices=case.devices,
            ),
            per_device=1,
            available_bytes=case.available_bytes,
        )
        for name in ("adamw", EIGHT_BIT)
    ]
    taken = [need(plan).bytes for plan in smallest]
    return taken[1] <= case.available_bytes < taken[0]


def optimizer(case: Case) -> Setting:
    """Return how gradients become steps."""
    value = _advised_optimizer(case)
    if value == "sgd":
        setting = published(case.presets, "B8", "optimizer")
    elif value == EIGHT_BIT:
        why = "AdamW's state does not fit the device, its 8-bit form does; Unsloth's default."
        setting = published(case.presets, "B46", "optimizer", why=why)
    else:
        why = "Published tunings of this kind use AdamW."
        setting = Setting(
            value=value,
            basis="preset",
            confidence="high",
            why=why,
            sources=case.presets.cited(_adamw_row(case)),
        )
    options = tuple(word for word in SETTINGS["optimizer"].options if word != "own")
    return replace(setting, range=options, scale="choice")


def _adamw_row(case: Case) -> str:
    """Return the row of a published tuning with AdamW."""
    if case.sees:
        return "B12" if case.base.kin == "convnext" else "B11"
    return "B2" if case.encodes else "B13"


def schedule(case: Case) -> Setting:
    """Return how the rate moves after its rise."""
    setting = published(case.presets, _ROWS["schedule"][kind(case)], "schedule")
    options = tuple(word for word in SETTINGS["schedule"].options if word != "own")
    return replace(setting, range=options, scale="choice")


def warmup_share(case: Case) -> Setting:
    """Return how much of training rises to the peak."""
    row = _ROWS["warmup_share"].get(kind(case))
    if row is None:
        share, why = _image_warmup()
        return Setting(
            value=share,
            range=(0.0, 0.1),
            unit=unit("warmup_share"),
            basis="rule",
            confidence="medium",
            why=why,
            sources=case.presets.cited("B9"),
        )
    return replace(published(case.presets, row, "warmup_share"), range=(0.0, 0.1))


def _image_warmup() -> tuple[float, str]:
    return 0.05, "500 of 10,000 steps rise on CIFAR, 100 of 500 on Pets and Flowers."


def weight_decay(case: Case) -> Setting:
    """Return the pull of the weights to zero."""
    row = _ROWS["weight_decay"].get(kind(case), "G1")
    if case.sees and case.base.kin in {"deit", "convnext"}:
        row = "B12" if case.base.kin == "convnext" else "B11"
        why = f"The decay of {case.base.name}'s own published tuning."
        setting = published(case.presets, row, "weight_decay", why=why)
        return replace(setting, range=(0.0, 0.1), scale="linear")
    setting = published(case.presets, row, "weight_decay")
    others = ("torchtune takes 0.01, Unsloth 0.001, mistral-finetune 0.1 (B42, B46, B51).",)
    return replace(
        setting, range=(0.0, 0.1), alternatives=others if case.speaks and case.adapted else ()
    )


def gradient_clip(case: Case) -> Setting:
    """Return the largest gradient norm."""
    row = _ROWS["gradient_clip"].get(kind(case))
    if row is None:
        why = "The usual threshold; torchtune and litgpt clip nothing."
        setting = published(case.presets, "B13", "gradient_clip", why=why)
    else:
        setting = published(case.presets, row, "gradient_clip")
    return replace(setting, range=(0.3, 5.0), scale="log")


def dropout(case: Case) -> Setting:
    """Return the dropout of the model's own layers: what it was trained with."""
    if case.encodes:
        row = "B5" if kind(case) == "roberta" else "B1"
        why = "As the encoder was trained."
        return replace(published(case.presets, row, "dropout", why=why), range=(0.0, 0.3))
    if case.sees:
        why = "Published ViT fine-tuning has no dropout."
        return replace(published(case.presets, "B8", "dropout", why=why), range=(0.0, 0.1))
    others = ("nanoGPT's author advises 0.1 and more in tuning (A47).",)
    setting = published(case.presets, "G1", "dropout", also=("A47",))
    return replace(setting, range=(0.0, 0.2), alternatives=others)


def label_smoothing(case: Case) -> Setting:
    """Return how far labels are smoothed: not at all."""
    return replace(published(case.presets, "G1", "label_smoothing"), range=(0.0, 0.1))


def beta2(case: Case) -> Setting:
    """Return Adam's memory of squares."""
    row = {"roberta": "B5", "qlora": "B37"}.get(kind(case), "B2" if case.encodes else "B13")
    why = "RoBERTa's; others keep 0.999." if row == "B5" else "Tuning keeps Adam's own default."
    return replace(published(case.presets, row, "beta2", why=why), range=(0.95, 0.999))


def seed(case: Case) -> Setting:
    """Return what fixes chance."""
    return published(case.presets, "G1", "seed", also=("B67",))
