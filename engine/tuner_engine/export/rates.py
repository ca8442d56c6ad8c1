"""How do trainers built on Hugging Face's say how the learning rate moves?

One entry for schedule, warm-up and floor, as none of them can be said without the others. The
shapes meant by our words are those of the engine's own schedules; a test holds the figures equal.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tuner_engine.export.case import Case
from tuner_engine.export.coercion import NotAValueError, coerced, text_of
from tuner_engine.export.entries import (
    ABSENT,
    NOTHING,
    Entry,
    Fields,
    Found,
    Unread,
    Written,
    merged,
)
from tuner_engine.export.outcome import Approximated, Dropped
from tuner_engine.recipe import Value

DECAY_SHARE = 0.2
"""Last part of warm-up-stable-decay that falls, share of the steps after warm-up. The engine's."""

EXPONENTIAL_FLOOR = 0.01
"""Rate at the end of exponential decay, over the peak. The engine's."""

ONE_CYCLE_RISE = 0.25
"""Share of one-cycle spent rising. The engine's."""

ONE_CYCLE_START = 25.0
"""Peak over the first rate of one-cycle. The engine's."""

ONE_CYCLE_END = 1e5
"""Peak over the last rate of one-cycle. The engine's."""

NEAR_EXPONENTIAL_POWER = 3.6
"""Of a polynomial with the mean of our exponential decay, 1 / (power + 1) = 0.99 / ln 100.
House choice."""

_EVALUATIONS = "eval_strategy"
"""When a plateau is looked for; the schedule is refused without."""

_BACK = {
    "constant": "constant",
    "constant_with_warmup": "constant",
    "linear": "linear",
    "cosine": "cosine",
    "cosine_with_min_lr": "cosine",
    "warmup_stable_decay": "warmup-stable-decay",
    "reduce_lr_on_plateau": "reduce-on-plateau",
    "one_cycle": "one-cycle",
}
"""Their word → ours."""

_NEARLY_BACK = {
    "polynomial": ("exponential", "it falls to a low end by another curve"),
    "cosine_with_restarts": ("cosine", "the restarts are left out"),
}
"""Their word → the nearest of ours, and how it differs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """Where a trainer keeps its schedule."""

    kind: str = "lr_scheduler_type"
    arguments: str = "lr_scheduler_kwargs"
    warmup: str = "warmup_steps"
    """Takes a share of the steps, below 1."""
    floor: str | None = None
    """Its own field for the floor of a cosine; none where that is an argument."""
    one_cycle: bool = False
    """Whether PyTorch's one-cycle is among its schedules."""


def rates(dialect: Dialect) -> Entry:
    """Return the entry of schedule, warm-up and floor."""
    return Entry(
        settings=("schedule", "warmup_share", "min_learning_rate_share"),
        write=lambda case: _written(case, dialect),
        read=lambda fields: _read(fields, dialect),
    )


def _written(case: Case, dialect: Dialect) -> Written:
    schedule = case.values.get("schedule")
    if schedule is None:
        return _joined(_warmup(case, dialect), _floor(case))
    shapes: Mapping[str, Callable[[Case, Dialect], Written]] = {
        "constant": _constant,
        "linear": _linear,
        "cosine": _cosine,
        "one-cycle": _one_cycle,
        "warmup-stable-decay": _stable_then_decay,
        "exponential": _exponential,
        "step": _step,
        "reduce-on-plateau": _plateau,
    }
    if schedule not in shapes:
        why = "it is the task's own schedule; pass it to the trainer"
        own = Dropped(name="schedule", value=schedule, why=why)
        return _joined(Written(dropped=(own,)), _warmup(case, dialect), _floor(case))
    return shapes[str(schedule)](case, dialect)


def _constant(case: Case, dialect: Dialect) -> Written:
    word = "constant_with_warmup" if case.number("warmup_share") else "constant"
    return _joined(_kind(word, dialect), _warmup(case, dialect), _floor(case))


def _linear(case: Case, dialect: Dialect) -> Written:
    return _joined(_kind("linear", dialect), _warmup(case, dialect), _floor(case))


def _cosine(case: Case, dialect: Dialect) -> Written:
    floor = case.number("min_learning_rate_share")
    warmup = _warmup(case, dialect)
    if not floor:
        return _joined(_kind("cosine", dialect), warmup)  # which falls to zero by itself
    if dialect.floor is not None:
        return _joined(_kind("cosine", dialect), warmup, Written(fields={dialect.floor: floor}))
    return _joined(_kind("cosine_with_min_lr", dialect, min_lr_rate=floor), warmup)


def _stable_then_decay(case: Case, dialect: Dialect) -> Written:
    steps, share = case.steps, case.number("warmup_share") or 0.0
    if steps is None:
        why = "its decay is counted in steps, and how many there are is not known"
        near = _kind("cosine", dialect, instead="warmup-stable-decay", why=why)
        return _joined(near, _warmup(case, dialect), _floor(case))
    fall = max(round(DECAY_SHARE * (steps - round(share * steps))), 1)
    floor = case.number("min_learning_rate_share") or 0.0
    kind = _kind(
        "warmup_stable_decay",
        dialect,
        num_decay_steps=fall,
        decay_type="linear",
        min_lr_ratio=floor,
    )
    return _joined(kind, _warmup(case, dialect))


def _exponential(case: Case, dialect: Dialect) -> Written:
    rate = case.number("learning_rate") or 0.0
    near = _kind(
        "polynomial",
        dialect,
        instead="exponential",
        why="a polynomial with the same mean and the same end stands in",
        power=NEAR_EXPONENTIAL_POWER,
        lr_end=rate * (case.number("min_learning_rate_share") or EXPONENTIAL_FLOOR),
    )
    return _joined(near, _warmup(case, dialect))


def _step(case: Case, dialect: Dialect) -> Written:
    why = "it has no falling steps; a cosine has nearly the same mean"
    near = _kind("cosine", dialect, instead="step", why=why)
    return _joined(near, _warmup(case, dialect), _floor(case))


def _plateau(case: Case, dialect: Dialect) -> Written:
    why = "it waits for evaluations of the validation loss, ours for epochs of the training loss"
    near = _kind(
        "reduce_lr_on_plateau",
        dialect,
        instead="reduce-on-plateau",
        why=why,
        factor=0.1,
        patience=10,
    )
    rest = (_unsaid(case, "warmup_share", "a plateau's schedule has no warm-up"), _floor(case))
    return _joined(near, Written(fields={_EVALUATIONS: "epoch"}), *rest)


def _one_cycle(case: Case, dialect: Dialect) -> Written:
    rest = _joined(_unsaid(case, "warmup_share", "one-cycle has a rise of its own"), _floor(case))
    if not dialect.one_cycle:
        why = "a cosine after a straight rise over the first quarter stands in"
        near = _kind("cosine", dialect, instead="one-cycle", why=why)
        return _joined(near, Written(fields={dialect.warmup: ONE_CYCLE_RISE}), rest)
    shape = _kind(
        "one_cycle",
        dialect,
        pct_start=ONE_CYCLE_RISE,
        div_factor=ONE_CYCLE_START,
        final_div_factor=ONE_CYCLE_END / ONE_CYCLE_START,
    )
    return _joined(shape, rest)


def _kind(
    word: str, dialect: Dialect, *, instead: str = "", why: str = "", **arguments: Value
) -> Written:
    fields: dict[str, object] = {dialect.kind: word}
    fields |= {f"{dialect.arguments}.{name}": value for name, value in arguments.items()}
    near = (Approximated(name="schedule", value=instead, written=word, why=why),) if instead else ()
    return Written(fields=fields, approximated=near)


def _warmup(case: Case, dialect: Dialect) -> Written:
    share = case.number("warmup_share")
    return NOTHING if share is None else Written(fields={dialect.warmup: share})


def _floor(case: Case) -> Written:
    return _unsaid(case, "min_learning_rate_share", "this schedule ends where it ends there")


def _unsaid(case: Case, name: str, why: str) -> Written:
    value = case.values.get(name)
    return Written(dropped=(Dropped(name=name, value=value, why=why),)) if value else NOTHING


def _joined(*parts: Written) -> Written:
    return merged(parts)


def _read(fields: Fields, dialect: Dialect) -> Found:
    parts = (
        _read_kind(fields, dialect),
        _read_warmup(fields, dialect),
        _read_floor(fields, dialect),
    )
    return Found(
        settings={name: value for part in parts for name, value in part.settings.items()},
        used=tuple(name for part in parts for name in part.used),
        unread=tuple(unread for part in parts for unread in part.unread),
        approximated=parts[0].approximated,
    )


def _read_kind(fields: Fields, dialect: Dialect) -> Found:
    if dialect.kind not in fields:
        return ABSENT
    theirs = text_of(fields[dialect.kind]) or ""
    ours, why = (_BACK[theirs], "") if theirs in _BACK else _NEARLY_BACK.get(theirs, ("", ""))
    if not ours:
        return Found(
            unread=(Unread(field=dialect.kind, why="its schedule has no counterpart here"),)
        )
    near = (Approximated(name="schedule", value=theirs, written=ours, why=why),) if why else ()
    # What remains of the arguments only says in their words what ours mean anyway.
    meant = {"decay_type", "num_decay_steps", "factor", "patience", "pct_start", "div_factor"}
    meant |= {"final_div_factor", "power", "lr_end"}
    used = tuple(f"{dialect.arguments}.{name}" for name in sorted(meant))
    used += (_EVALUATIONS,) if ours == "reduce-on-plateau" else ()
    known = tuple(name for name in used if name in fields)
    return Found(settings={"schedule": ours}, used=(dialect.kind, *known), approximated=near)


def _read_warmup(fields: Fields, dialect: Dialect) -> Found:
    names = [name for name in (dialect.warmup, "warmup_ratio", "warmup_steps") if name in fields]
    if not names:
        return ABSENT
    # Trainers before version 5 write both, and a number of steps goes before a share.
    counts = {name: _amount(fields[name]) for name in names}
    name = max(names, key=lambda name: counts[name] or 0.0)
    share = counts[name]
    if share is None:
        return Found(unread=(Unread(field=name, why="it is no number"),))
    if share >= 1:
        total = _amount(fields.get("max_steps")) or 0.0
        if share > total:
            why = "it counts steps; its share needs the length of training"
            return Found(unread=(Unread(field=name, why=why),), used=tuple(names))
        share = share / total
    return Found(settings={"warmup_share": share}, used=tuple(names))


def _read_floor(fields: Fields, dialect: Dialect) -> Found:
    prefix = f"{dialect.arguments}."
    shares = [dialect.floor or "", f"{prefix}min_lr_rate", f"{prefix}min_lr_ratio"]
    for name in shares:
        floor = _amount(fields.get(name))
        if floor is not None:
            return Found(settings={"min_learning_rate_share": floor} if floor else {}, used=(name,))
    absolute, peak = _amount(fields.get(f"{prefix}min_lr")), _amount(fields.get("learning_rate"))
    if absolute is None or not peak:
        return ABSENT
    return Found(settings={"min_learning_rate_share": absolute / peak}, used=(f"{prefix}min_lr",))


def _amount(raw: object) -> float | None:
    try:
        number = coerced("learning_rate", raw)
    except NotAValueError:
        return None
    return None if number is None else float(number)
