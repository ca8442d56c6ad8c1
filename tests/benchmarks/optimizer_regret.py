"""How much do advised settings lose in published ablations of optimizers of language models?

```text
python tests/benchmarks/optimizer_regret.py RESULTS
```

Nothing is trained. RESULTS is `experiments/optimizer_sweep/Analysis/Results` of the repository
marin-community/marin (arXiv 2509.02046): a folder for each optimizer, of folders for each size, of
folders for each number of tokens in multiples of 20 a parameter. Each holds the best settings that
were found and, mostly, the loss where one of them alone is another. None of these runs is behind a
row of the presets.

Regret of a setting is the loss at the value that was tried nearest to the advice, by ratio, minus
the lowest, in % of that, with all others at their best. Runs that diverged count with the loss they
had. Where the advice lies beyond everything that was tried, by more than half a step of factors of
two, its regret is not known and the line says so.
"""

import argparse
import json
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from math import isfinite, log2
from pathlib import Path
from statistics import mean, median
from typing import Any

from stated_language import advised

from tuner_engine.recipe import Setting
from tuner_engine.specs import Choices, Optimizer

PARAMETERS = {"130m": 134_217_728, "300m": 301_989_888, "520m": 536_870_912, "1.2b": 1_207_959_552}
"""Size → parameters without embeddings."""

SEQUENCE_LENGTH = 4096
VOCABULARY = 128_256
TOKENS_PER_PARAMETER = 20
"""At a multiple of 1."""

OPTIMIZERS: tuple[Optimizer, ...] = ("adamw", "lion", "muon")
"""Those that are advised here. Muon's rate there is scaled as in Keller Jordan's: by the root of a
matrix's sides over each other, as here."""

NAMES = {
    "learning_rate": "learning_rate",
    "train_batch_size": "batch_size",
    "weight_decay": "weight_decay",
    "warmup": "warmup_share",
    "beta1": "beta1",
    "beta2": "beta2",
    "momentum": "momentum",
    "max_grad_norm": "gradient_clip",
}
"""Setting there → here. A warm-up there counts steps."""

REACHED = 2**0.5
"""Factor beyond the tried values up to which the nearest of them stands for the advice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """One setting of one training.

    Attributes:
        cell: Optimizer, size and multiple.
        name: Of the setting.
        losses: Value → loss, with the other settings at their best.
        advised: The value.
        searched: The lowest and highest value worth trying, if there is a range.
    """

    cell: str
    name: str
    losses: dict[float, float]
    advised: float
    searched: tuple[float, float] | None

    @property
    def best(self) -> float:
        """Of the values that were tried."""
        return min(self.losses, key=self.losses.__getitem__)

    @property
    def taken(self) -> float:
        """The value that was tried nearest to the advice."""
        return min(self.losses, key=lambda value: _distance(value, self.advised))

    @property
    def regret(self) -> float:
        """In %."""
        return 100 * (self.losses[self.taken] / self.losses[self.best] - 1)

    @property
    def known(self) -> bool:
        """Whether values as low or as high as the advice were tried."""
        low, high = min(self.losses), max(self.losses)
        return len(self.losses) > 1 and low / REACHED <= self.advised <= high * REACHED

    @property
    def held(self) -> bool:
        """Whether the advised range holds the best, to half a step of factors of two."""
        low, high = self.searched or (self.advised, self.advised)
        return low / REACHED <= self.best <= high * REACHED


def main() -> None:
    """Print what each setting loses in each training, then what they come to."""
    parser = argparse.ArgumentParser()
    parser.add_argument("results", type=Path)
    root: Path = parser.parse_args().results
    tried: dict[tuple[str, str], list[Tried]] = defaultdict(list)
    for optimizer in OPTIMIZERS:
        for path in sorted(root.glob(f"{optimizer}/*/*/result.json")):
            for one in _training(optimizer, path):
                tried[optimizer, one.name].append(one)
                _tell(one)
    for (optimizer, name), ones in tried.items():
        _sum_up(f"{optimizer}, {name}", ones)


def _training(optimizer: Optimizer, path: Path) -> Iterator[Tried]:
    """Yield what was tried of each setting, with what is advised for it."""
    content = json.loads(path.read_text())
    *_, size, multiple, _ = path.parts
    tokens = TOKENS_PER_PARAMETER * int(multiple) * PARAMETERS[size]
    settings = advised(
        PARAMETERS[size],
        tokens,
        Choices(epochs=1, optimizer=optimizer),
        sequence_length=SEQUENCE_LENGTH,
        vocabulary=VOCABULARY,
    )
    for name, losses in _ablations(content).items():
        ours = NAMES.get(name)
        if ours is None or ours not in settings:
            continue
        setting = settings[ours]
        steps = tokens / (_number(settings["batch_size"]) * SEQUENCE_LENGTH)
        factor = steps if ours == "warmup_share" else 1.0
        yield Tried(
            cell=f"{optimizer} {size} × {multiple}",
            name=ours,
            losses=losses,
            advised=_number(setting) * factor,
            searched=_ends(setting, factor),
        )


def _ablations(content: dict[str, Any]) -> dict[str, dict[float, float]]:
    """Return setting → value → loss, the best values among them."""
    found: dict[str, dict[float, float]] = defaultdict(dict)
    best, least = content["best_config"], content.get("baseline", {}).get("loss")
    for name, value in best.items():
        if isinstance(value, float | int):
            found[name][float(value)] = content["min_loss"] if least is None else least
    for run in content.get("ablations", ()):
        loss = run["loss"]
        if isinstance(run["value"], float | int) and isinstance(loss, float) and isfinite(loss):
            found[run["param"]][float(run["value"])] = loss
    return found


def _distance(value: float, other: float) -> float:
    """Return the factor between two values, as its logarithm; nothing is far from everything."""
    if not value or not other:
        return 0.0 if value == other else 20.0
    return abs(log2(value / other))


def _number(setting: Setting) -> float:
    return float(setting.value or 0)


def _ends(setting: Setting, factor: float) -> tuple[float, float] | None:
    if setting.range is None:
        return None
    low, *_, high = (factor * float(end or 0) for end in setting.range)
    return low, high


def _tell(one: Tried) -> None:
    known = "" if one.known else "  beyond what was tried"
    sys.stdout.write(
        f"{one.cell:<15} {one.name:<14} {one.regret:6.2f} %  advised {one.advised:<8.3g} tried "
        f"{one.taken:<7.3g} best {one.best:<7.3g} {'+' if one.held else '-'}{known}\n"
    )


def _sum_up(title: str, ones: list[Tried]) -> None:
    known = [one.regret for one in ones if one.known]
    told = "not known"
    if known:
        told = f"median {median(known):.2f}, mean {mean(known):.2f}, worst {max(known):.2f}"
    sys.stdout.write(
        f"{title}: regret in % {told} of {len(known)} of {len(ones)}; best in the advised range "
        f"{sum(one.held for one in ones)} of {len(ones)}\n"
    )


if __name__ == "__main__":
    main()
