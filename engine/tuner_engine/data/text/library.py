"""Which text comes with every Python?

The source of its standard library: `demo:python`. Invariant: one version of Python gives one text.
"""

import hashlib
import sysconfig
from collections.abc import Iterator
from pathlib import Path

from tuner_engine.data.tables.demo import TEXTS
from tuner_engine.data.text.passages import Passages
from tuner_engine.errors import DataError

NAME = next(iter(TEXTS))
"""Behind `demo:`."""

_MOST_BYTES = 2 << 20
"""Modules are taken in the order of their names until the next would exceed this. House choice:
enough that a small decoder cannot learn it by heart, and encoded within a second."""


def python(named: str) -> Passages:
    """Return the top-level modules of the standard library, in the order of their names.

    Raises:
        DataError: This Python comes without its source.
    """
    modules = _modules(Path(sysconfig.get_path("stdlib")))
    if not modules:
        raise DataError(
            f"{named}: this Python comes without the source of its standard library; name a text "
            "file instead"
        )
    digest = hashlib.sha256()
    for module in modules:
        digest.update(module.read_bytes())

    def read() -> Iterator[str]:
        return (module.read_text("utf-8") for module in modules)

    return Passages(
        name=named,
        sha256=digest.hexdigest(),
        format="demo",
        encoding="utf-8",
        read=read,
        separate=False,
    )


def _modules(folder: Path) -> list[Path]:
    taken = []
    total = 0
    for module in sorted(folder.glob("*.py")):
        total += module.stat().st_size
        if total > _MOST_BYTES:
            break
        taken.append(module)
    return taken
