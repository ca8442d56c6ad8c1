"""Which model is sampled by which engine, and for what?"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from tuner_engine.advice import catalogue
from tuner_engine.advice.inference import engines, families
from tuner_engine.advice.inference.engines import Engine
from tuner_engine.advice.inference.families import Family
from tuner_engine.advice.presets import Figure, Presets
from tuner_engine.recipe import Value
from tuner_engine.workload import Purpose, Serving, Workload

FIXED_FORM = frozenset({"extraction", "classification"})
"""Purposes whose answers have one right form."""

EXACT = frozenset({"code", "math"})
"""Purposes whose answers are right or wrong."""


@dataclass(frozen=True, kw_only=True)
class Case:
    """One request for advice on sampling."""

    workload: Workload
    decisions: Mapping[str, Value]
    """Setting → what a person decided; an absent one is left to advice."""
    presets: Presets

    @property
    def serving(self) -> Serving:
        """How it is sampled, as far as that is known."""
        return self.workload.serving or Serving()

    @cached_property
    def family(self) -> Family:
        """Whose relative the model is."""
        return families.of(self.workload.base_model, reasoning=self.serving.reasoning)

    @cached_property
    def engine(self) -> Engine | None:
        """The engine, where it is known; some models have only one."""
        named = self.serving.engine or self.family.engine
        return engines.named(named) if named else None

    @property
    def purpose(self) -> Purpose | None:
        """What the model is asked for."""
        return self.serving.purpose

    @property
    def reasons(self) -> bool:
        """Whether the model thinks before it answers."""
        stated = self.serving.reasoning
        return self.family.reasons if stated is None else stated

    @property
    def hosted_deepseek(self) -> bool:
        """Whether DeepSeek's own API rescales the temperature."""
        return self.engine is not None and self.engine.name == "deepseek"

    @cached_property
    def context(self) -> int | None:
        """Longest sequence of the model, where it is known."""
        if self.workload.tokens is not None and "sequence_length" not in self.workload.assumed:
            return self.workload.tokens.sequence_length
        known = catalogue.model(self.workload.base_model or "")
        return known.context if known else None

    @property
    def answer_tokens(self) -> float | None:
        """Tokens of an answer on average, where somebody said so."""
        tokens = self.workload.tokens
        stated = tokens is not None and "mean_length" not in self.workload.assumed
        return tokens.mean_length if tokens is not None and stated else None

    def figure(self, name: str) -> Figure | None:
        """Return what is published on the model's family about a parameter."""
        return self.presets.rows[self.family.row].settings.get(name)

    def accepts(self, name: str) -> bool:
        """Return whether the engine takes a parameter; an unknown one is asked for it."""
        return self.engine is None or name in self.engine.accepts
