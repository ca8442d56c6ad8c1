"""How many does a person mean who writes 8B, 128k or 24GB?"""

import re

from tuner_engine.errors import UsageError
from tuner_engine.printable import printable

THOUSANDS = {"": 1, "k": 10**3, "m": 10**6, "b": 10**9, "g": 10**9, "t": 10**12}
"""Suffix of a count → what it multiplies by."""

BINARY = {"": 1, "k": 2**10, "m": 2**20}
"""Suffix of a length in tokens → what it multiplies by: 128k is 131,072."""

BYTES = {"": 2**30, "g": 2**30, "gb": 2**30, "gib": 2**30, "m": 2**20, "mb": 2**20, "mib": 2**20}
"""Suffix of a memory → bytes. Vendors write GB on cards that hold as many GiB; a bare number is
theirs, too."""

LARGEST = 10**16
"""Counts beyond this are a slip. House choice: above every training that there was."""


def count(text: str, *, option: str) -> int:
    """Return a count: `12000`, `12,000`, `12k`, `8B`, `1.5e9`.

    Raises:
        UsageError: The text is no count of at least 1.
    """
    return _scaled(text, THOUSANDS, option=option, example="12000, 12k or 8B")


def tokens(text: str, *, option: str) -> int:
    """Return a length in tokens: `4096`, `128k`.

    Raises:
        UsageError: The text is no length of at least 1.
    """
    return _scaled(text, BINARY, option=option, example="4096 or 128k")


def memory_bytes(text: str, *, option: str) -> int:
    """Return a memory: `24GB`, `24GiB`, `24`, `24576MB`.

    Raises:
        UsageError: The text is no memory.
    """
    return _scaled(text, BYTES, option=option, example="24GB")


def _scaled(text: str, units: dict[str, int], *, option: str, example: str) -> int:
    plain = text.strip().lower().replace(",", "").replace("_", "")
    found = re.fullmatch(r"(\d+(?:\.\d+)?(?:e[+-]?\d{1,2})?)\s*([a-z]*)", plain)
    if found is None or found[2] not in units:
        raise UsageError(f"{option} {printable(text)}: expected a number such as {example}")
    value = round(float(found[1]) * units[found[2]])
    if not 1 <= value <= LARGEST:
        raise UsageError(
            f"{option} {printable(text)}: expected 1 to {LARGEST:,}, written as {example}"
        )
    return value
