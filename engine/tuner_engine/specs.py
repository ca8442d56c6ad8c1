"""What exactly was asked for?

A `RunSpec` is everything a run depends on. One definition serves the command line, the app's
forms and `spec.json`; constraints sit on the fields and are checked by `checked`.
Invariant: equal specs, seeds and versions on one kind of device give equal numbers.
"""

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Literal, TypeVar

import msgspec
from msgspec import Meta

from tuner_engine.errors import UsageError
from tuner_engine.printable import printable
from tuner_engine.recipe import Recipe
from tuner_engine.workload import Workload

Optimizer = Literal["sgd", "adam", "adamw", "lion", "muon", "own"]
"""`own` is the optimizer factory of the person's own task."""

Schedule = Literal[
    "constant",
    "linear",
    "cosine",
    "one-cycle",
    "warmup-stable-decay",
    "exponential",
    "step",
    "reduce-on-plateau",
    "own",
]
"""`own` is the schedule of the person's own task."""

FALLING: frozenset[Schedule] = frozenset(
    {"linear", "cosine", "one-cycle", "warmup-stable-decay", "exponential", "step", "own"}
)
"""Schedules whose rate depends on how much training is left: stopping early keeps it high. A
task's own is made for a number of steps, so it counts among them."""

Model = Literal[
    "mlp",
    "tabular-resnet",
    "ft-transformer",
    "cnn",
    "resnet-20",
    "resnet-18",
    "vit-tiny",
    "vit-small",
    "vit-base",
    "text-bag",
    "text-encoder-tiny",
    "text-encoder-mini",
    "text-encoder-small",
    "text-encoder-medium",
    "text-encoder-base",
    "decoder-1m",
    "decoder-3m",
    "decoder-10m",
    "decoder-30m",
    "decoder-100m",
    "decoder-300m",
    "decoder-1b",
    "own",
]
"""Named like their families; layers and width are settings of their own, and the name gives their
usual values. `own` is the model of the person's own task."""

Kind = Literal["auto", "table", "image", "text", "language", "instruction", "task"]
"""How a file is understood; `auto` decides by what it holds. Only `task` ever runs a file: it is
Python that the person named for that."""

Precision = Literal["float32", "bfloat16"]
Augmentation = Literal["none", "flip", "crop", "flip-crop"]
Device = Literal["auto", "cpu", "gpu", "tpu"]
Command = Literal[
    "probe-lr",
    "probe-batch",
    "probe-epochs",
    "probe-seeds",
    "probe-regularization",
    "tune",
    "train",
]

RateFree = Literal["prodigy", "dadapt_adamw", "schedule_free_adamw", "schedule_free_sgd"]
"""Optimizers of Optax that find their own rate, or are less touchy about it."""

Effort = Literal["quick", "standard", "thorough"]
"""How much a learning-rate probe measures: at most half a full training, at most two, or every
candidate in full."""

Positive = Annotated[float, Meta(gt=0, le=sys.float_info.max)]
NotNegative = Annotated[float, Meta(ge=0, le=sys.float_info.max)]
Share = Annotated[float, Meta(ge=0, lt=1)]
Floor = Annotated[float, Meta(ge=0, le=1)]
Count = Annotated[int, Meta(ge=1)]
Seed = Annotated[int, Meta(ge=0, lt=2**32)]
Argument = float | int | str | bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DataSpec:
    """Which data, how they are understood, and how they are split.

    Attributes:
        source: A file or folder, or `demo:digits` and the like; with kind `task`, `FILE:NAME` of a
            function in a Python file.
        target: Column to predict, by name or index (0 is the first, -1 the last); guessed if
            absent.
        valid_share: Share of the rows held out for validation.
        test_share: Share of the rows held out for the final test; 0 for none.
        max_rows: Read a seeded sample of at most this many rows.
        kind: What the file holds; decided by looking at it if `auto`.
        text: Column with the text, where a table has several.
        tokenizer: `char`, `byte`, `bpe`, or a `tokenizer.json`; chosen by the data if absent.
        vocabulary: Tokens of a vocabulary that is learnt.
        sequence_length: Tokens seen at once; longer text is cut there.
        image_shape: Of pixels in a table or a vector, as 28x28 or 32x32x3.
    """

    source: str
    target: str | None = None
    valid_share: Annotated[float, Meta(gt=0, lt=1)] = 0.15
    test_share: Share = 0.15
    max_rows: Count | None = None
    kind: Kind = "auto"
    text: str | None = None
    tokenizer: str | None = None
    vocabulary: Count | None = None
    sequence_length: Count | None = None
    image_shape: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """Hyperparameters that the person has decided; an absent one is left to advice.

    Attributes:
        model: Which model is trained.
        hidden_layers: Hidden layers or blocks of the model.
        hidden_width: Units in each of them: width of the residual stream in a transformer,
            channels of the first stage in a convolutional network.
        optimizer: How gradients become steps.
        schedule: How the learning rate moves over training, after any warm-up.
        learning_rate: The peak of the schedule.
        warmup_share: Share of the training steps spent rising linearly to the peak.
        batch_size: Examples per optimizer step.
        epochs: Passes over the training data, at most.
        patience: Epochs without a better validation loss before training stops.
        weight_decay: Pull of the weights to zero; adamw, lion and muon decouple it.
        dropout: Share of hidden units switched off while training.
        label_smoothing: Share of each label spread over all classes.
        gradient_clip: Largest global gradient norm.
        accumulation: Parts that a batch is computed in, one after another, to save memory.
        precision: Of the computation; parameters and losses stay float32.
        rematerialize: Compute activations again in the backward pass, to save memory.
        augmentation: How images are varied while training.
        drop_path: Share of examples for which a network of images skips its last residual branch,
            and earlier ones less, while training.
        momentum: Share of the last step that sgd and muon keep.
        beta1: Memory of the gradient's mean in adam, adamw, lion and muon's part of Adam.
        beta2: Memory of the gradient's square in the same, of the step in lion.
        epsilon: What adam and adamw add to the divisor.
        min_learning_rate_share: Where a schedule that falls ends, as a share of the peak.
        arguments: Of the person's own task, by name.
    """

    model: Model | None = None
    hidden_layers: Count | None = None
    hidden_width: Count | None = None
    optimizer: Optimizer | None = None
    schedule: Schedule | None = None
    learning_rate: Positive | None = None
    warmup_share: Share | None = None
    batch_size: Count | None = None
    epochs: Count | None = None
    patience: Count | None = None
    weight_decay: NotNegative | None = None
    dropout: Share | None = None
    label_smoothing: Share | None = None
    gradient_clip: Positive | None = None
    accumulation: Count | None = None
    precision: Precision | None = None
    rematerialize: bool | None = None
    augmentation: Augmentation | None = None
    drop_path: Share | None = None
    momentum: Share | None = None
    beta1: Share | None = None
    beta2: Share | None = None
    epsilon: Positive | None = None
    min_learning_rate_share: Floor | None = None
    arguments: dict[str, Argument] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Hyperparameters:
    """One training, fully stated; the fields mean what they mean in `Choices`.

    Without momentum, betas or epsilon the optimizer keeps its own.
    """

    model: Model
    hidden_layers: Count | None = None
    hidden_width: Count | None = None
    optimizer: Optimizer
    schedule: Schedule
    learning_rate: Positive
    warmup_share: Share
    batch_size: Count
    epochs: Count
    patience: Count | None
    weight_decay: NotNegative
    dropout: Share
    label_smoothing: Share
    gradient_clip: Positive | None
    accumulation: Count = 1
    precision: Precision = "float32"
    rematerialize: bool = False
    augmentation: Augmentation = "none"
    drop_path: Share = 0.0
    momentum: Share | None = None
    beta1: Share | None = None
    beta2: Share | None = None
    epsilon: Positive | None = None
    min_learning_rate_share: Floor = 0.0
    arguments: dict[str, Argument] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSpec:
    """One run: what to do, on which data, with which values fixed.

    Attributes:
        command: What is asked: a probe, the whole tuning, or one training.
        data: The data and their split.
        choices: Values the person fixed on the command line.
        recipe: A recipe to start from, instead of fresh advice.
        seed: Of the split, the initial weights and the order of the data.
        device: Where to run.
        budget_s: Wall-clock seconds for the whole run, compile included; none for the default plan.
        effort: How much a learning-rate probe measures at most; if absent the standard plan, or
            with a budget as much as that allows.
        compare: Optimizers without a learning rate that such a probe trains for comparison.
        check: Whether a batch-size probe goes on from one checkpoint with several sizes, too.
    """

    command: Command
    data: DataSpec
    choices: Choices = field(default_factory=Choices)
    recipe: Recipe | None = None
    seed: Seed = 0
    device: Device = "auto"
    budget_s: Positive | None = None
    effort: Effort | None = None
    compare: tuple[RateFree, ...] = ()
    check: bool = False


T = TypeVar("T")


def checked(value: object, kind: type[T], *, what: str) -> T:
    """Return `value` as a `kind` whose every constraint holds.

    Args:
        value: A `kind`, or the plain mapping of one.
        kind: One of the dataclasses here, or any type that msgspec decodes.
        what: How the value is called in the error.

    Raises:
        UsageError: A field is missing, of another type, or outside its range.
    """
    try:
        return msgspec.convert(msgspec.to_builtins(value), kind)
    except msgspec.ValidationError as error:
        raise UsageError(f"{what}: {printable(str(error))}") from error


def hyperparameters(recipe: Recipe) -> Hyperparameters:
    """Return the training that a recipe describes.

    Raises:
        UsageError: A needed setting is absent, unset, or outside its allowed values.
    """
    values = recipe.values()
    arguments = _arguments(values, recipe.workload)
    return checked({**values, "arguments": arguments}, Hyperparameters, what="the recipe")


def chosen(values: Mapping[str, object], workload: Workload) -> Choices:
    """Return the decisions that some values of a recipe amount to.

    Args:
        values: Settings of a recipe by name.
        workload: Which of them are arguments of a task.

    Raises:
        UsageError: A value is outside what its setting allows.
    """
    arguments = _arguments(values, workload) or None
    return checked({**values, "arguments": arguments}, Choices, what="the recipe")


def _arguments(values: Mapping[str, object], workload: Workload) -> dict[str, object]:
    """Return the values among these that are arguments of the person's own task."""
    declared = workload.declared.arguments if workload.declared else ()
    return {
        argument.name: values[argument.name] for argument in declared if argument.name in values
    }
