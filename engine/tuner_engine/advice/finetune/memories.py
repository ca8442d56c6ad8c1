"""What do published tunings keep of earlier gradients, where do their rates end, what do they skip?

Mostly what the optimizer keeps by itself; encoders and vision models have habits of their own.
"""

from msgspec.structs import replace

from tuner_engine.advice import memories
from tuner_engine.advice.beliefs import published
from tuner_engine.advice.finetune import habits
from tuner_engine.advice.finetune.case import Case
from tuner_engine.recipe import Setting

MANY_IMAGES = 200_000
"""Images from which ConvNeXt's tuning to ImageNet is followed in what it skips. House choice, as
the bands of row B10."""

_ENDS = (
    "lora-tradeoffs ends LoRA at 0.01 of the peak (B39).",
    "litgpt ends LoRA at 0.3 of the peak (B45).",
)
"""What other trainings of adapters say of the end."""


def settings(case: Case) -> dict[str, Setting]:
    """Return what the optimizer and the schedule in force keep."""
    schedule = case.decisions.get("schedule") or habits.schedule(case).value
    rows: dict[str, tuple[str, ...]] = {"beta1": ("O1", "B13"), "momentum": ("O4", "B8")}
    if habits.kind(case) == "roberta":
        rows |= {"epsilon": ("B5", "O1")}
    found = memories.settings(
        case.presets,
        optimizer=habits.optimizer_in_force(case),
        schedule=str(schedule),
        rows=rows,
    )
    if "beta2" in found and habits.optimizer_in_force(case) not in {"lion", "muon"}:
        found["beta2"] = habits.beta2(case)
    if "min_learning_rate_share" in found and case.speaks and case.adapted:
        end = found["min_learning_rate_share"]
        cited = case.presets.cited("B39", "B45")
        found["min_learning_rate_share"] = replace(
            end, alternatives=_ENDS, range=(0.0, 0.3), sources=(*end.sources, *cited)
        )
    return found


def drop_path(case: Case) -> Setting:
    """Return the share of branches that a vision model skips while it is tuned."""
    if case.base.kin != "convnext":
        why = "A house choice: the recipes behind the other values name no skipping of branches."
        row = "B11" if case.base.kin == "deit" else "B8"
        return published(case.presets, "H71", "drop_path", why=why, also=(row,))
    if case.base.name == "convnext-base" and case.examples >= MANY_IMAGES:
        why = "ConvNeXt-B is tuned to ImageNet with 0.8, after 22,000 classes."
        found = published(case.presets, "B12", "drop_path", why=why, also=("H71",))
        return replace(found, range=(0.0, 0.8))
    others = ("ConvNeXt-B is tuned to ImageNet with 0.8, after 22,000 classes (B12).",)
    usual = published(case.presets, "H71", "drop_path", also=("B12",))
    return replace(usual, range=(0.0, 0.8), alternatives=others)
