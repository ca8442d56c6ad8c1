"""How does a probe get the program that it trains with?

Every probe compiles through here, so that each says what it compiled and what had to be done to
make it fit.
"""

from collections.abc import Generator

from tuner_engine import events
from tuner_engine.events import AnyEvent, Phase
from tuner_engine.specs import Hyperparameters
from tuner_engine.training import fitting
from tuner_engine.training.program import Program
from tuner_engine.training.task import Task


def compiled(
    task: Task,
    settings: Hyperparameters,
    *,
    phase: Phase,
    lanes: int,
    keep_best: bool = False,
) -> Generator[AnyEvent, None, Program]:
    """Compile the program that trains a task, and tell of it.

    Args:
        task: What to train.
        settings: How.
        phase: What the program is for.
        lanes: Trainings side by side, at least 1.
        keep_best: Whether the variables of the best scoring are kept.

    Raises:
        DeviceError: Not even one lane fits.
    """
    found = fitting.fitted(task, settings, lanes=lanes, keep_best=keep_best)
    yield events.ProgramCompiled(
        phase=phase,
        compile_s=found.program.compile_s,
        layout=str(found.program.layout),
        footprint=found.footprint,
    )
    for caution in found.cautions:
        yield events.CautionRaised(caution=caution)
    return found.program
