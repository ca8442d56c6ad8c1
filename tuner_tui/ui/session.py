"""What does the person at the terminal know and want, at one moment?

A `Session` is frozen; every act returns the next one. Advice is asked again, in this process,
whenever a value is decided or given back.
Invariant: a locked or chosen value survives every act that does not name it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import msgspec

from tuner_engine import specs
from tuner_engine.errors import UsageError
from tuner_engine.recipe import Recipe, Setting, Value
from tuner_engine.specs import RunSpec
from tuner_engine.workload import DataFacts, Profile

_NOTHING: Mapping[str, Value] = {}
"""No decision."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """The question, the recipe as it stands, and what went wrong.

    Attributes:
        spec: Data, decided values, seed, device and budget.
        recipe: None until the data is read.
        problem: Why there is no recipe, in one line.
        exit_code: What the process returns if it is left now.
    """

    spec: RunSpec
    recipe: Recipe | None = None
    problem: str | None = None
    exit_code: int = 0


def advised(session: Session, recipe: Recipe) -> Session:
    """Return the session once the data is read."""
    return replace(session, recipe=recipe, problem=None, exit_code=0)


def refused(session: Session, problem: str, *, exit_code: int) -> Session:
    """Return the session when the data cannot be used."""
    return replace(session, recipe=None, problem=problem, exit_code=exit_code)


def retargeted(session: Session, target: str) -> Session:
    """Return a session that predicts another column; its data is to be read anew."""
    data = replace(session.spec.data, target=target)
    return Session(spec=replace(session.spec, data=data))


def edited(session: Session, name: str, text: str) -> Session:
    """Return the session with one setting decided by what a person typed.

    Args:
        session: One that has a recipe.
        name: A setting of the recipe.
        text: A number, a word, or `none` to leave the setting unset.

    Raises:
        UsageError: The value is not allowed for this setting.
    """
    recipe = _recipe(session)
    value = _parsed(text)
    specs.checked({**recipe.values(), name: value}, specs.Hyperparameters, what=name)
    return _decided(session, name, value)


def taken(session: Session, learning_rate: float) -> Session:
    """Return the session with the learning rate that a person picked on a chart."""
    decided = _decided(session, "learning_rate", learning_rate)
    why = "Picked on the probe's chart."
    return replace(decided, recipe=_recipe(decided).chosen("learning_rate", learning_rate, why=why))


def locked(session: Session, name: str) -> Session:
    """Return the session with one setting's lock turned over."""
    recipe = _recipe(session)
    return replace(session, recipe=recipe.locked(name, locked=not recipe.settings[name].locked))


def given_back(session: Session, name: str) -> Session:
    """Return the session with one setting left to advice again."""
    return _advised_anew(session, without=name)


def measured(session: Session, settings: Mapping[str, Setting]) -> Session:
    """Return the session with a probe's findings folded in wherever nothing is locked."""
    return replace(session, recipe=_recipe(session).measured(settings))


def probe_spec(session: Session) -> RunSpec:
    """Return what a probe of the recipe as it stands is asked."""
    return replace(session.spec, command="probe-lr", recipe=_recipe(session))


def adopted(session: Session, spec: RunSpec) -> Session:
    """Return the session of a run that was started elsewhere."""
    return replace(session, spec=spec, recipe=spec.recipe or session.recipe)


def is_about(asked: Recipe | None, session: Session) -> bool:
    """Return whether a probe asked about the training that the session describes.

    The learning rate is what a probe varies, so it does not count.
    """
    if asked is None or session.recipe is None:
        return False
    return _training(asked) == _training(session.recipe)


def evidence_lost(before: Session, after: Session) -> bool:
    """Return whether a measured value gave way to advice because the training changed."""
    if before.recipe is None or after.recipe is None:
        return False
    old, new = before.recipe.settings, after.recipe.settings
    return any(
        setting.basis == "measured" and new[name].basis not in {"measured", "chosen"}
        for name, setting in old.items()
        if name in new
    )


def _training(recipe: Recipe) -> tuple[object, ...]:
    """Return all that tells one training from another but the learning rate."""
    values = {name: value for name, value in recipe.values().items() if name != "learning_rate"}
    target = recipe.data.target if recipe.data else None
    return recipe.workload, target, values


def _recipe(session: Session) -> Recipe:
    if session.recipe is None:
        raise UsageError("there is no recipe yet: the data is still being read")
    return session.recipe


def _decided(session: Session, name: str, value: Value) -> Session:
    """Return the session with a value that a person chose, and everything advised for it."""
    if value is None:
        return replace(
            session, recipe=_recipe(session).chosen(name, None, why="Left unset by you.")
        )
    return _advised_anew(session, without=name, decided={name: value})


def _advised_anew(
    session: Session, *, without: str, decided: Mapping[str, Value] = _NOTHING
) -> Session:
    """Return the session advised again, keeping what was chosen or locked except one setting.

    Raises:
        UsageError: A decision has no meaning for this data.
    """
    from tuner_engine import advice

    before = _recipe(session)
    kept = {
        name: setting
        for name, setting in before.settings.items()
        if name != without and (setting.locked or setting.basis == "chosen")
    }
    values = {name: setting.value for name, setting in kept.items()} | dict(decided)
    choices = specs.chosen(values, before.workload)
    fresh = advice.advise(
        Profile(workload=before.workload, data=_facts(before), cautions=before.warnings),
        choices,
        created=before.created,
        environment=before.environment,
    )
    recipe = msgspec.structs.replace(fresh, settings={**fresh.settings, **kept})
    return replace(session, spec=replace(session.spec, choices=choices), recipe=recipe)


def _facts(recipe: Recipe) -> DataFacts:
    if recipe.data is None:
        raise UsageError("the recipe says nothing of its data, so nothing can be advised for it")
    return recipe.data


def _parsed(text: str) -> Value:
    """Return what a typed word means: a number, a truth value, nothing, or itself."""
    word = text.strip()
    plain: dict[str, Value] = {"none": None, "": None, "true": True, "false": False}
    if word.lower() in plain:
        return plain[word.lower()]
    try:
        number = float(word)
    except ValueError:
        return word
    return int(number) if number.is_integer() else number
