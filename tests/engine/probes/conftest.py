"""A probe of a small table, run once."""

import problems
import pytest

from tuner_engine.events import AnyEvent
from tuner_engine.models import tabular
from tuner_engine.probes import learning_rate, plan
from tuner_engine.probes.terms import Terms
from tuner_engine.training import fitting
from tuner_engine.training.program import Program

LONG = problems.settings(epochs=80)
"""Long enough for a ladder of three lengths."""


@pytest.fixture(scope="session")
def program(device: None) -> Program:
    """Room for every rung of a probe of three clouds."""
    settings = problems.settings()
    task = tabular.task(problems.blobs(), settings)
    return fitting.fitted(task, settings, lanes=plan.MOST_LANES).program


@pytest.fixture(scope="session")
def told(program: Program) -> list[AnyEvent]:
    """Every event of the standard probe without a budget."""
    terms = Terms(seed=5, evidence="run-1", effort="standard")
    return list(learning_rate.probe(program, LONG, terms))
