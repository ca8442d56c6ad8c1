"""How large a network suits a table?"""

from msgspec.structs import replace

from tuner_engine.advice.beliefs import published
from tuner_engine.advice.rules.tabular import rtdl_shape_limits, small_table_shape
from tuner_engine.advice.tabular.case import Case
from tuner_engine.recipe import Setting

PLAIN = "mlp"
"""The plain multilayer perceptron, which is advised unless a person decides otherwise."""

MODELS = (PLAIN, "tabular-resnet", "ft-transformer")
"""Every model that tables can be trained with."""


def model(case: Case) -> Setting:
    """Return the family of model."""
    return Setting(
        value=PLAIN,
        range=MODELS,
        scale="choice",
        basis="rule",
        confidence="medium",
        why=(
            "A plain multilayer perceptron comes close to the others on most tables, and trains "
            "fastest."
        ),
        sources=case.presets.cited("H15", "A11"),
    )


def hidden_layers(case: Case) -> Setting:
    """Return the depth: RealMLP's default, or less on a small table."""
    return _sized(case, "hidden_layers", place=0, thing="hidden layers")


def hidden_width(case: Case) -> Setting:
    """Return the width: RealMLP's default, or less on a small table."""
    return _sized(case, "hidden_width", place=1, thing="units a layer")


def _sized(case: Case, name: str, *, place: int, thing: str) -> Setting:
    most = rtdl_shape_limits(case.rows)[place]
    searched = f"plain MLPs are searched over 1 to {most:,} {thing}"
    small = small_table_shape(case.rows)
    if small is None:
        why = f"RealMLP's default; on {case.counted_rows} {searched}."
        setting = published(case.presets, "A5", name, why=why, also=("A13",))
    else:
        larger = case.presets.value("A5", name)
        why = (
            f"A house choice for {case.counted_rows}: gains as much as RealMLP's {larger} to "
            f"within 1 %, and trains faster; {searched}."
        )
        setting = published(case.presets, "H5", name, why=why, also=("A5", "A13"))
        setting = replace(setting, value=small[place], basis="rule")
    return replace(setting, range=(1, most), scale="linear")
