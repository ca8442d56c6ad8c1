"""What is advised for, what was decided, and what may the advice draw on?

Invariant: where one setting depends on another, it reads here the value in force, a person's
decision before the advice; so the order in which settings are advised never matters.
"""

from dataclasses import dataclass

from tuner_engine.advice.beliefs import counted
from tuner_engine.advice.presets import Presets
from tuner_engine.advice.rules import tabular
from tuner_engine.specs import FALLING, Choices
from tuner_engine.workload import Workload


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One request for advice on a table."""

    workload: Workload
    choices: Choices
    presets: Presets

    @property
    def rows(self) -> int:
        """Training rows."""
        return self.workload.train_examples

    @property
    def counted_rows(self) -> str:
        """Training rows, in words."""
        return counted(self.rows, "training row")

    @property
    def optimizer(self) -> str:
        """The optimizer in force."""
        return self.choices.optimizer or str(self.presets.value("A11", "optimizer"))

    @property
    def schedule(self) -> str:
        """The schedule in force."""
        return self.choices.schedule or str(self.presets.value("T1", "schedule"))

    @property
    def falls(self) -> bool:
        """Whether that schedule needs the whole training to come down."""
        return self.schedule in FALLING

    @property
    def advised_batch_size(self) -> int:
        """The batch that the number of rows asks for."""
        return tabular.small_table_batch_size(self.rows)

    @property
    def batch_size(self) -> int:
        """The batch in force."""
        return self.choices.batch_size or self.advised_batch_size

    @property
    def epochs(self) -> int:
        """The epochs in force."""
        row = "H4" if self.falls else "C20"
        return self.choices.epochs or int(self.presets.value(row, "epochs"))
