"""How much do the advised passes over a corpus lose against the best that was measured?

```text
python tests/benchmarks/repetition_regret.py NOTEBOOK
```

Nothing is trained. NOTEBOOK is `plotstables/return.ipynb` of huggingface/datablations (arXiv
2305.16264): final validation losses of some 180 language models, each named by its parameters, all
tokens it saw, and how many of them were unique. Row F14 was fitted on these runs; the rule that
chooses a number of passes was not.

Runs of one model on as many unique tokens are a cell, if their passes differ. Regret is the loss at
the passes nearest to the advice, by ratio, minus the lowest of the cell, in % of that.
"""

import argparse
import json
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from math import log
from pathlib import Path
from statistics import mean, median

from stated_language import advised

from tuner_engine.specs import Choices

NUMBER = re.compile(r'^\s*"(?P<name>[0-9bm]+)":\s*(?P<number>[0-9.E+]+)', re.MULTILINE)
"""A line of a table in the notebook. Seeds, variants and deduplications have further letters in
their names, and are left out."""

AMOUNTS = re.compile(2 * r"([1-9]b\d{1,2}|[1-9]\d{0,2}[bm])")
"""Tokens seen and unique ones, as 1b5 or 100m each."""

LARGE = 0.3
"""Regret in % from which a cell is worth a line. House choice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One model on one corpus.

    Attributes:
        name: Of both.
        losses: Passes → validation loss.
        advised: Passes.
        searched: The least and the most passes worth trying.
    """

    name: str
    losses: dict[float, float]
    advised: float
    searched: tuple[float, float]

    @property
    def best(self) -> float:
        """Passes of the lowest loss."""
        return min(self.losses, key=self.losses.__getitem__)

    @property
    def taken(self) -> float:
        """Passes that were measured, nearest to the advice."""
        return min(self.losses, key=lambda passes: abs(log(passes / self.advised)))

    @property
    def regret(self) -> float:
        """Of the advice, in %."""
        return 100 * (self.losses[self.taken] / self.losses[self.best] - 1)

    @property
    def held(self) -> bool:
        """Whether the advised range holds the best passes, or has none better beyond it."""
        low, high = self.searched
        inside = [loss for passes, loss in self.losses.items() if low <= passes <= 1.1 * high]
        return bool(inside) and min(inside) <= 1.002 * self.losses[self.best]


def main() -> None:
    """Print the cells that lose, then what all of them come to."""
    parser = argparse.ArgumentParser()
    parser.add_argument("notebook", type=Path)
    found = list(cells(parser.parse_args().notebook))
    for cell in found:
        if cell.regret >= LARGE or not cell.held:
            sys.stdout.write(
                f"{cell.name:<16} advised {cell.advised:4.0f}, measured {cell.taken:5.1f}: "
                f"{cell.regret:5.2f} %  best {cell.best:6.1f}  {'+' if cell.held else '-'}\n"
            )
    regrets = [cell.regret for cell in found]
    sys.stdout.write(
        f"{len(found)} cells, regret of the passes in %: median {median(regrets):.2f}, mean "
        f"{mean(regrets):.2f}, worst {max(regrets):.2f}; best within 0.2 % in the advised range: "
        f"{sum(cell.held for cell in found)}\n"
    )


def cells(notebook: Path) -> Iterator[Cell]:
    """Yield the models and corpora whose passes differ by more than a half."""
    losses: dict[tuple[float, float], dict[float, float]] = defaultdict(dict)
    text = "\n".join("".join(cell["source"]) for cell in json.loads(notebook.read_text())["cells"])
    runs, _, tables = text.partition("TOKENS_MAP = {")
    sizes = _numbers(tables.partition("PARAMS_MAP = {")[2].partition("}")[0])
    for name, loss in _numbers(runs).items():
        size = max((each for each in sizes if name.startswith(each)), key=len, default="")
        amounts = AMOUNTS.fullmatch(name[len(size) :])
        if loss and size and amounts:
            seen, unique = map(_amount, amounts.groups())
            losses[sizes[size], unique][seen / unique] = loss
    for (size, unique), found in losses.items():
        if len(found) > 1 and max(found) > 1.5 * min(found):
            yield _cell(size, unique, found)


def _cell(size: float, unique: float, losses: dict[float, float]) -> Cell:
    epochs = advised(size, unique, Choices())["epochs"]
    low, high = (float(end or 0) for end in epochs.range or (0, 0))
    return Cell(
        name=f"{_short(size)} on {_short(unique)}",
        losses=losses,
        advised=float(epochs.value or 1),
        searched=(low, high),
    )


def _numbers(text: str) -> dict[str, float]:
    return {found["name"]: float(found["number"]) for found in NUMBER.finditer(text)}


def _amount(text: str) -> float:
    if text.endswith("m"):
        return float(text[:-1]) * 1e6
    return float(text.replace("b", ".").rstrip(".")) * 1e9


def _short(number: float) -> str:
    return f"{number / 1e9:.3g}B" if number >= 1e9 else f"{number / 1e6:.3g}M"


if __name__ == "__main__":
    main()
