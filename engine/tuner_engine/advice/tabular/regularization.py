"""What keeps a network on a table from fitting noise?"""

from msgspec.structs import replace

from tuner_engine.advice.beliefs import bounds, published, rounded, worded
from tuner_engine.advice.case import Case as NetworkCase
from tuner_engine.advice.rules import scaling, tabular
from tuner_engine.advice.tabular.case import Case
from tuner_engine.recipe import Setting
from tuner_engine.settings import unit


def weight_decay(case: Case | NetworkCase) -> Setting:
    """Return the decay: off, with powers of ten to search; 3 to 10 times as much for Lion."""
    low, high = bounds(case.presets.figure("A12", "weight_decay"))
    options, searched = (0.0, *_decades(low, high)), f"off or from {worded(low)} to {worded(high)}"
    if case.optimizer == "lion":
        least, most = scaling.LION_FACTORS
        why = (
            f"AdamW's decay is searched {searched} on tables; Lion wants {least:g} to {most:g} "
            "times as much, and off stays off."
        )
        setting = published(case.presets, "A12", "weight_decay", why=why, also=("A73",))
        options = tuple(rounded(scaling.lion_weight_decay(option)) for option in options)
        return replace(setting, range=options, scale="choice")
    why = f"Plain tabular MLPs are searched with decay {searched}; early stopping comes first."
    setting = published(case.presets, "A12", "weight_decay", why=why)
    return replace(setting, range=options, scale="choice")


def dropout(case: Case) -> Setting:
    """Return the share of hidden units switched off: RealMLP's, as the searches name none."""
    why = (
        "RealMLP's default, the best over many tables; plain MLPs are searched with dropout off or "
        "up to 0.5."
    )
    return published(case.presets, "A6", "dropout", why=why, also=("A14",))


def label_smoothing(case: Case) -> Setting:
    """Return how far labels are smoothed: a little on a small table, never where numbers are."""
    if case.workload.task == "regression":
        return Setting(
            value=0.0,
            unit=unit("label_smoothing"),
            basis="rule",
            confidence="high",
            why="Smoothing spreads a label over classes, and a number to predict has none.",
            sources=case.presets.cited("A8"),
        )
    _, most = bounds(case.presets.figure("A8", "label_smoothing"))
    if case.rows >= tabular.SMALL_ROWS:
        setting = published(case.presets, "T1", "label_smoothing", also=("A8",))
        return replace(setting, range=(0.0, most))
    why = (
        f"A house choice for {case.counted_rows}, the middle of what RealMLP is searched over: a "
        "small table is learnt by heart, and surer than it should be."
    )
    return published(case.presets, "H16", "label_smoothing", why=why, also=("T1", "A8"))


def _decades(low: float, high: float) -> list[float]:
    """Return the steps of ten from `low` up to `high`."""
    options = [low]
    while options[-1] * 10 <= high * 1.001:  # the last step may exceed `high` by rounding alone
        options.append(rounded(options[-1] * 10))
    return options
