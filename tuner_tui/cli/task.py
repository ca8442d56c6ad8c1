"""How does a person begin a task of their own, and what may it have?"""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from tuner_engine.errors import ExitCode
from tuner_engine.own import template
from tuner_engine.printable import printable
from tuner_tui import cli
from tuner_tui.cli import COMMANDS, parsing

_CONTRACT = """\


A task is a function in a Python file that returns a tuner_engine.Task. Commands take it in place of
DATA: `--task train.py:task`, or `--task train.py` if it is called `task`. The file is run, with its
folder on the path; nothing else is.

    def task(hidden: int = 64) -> Task:
        return Task(model=lambda rngs: Net(hidden, rngs=rngs), loss=loss, train=train, valid=valid)

model      Flax NNX: rngs → module. BatchNorm statistics and random streams are kept by themselves.
init       Or, for Linen, Equinox, Haiku and plain functions: key → pytree, or (key, batch) → pytree
           for a batch of zeros. Arrays of floats in it are trained, everything else stays.
           Linen's {"params": …, "batch_stats": …} has state; stateful=True says that init returns
           (parameters, state). A loss with state returns (scalar, new state[, metrics]); what Linen
           returns for mutable=["batch_stats"] is such a state; what is scored needs none.
apply      With init: the loss gets it with the pytree put in, to be called like a model.
loss       (model, batch) → scalar or (scalar, metrics), the mean over the batch; metrics is a dict
           of numbers, or of one number for each example. It also gets `key`, a random key, and
           `training`, true or false, if it has arguments of these names. Splits are scored in equal
           batches of at most the batch size; a few last examples are left out where they must be.
train      Arrays in a dict or tuple, or batches: a list, a loader of Torch, grain or tf.data, or a
           function that returns an iterator. All batches have one shape; a smaller last one is
           left out.
valid      As train; batches are gathered in memory. Without it, a share of the training arrays is
           held out (--valid-share).
test       Likewise, if there is one.
optimizer  learning_rate → Optax optimizer, or (learning_rate, weight_decay) → it. One step is one
           update: instead of optax.MultiSteps, say accumulation=4.
schedule   steps → multiples of the peak rate: an array, or an Optax schedule with peak 1.
metrics    Means by name, with `loss` → what is shown.
predict    (model, batch) → (probabilities, classes), where examples are told apart by class:
           [examples, classes], or [examples] of the second of two, and the true class of each.
           The area under the ROC curve and the calibration error follow from it.
learning_rate, batch_size, epochs, accumulation, steps_per_epoch, constant_loss
           What is known already; it stands in the recipe in place of advice.

Arguments of the function whose default is a number, a truth value or text can be varied with
--set NAME=VALUE; Literal["relu", "gelu"] lists what is allowed. An argument with the name of a
setting, such as batch_size, is that setting."""

app = parsing.command("task", COMMANDS["task"] + _CONTRACT)


@app.command(name="new")
def new(file: Annotated[Path, Parameter(name="FILE")], /) -> int:
    """Write an example that runs as it is; FILE must not exist yet."""
    template.write(file)
    shown = printable(str(file))
    cli.tell(f"{shown} is written; `tuner-tui train --task {shown}` trains it")
    return ExitCode.DONE
