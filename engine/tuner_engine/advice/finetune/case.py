"""Which model is tuned, in which way, and what was decided about it?

Invariant: where one setting depends on another, it reads here the value in force, a decision
before the advice; so the order in which settings are advised never matters.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from tuner_engine.advice import catalogue, fitting
from tuner_engine.advice.beliefs import counted
from tuner_engine.advice.catalogue import BaseModel
from tuner_engine.advice.memory import Plan, need
from tuner_engine.advice.presets import Presets
from tuner_engine.recipe import Value
from tuner_engine.workload import Workload

ADAPTER_PARAMETERS = 3_000_000_000
"""From here on preferences are learnt with adapters where no device is stated. House choice."""

DEMANDING_PARAMETERS = 1_000_000_000
"""From here on activations are computed again where no device is stated. House choice."""

KTO_TOGETHER = 4
"""Examples that KTO needs to compute at once. Source: row B58."""

ROBERTA = frozenset({"roberta", "deberta"})
"""Kin that is tuned as RoBERTa was. Source: row B5; DeBERTa's is a house choice."""

PREFERENCES = frozenset({"dpo", "kto", "grpo", "reward"})
"""Regimes that learn from preferences or rewards."""


@dataclass(frozen=True, kw_only=True)
class Case:
    """One request for advice on tuning a pretrained model."""

    workload: Workload
    decisions: Mapping[str, Value]
    """Setting → what a person decided; an absent one is left to advice."""
    presets: Presets

    @cached_property
    def base(self) -> BaseModel:
        """The pretrained model: as catalogued, or as large as it is said to be."""
        name, size = self.workload.base_model or "", self.workload.base_parameters
        known = catalogue.model(name) if name else None
        if known is not None and size in {None, known.parameters}:
            return known
        return catalogue.shape_of(
            size or DEMANDING_PARAMETERS, name=name, family=self.workload.family
        )

    @property
    def examples(self) -> int:
        """Training examples."""
        return max(self.workload.train_examples, 1)

    @property
    def counted_examples(self) -> str:
        """Training examples, in words."""
        return counted(self.examples, "training example")

    @property
    def encodes(self) -> bool:
        """Whether an encoder of text is tuned."""
        return self.base.family == "text"

    @property
    def follows_roberta(self) -> bool:
        """Whether an encoder is tuned as RoBERTa was, every weight of it."""
        return self.encodes and not self.adapted and self.base.kin in ROBERTA

    @property
    def sees(self) -> bool:
        """Whether a model of images is tuned."""
        return self.base.family == "image"

    @property
    def speaks(self) -> bool:
        """Whether a language model is tuned."""
        return not self.encodes and not self.sees

    @property
    def prefers(self) -> bool:
        """Whether preferences or rewards are learnt."""
        return self.workload.regime in PREFERENCES

    @cached_property
    def adapted(self) -> bool:
        """Whether adapters are trained, instead of every weight."""
        if self.workload.regime in {"lora", "qlora"}:
            return True
        if not self.prefers:
            return False
        if "lora_rank" in self.decisions:
            return self.decisions["lora_rank"] is not None
        if self.available_bytes is None:
            return self.base.parameters >= ADAPTER_PARAMETERS
        return not self._fits(self._plan(adapted=False, quantized=False))

    @cached_property
    def quantized(self) -> bool:
        """Whether the frozen weights are stored at 4 bit."""
        decided = self.decisions.get("quantization")
        if decided is not None:
            return decided != "none"
        if self.workload.regime == "qlora":
            return True
        if not (self.prefers and self.adapted) or self.available_bytes is None:
            return False
        return not self._fits(self._plan(adapted=True, quantized=False))

    @property
    def devices(self) -> int:
        """Devices that share a batch."""
        return self.workload.hardware.count if self.workload.hardware else 1

    @cached_property
    def available_bytes(self) -> int | None:
        """Memory of one device, where it is known."""
        hardware = self.workload.hardware
        if hardware is None or hardware.memory_bytes is not None:
            return hardware.memory_bytes if hardware else None
        known = catalogue.device(hardware.device)
        return known.memory_bytes if known else None

    @cached_property
    def plan(self) -> Plan:
        """What memory depends on, with the micro-batch and recomputing that are advised."""
        from tuner_engine.advice.finetune import passes

        plan = self._plan(adapted=self.adapted, quantized=self.quantized)
        per_device = max(passes.batch_in_force(self) // self.devices, 1)
        least = KTO_TOGETHER if self.workload.regime == "kto" else 1
        if self.available_bytes is None:
            return fitting.unlimited(plan, per_device=per_device, least=least)
        return fitting.fitted(
            plan, per_device=per_device, available_bytes=self.available_bytes, least=least
        )

    def _plan(self, *, adapted: bool, quantized: bool) -> Plan:
        from tuner_engine.advice.finetune import adapting, habits, passes

        return Plan(
            base=self.base,
            method="adapters" if adapted else "full",
            optimizer=habits.optimizer_in_force(self),
            quantized=quantized,
            rank=adapting.rank_in_force(self) if adapted else 0,
            targets=str(self.decisions.get("lora_targets") or "all-linear"),
            sequence_length=passes.length_in_force(self),
            pairs=self.workload.regime in {"dpo", "reward"},
            writes=self.workload.regime != "reward",
            reference=self.workload.regime in {"dpo", "kto"} and not adapted,
            devices=self.devices,
        )

    def _fits(self, plan: Plan) -> bool:
        """Return whether the smallest form of a plan fits one device."""
        available = self.available_bytes or 0
        smallest = fitting.fitted(plan, per_device=1, available_bytes=available)
        return need(smallest).bytes <= available

    def whole(self, name: str) -> int | None:
        """Return a decided whole number; none where it was left to advice."""
        value = self.decisions.get(name)
        return int(value) if isinstance(value, int | float) else None
