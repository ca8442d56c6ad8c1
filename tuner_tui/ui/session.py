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
from tuner_engine.workload import Profile

_DECIDABLE = frozenset(specs.Choices.__dataclass_fields__)
"""Settings that advice takes as given when a person decides them."""


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
    return _decided(session, name, _allowed(_recipe(session), name, _parsed(text)))


def taken(session: Session, learning_rate: float) -> Session:
    """Return the session with the learning rate that a person picked on a chart."""
    why = "Picked on the probe's chart."
    return _decided(session, "learning_rate", learning_rate, why=why)


def locked(session: Session, name: str) -> Session:
    """Return the session with one setting's lock turned over."""
    recipe = _recipe(session)
    return replace(session, recipe=recipe.locked(name, locked=not recipe.settings[name].locked))


def given_back(session: Session, name: str) -> Session:
    """Return the session with one setting left to advice again."""
    if name not in _DECIDABLE:
        return session
    choices = replace(session.spec.choices, **{name: None})
    return _advised_anew(session, choices, leave=name)


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
    return _but_rate(asked) == _but_rate(session.recipe)


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


def _but_rate(recipe: Recipe) -> dict[str, Value]:
    return {name: value for name, value in recipe.values().items() if name != "learning_rate"}


def _recipe(session: Session) -> Recipe:
    if session.recipe is None:
        raise UsageError("there is no recipe yet: the data is still being read")
    return session.recipe


def _decided(session: Session, name: str, value: Value, *, why: str = "Chosen by hand.") -> Session:
    if name in _DECIDABLE and value is not None:
        choices = replace(session.spec.choices, **{name: value})
        session = _advised_anew(session, choices)
    return replace(session, recipe=_recipe(session).chosen(name, value, why=why))


def _advised_anew(session: Session, choices: specs.Choices, *, leave: str = "") -> Session:
    """Return the session advised for `choices`, keeping all that a person locked but `leave`."""
    from tuner_engine import advice

    before = _recipe(session)
    profile = Profile(workload=before.workload, data=before.data, cautions=before.warnings)
    fresh = advice.advise(profile, choices, created=before.created, environment=before.environment)
    kept = {
        name: setting
        for name, setting in before.settings.items()
        if name != leave and (setting.locked or setting.basis == "chosen")
    }
    recipe = msgspec.structs.replace(fresh, settings={**fresh.settings, **kept})
    return replace(session, spec=replace(session.spec, choices=choices), recipe=recipe)


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


def _allowed(recipe: Recipe, name: str, value: Value) -> Value:
    """Return `value` if the whole training stays well-formed with it."""
    if name not in recipe.settings:
        raise UsageError(f"the recipe has no setting {name!r}")
    if name not in _DECIDABLE:
        return _alike(recipe.settings[name], name, value)
    specs.checked({**recipe.values(), name: value}, specs.Hyperparameters, what=name)
    return value


def _alike(setting: Setting, name: str, value: Value) -> Value:
    """Return `value` if it is of the kind that the setting already has."""
    numeric = isinstance(value, float | int) and not isinstance(value, bool)
    was_numeric = isinstance(setting.value, float | int) and not isinstance(setting.value, bool)
    if was_numeric and not numeric:
        raise UsageError(f"{name} is a number; {value!r} is none")
    return value
