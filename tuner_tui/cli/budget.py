"""How long is a budget that a person wrote down?"""

import math
import re

from tuner_engine.errors import UsageError
from tuner_engine.printable import printable

_SECONDS = {"": 1.0, "s": 1.0, "m": 60.0, "h": 3600.0}
"""Unit as written → its length in seconds."""

_WRITTEN = re.compile(r"(\d+(?:\.\d+)?|\.\d+)\s*([smh]?)", re.ASCII)


def seconds(text: str) -> float:
    """Return the seconds that `90s`, `10m`, `1.5h` or a bare number of seconds stand for.

    Raises:
        UsageError: The text is something else, or no time at all.
    """
    match = _WRITTEN.fullmatch(text.strip().lower())
    length_s = float(match[1]) * _SECONDS[match[2]] if match else 0.0
    if not 0 < length_s < math.inf:
        shown = printable(text, width=40)
        raise UsageError(f"--budget '{shown}' is no length of time; write 90s, 10m, 2h or seconds")
    return length_s
