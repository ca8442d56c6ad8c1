"""Has the person seen the tour?

Invariant: where it cannot be remembered, the tour is not shown by itself.
"""

from contextlib import suppress
from pathlib import Path

from tuner_engine import runs


def place() -> Path:
    """Return the file whose being there says yes."""
    return runs.home() / "tour-seen"


def is_due() -> bool:
    """Return whether the tour was never shown; from now on it was."""
    with suppress(OSError):
        place().parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        place().touch(exist_ok=False)
        return True
    return False
