"""How are the data gone through: in which batches, how often, and until when?"""

from msgspec.structs import replace

from tuner_engine.advice.beliefs import counted, published
from tuner_engine.advice.case import Case
from tuner_engine.advice.rules.reach import searched_batches
from tuner_engine.advice.rules.tabular import power_of_two
from tuner_engine.recipe import Setting
from tuner_engine.settings import unit


def batch_size(case: Case) -> Setting:
    """Return the batch that the family's rule asks for, and half to twice as much to search."""
    value = case.advised_batch_size
    least, most = searched_batches(value)
    most = min(most, max(power_of_two(case.workload.train_examples), value))
    return Setting(
        value=value,
        range=(least, most) if least < most else None,
        scale="log",
        unit=unit("batch_size"),
        basis="rule",
        confidence="low",
        why=case.batch_why,
        sources=case.presets.cited(*case.foundation.rows("batch_size"), "C30"),
    )


def epochs(case: Case) -> Setting:
    """Return the passes over the data."""
    row, *also = case.foundation.rows("epochs")
    setting = published(case.presets, row, "epochs", why=case.epochs_why, also=tuple(also))
    same = setting.value == case.advised_epochs
    return replace(setting, value=case.advised_epochs, basis="preset" if same else "rule")


def patience(case: Case) -> Setting:
    """Return the epochs without progress that end training; unset where none should."""
    row, *also = case.foundation.figures.get("patience", ("H14",))
    usual = int(case.presets.value(row, "patience"))
    why = ""
    if case.falls:
        why = (
            f"Leave unset: {case.schedule} falls until the last epoch, and stopping early would "
            "keep its rate high."
        )
    elif case.epochs <= usual:
        length = counted(case.epochs, "epoch")
        why = f"Leave unset: a training of {length} is over before the usual {usual} can end it."
    setting = published(case.presets, row, "patience", also=("C15", *also))
    if not why:
        return setting
    return replace(setting, value=None, range=None, basis="rule", why=why)
