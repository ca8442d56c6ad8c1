"""What do the events so far add up to?

`fold` is the only place where events become state; the app, printed progress and results read it.
Invariant: folding is pure, so a replayed run looks exactly as it looked live.
"""

from collections.abc import Iterable

import msgspec

from tuner_engine import events as said
from tuner_engine.growing import Growing
from tuner_engine.recipe import Recipe
from tuner_engine.workload import Caution, Profile


class RunState(msgspec.Struct, frozen=True, kw_only=True):
    """A run as known at one moment."""

    run_id: str = ""
    command: str = ""
    at_s: float = 0.0
    profile: Profile | None = None
    recipe: Recipe | None = None
    phase: said.PhaseStarted | None = None
    lane_steps: int = 0
    """Taken in the present phase."""
    steps_before: int = 0
    """Lane steps of all earlier phases."""
    compile_s: float = 0.0
    """Over all phases."""
    layout: str | None = None
    """Of the last compiled program."""
    footprint: said.Footprint | None = None
    """Likewise."""
    learning_rates: tuple[float, ...] = ()
    sweep: tuple[tuple[said.Loss, ...], ...] = ()
    """Losses of the exponential sweep, one row per seed."""
    unscored: tuple[said.LossesMeasured, ...] = ()
    """Of the present trainings, as long as none of them was scored."""
    edge: float | None = None
    """Learning rate beyond which training breaks, as the sweep shows it."""
    rungs: tuple[said.TrialsMeasured, ...] = ()
    trainings: tuple[said.Training, ...] = ()
    """Every lane that was announced, in order."""
    epochs: Growing[said.EpochMeasured] = msgspec.field(default_factory=Growing)
    """In the order of their events; by far the longest of all."""
    tests: tuple[said.TestMeasured, ...] = ()
    batches: tuple[said.BatchTried, ...] = ()
    """Sizes tried, rising; a later event of a size replaces the earlier."""
    noise: tuple[said.NoiseMeasured, ...] = ()
    cautions: tuple[Caution, ...] = ()
    verdicts: tuple[said.VerdictReached, ...] = ()
    finished: said.RunFinished | None = None


def fold(state: RunState, event: said.AnyEvent) -> RunState:
    """Return the state after `event`."""
    changes = _changes(state, event)
    return msgspec.structs.replace(state, at_s=max(state.at_s, event.at_s), **changes)


def fold_all(events: Iterable[said.AnyEvent], state: RunState | None = None) -> RunState:
    """Return the state after all of `events`, beginning from `state` or from nothing."""
    now = state or RunState()
    for event in events:
        now = fold(now, event)
    return now


def _changes(state: RunState, event: said.AnyEvent) -> dict[str, object]:
    match event:
        case said.RunStarted():
            return {"run_id": event.run_id, "command": event.command}
        case said.DataProfiled():
            return {"profile": event.profile}
        case said.RecipeAdvised():
            return {"recipe": event.recipe}
        case said.PhaseStarted():
            before = state.steps_before + state.lane_steps
            fresh = {"phase": event, "lane_steps": 0, "steps_before": before, "unscored": ()}
            # A sweep that begins again replaces the one before.
            return fresh | (
                {"learning_rates": (), "sweep": (), "edge": None} if event.phase == "sweep" else {}
            )
        case said.ProgramCompiled():
            return {
                "compile_s": state.compile_s + event.compile_s,
                "layout": event.layout,
                "footprint": event.footprint or state.footprint,
            }
        case said.StepsTaken():
            return {"lane_steps": event.lane_steps}
        case said.SweepMeasured():
            return _swept(state, event)
        case said.EdgeLocated():
            return {"edge": event.learning_rate}
        case said.TrialsMeasured():
            others = (rung for rung in state.rungs if rung.rung != event.rung)
            return {"rungs": tuple(sorted((*others, event), key=lambda rung: rung.rung))}
        case said.LanesStarted():
            return {"trainings": (*state.trainings, *event.lanes)}
        case said.BatchTried():
            sizes = (size for size in state.batches if size.batch_size != event.batch_size)
            return {"batches": tuple(sorted((*sizes, event), key=lambda size: size.batch_size))}
        case said.NoiseMeasured():
            return {"noise": (*state.noise, event)}
        case said.LossesMeasured():
            return {"unscored": (*state.unscored, event)}
        case said.EpochMeasured():
            return {"epochs": state.epochs.and_then(event), "unscored": ()}
        case said.TestMeasured():
            return {"tests": (*state.tests, event)}
        case said.CautionRaised():
            return {"cautions": (*state.cautions, event.caution)}
        case said.VerdictReached():
            return {"verdicts": (*state.verdicts, event)}
        case said.RunFinished():
            return {"finished": event}


def _swept(state: RunState, event: said.SweepMeasured) -> dict[str, object]:
    before = state.sweep or ((),) * len(event.losses)
    rows = tuple((*old, *new) for old, new in zip(before, event.losses, strict=True))
    return {"learning_rates": (*state.learning_rates, *event.learning_rates), "sweep": rows}
