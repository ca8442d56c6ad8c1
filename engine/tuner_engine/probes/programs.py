"""How does a probe get the program that it trains with?

Every probe compiles through here, so that each says what it compiled and what had to be done to
make it fit.
"""

from collections.abc import Generator
from dataclasses import replace

from tuner_engine import events, leaving
from tuner_engine.events import AnyEvent, Phase
from tuner_engine.leaving import Left
from tuner_engine.probes.terms import Terms
from tuner_engine.specs import Hyperparameters
from tuner_engine.training import fitting
from tuner_engine.training.program import Program
from tuner_engine.training.task import Task
from tuner_engine.workload import Caution

COMPILING = "a program was being compiled"
"""What may be left behind, as `Left` words it."""


def compiled(
    task: Task,
    settings: Hyperparameters,
    terms: Terms,
    *,
    phase: Phase,
    lanes: int,
    keep_best: bool = False,
) -> Generator[AnyEvent, None, Program]:
    """Compile the program that trains a task, and tell of it.

    Args:
        task: What to train.
        settings: How.
        terms: Until when; the program heeds them, too.
        phase: What the program is for.
        lanes: Trainings side by side, at least 1.
        keep_best: Whether the variables of the best scoring are kept.

    Raises:
        DeviceError: Not even one lane fits.
        Left: The run was over before the program was there.
    """
    try:
        if terms.over():
            raise Left(COMPILING, 0.0)
        found = leaving.awaited(
            lambda: fitting.fitted(task, settings, lanes=lanes, keep_best=keep_best),
            terms.over,
            what=COMPILING,
        )
    except Left as left:
        if not terms.stop.is_set():
            yield events.CautionRaised(caution=_cut_short(left, terms))
        raise
    yield events.ProgramCompiled(
        phase=phase,
        compile_s=found.program.compile_s,
        layout=str(found.program.layout),
        footprint=found.footprint,
    )
    for caution in found.cautions:
        yield events.CautionRaised(caution=caution)
    return replace(found.program, over=terms.over)


def _cut_short(left: Left, terms: Terms) -> Caution:
    """Return what a budget did that compiling did not fit into."""
    spent_s = terms.clock() - terms.started_s
    how = (
        f"after {left.waited_s:.1f} s of compiling a program that was still needed"
        if left.waited_s
        else "before a program could be compiled that was still needed"
    )
    message = (
        f"The budget was spent {spent_s:.1f} s after the start, {how}: allow more time (--budget). "
        "What has once been compiled to the end is kept, and later runs skip it."
    )
    return Caution(code="budget-below-compile", message=message)
