"""What does a person write to have their own model tuned?

Invariant: a declaration is only looked at here; none of their functions runs, and no JAX is loaded.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tuner_engine.errors import TaskError

FUNCTIONS = ("loss", "model", "init", "apply", "optimizer", "schedule", "metrics", "predict")
"""Parts of a declaration that are the person's code."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A model, a loss and data, to be trained and tuned.

    A Python file has a function that returns one; its keyword arguments that have a number, a
    truth value or text as default can be varied from the command line (`--set hidden=128`):

    ```python
    def task(hidden: int = 64) -> Task:
        return Task(model=lambda rngs: Net(hidden, rngs=rngs), loss=loss, train=train, valid=valid)
    ```

    Attributes:
        loss: `loss(model, batch)` → a scalar, the mean over the batch. It may return
            `(scalar, metrics)`, where metrics is a dict of numbers, each for the whole batch or one
            per example. Two more arguments are passed to a function that names them: `key`, a PRNG
            key, and `training`, false where the model is only scored.
        train: Training examples: arrays with one leading axis of examples, alone or in a dict or
            tuple; or batches of such, in anything that can be iterated again, or a function that
            returns an iterator.
        model: Flax NNX: `model(rngs)` → module. Its parameters are trained; BatchNorm statistics,
            random streams and other variables are kept for each training. It is put in `train()`
            or `eval()` mode for the loss.
        init: In place of `model`, for Linen, Equinox, Haiku or plain functions: `init(key)` or
            `init(key, batch)` → a pytree, which the loss gets as its first argument. Arrays of
            floats in it are trained; everything else stays as it is. Linen's `{"params": …,
            "batch_stats": …}` has state, too: everything beside `params`.
        apply: With `init`: the loss gets `apply` with the pytree put in as its first argument,
            to be called like a model.
        stateful: With `init`: it returns `(parameters, state)`. A loss with state returns
            `(scalar, new state)` or `(scalar, new state, metrics)`. True without saying so for
            Linen's variables with more than `params`.
        valid: Validation examples, as in `train`. Without any, a share of the training arrays is
            held out.
        test: Test examples, on which nothing is chosen.
        optimizer: `optimizer(learning_rate)` or `optimizer(learning_rate, weight_decay)` → an Optax
            optimizer. Both may be traced, so they cannot be compared or printed.
        schedule: `schedule(steps)` → multiples of the peak rate, one for every optimizer step: an
            array, or an Optax schedule whose peak is 1.
        metrics: Means of the metrics over a split, with `loss` → what is shown.
        predict: `predict(model, batch)` → `(probabilities, classes)`, where examples are told apart
            by class: [examples, classes], or [examples] of the second of two classes, and the true
            class of each example, from 0. The area under the ROC curve and the calibration error
            follow from it; no mean over examples gives them.
        learning_rate: The peak that is used now.
        batch_size: Examples of one optimizer step.
        epochs: Passes over the training data.
        accumulation: Parts that a batch is computed in, one after another.
        steps_per_epoch: Batches of one pass, where `train` is an iterable that never ends.
        constant_loss: Validation loss of knowing nothing, where that is known.
    """

    loss: Callable[..., Any]
    train: Any
    model: Callable[..., Any] | None = None
    init: Callable[..., Any] | None = None
    apply: Callable[..., Any] | None = None
    stateful: bool = False
    valid: Any = None
    test: Any = None
    optimizer: Callable[..., Any] | None = None
    schedule: Callable[[int], Any] | None = None
    metrics: Callable[[dict[str, float]], dict[str, float]] | None = None
    predict: Callable[..., Any] | None = None
    learning_rate: float | None = None
    batch_size: int | None = None
    epochs: int | None = None
    accumulation: int | None = None
    steps_per_epoch: int | None = None
    constant_loss: float | None = None

    def __post_init__(self) -> None:
        """Refuse what cannot be a task, before anything heavy is loaded.

        Raises:
            TaskError: A part is missing, of the wrong kind, or contradicts another.
        """
        if (self.model is None) == (self.init is None):
            raise TaskError(
                "Task() takes either model=, a Flax NNX factory, or init=, a function of a PRNG "
                f"key; it got {'neither' if self.model is None else 'both'}"
            )
        if self.init is None and (self.apply is not None or self.stateful):
            raise TaskError("Task(): apply= and stateful= belong to init=, not to model=")
        for name in FUNCTIONS:
            _check_function(name, getattr(self, name))
        for name in ("batch_size", "epochs", "accumulation", "steps_per_epoch"):
            _check_count(name, getattr(self, name))
        _check_number("learning_rate", self.learning_rate, positive=True)
        _check_number("constant_loss", self.constant_loss, positive=False)


_ASK: dict[str, str] = {
    "model": "give a function that makes it, so that every training begins afresh: "
    "model=lambda rngs: Net(rngs=rngs)",
    "optimizer": "give a function of the learning rate, so that it can be varied: optimizer=optax."
    "adam, or lambda learning_rate: …",
    "schedule": "give a function of the number of steps: schedule=lambda steps: "
    "optax.cosine_decay_schedule(1.0, steps)",
}
"""What to do instead of passing the thing that a function should make."""


def _check_function(name: str, given: object) -> None:
    # A module can be called, too, but one module cannot be begun afresh.
    module = hasattr(given, "train") and hasattr(given, "eval") and not isinstance(given, type)
    made = name == "model" and module
    if given is None or (callable(given) and not made):
        return
    hint = f"; {_ASK[name]}" if name in _ASK else ""
    raise TaskError(f"Task({name}=): a {type(given).__name__} is no function{hint}")


def _check_count(name: str, given: object) -> None:
    whole = isinstance(given, int) and not isinstance(given, bool)
    if given is not None and (not whole or int(str(given)) < 1):
        raise TaskError(f"Task({name}={given!r}): a whole number from 1 is allowed")


def _check_number(name: str, given: object, *, positive: bool) -> None:
    if given is None:
        return
    if isinstance(given, bool) or not isinstance(given, int | float):
        raise TaskError(f"Task({name}=): a {type(given).__name__} is no number")
    if positive and not 0 < given < float("inf"):
        raise TaskError(f"Task({name}={given!r}): a number above 0 is allowed")
