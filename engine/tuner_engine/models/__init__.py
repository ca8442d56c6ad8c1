"""Flax NNX modules, and the tasks that put data beneath them.

```text
mlp, tabular_resnet, ft_transformer    what a model of tables computes
cnn, resnet, vit                       of images
text_encoder, text_bag                 of texts that are classified
decoder                                of texts that are continued
encoder, attention                     parts that several models share
tabular, image, text, language         a family's data and hyperparameters → its task
classification                         the loss and score of naming a class
augmentation                           how images are varied while training
computation                            precision, and what is computed again
losses, dropout                        what one prediction costs; units switched off
```
"""

from collections.abc import Callable

from tuner_engine.data import Dataset
from tuner_engine.models import image, language, tabular, text
from tuner_engine.specs import Hyperparameters
from tuner_engine.training.task import Task
from tuner_engine.workload import Family

_TASKS: dict[Family, Callable[[Dataset, Hyperparameters], Task]] = {
    "tabular": tabular.task,
    "image": image.task,
    "text": text.task,
    "language": language.task,
}


def task(dataset: Dataset, settings: Hyperparameters) -> Task:
    """Return the task of training `settings.model` on the data.

    Args:
        dataset: Encoded and split.
        settings: Only what shapes the model and its computation matters here.
    """
    return _TASKS[dataset.profile.workload.family](dataset, settings)
