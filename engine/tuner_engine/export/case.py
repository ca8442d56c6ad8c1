"""What is there to write: which values, for what training?

Invariant: every value here is finite, and words hold no control character, so that no format can
be broken out of by what a file or a person said.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass

from tuner_engine.export.outcome import Dropped
from tuner_engine.printable import printable
from tuner_engine.recipe import Recipe, Value
from tuner_engine.settings import SETTINGS
from tuner_engine.workload import Workload

_LOGIN = re.compile(r"(?<=://)[^/@\s]*@")
"""Name and password inside an address."""

_NAME = re.compile(r"[A-Za-z_]\w{0,99}", re.ASCII)
"""What a setting may be called, so that it is a name in every format."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One recipe on its way to a format."""

    values: Mapping[str, Value]
    """Setting → value; unset ones are `None`."""
    workload: Workload
    unwritable: tuple[Dropped, ...] = ()
    """Values that no format could hold."""

    @property
    def devices(self) -> int:
        """Devices that a batch is spread over, as far as known."""
        return self.workload.hardware.count if self.workload.hardware else 1

    @property
    def base_model(self) -> str | None:
        """The pretrained model, as the person names it; none where training starts from scratch."""
        named = self.workload.base_model or (
            self.values.get("model") if self.workload.regime != "scratch" else None
        )
        return cleaned(str(named)) if named else None

    def number(self, name: str) -> float | None:
        """Return a setting's value if it is a number."""
        value = self.values.get(name)
        return None if isinstance(value, str | bool) else value

    @property
    def steps_per_epoch(self) -> int | None:
        """Optimizer steps of one epoch, where examples and batch are known."""
        batch, examples = self.number("batch_size"), self.workload.train_examples
        if not batch or examples < 1:
            return None
        return max(examples // min(int(batch), examples), 1)

    @property
    def steps(self) -> int | None:
        """Optimizer steps of the whole training, where they are known."""
        if most := self.number("max_steps"):
            return int(most)
        epochs, each = self.number("epochs"), self.steps_per_epoch
        return round(epochs * each) if epochs and each else None


def case(recipe: Recipe) -> Case:
    """Return what a recipe has to say."""
    values = {cleaned(name): _plain(value) for name, value in recipe.values().items()}
    wrong = {name: why for name, value in values.items() if (why := _wrong(name, value))}
    return Case(
        values={name: value for name, value in values.items() if name not in wrong},
        workload=recipe.workload,
        unwritable=tuple(Dropped(name=name, value=None, why=why) for name, why in wrong.items()),
    )


def cleaned(text: str) -> str:
    """Return text as one printable line, without a login that an address in it may hold."""
    return _LOGIN.sub("", printable(text))


def _plain(value: Value) -> Value:
    return cleaned(value) if isinstance(value, str) else value


def _wrong(name: str, value: Value) -> str:
    """Return why no format could hold a value, or nothing."""
    if not _NAME.fullmatch(name):
        return "it is no name that a setting can have"
    if value is None:
        return ""
    if isinstance(value, float) and not math.isfinite(value):
        return f"{value} is no finite number"
    kind = SETTINGS[name].kind if name in SETTINGS else "words"
    if kind in {"number", "share", "count"} and isinstance(value, str | bool):
        return f"{printable(str(value), width=40)} is no number"
    if kind == "switch" and not isinstance(value, bool):
        return f"{printable(str(value), width=40)} is neither true nor false"
    return ""
