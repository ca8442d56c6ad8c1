"""Which facts does advice depend on?

A `Workload` says what is trained on what; `DataFacts` says how the file was read. Both are plain
values: they travel in events, recipes and results.
"""

from typing import Literal

import msgspec

Family = Literal["tabular", "image", "text", "language", "own"]
"""What kind of thing one example is; `own` is whatever the person's own task trains on."""

TaskKind = Literal["classification", "regression", "language-modelling", "instruction", "own"]
"""What is learnt: a class, a number, the next token, the completion of a prompt, or the
person's own loss."""

Regime = Literal["scratch", "full", "lora", "qlora", "dpo", "kto", "grpo", "reward", "inference"]
"""Where training starts and what it changes; `full` fine-tunes every weight."""

Purpose = Literal[
    "chat",
    "code",
    "math",
    "extraction",
    "classification",
    "translation",
    "data-analysis",
    "tools",
    "creative",
]
"""What a sampled model is asked for; `extraction` includes any answer of a fixed form, as JSON."""

ColumnKind = Literal["numeric", "boolean", "date", "category", "text", "id", "constant", "empty"]


class Caution(msgspec.Struct, frozen=True, kw_only=True):
    """Something the person should know, with a code that scripts can match."""

    code: str
    message: str


class Tokens(msgspec.Struct, frozen=True, kw_only=True):
    """What text is once it is cut into tokens; lengths are tokens per example before truncation."""

    tokenizer: str
    """`char`, `byte`, `bpe`, or the name of a `tokenizer.json`."""
    vocabulary: int
    """Different tokens, special ones included."""
    train_tokens: int
    """Tokens of the training split that a loss is computed on or that are read, per epoch."""
    sequence_length: int
    """Tokens that the model sees at once."""
    mean_length: float
    median_length: float
    longest: int
    truncated_share: float = 0.0
    """Share of training examples that lost tokens to `sequence_length`, 0 to 1."""
    loss_share: float = 1.0
    """Share of the tokens that the loss is computed on, 0 to 1: completions, not prompts."""


class Pixels(msgspec.Struct, frozen=True, kw_only=True):
    """The size of every image."""

    height: int
    width: int
    channels: int


class Hardware(msgspec.Struct, frozen=True, kw_only=True):
    """What the training will run on, as stated or found."""

    device: str
    """Kind of device, as its vendor names it, or `gpu`, `cpu`, `tpu`."""
    memory_bytes: int | None = None
    """Of one device."""
    count: int = 1
    utilisation: float | None = None
    """Share of the peak speed that training reaches, 0 to 1, where stated."""


class Serving(msgspec.Struct, frozen=True, kw_only=True):
    """How a pretrained model is sampled."""

    engine: str | None = None
    """The program or API that samples it, as the person names it."""
    purpose: Purpose | None = None
    reasoning: bool | None = None
    """Whether the model thinks before it answers, where that can be chosen."""


class Argument(msgspec.Struct, frozen=True, kw_only=True):
    """A keyword argument of the person's own task, which can be varied as a setting."""

    name: str
    kind: Literal["switch", "whole", "number", "words"]
    """True or false, a whole number, any number, or text."""
    default: float | int | str | bool
    options: tuple[float | int | str | bool, ...] = ()
    """Every allowed value, where the annotation lists them."""


class Declared(msgspec.Struct, frozen=True, kw_only=True):
    """What the person's own task says of its training; none of it is advice."""

    place: str
    """Which function of which file, as `train.py:task`."""
    arguments: tuple[Argument, ...] = ()
    optimizer: bool = False
    """Whether it brings an optimizer of its own."""
    decays: bool = True
    """Whether the weight decay has any effect; a task's own optimizer may take none."""
    schedule: bool = False
    """Whether it brings a schedule of its own."""
    streamed: bool = False
    """Whether its training examples come in batches, all of `batch_size`."""
    learning_rate: float | None = None
    batch_size: int | None = None
    epochs: int | None = None
    accumulation: int | None = None


class Workload(msgspec.Struct, frozen=True, kw_only=True):
    """What is trained on what: the facts that rules read.

    Counts are examples after splitting. `features` counts the columns of the encoded design
    matrix, and is 0 where examples are no vectors.
    """

    family: Family
    task: TaskKind
    train_examples: int
    valid_examples: int
    test_examples: int
    features: int
    outputs: int
    """Classes, tokens of the vocabulary, or 1 for regression."""
    majority_share: float | None = None
    """Share of the commonest class among training examples, 0 to 1; none for regression."""
    missing_share: float = 0.0
    """Share of missing cells among the columns used, 0 to 1."""
    duplicate_share: float = 0.0
    """Share of rows that repeat an earlier row, 0 to 1."""
    tokens: Tokens | None = None
    """Of text and language; none elsewhere."""
    pixels: Pixels | None = None
    """Of images; none elsewhere."""
    regime: Regime = "scratch"
    base_model: str | None = None
    """The pretrained model that is tuned or sampled, as the person names it."""
    base_parameters: int | None = None
    """Its parameters, where known."""
    hardware: Hardware | None = None
    """Where known."""
    serving: Serving | None = None
    """Of inference; none elsewhere."""
    declared: Declared | None = None
    """What a task of the person's own says; none elsewhere."""
    assumed: tuple[str, ...] = ()
    """Names of the facts above that were neither read nor stated."""


class ColumnFacts(msgspec.Struct, frozen=True, kw_only=True):
    """How one column was understood."""

    name: str
    kind: ColumnKind
    missing: int
    """Cells without a value."""
    distinct: int
    """Different values, missing not counted."""
    role: Literal["feature", "target", "unused"]
    note: str = ""
    """Why the column is unused, or how it is encoded."""


class DataFacts(msgspec.Struct, frozen=True, kw_only=True):
    """How the file was read, and what it holds."""

    source: str
    """As the person named it: a path or `demo:NAME`."""
    sha256: str
    """Of the bytes read."""
    rows: int
    format: str
    """`csv`, `parquet`, `jsonl`, …; with `+gzip` when compressed."""
    encoding: str | None = None
    delimiter: str | None = None
    header: bool | None = None
    target: str
    """Column that is predicted; empty where there is none, as in plain text."""
    target_guessed: bool
    target_unit: Literal["nats", "standard deviations"] = "nats"
    """Unit of losses: cross-entropy in nats, or squared error of the standardised target."""
    class_names: tuple[str, ...] = ()
    columns: tuple[ColumnFacts, ...] = ()
    sampled_from_rows: int | None = None
    """Rows of the whole file when only a sample was read."""


class Profile(msgspec.Struct, frozen=True, kw_only=True):
    """Everything known of the data before anything is trained."""

    workload: Workload
    data: DataFacts | None
    """None where the facts were stated, and no file was read."""
    cautions: tuple[Caution, ...] = ()
