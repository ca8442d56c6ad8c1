"""In what do several runs differ?

What was asked, which values were trained with or found, and what came of it, side by side.
Invariant: everything is read from the runs' folders, so runs that still go on or died compare, too.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from tuner_engine.advice.revise import revise
from tuner_engine.probes.luck import tie_threshold
from tuner_engine.recipe import Recipe, Value
from tuner_engine.runs import Run
from tuner_engine.specs import RunSpec
from tuner_engine.state import RunState, fold_all

BEST = "best validation loss"
"""Name of the fact that seeds move, too."""

Group = Literal["asked", "setting", "found", "cost"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One of the runs that are compared.

    Attributes:
        run_id: Which run.
        spec: What was asked.
        state: What its events add up to.
    """

    run_id: str
    spec: RunSpec
    state: RunState

    @property
    def recipe(self) -> Recipe | None:
        """The recipe that it began with, and what its verdicts settled."""
        recipe = self.state.recipe or self.spec.recipe
        for verdict in self.state.verdicts:
            if recipe is not None and verdict.verdict == "ok":
                recipe = revise(recipe, verdict.settings, seed_noise=verdict.seed_noise)
        return recipe


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One fact of all runs.

    Attributes:
        group: What kind of fact.
        name: In words, or the setting's name.
        values: One a run, in the runs' order; none where a run does not have it.
        tied: Whether seeds alone explain by how much they differ.
    """

    group: Group
    name: str
    values: tuple[Value, ...]
    tied: bool = False

    @property
    def differs(self) -> bool:
        """Whether not all runs agree."""
        return any(value != self.values[0] for value in self.values[1:])


def side(run: Run) -> Side:
    """Return one run, read whole.

    Raises:
        UsageError: Its spec cannot be read.
    """
    return Side(run_id=run.id, spec=run.spec(), state=fold_all(run.events()))


def rows(sides: Sequence[Side]) -> tuple[Row, ...]:
    """Return every fact that at least one of the runs has."""
    listed = (*_facts("asked", _ASKED, sides), *_settings(sides))
    listed += (*_facts("found", _FOUND, sides), *_facts("cost", _COST, sides))
    told = (row for row in listed if any(value is not None for value in row.values))
    tie = _tie(sides)
    return tuple(replace(row, tied=_within(row, tie)) if row.name == BEST else row for row in told)


def _tie(sides: Sequence[Side]) -> float:
    """Return the difference of two single trainings that seeds alone explain; 0 if not known.

    Losses on other data, or on another split of them, are not compared by it.
    """
    known = [it.recipe.seed_noise.sd for it in sides if it.recipe and it.recipe.seed_noise]
    alike = {(_profiled(it, "sha256"), _profiled(it, "target"), it.spec.seed) for it in sides}
    return tie_threshold(max(known), seeds=1) if known and len(alike) == 1 else 0.0


def _within(row: Row, tie: float) -> bool:
    known = [value for value in row.values if isinstance(value, float)]
    return len(known) > 1 and 0 < max(known) - min(known) <= tie


def best_loss(state: RunState) -> float | None:
    """Return the lowest validation loss of any full training; none without one."""
    losses = (event.valid_loss for event in state.epochs)
    return min((loss for loss in losses if loss is not None), default=None)


_Reader = Callable[[Side], Value]

_ASKED: tuple[tuple[str, _Reader], ...] = (
    ("command", lambda it: it.spec.command),
    ("data", lambda it: it.spec.data.source),
    ("target", lambda it: _profiled(it, "target")),
    ("content", lambda it: _profiled(it, "sha256")),
    ("training examples", lambda it: _examples(it)),
    ("seed", lambda it: it.spec.seed),
    ("device", lambda it: it.spec.device),
    ("budget, s", lambda it: it.spec.budget_s),
)
"""What was asked, and of which data."""

_FOUND: tuple[tuple[str, _Reader], ...] = (
    ("verdict", lambda it: it.state.verdicts[-1].verdict if it.state.verdicts else None),
    ("edge", lambda it: it.state.edge),
    (BEST, lambda it: best_loss(it.state)),
    ("test loss", lambda it: it.state.tests[-1].loss if it.state.tests else None),
    ("status", lambda it: it.state.finished.status if it.state.finished else None),
)
"""What came of it."""

_COST: tuple[tuple[str, _Reader], ...] = (
    ("steps", lambda it: it.state.steps_before + it.state.lane_steps),
    ("seconds", lambda it: it.state.at_s),
    ("of them compiling", lambda it: round(it.state.compile_s, 4)),
)
"""What was spent."""


def _facts(
    group: Group, readers: Sequence[tuple[str, _Reader]], sides: Sequence[Side]
) -> Iterator[Row]:
    for name, read in readers:
        yield Row(group=group, name=name, values=tuple(read(it) for it in sides))


def _settings(sides: Sequence[Side]) -> Iterator[Row]:
    values = [it.recipe.values() if it.recipe else {} for it in sides]
    names = dict.fromkeys(name for settings in values for name in settings)
    for name in names:
        yield Row(group="setting", name=name, values=tuple(them.get(name) for them in values))


def _profiled(it: Side, field: Literal["target", "sha256"]) -> Value:
    data = it.state.profile.data if it.state.profile else None
    return getattr(data, field) if data else None


def _examples(it: Side) -> Value:
    return it.state.profile.workload.train_examples if it.state.profile else None
