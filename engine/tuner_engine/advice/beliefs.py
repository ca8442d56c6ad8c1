"""How does a published figure become a setting of a recipe?

Invariant: every setting made here names its sources, and a value that a person decided is kept as
it is, with the advice it replaces in its reason.
"""

import re
from collections.abc import Mapping

import msgspec

from tuner_engine.advice.presets import Figure, Presets
from tuner_engine.printable import printable
from tuner_engine.recipe import Setting, Value
from tuner_engine.settings import ordered, unit


def published(
    presets: Presets, row_id: str, name: str, *, why: str = "", also: tuple[str, ...] = ()
) -> Setting:
    """Return a row's figure as a setting.

    Args:
        presets: Where the rows are.
        row_id: The row whose value, range and confidence count.
        name: The setting.
        why: The reason, where facts belong in it; otherwise the figure's own.
        also: Further rows that the reason rests on.
    """
    figure = presets.figure(row_id, name)
    return Setting(
        value=figure.value,
        range=figure.range,
        scale=figure.scale,
        unit=unit(name),
        basis="preset",
        confidence=figure.confidence,
        why=why or figure.why,
        sources=presets.cited(row_id, *also),
    )


def decided(advised: Setting, choice: Value) -> Setting:
    """Return the setting with a person's choice in place of the advice, if there is one."""
    if choice is None:
        return advised
    same = "as advised" if choice == advised.value else f"advice was {worded(advised.value)}"
    return msgspec.structs.replace(
        advised,
        value=choice,
        basis="chosen",
        confidence="high",
        why=f"Decided by you; {same}.",
        locked=True,
    )


def with_decisions(
    advised: Mapping[str, Setting], decisions: Mapping[str, Value]
) -> dict[str, Setting]:
    """Return settings with decisions in their place, in the order of a recipe.

    Args:
        advised: Setting → advice.
        decisions: Setting → what a person decided, also where nothing is advised.
    """
    made = {
        name: decided(advised[name], value) if name in advised else _only_decided(name, value)
        for name, value in decisions.items()
    }
    found = {**advised, **made}
    return {name: found[name] for name in ordered(found)}


def _only_decided(name: str, value: Value) -> Setting:
    """Return a setting that a person decided, and that advice has nothing to say about."""
    return Setting(
        value=value,
        unit=unit(name),
        basis="chosen",
        confidence="high",
        why="Decided by you; nothing is advised about it.",
        locked=True,
    )


def bounds(ranged: Figure | Setting) -> tuple[float, float]:
    """Return the lowest and highest number of a range that has them."""
    low, *_, high = (float(end or 0) for end in ranged.range or ())
    return low, high


def worded(value: Value) -> str:
    """Return a value as it is written in a sentence; words may come from a file."""
    if value is None:
        return "to leave it unset"
    if isinstance(value, float):
        return re.sub(r"e-0(?=\d)", "e-", f"{value:g}")
    return f"{value:,}" if isinstance(value, int) else printable(str(value))


def counted(number: int, thing: str, things: str = "") -> str:
    """Return so many of a thing: `1 row`, `1,258 rows`; `things` where an s is not enough."""
    return f"{number:,} {thing}" if number == 1 else f"{number:,} {things or thing + 's'}"


def rounded(value: float) -> float:
    """Return `value` to two significant digits, as much as advice ever knows."""
    return float(f"{value:.1e}")
