"""What can a run say while it lives?

One frozen value per thing that happened, named in the past tense, carrying Python scalars and
tuples only. The same lines feed the app, printed progress, replay and tests.
A loss that is not a finite number is `None`: JSON has no other word for it.
"""

from typing import Literal

import msgspec

from tuner_engine.recipe import Confidence, Recipe, SeedNoise, Setting
from tuner_engine.workload import Caution, Profile

Phase = Literal[
    "sweep",
    "trials",
    "confirm",
    "train",
    "throughput",
    "noise",
    "branches",
    "epochs",
    "seeds",
    "regularization",
]
Status = Literal["done", "no-verdict", "interrupted", "failed"]
Loss = float | None


class Event(msgspec.Struct, frozen=True, kw_only=True, tag_field="event"):
    """Base of all events.

    `at_s` counts seconds since the run began; the run folder stamps it when the event is kept.
    """

    at_s: float = 0.0


class RunStarted(Event, frozen=True, kw_only=True, tag="run-started"):
    """A process took up the run."""

    run_id: str
    command: str
    pid: int
    started: str
    """UTC, ISO 8601."""


class DataProfiled(Event, frozen=True, kw_only=True, tag="data-profiled"):
    """The data was read and split."""

    profile: Profile


class RecipeAdvised(Event, frozen=True, kw_only=True, tag="recipe-advised"):
    """There is a recipe; later ones replace earlier ones."""

    recipe: Recipe


class PhaseStarted(Event, frozen=True, kw_only=True, tag="phase-started"):
    """A stretch of training began."""

    phase: Phase
    lanes: int
    lane_steps: int
    """Optimizer steps planned over all lanes; early stopping and divergence shorten it."""
    plan: str
    """One sentence: what is about to be measured, and why so much of it."""
    seconds: float | None = None
    """That it takes at the speed seen so far, compiling included; none before any was seen."""


class Footprint(msgspec.Struct, frozen=True, kw_only=True):
    """What a program computes with and where; none where it is not known."""

    parameters: int
    """Numbers that training moves, in one lane."""
    step_flops: float
    """Of the products and convolutions of one lane's optimizer step."""
    state_bytes: int
    """Of one lane between two steps: parameters, optimizer, best checkpoint."""
    memory_bytes: int | None = None
    """On the fullest device while a step runs, as compiled."""
    limit_bytes: int | None = None
    """What that device had free before."""
    lanes: int
    """Trained by the program."""
    at_once: int
    """Of those, held on the devices together; the others take turns."""


class ProgramCompiled(Event, frozen=True, kw_only=True, tag="program-compiled"):
    """The cohort's program is ready; compiling is counted apart from training."""

    phase: Phase
    compile_s: float
    layout: str
    """How lanes and steps are laid out, as `lanes/steps`: `map/scan`, `vmap/loop`, …"""
    footprint: Footprint | None = None


class Training(msgspec.Struct, frozen=True, kw_only=True):
    """One lane as its events call it, and what tells it from its neighbours."""

    label: str
    """Of its `EpochMeasured` and `TestMeasured` events."""
    arm: str
    """What is compared: lanes of one arm differ in their luck alone."""
    seed: int
    values: dict[str, float] = {}
    """Settings in which this arm differs from the recipe, and the share of the data it sees
    (`data_share`)."""


class LanesStarted(Event, frozen=True, kw_only=True, tag="lanes-started"):
    """Trainings begin side by side; they are compared by arm."""

    phase: Phase
    lanes: tuple[Training, ...]


class StepsTaken(Event, frozen=True, kw_only=True, tag="steps-taken"):
    """Lanes moved on."""

    phase: Phase
    lane_steps: int
    """Over all lanes since the phase began."""


class LossesMeasured(Event, frozen=True, kw_only=True, tag="losses-measured"):
    """Trainings moved on that were not scored yet: something to look at until they are."""

    phase: Phase
    epoch: float
    losses: tuple[Loss, ...]
    """Of each lane, its mean training loss over the last steps."""


class SweepMeasured(Event, frozen=True, kw_only=True, tag="sweep-measured"):
    """The next points of the exponential sweep."""

    learning_rates: tuple[float, ...]
    losses: tuple[tuple[Loss, ...], ...]
    """Training loss before the step at that rate; one row per seed, one column per rate."""


class EdgeLocated(Event, frozen=True, kw_only=True, tag="edge-located"):
    """The sweep shows where training breaks."""

    learning_rate: float
    """Lowest rate at which the typical seed lost more than it had begun with."""


class Trial(msgspec.Struct, frozen=True, kw_only=True):
    """One lane of short or full training at one peak learning rate."""

    learning_rate: float
    seed: int
    steps: int
    """Optimizer steps taken."""
    valid_loss: Loss
    """Of the best checkpoint so far; none if the lane diverged."""
    best_epoch: float
    """Where that checkpoint lies."""


class TrialsMeasured(Event, frozen=True, kw_only=True, tag="trials-measured"):
    """A rung of confirming trainings reached a checkpoint or its end."""

    rung: int
    horizon_share: float
    """Length of this rung's schedule over the full training's, 0 to 1."""
    trials: tuple[Trial, ...]
    finished: bool
    """Whether the rung is complete; an unfinished one is replaced by the next event of its rung."""


class EpochMeasured(Event, frozen=True, kw_only=True, tag="epoch-measured"):
    """One training, scored on the validation split."""

    label: str
    """Which training: `seed 0`, `seed 1`, …"""
    epoch: float
    train_loss: Loss
    """Mean over the steps since the last event."""
    valid_loss: Loss
    metrics: dict[str, float]


class TestMeasured(Event, frozen=True, kw_only=True, tag="test-measured"):
    """The best checkpoint of a training was scored on rows that nothing was chosen by."""

    __test__ = False  # its name begins like a test's

    label: str
    loss: Loss
    metrics: dict[str, float]


class BatchTried(Event, frozen=True, kw_only=True, tag="batch-tried"):
    """One batch size was estimated, and run if it fits."""

    batch_size: int
    outcome: Literal["ran", "does-not-fit", "ran-out", "not-tried"]
    """`ran-out`: the estimate fitted and the device did not agree."""
    why: str = ""
    """Of every outcome but `ran`."""
    memory_bytes: int | None = None
    """On the fullest device while a step runs, as compiled."""
    limit_bytes: int | None = None
    """What that device had free before."""
    step_s: tuple[float, ...] = ()
    """Seconds per optimizer step, one figure per timed stretch; compiling and warming up are not in
    them."""
    compile_s: float = 0.0
    steps: int = 0
    """Optimizer steps taken, warming up included."""
    finished: bool = True
    """Whether this is the last word on this size; another event of it follows if not."""


class NoiseMeasured(Event, frozen=True, kw_only=True, tag="noise-measured"):
    """The gradient noise scale at one point of training, in examples."""

    epoch: float
    noise_scale: float | None
    """None where the squared gradient is not distinguishable from zero: not estimable."""
    low: float | None = None
    high: float | None = None
    """Of the jackknife interval; no upper end where it is not bounded."""
    micro_batches: int
    micro_batch_size: int


class CautionRaised(Event, frozen=True, kw_only=True, tag="caution-raised"):
    """Something the person should know turned up while running."""

    caution: Caution


class VerdictReached(Event, frozen=True, kw_only=True, tag="verdict-reached"):
    """A probe's numbers were read."""

    probe: str
    verdict: str
    """`ok`, or the name of what the curve is instead."""
    summary: str
    """The reading in words, with what to do next."""
    confidence: Confidence
    settings: dict[str, Setting]
    """Empty when the evidence is not enough for a number."""
    reading: dict[str, float | None] = {}
    """The figures behind the verdict: stability edge, drift with horizon, …"""
    seed_noise: SeedNoise | None = None
    """Where that was the question: what later comparisons go by."""


class RunFinished(Event, frozen=True, kw_only=True, tag="run-finished"):
    """The process is done with the run; nothing follows."""

    status: Status
    exit_code: int
    message: str = ""
    trace: tuple[str, ...] = ()
    """Lines of a traceback through the person's own files, where their code raised."""


AnyEvent = (
    RunStarted
    | DataProfiled
    | RecipeAdvised
    | PhaseStarted
    | ProgramCompiled
    | LanesStarted
    | StepsTaken
    | LossesMeasured
    | SweepMeasured
    | EdgeLocated
    | TrialsMeasured
    | EpochMeasured
    | TestMeasured
    | BatchTried
    | NoiseMeasured
    | CautionRaised
    | VerdictReached
    | RunFinished
)

_ENCODER = msgspec.json.Encoder()
_DECODER: msgspec.json.Decoder[AnyEvent] = msgspec.json.Decoder(AnyEvent)


def encode(event: AnyEvent) -> bytes:
    """Return the event as one line of JSON, without its newline."""
    return _ENCODER.encode(event)


def decode(line: bytes) -> AnyEvent:
    """Return the event that a line holds.

    Raises:
        msgspec.DecodeError: The line is no event, or only part of one.
    """
    return _DECODER.decode(line)
