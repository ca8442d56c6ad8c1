"""What does the person's own task say of its training, and what becomes of it in a recipe?

What a task says stands where advice would, below what the person decides on the command line.
Invariant: a decision that could have no effect is refused, never ignored.
"""

from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace

from tuner_engine.advice import memories
from tuner_engine.advice.beliefs import decided
from tuner_engine.errors import UsageError
from tuner_engine.own import arguments
from tuner_engine.recipe import Setting
from tuner_engine.specs import Choices, checked
from tuner_engine.workload import Argument, Declared, Workload

_NOT_THERE = (
    "hidden_layers",
    "hidden_width",
    "precision",
    "rematerialize",
    "augmentation",
    "drop_path",
)
"""Settings that only the engine's own models have; a task without such an argument has none."""

_THEIRS = (*_NOT_THERE, "dropout", "label_smoothing")
"""Settings that a task's author decides, by an argument of that name or in their code."""

_STATED = ("learning_rate", "batch_size", "epochs", "accumulation")
"""Settings that a task may state."""


def completed(choices: Choices, workload: Workload) -> Choices:
    """Return the decisions with what the task says filled in where nothing was decided.

    Args:
        choices: Of the person.
        workload: What is trained; without a task of their own nothing changes.

    Raises:
        UsageError: A decision can have no effect on the task, or arguments were set without one.
    """
    said = workload.declared
    if said is None:
        arguments.typed(choices, workload)
        return choices
    values = arguments.in_force(said.arguments, choices, place=said.place)
    _check(choices, said)
    filled = {**_said(said, workload), **_shared(said, values)}
    plain = {name: getattr(choices, name) for name in Choices.__dataclass_fields__}
    missing = {name: value for name, value in filled.items() if plain[name] is None}
    now = {**plain, **missing}
    if now["optimizer"] == "own" and not said.decays:
        missing["weight_decay"] = 0.0
    if now["schedule"] == "own":
        missing["warmup_share"] = 0.0
    return checked({**plain, **missing, "arguments": values}, Choices, what=said.place)


def overlaid(
    settings: dict[str, Setting], choices: Choices, workload: Workload
) -> dict[str, Setting]:
    """Return advice with what the task says in its place, and the task's arguments beside it.

    Args:
        settings: Advised for the completed choices.
        choices: Of the person, not completed.
        workload: What is trained; without a task of their own nothing changes.
    """
    said = workload.declared
    if said is None:
        return settings
    values = arguments.in_force(said.arguments, choices, place=said.place)
    own, typed = {**_said(said, workload), **_shared(said, values)}, choices.arguments or {}
    changed = {
        name: _as_said(settings[name], said)
        for name in own
        if name in settings and getattr(choices, name) is None and name not in typed
    }
    kept = {name: setting for name, setting in settings.items() if _is_there(name, own)}
    theirs = {name: _not_varied(kept[name], said) for name in _THEIRS if name in kept.keys() - own}
    now = {**settings, **changed}
    if now["optimizer"].value == "own":
        changed |= _of_own_optimizer(settings, choices, said)
    if now["schedule"].value == "own":
        changed["warmup_share"] = _of_own_schedule(settings["warmup_share"], said)
    listed = {
        argument.name: _argument(argument, choices, said)
        for argument in said.arguments
        if argument.name not in settings
    }
    return {**kept, **theirs, **changed, **listed}


def _is_there(name: str, own: Mapping[str, Any]) -> bool:
    return name in own or name not in _NOT_THERE


def _said(said: Declared, workload: Workload) -> dict[str, Any]:
    """Return the settings that a task states or brings itself."""
    stated = {name: getattr(said, name) for name in _STATED}
    found = {name: value for name, value in stated.items() if value is not None}
    if "batch_size" in found and not said.streamed:
        found["batch_size"] = min(found["batch_size"], workload.train_examples)
    brought = {"optimizer": said.optimizer, "schedule": said.schedule}
    return {"model": "own", **found, **{name: "own" for name, own in brought.items() if own}}


def _shared(said: Declared, values: dict[str, arguments.Plain]) -> dict[str, arguments.Plain]:
    return {argument.name: values[argument.name] for argument in arguments.shared(said.arguments)}


def _check(choices: Choices, said: Declared) -> None:
    names = {argument.name for argument in said.arguments}
    _check_brought(choices, said)
    for name in _THEIRS:
        value = getattr(choices, name)
        if value is not None and name not in names:
            raise UsageError(
                f"{name} {value} has no effect on {said.place}, which builds its own model; give "
                f"the function an argument {name} to vary it"
            )
    own = choices.optimizer == "own" or (choices.optimizer is None and said.optimizer)
    for name in memories.KEPT_NAMES:
        if own and getattr(choices, name) is not None and name not in names:
            raise UsageError(
                f"{name} has no effect: {said.place} brings its own optimizer; give the function "
                f"an argument {name} to vary it"
            )
    if own and choices.weight_decay and not said.decays:
        raise UsageError(
            f"weight_decay {choices.weight_decay:g} has no effect: the optimizer of {said.place} "
            "takes none; give it a second argument, weight_decay"
        )
    own = choices.schedule == "own" or (choices.schedule is None and said.schedule)
    if own and choices.warmup_share:
        raise UsageError(
            f"warmup_share {choices.warmup_share:g} has no effect: the schedule of {said.place} is "
            "followed as it is; let it rise, or choose a schedule by name"
        )
    fixed = said.batch_size if said.streamed and "batch_size" not in names else None
    if fixed is not None and choices.batch_size not in {None, fixed}:
        raise UsageError(
            f"batch_size {choices.batch_size}: the batches of {said.place} have {fixed:,} "
            "examples each; give the function an argument batch_size to vary it"
        )


def _check_brought(choices: Choices, said: Declared) -> None:
    """Refuse a model beside the task's own, and what it should bring and does not."""
    if choices.model not in {None, "own"}:
        raise UsageError(f"model {choices.model}: {said.place} brings its own; leave --model out")
    for name in ("optimizer", "schedule"):
        if getattr(choices, name) == "own" and not getattr(said, name):
            raise UsageError(
                f"{name} own: {said.place} brings none; give Task({name}=…), or choose one by name"
            )


def _as_said(setting: Setting, said: Declared) -> Setting:
    ends = [end for end in setting.range or () if isinstance(end, float | int)]
    value = setting.value
    beyond = isinstance(value, float | int) and ends and not min(ends) <= value <= max(ends)
    return replace(
        setting,
        range=None if beyond else setting.range,  # theirs is not measured by what is usual
        basis="preset",
        confidence="medium",
        why=f"{said.place} says so.",
        sources=(said.place,),
        locked=False,
    )


def _not_varied(setting: Setting, said: Declared) -> Setting:
    why = f"Not varied: {said.place} builds its own model, and has no argument of this name."
    return replace(setting, range=None, why=why, sources=(said.place,), confidence="high")


def _of_own_optimizer(
    settings: dict[str, Setting], choices: Choices, said: Declared
) -> dict[str, Setting]:
    """Return the settings that a task's own optimizer takes care of itself."""
    changed = {}
    if choices.gradient_clip is None and "gradient_clip" in settings:
        why = f"Leave unset: the optimizer of {said.place} clips, or does not, as it was written."
        changed["gradient_clip"] = replace(
            settings["gradient_clip"], value=None, range=None, why=why, sources=(said.place,)
        )
    if not said.decays and "weight_decay" in settings:
        why = f"The optimizer of {said.place} takes no weight decay."
        changed["weight_decay"] = replace(
            _as_said(settings["weight_decay"], said), range=None, why=why
        )
    return changed


def _of_own_schedule(setting: Setting, said: Declared) -> Setting:
    why = f"None: the schedule of {said.place} rises, or does not, as it was written."
    return replace(_as_said(setting, said), range=None, why=why)


def _argument(argument: Argument, choices: Choices, said: Declared) -> Setting:
    setting = Setting(
        value=argument.default,
        range=argument.options or None,
        scale="choice" if argument.options else "linear",
        basis="preset",
        confidence="medium",
        why=f"The default of {said.place}; another needs a program of its own.",
        sources=(said.place,),
    )
    chosen = (choices.arguments or {}).get(argument.name)
    if chosen is None:
        return setting
    return decided(
        setting,
        arguments.read({argument.name: chosen}, [argument], place=said.place)[argument.name],
    )
