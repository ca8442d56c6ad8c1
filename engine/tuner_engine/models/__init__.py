"""Flax NNX modules, and the tasks that put data beneath them.

```text
mlp, …     what a model computes
tabular, … a family's data and hyperparameters → its task
losses     what one prediction costs
dropout    units switched off at a traced rate
```
"""

from collections.abc import Callable

from tuner_engine.data import Dataset
from tuner_engine.models import tabular
from tuner_engine.specs import Hyperparameters
from tuner_engine.training.task import Task
from tuner_engine.workload import Family

_TASKS: dict[Family, Callable[[Dataset, Hyperparameters], Task]] = {"tabular": tabular.task}


def task(dataset: Dataset, settings: Hyperparameters) -> Task:
    """Return the task of training `settings.model` on the data.

    Args:
        dataset: Encoded and split.
        settings: Only what shapes the model and its computation matters here.
    """
    return _TASKS[dataset.profile.workload.family](dataset, settings)
