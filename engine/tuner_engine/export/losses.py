"""Which settings does code leave out?"""

from collections.abc import Collection, Mapping

from tuner_engine.export.case import Case
from tuner_engine.export.outcome import Dropped, says_something


def lost(
    case: Case, said: Collection[str], *, hints: Mapping[str, str], otherwise: str
) -> tuple[Dropped, ...]:
    """Return every setting that says something and is not among those said.

    Args:
        case: What there was to say.
        said: Settings that are in the code, or told of as approximated.
        hints: Setting → what to do instead; `{value}` stands for its value.
        otherwise: Said of every other setting.
    """
    return tuple(
        Dropped(
            name=name,
            value=value,
            why=hints.get(name, otherwise).replace("{value}", str(value)),
        )
        for name, value in case.values.items()
        if name not in said and says_something(name, value)
    )
