"""What does the app's own process never load, and what does its first frame not wait for?"""

import subprocess
import sys

import pytest

HEAVY = ("jax", "flax", "optax", "polars", "sklearn", "scipy")

_EVERYTHING = """
import importlib, pkgutil, sys
import tuner_tui.ui
for module in pkgutil.walk_packages(tuner_tui.ui.__path__, "tuner_tui.ui."):
    importlib.import_module(module.name)
from tuner_engine import advice
print(*sorted(set(sys.modules) & set(sys.argv[1:])))
"""

_FIRST_FRAME = """
import sys
import tuner_tui.ui.app
print(*sorted(set(sys.modules) & set(sys.argv[1:])))
"""


@pytest.mark.parametrize(
    ("program", "absent"),
    [
        (_EVERYTHING, HEAVY),
        (_FIRST_FRAME, (*HEAVY, "numpy", "tuner_tui.chart", "tuner_engine.advice")),
    ],
    ids=["every module", "up to the first frame"],
)
def test_the_app_stays_light(program: str, absent: tuple[str, ...]) -> None:
    """None of these is in `sys.modules` of a fresh process."""
    done = subprocess.run(
        [sys.executable, "-c", program, *absent], capture_output=True, text=True, check=True
    )

    assert done.stdout.split() == []
