"""What follows for a recipe when a person decides a value?

Plain functions over recipes, without Textual. Advice is asked again with what is decided, for a
training from scratch, for a tuning and for a sampling alike.
Invariant: what is chosen or locked survives every act that does not name it.
"""

import math
from collections.abc import Collection, Mapping

from msgspec.structs import replace

from tuner_engine import specs
from tuner_engine.errors import UsageError
from tuner_engine.printable import printable
from tuner_engine.recipe import Recipe, Setting, Value
from tuner_engine.settings import SETTINGS, Kind
from tuner_engine.specs import Choices
from tuner_engine.workload import Argument, Profile, Workload

_NOTHING: Mapping[str, Value] = {}
"""No decision."""

_WORDS: dict[str, bool] = {
    "true": True,
    "yes": True,
    "on": True,
    "false": False,
    "no": False,
    "off": False,
}
"""What people type for a switch."""

_SIGNED = frozenset({"frequency_penalty", "presence_penalty"})
"""Settings that may lie below zero."""

_UNSET = frozenset({"", "none", "unset"})
"""What people type to leave a setting unset."""


def typed(recipe: Recipe, name: str, text: str) -> Value:
    """Return what a person typed for a setting, as a value that the setting can take.

    Args:
        recipe: One that has the setting.
        name: Of the setting.
        text: A number, a word, or `none` to leave the setting unset.

    Raises:
        UsageError: The setting takes no such value.
    """
    word = text.strip()
    argument = _argument(recipe.workload, name)
    kind = _kind(name) if argument is None else _KINDS[argument.kind]
    unset = argument is None and word.lower() in _UNSET
    value = None if unset else _read(name, kind, word)
    check(recipe, name, value)
    return value


def check(recipe: Recipe, name: str, value: Value) -> None:
    """Hold a value against what its setting allows.

    Raises:
        UsageError: It is none of the options, or outside the limits.
    """
    argument = _argument(recipe.workload, name)
    allowed = options(recipe, name)
    among = _kind(name) in {"choice", "words", "switch"} if argument is None else True
    if among and allowed and value is not None and value not in allowed:
        listed = ", ".join(printable(str(option)) for option in allowed)
        raise UsageError(f"{name} {printable(str(value))}: expected one of {listed}")
    if argument is None and recipe.workload.regime == "scratch":
        plain = {**recipe.values(), name: value}
        specs.checked(plain, specs.Hyperparameters, what=name)


def decided(recipe: Recipe, name: str, value: Value) -> Recipe:
    """Return the recipe with one value that a person chose, and everything else advised for it.

    Raises:
        UsageError: The value has no meaning for this training.
    """
    if value is None:
        return recipe.chosen(name, None, why="Left unset by you.")
    return advised(recipe, values={name: value}, without=(name,))


def given_back(recipe: Recipe, name: str) -> Recipe:
    """Return the recipe with one setting left to advice again."""
    return advised(recipe, without=(name,))


def advised(
    recipe: Recipe,
    *,
    values: Mapping[str, Value] = _NOTHING,
    without: Collection[str] = (),
    workload: Workload | None = None,
) -> Recipe:
    """Return the recipe advised again, keeping what was chosen or locked.

    Args:
        recipe: As it stands.
        values: What is decided now.
        without: Settings whose earlier decision is forgotten.
        workload: Other facts to advise for.

    Raises:
        UsageError: A decision has no meaning for these facts.
    """
    from tuner_engine import advice

    facts = recipe.workload if workload is None else workload
    kept = {name: setting for name, setting in standing(recipe).items() if name not in without}
    wanted = {name: setting.value for name, setting in kept.items()} | dict(values)
    choices, further = _sorted(wanted, facts)
    fresh = advice.advise(
        Profile(workload=facts, data=recipe.data, cautions=recipe.warnings),
        choices,
        created=recipe.created,
        environment=recipe.environment,
        further=further,
    )
    return replace(fresh, settings={**fresh.settings, **kept})


def standing(recipe: Recipe) -> dict[str, Setting]:
    """Return the settings that a person decided or locked."""
    return {
        name: setting
        for name, setting in recipe.settings.items()
        if setting.locked or setting.basis == "chosen"
    }


def choices(recipe: Recipe) -> Choices:
    """Return the decisions in a recipe as a run is told them; a tuned or sampled model has none."""
    values = {name: setting.value for name, setting in standing(recipe).items()}
    return _sorted(values, recipe.workload)[0]


def _sorted(values: Mapping[str, Value], workload: Workload) -> tuple[Choices, dict[str, Value]]:
    """Return decisions as choices about a training from scratch, and all others by name."""
    if workload.regime == "scratch":
        return specs.chosen(values, workload), {}
    # A pretrained model is a fact, not a decision.
    further = {name: value for name, value in values.items() if name != "model"}
    return Choices(), {name: value for name, value in further.items() if value is not None}


_KINDS: dict[str, Kind] = {
    "switch": "switch",
    "whole": "count",
    "number": "number",
    "words": "words",
}
"""Kind of an argument → kind of a setting."""


def _kind(name: str) -> Kind:
    return SETTINGS[name].kind if name in SETTINGS else "words"


def _argument(workload: Workload, name: str) -> Argument | None:
    declared = workload.declared.arguments if workload.declared else ()
    return next((argument for argument in declared if argument.name == name), None)


def _read(name: str, kind: Kind, word: str) -> Value:
    match kind:
        case "switch":
            if word.lower() not in _WORDS:
                raise UsageError(f"{name} {printable(word)}: expected yes or no")
            return _WORDS[word.lower()]
        case "count":
            return _whole(name, word)
        case "number" | "share":
            return _number(name, word, share=kind == "share")
        case _:
            return printable(word)


def _number(name: str, word: str, *, share: bool) -> float:
    text = word.removesuffix("%")
    try:
        value = float(text) / (100 if text != word else 1)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise UsageError(f"{name} {printable(word)}: expected a number, as 0.01 or 1e-2")
    if share and not 0 <= value <= 1:
        raise UsageError(f"{name} {printable(word)}: expected a share, 0 to 1")
    if value < 0 and name in SETTINGS and name not in _SIGNED:
        raise UsageError(f"{name} {printable(word)}: expected a number of at least 0")
    return value


def _whole(name: str, word: str) -> int:
    from tuner_engine.advice import quantities

    try:
        value = float(word)
    except ValueError:
        return quantities.count(word, option=name)
    if not value.is_integer() or abs(value) > quantities.LARGEST:
        raise UsageError(f"{name} {printable(word)}: expected a whole number, as 64 or 12k")
    return int(value)


def options(recipe: Recipe, name: str) -> tuple[Value, ...]:
    """Return every value that a setting can take, where these are a few words."""
    argument = _argument(recipe.workload, name)
    if argument is not None:
        return (False, True) if argument.kind == "switch" else tuple(argument.options)
    setting = recipe.settings.get(name)
    if _kind(name) == "switch":
        return (False, True)
    if setting is not None and setting.scale == "choice" and setting.range:
        return setting.range
    return SETTINGS[name].options if name in SETTINGS else ()
