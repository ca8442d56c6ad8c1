"""Which programs does the app start?"""

import sys
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Programs:
    """The first words of the two command lines.

    Attributes:
        advise: Reads the data and prints a recipe; options and the data's name are added.
        worker: Runs a spec in a run folder; `--wait` and the folder are added.
    """

    advise: tuple[str, ...] = (sys.executable, "-m", "tuner_tui", "advise")
    worker: tuple[str, ...] = (sys.executable, "-m", "tuner_engine.worker")


OURS = Programs()
"""The headless command and the worker of this installation."""
