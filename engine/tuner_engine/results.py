"""What does a run leave behind, for programs to read?

Each document names its schema and version; fields are only ever added. `tune` leaves a recipe,
the probes and trainings leave the documents here.
"""

from typing import Literal

import msgspec

from tuner_engine.events import BatchTried, Footprint, NoiseMeasured
from tuner_engine.recipe import Confidence, Recipe, SeedNoise, Setting, Tool
from tuner_engine.workload import Caution, DataFacts, Workload

Loss = float | None
Probe = Literal["learning-rate", "batch-size", "epochs", "seeds", "regularization"]


class Cost(msgspec.Struct, frozen=True, kw_only=True):
    """What was spent."""

    steps: int
    """Optimizer steps over all lanes."""
    full_trainings: float
    """Those steps over the steps of one full training."""
    wall_s: float
    compile_s: float
    footprint: Footprint | None = None
    """Of the last program: parameters, operations and memory."""


class Curve(msgspec.Struct, frozen=True, kw_only=True):
    """One measured line; `x` and each row of `y` have equal length."""

    x_label: str
    y_label: str
    x: tuple[float, ...]
    y: tuple[tuple[Loss, ...], ...]
    """One row per lane."""


class Lane(msgspec.Struct, frozen=True, kw_only=True):
    """One lane of a probe and what became of it."""

    learning_rate: float
    seed: int
    horizon_share: float
    steps: int
    valid_loss: Loss
    best_epoch: float
    arm: str = ""
    """What it was compared as; lanes of one arm differ in their luck alone."""
    values: dict[str, float] = {}
    """Settings in which its arm differs from the recipe."""


class ProbeResult(msgspec.Struct, frozen=True, kw_only=True):
    """What a probe found."""

    schema: Literal["tuner-tui/probe/1"] = "tuner-tui/probe/1"
    created: str
    tool: Tool
    run_id: str
    probe: Probe
    verdict: str
    """`ok`, or a named reason why there is no number."""
    summary: str
    confidence: Confidence
    status: Literal["done", "no-verdict", "interrupted"]
    settings: dict[str, Setting]
    reading: dict[str, float | None]
    """Figures behind the verdict: the stability edge, the drift with horizon, …"""
    seed_noise: SeedNoise | None = None
    """Where that was the question: what later comparisons go by."""
    curves: dict[str, Curve]
    lanes: tuple[Lane, ...]
    batches: tuple[BatchTried, ...] = ()
    """Batch sizes that were tried, rising."""
    noise: tuple[NoiseMeasured, ...] = ()
    """Gradient noise along a training."""
    cost: Cost
    recipe: Recipe
    """What was advised before the probe; the training that the probe is about."""
    warnings: tuple[Caution, ...] = ()
    environment: dict[str, str | None]


class EpochScore(msgspec.Struct, frozen=True, kw_only=True):
    """One row of a training's history."""

    epoch: float
    train_loss: Loss
    valid_loss: Loss
    metrics: dict[str, float]


class Checkpoint(msgspec.Struct, frozen=True, kw_only=True):
    """A moment of a training and how good it was."""

    epoch: float
    valid_loss: Loss
    metrics: dict[str, float]


class TestScore(msgspec.Struct, frozen=True, kw_only=True):
    """The best checkpoint on rows that nothing was chosen by."""

    __test__ = False  # its name begins like a test's

    loss: Loss
    metrics: dict[str, float]


class TrainResult(msgspec.Struct, frozen=True, kw_only=True):
    """One full training."""

    schema: Literal["tuner-tui/train/1"] = "tuner-tui/train/1"
    created: str
    tool: Tool
    run_id: str
    status: Literal["done", "no-verdict", "interrupted"]
    settings: dict[str, Setting]
    history: tuple[EpochScore, ...]
    best: Checkpoint | None
    """None when every epoch diverged."""
    final: Checkpoint | None
    test: TestScore | None
    """None without a test split."""
    cost: Cost
    workload: Workload
    data: DataFacts
    warnings: tuple[Caution, ...] = ()
    environment: dict[str, str | None]


AnyResult = ProbeResult | TrainResult | Recipe


def encode(result: AnyResult) -> bytes:
    """Return the document as indented JSON ending in a newline."""
    return msgspec.json.format(msgspec.json.encode(result), indent=2) + b"\n"
