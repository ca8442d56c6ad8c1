"""How is a person told what a conversion could not carry over?

On stderr, as stdout carries the data; settings that share a reason share a line.
"""

from collections.abc import Iterable

from tuner_engine.export import Approximated, Dropped
from tuner_engine.printable import printable
from tuner_engine.recipe import Value
from tuner_tui.cli import tell


def losses(dropped: Iterable[Dropped], approximated: Iterable[Approximated]) -> None:
    """Say on stderr what is missing from a file, and what it says only nearly."""
    for name, value, written, why in (
        (near.name, near.value, near.written, near.why) for near in approximated
    ):
        instead = "" if written is None or written == value else f", written as {_worded(written)}"
        tell(f"approximated: {printable(name)} {_worded(value)}{instead}: {printable(why)}")
    grouped: dict[str, list[str]] = {}
    for one in dropped:
        value = "" if one.value is None else f" {_worded(one.value)}"
        grouped.setdefault(one.why, []).append(f"{printable(one.name)}{value}")
    for why, names in grouped.items():
        tell(f"dropped: {', '.join(names)}: {printable(why)}")


def _worded(value: Value) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, float) else printable(str(value), width=60)
