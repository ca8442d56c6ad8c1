"""Which values of decay, dropout and label smoothing are worth trying beside the advised ones?

Pure arithmetic. Decay is chosen by its timescale: weights forget over 1 / (rate · decay) steps, and
what matters is how much of the training that is.

Source: arXiv 2405.13698 for the timescale of decoupled decay.
"""

from collections.abc import Collection
from dataclasses import dataclass

from tuner_engine.specs import Hyperparameters

DECAY = "weight_decay"
DROPOUT = "dropout"
SMOOTHING = "label_smoothing"

SEEDS = 3
"""Trainings as advised, and of each arm of the confirmation. House choice."""

TRIED_SEEDS = 2
"""Trainings of each other value. House choice: their spread is pooled over all values."""

RATES = (0.5, 1.0, 2.0)
"""Learning rates of the confirmation, over the advised one."""

MOST_LANES = SEEDS * (len(RATES) + 1)
"""Trained side by side."""

SPANS = (1.0, 0.3, 0.1)
"""Timescales of decay that are tried, over the length of the training. Source: the best ones lie
between an epoch and the whole training (arXiv 2405.13698)."""

COUPLED = (1e-4, 1e-3, 1e-2)
"""Decays that are tried where the optimizer rescales them with the gradient, so that they have no
timescale. Source: the usual grid since arXiv 1803.09820."""

DROPOUTS = (0.0, 0.1, 0.3, 0.5)
"""Shares of units. House choice over what is published."""

SMOOTHINGS = (0.0, 0.1)
"""Shares of the label. Source: arXiv 1512.00567 for 0.1."""

MOMENTUM = 0.9
"""Of SGD, where nothing else is said; as `training.optimizers` has it."""

ALIKE = 1.5
"""Factor within which another decay is the same one. House choice."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One value of one setting, the others as advised.

    Attributes:
        setting: Its name.
        value: What is tried.
    """

    setting: str
    value: float

    @property
    def name(self) -> str:
        """What its arm is called."""
        return f"{self.setting.replace('_', ' ')} {self.value:.2g}"


def most(count: int) -> int:
    """Return the trainings of the whole probe, where so many other values are tried."""
    return SEEDS + TRIED_SEEDS * count + MOST_LANES


def candidates(
    settings: Hyperparameters, *, full_steps: int, effective: Collection[str]
) -> dict[str, tuple[Candidate, ...]]:
    """Return the values to try by setting.

    Args:
        settings: With the advised values, which are not among them.
        full_steps: Optimizer steps of the training.
        effective: Which of dropout and label smoothing the loss depends on at all.
    """
    found = {DECAY: decays(settings, full_steps=full_steps)}
    for name, tried in ((DROPOUT, DROPOUTS), (SMOOTHING, SMOOTHINGS)):
        own = getattr(settings, name)
        found[name] = tuple(value for value in tried if value != own) if name in effective else ()
    return {
        name: tuple(Candidate(name, value) for value in values)
        for name, values in found.items()
        if values
    }


def decays(settings: Hyperparameters, *, full_steps: int) -> tuple[float, ...]:
    """Return the decays to try, rising."""
    own = settings.weight_decay
    tried = (
        COUPLED
        if settings.optimizer == "adam"
        else tuple(decay_of(span, settings, full_steps=full_steps) for span in SPANS)
    )
    others = [each for each in tried if not own or not 1 / ALIKE < each / own < ALIKE]
    return (*((0.0,) if own else ()), *others)


def decay_of(span: float, settings: Hyperparameters, *, full_steps: int) -> float:
    """Return the decay that forgets over a share of the training, to two digits."""
    return float(f"{1 / (_gain(settings) * settings.learning_rate * full_steps * span):.2g}")


def span_of(decay: float, settings: Hyperparameters, *, full_steps: int) -> float | None:
    """Return over what share of the training a decay forgets; none where it never does."""
    if settings.optimizer == "adam" or decay <= 0:
        return None
    return 1 / (_gain(settings) * settings.learning_rate * full_steps * decay)


def _gain(settings: Hyperparameters) -> float:
    """Return the steps that each gradient counts for; decay acts in all of them."""
    if settings.optimizer != "sgd":
        return 1.0
    return 1 / (1 - (MOMENTUM if settings.momentum is None else settings.momentum))
