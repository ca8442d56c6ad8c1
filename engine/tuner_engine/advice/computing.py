"""How is a step computed: in how many parts, how precisely, and what is computed twice?

These settings change memory and speed. Whether a training fits a stated device is worked out where
memory is; here is what to begin with.
"""

from typing import get_args

from msgspec.structs import replace

from tuner_engine.advice.beliefs import published
from tuner_engine.advice.presets import Presets
from tuner_engine.recipe import Setting
from tuner_engine.specs import Precision
from tuner_engine.workload import Workload

LARGE_MODELS = (
    "vit-base",
    "text-encoder-base",
    "decoder-100m",
    "decoder-300m",
    "decoder-1b",
)
"""Models of about a hundred million parameters or more, for which halved activations count.
House choice, row H11."""

LARGE_PARAMETERS = 80_000_000
"""Parameters from which a stated model counts as large. House choice, row H11."""


def accumulation(presets: Presets) -> Setting:
    """Return the parts that a batch is computed in: one, until memory runs out."""
    return published(presets, "H10", "accumulation")


def precision(presets: Presets, *, workload: Workload, model: str) -> Setting:
    """Return the precision of the computation: halved for large models on an accelerator."""
    setting = replace(
        published(presets, "H11", "precision"), range=get_args(Precision), scale="choice"
    )
    device = workload.hardware.device.lower() if workload.hardware else "cpu"
    large = model in LARGE_MODELS or (workload.base_parameters or 0) >= LARGE_PARAMETERS
    if "cpu" in device or not large:
        return setting
    why = (
        "A model this large spends its time and memory on activations, which bfloat16 halves; "
        "parameters and losses stay float32."
    )
    return replace(setting, value="bfloat16", basis="rule", why=why)


def rematerialize(presets: Presets) -> Setting:
    """Return whether activations are computed twice: not before memory runs out."""
    setting = published(presets, "H12", "rematerialize", also=("C26",))
    return replace(setting, range=(False, True), scale="choice")


def unvaried(presets: Presets) -> Setting:
    """Return no variation of examples: only images have a way to be varied here."""
    setting = published(presets, "H13", "augmentation")
    why = "None: crops and flips are variations of images, and these examples are none."
    return replace(setting, basis="rule", confidence="high", why=why)
