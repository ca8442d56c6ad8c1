"""How is a recipe written in each format?

A writer is a function from a recipe to the exact bytes of a file.
"""

from collections.abc import Callable

import msgspec

from tuner_engine import results
from tuner_engine.errors import UsageError
from tuner_engine.printable import printable
from tuner_engine.recipe import Recipe


def export(recipe: Recipe, *, format: str) -> bytes:  # noqa: A002 - the word on the command line
    """Return a recipe as the bytes that a file or a pipe receives.

    Args:
        recipe: What to write.
        format: One of `FORMATS`: `json` is the whole document, `flat` the bare values by name.

    Raises:
        UsageError: There is no such format.
    """
    if format not in _WRITERS:
        raise UsageError(
            f"there is no export format {printable(format, width=40)!r}; "
            f"choose from {', '.join(FORMATS)}"
        )
    return _WRITERS[format](recipe)


def _flat(recipe: Recipe) -> bytes:
    return msgspec.json.format(msgspec.json.encode(recipe.values()), indent=2) + b"\n"


_WRITERS: dict[str, Callable[[Recipe], bytes]] = {"json": results.encode, "flat": _flat}

FORMATS = tuple(_WRITERS)
"""Names of all formats."""
