"""With which recipe does a command begin?

Fresh advice for the data at hand; what a file says goes before it, and what the command line says
goes before both.
"""

import dataclasses
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from msgspec.structs import replace

from tuner_engine.recipe import Recipe, Value
from tuner_engine.specs import Choices, RunSpec
from tuner_engine.workload import Profile

if TYPE_CHECKING:
    from tuner_engine.results import AnyResult


def known(spec: RunSpec, given: "AnyResult | Choices | None") -> RunSpec:
    """Return a spec that also says what a file decides, for whoever loads what it names.

    Args:
        spec: Of the command line.
        given: What the file held.
    """
    if given is None:
        return spec
    if isinstance(given, Choices):
        return dataclasses.replace(spec, choices=_over(given, spec.choices))
    from tuner_tui.cli import reading

    return dataclasses.replace(spec, recipe=reading.recipe_of(given))


def recipe(
    profile: Profile,
    choices: Choices,
    *,
    given: "AnyResult | Choices | None",
    now: datetime,
    further: Mapping[str, Value] = {},
) -> Recipe:
    """Return advice for the data, with the values of a file and of the command line in place.

    Args:
        profile: The data at hand; facts in the file are of other data, and stay behind.
        choices: Of the command line; they come out chosen and locked.
        given: What the file held. Its flat values come out chosen but not locked, so that
            measuring may still improve on them.
        now: When the recipe is made, in UTC.
        further: Settings of tuning or sampling that the command line decides.
    """
    if isinstance(given, Choices):
        both = _over(given, choices)
        keep = _names(choices) | further.keys()
        return _unlocked(_advised(profile, both, now=now, further=further), keep=keep)
    advised = _advised(profile, choices, now=now, further=further)
    if given is None:
        return advised
    from tuner_tui.cli import reading

    begun = reading.recipe_of(given)
    there, here = begun.data, advised.data
    same = there and here and there.sha256 == here.sha256
    return replace(advised.measured(begun.settings), seed_noise=begun.seed_noise if same else None)


def _advised(
    profile: Profile, choices: Choices, *, now: datetime, further: Mapping[str, Value]
) -> Recipe:
    from tuner_engine.advice import advise

    return advise(
        profile,
        choices,
        created=now.isoformat(timespec="seconds"),
        environment={},
        further=further,
    )


def _unlocked(advised: Recipe, *, keep: set[str]) -> Recipe:
    settings = {
        name: setting if name in keep else replace(setting, locked=False)
        for name, setting in advised.settings.items()
    }
    return replace(advised, settings=settings)


def _names(choices: Choices) -> set[str]:
    return {name for name in Choices.__dataclass_fields__ if getattr(choices, name) is not None}


def _over(below: Choices, above: Choices) -> Choices:
    values = {name: getattr(above, name) for name in _names(above)}
    return Choices(**{name: getattr(below, name) for name in _names(below)} | values)
