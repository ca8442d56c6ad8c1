"""How is a table gone through: in which batches, how often, and until when?"""

from msgspec.structs import replace

from tuner_engine.advice.beliefs import counted, published
from tuner_engine.advice.rules import tabular
from tuner_engine.advice.tabular.case import Case
from tuner_engine.recipe import Setting
from tuner_engine.settings import unit


def batch_size(case: Case) -> Setting:
    """Return the batch of the band that the rows fall in, smaller on a small table."""
    value, band = case.advised_batch_size, tabular.rtdl_batch_size(case.rows)
    realmlp = tabular.realmlp_batch_size(case.rows)
    why = f"With {case.counted_rows} the band {_band(case.rows)} takes {band:,}"
    cited = ["A15"]
    if value < band:
        why += f", lowered to {value} so that an epoch keeps its steps"
        cited.append("H3")
    if realmlp != band:
        why += f"; RealMLP's bands say {realmlp:,}"
        cited.append("A4")
    lowest, highest = max(value // 2, 1), min(2 * value, tabular.power_of_two(case.rows))
    return Setting(
        value=value,
        range=(lowest, highest) if lowest < highest else None,
        scale="log",
        unit=unit("batch_size"),
        basis="rule",
        confidence="low" if value < band else "medium",
        why=f"{why}.",
        sources=case.presets.cited(*cited),
    )


def _band(rows: int) -> str:
    """Return, in words, the band of `rtdl_batch_size` that holds so many rows."""
    limits = [limit for limit, _ in tabular.RTDL_BATCH_BANDS]
    above = next((limit for limit in limits if rows < limit), None)
    below = max((limit for limit in limits if limit <= rows), default=None)
    if above is None:
        return f"from {below:,}"
    return f"below {above:,}" if below is None else f"from {below:,} to {above:,}"


def epochs(case: Case) -> Setting:
    """Return the passes: an upper limit for patience, or the length that a schedule falls over."""
    steps = tabular.steps_per_epoch(case.rows, batch_size=case.batch_size)
    length = f"an epoch has {counted(steps, 'step')} at batch {case.batch_size:,}"
    if case.falls:
        why = f"A house choice: {case.schedule} falls over all of it, and {length}."
        return published(case.presets, "H4", "epochs", why=why)
    why = f"An upper limit for tables, which patience cuts short; {length}."
    return published(case.presets, "C20", "epochs", why=why, also=("A3", "A16"))


def patience(case: Case) -> Setting:
    """Return the epochs without progress that end training; unset where none should."""
    usual = int(case.presets.value("A16", "patience"))
    if case.falls:
        why = (
            f"Leave unset: {case.schedule} falls until the last epoch, and stopping early would "
            "keep its rate high."
        )
        return published(case.presets, "H4", "patience", why=why)
    if case.epochs <= usual:
        length = counted(case.epochs, "epoch")
        why = f"Leave unset: a training of {length} is over before the usual {usual} can end it."
        setting = published(case.presets, "A16", "patience", why=why)
        return replace(setting, value=None, range=None, basis="rule", confidence="high")
    why = f"Plain tabular MLPs are published with a patience of {usual} epochs; some wait for 40."
    return published(case.presets, "A16", "patience", why=why, also=("C15",))
