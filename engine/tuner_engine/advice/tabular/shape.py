"""How large a network suits a table?"""

from typing import get_args

from msgspec.structs import replace

from tuner_engine.advice.beliefs import published
from tuner_engine.advice.rules.tabular import rtdl_shape_limits
from tuner_engine.advice.tabular.case import Case
from tuner_engine.recipe import Setting
from tuner_engine.specs import Model


def model(case: Case) -> Setting:
    """Return the family of model."""
    return Setting(
        value="mlp",
        range=get_args(Model),
        scale="choice",
        basis="rule",
        confidence="high",
        why="Tables are trained with a plain multilayer perceptron here; there is no other choice.",
        sources=case.presets.cited("A11"),
    )


def hidden_layers(case: Case) -> Setting:
    """Return the depth: RealMLP's default, in the plain MLP's range for so many rows."""
    most, _ = rtdl_shape_limits(case.rows)
    why = (
        f"RealMLP's default depth; on {case.counted_rows} plain MLPs are searched over "
        f"1 to {most} hidden layers."
    )
    setting = published(case.presets, "A5", "hidden_layers", why=why, also=("A13",))
    return replace(setting, range=(1, most), scale="linear")


def hidden_width(case: Case) -> Setting:
    """Return the width: RealMLP's default, in the plain MLP's range for so many rows."""
    _, most = rtdl_shape_limits(case.rows)
    why = (
        f"RealMLP's default width; on {case.counted_rows} plain MLPs are searched over "
        f"1 to {most:,} units a layer."
    )
    setting = published(case.presets, "A5", "hidden_width", why=why, also=("A13",))
    return replace(setting, range=(1, most), scale="linear")
