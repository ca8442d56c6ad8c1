"""What do we believe about each hyperparameter, and why?

A recipe is a set of beliefs with provenance. Evidence moves a belief along
preset → rule → measured; a person moves it to chosen, and a locked value stays.
Invariant: recipes and settings are frozen; every change is a new value.
"""

from collections.abc import Mapping
from typing import Literal

import msgspec

from tuner_engine.errors import UsageError
from tuner_engine.version import VERSION
from tuner_engine.workload import Caution, DataFacts, Workload

Value = float | int | str | bool | None
Basis = Literal["preset", "rule", "measured", "chosen"]
Confidence = Literal["low", "medium", "high"]
SCHEMA: Literal["tuner-tui/recipe/1"] = "tuner-tui/recipe/1"


class Setting(msgspec.Struct, frozen=True, kw_only=True):
    """One hyperparameter: a value, the range worth searching, and where both come from."""

    value: Value
    """`None` means: leave it unset, for the reason in `why`."""
    range: tuple[Value, ...] | None = None
    """Lowest and highest value worth trying on a numeric scale; every option on `choice`."""
    scale: Literal["linear", "log", "choice"] = "linear"
    unit: str | None = None
    basis: Basis
    confidence: Confidence
    why: str
    """One sentence."""
    sources: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    """Identifiers of the runs that measured it."""
    locked: bool = False
    alternatives: tuple[str, ...] = ()
    """What other sources say, one sentence each: conflicts are shown, never averaged."""
    changes: str = ""
    """What would change the value, in one sentence."""


class Tool(msgspec.Struct, frozen=True, kw_only=True):
    """Which program wrote a document."""

    name: str = "tuner-tui"
    version: str


def this_tool() -> Tool:
    """Return this program and its version."""
    return Tool(version=VERSION)


class SeedNoise(msgspec.Struct, frozen=True, kw_only=True):
    """By how much seeds alone move this training's best validation loss, as it was measured.

    `probes.luck.tie_threshold` says which differences of such losses are no more than that.
    """

    sd: float
    """Sample standard deviation over whole trainings, in units of the loss."""
    seeds: int
    """That gave it, at least 2."""
    evidence: str
    """Identifier of the run that measured it."""


class Recipe(msgspec.Struct, frozen=True, kw_only=True):
    """Every setting of one training, with the facts it was advised for."""

    schema: Literal["tuner-tui/recipe/1"] = SCHEMA
    created: str
    """UTC, ISO 8601."""
    tool: Tool
    workload: Workload
    settings: dict[str, Setting]
    warnings: tuple[Caution, ...] = ()
    environment: dict[str, str | None] = {}
    data: DataFacts | None = None
    seed_noise: SeedNoise | None = None
    """Where it was measured; what differs by less is a tie."""

    def values(self) -> dict[str, Value]:
        """Return each setting's bare value, in the recipe's order."""
        return {name: setting.value for name, setting in self.settings.items()}

    def measured(self, settings: Mapping[str, Setting]) -> "Recipe":
        """Return the recipe with `settings` taken over wherever nothing is locked.

        Args:
            settings: New beliefs by name; names not yet in the recipe are added.
        """
        kept = {name for name, setting in self.settings.items() if setting.locked}
        fresh = {name: setting for name, setting in settings.items() if name not in kept}
        return msgspec.structs.replace(self, settings={**self.settings, **fresh})

    def chosen(self, name: str, value: Value, *, why: str = "Chosen by hand.") -> "Recipe":
        """Return the recipe with one value decided and locked by a person.

        Raises:
            UsageError: No setting has this name.
        """
        setting = msgspec.structs.replace(
            self._setting(name),
            value=value,
            basis="chosen",
            confidence="high",
            why=why,
            locked=True,
        )
        return msgspec.structs.replace(self, settings={**self.settings, name: setting})

    def locked(self, name: str, *, locked: bool) -> "Recipe":
        """Return the recipe with one setting locked or unlocked, its value untouched.

        Raises:
            UsageError: No setting has this name.
        """
        setting = msgspec.structs.replace(self._setting(name), locked=locked)
        return msgspec.structs.replace(self, settings={**self.settings, name: setting})

    def _setting(self, name: str) -> Setting:
        if name not in self.settings:
            known = ", ".join(sorted(self.settings))
            raise UsageError(f"no setting is called {name!r}; the recipe has: {known}")
        return self.settings[name]
