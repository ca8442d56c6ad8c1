"""Programs that several tests of training share: compiling is what costs."""

import problems
import pytest

from tuner_engine.data import Dataset
from tuner_engine.models import tabular
from tuner_engine.training.lane import Form
from tuner_engine.training.layouts import Layout
from tuner_engine.training.program import Program, compile_program
from tuner_engine.training.task import Task

FORM = Form(optimizer="adamw", batch_size=32, keep_best=True)


@pytest.fixture(scope="session")
def dataset(device: None) -> Dataset:
    return problems.blobs()


@pytest.fixture(scope="session")
def task(dataset: Dataset) -> Task:
    return tabular.task(dataset, problems.settings(dropout=0.1))


@pytest.fixture(scope="session")
def program(task: Task) -> Program:
    """Four lanes, one after another, scanned."""
    return compile_program(task, FORM, Layout("map", "scan"), lanes=4)


@pytest.fixture(scope="session")
def slope(device: None) -> Program:
    """Four lanes of ½ w² under SGD."""
    form = Form(optimizer="sgd", batch_size=8, keep_best=True)
    return compile_program(problems.quadratic(), form, Layout("map", "scan"), lanes=4)
