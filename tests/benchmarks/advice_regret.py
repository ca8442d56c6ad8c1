"""How much does the advised learning rate, with its batch, lose against the best that was measured?

```text
python tests/benchmarks/advice_regret.py [--dense CSV] [--experts CSV] [--taskset CSV]
```

Nothing is trained: tables of published runs are read from where they lie, their facts are stated,
and the advice is looked up in them. `dense_lr_bs_loss.csv` and `moe_lr_bs_loss.csv` are those of
Step Law (step-law/steplaw, `data/`): the dense ones are behind rows F1 and F2, those with experts
are not. The taskset table holds Adam's settings drawn at random on recurrent networks
(releaunifreiburg/DPL, from TaskSet, arXiv 2002.11887). A table that is not given is left out.

Regret on a grid is the loss at the point nearest to the advice in log rate and log batch, minus the
lowest, in % of that. Where settings were drawn at random it is the mean loss of the trials nearest
in log rate, minus that around the best rate, in % of what the best gains over chance.
"""

import argparse
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from math import exp, log
from pathlib import Path
from statistics import mean, median
from typing import Any

import polars as pl
from stated_language import advised

from tuner_engine.advice import advise
from tuner_engine.recipe import Setting
from tuner_engine.specs import Choices
from tuner_engine.workload import Profile, Workload

NEIGHBOURS = 15
"""Trials that stand for one rate where the other settings were drawn at random. About 86 trials a
network have usual settings, twelve a decade of the rate: differences of some per cent are noise."""

CHANCE = log(2)
"""Loss of a classifier that knows nothing about two classes."""

PATCHES = 25_000
"""Training texts of IMDB."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One cell of a table.

    Attributes:
        cell: What was trained.
        regret: In %, of rate and batch together; of the rate where the batch is given.
        rate_regret: In %, of the rate at the batch nearest to the advised one.
        advised: Rate and batch.
        best: Rate and batch of the lowest loss.
        rate_held: Whether the advised range holds the best rate.
        batch_held: The same of the batch; none where it was given.
    """

    cell: str
    regret: float
    rate_regret: float
    advised: tuple[float, int]
    best: tuple[float, int]
    rate_held: bool
    batch_held: bool | None = None


def main() -> None:
    """Print one line a cell, then what the cells of each table come to."""
    parser = argparse.ArgumentParser()
    for name in ("dense", "experts", "taskset"):
        parser.add_argument(f"--{name}", type=_there)
    given = parser.parse_args()
    if given.dense:
        _tell("Step Law, dense (behind rows F1 and F2)", _grid(given.dense, ("N",)))
    if given.experts:
        _tell("Step Law, experts, by all parameters", _grid(given.experts, ("N", "Na")))
        _tell("… by those that work on a token", _grid(given.experts, ("Na", "N")))
    if given.taskset:
        _tell("taskset, advised as a task of one's own", _taskset(given.taskset))


def _there(text: str) -> Path | None:
    """Return a table's path, or none where there is none."""
    path = Path(text)
    if not path.is_file():
        sys.stderr.write(f"{text} is not there, and left out\n")
        return None
    return path


def _grid(path: Path, sizes: tuple[str, ...]) -> Iterator[Judged]:
    """Judge advice on each grid of rates and batches; the first size is the one that is stated."""
    table = pl.read_csv(path, infer_schema_length=None).filter(pl.col("smooth loss").is_finite())
    table = table.filter(pl.col("smooth loss") > 0).sort(*sizes, "D")
    for key, rows in groupby(table.to_dicts(), key=lambda row: (*map(row.get, sizes), row["D"])):
        yield _cell(list(rows), parameters=key[0], tokens=key[-1])


def _cell(rows: list[dict[str, Any]], *, parameters: float, tokens: float) -> Judged:
    settings = advised(parameters, tokens, Choices(epochs=1), vocabulary=65_536)
    rate, batch = settings["learning_rate"], settings["batch_size"]
    value, size = _number(rate), int(_number(batch))
    best = min(rows, key=_loss)
    near = min(rows, key=lambda row: log(row["lr"] / value) ** 2 + log(row["bs"] / size) ** 2)
    sizes = {row["bs"] for row in rows}
    nearest_size = min(sizes, key=lambda each: abs(log(each / size)))
    beside = [row for row in rows if row["bs"] == nearest_size]
    taken = min(beside, key=lambda row: abs(log(row["lr"] / value)))
    return Judged(
        cell=f"{parameters:.2g} parameters, {tokens:.2g} tokens",
        regret=100 * (_loss(near) / _loss(best) - 1),
        rate_regret=100 * (_loss(taken) / min(map(_loss, beside)) - 1),
        advised=(value, size),
        best=(best["lr"], best["bs"]),
        rate_held=_holds(rate, best["lr"]),
        batch_held=_holds(batch, best["bs"]),
    )


def _taskset(path: Path) -> Iterator[Judged]:
    """Judge the rate for each network, among the trials whose other settings are usual."""
    table = pl.read_csv(path).filter(
        (pl.col("l1") < 1e-3)
        & (pl.col("l2") < 1e-3)
        & (pl.col("epsilon") < 1e-4)
        & (pl.col("linear_decay") < 1e-4)
        & (pl.col("exponential_decay") < 1e-4)
    )
    loss = pl.col("valid_loss_best").fill_nan(None).fill_null(CHANCE).clip(upper_bound=CHANCE)
    for (task,), trials in table.with_columns(loss=loss).group_by("task", maintain_order=True):
        name = str(task)
        yield _network(
            name.removeprefix("FixedTextRNNClassification_imdb_"),
            [(row["learning_rate"], row["loss"]) for row in trials.to_dicts()],
            batch=int(name.rpartition("bs")[2]),
        )


def _network(name: str, trials: list[tuple[float, float]], *, batch: int) -> Judged:
    rate = _own(batch)["learning_rate"]
    value = _number(rate)
    rates = [exp(log(1e-6) + step * log(1e6) / 60) for step in range(61)]
    losses = {each: _around(trials, each) for each in (*rates, value)}
    best = min(rates, key=losses.__getitem__)
    regret = 100 * max(losses[value] - losses[best], 0.0) / (CHANCE - losses[best])
    return Judged(
        cell=name,
        regret=regret,
        rate_regret=regret,
        advised=(value, batch),
        best=(best, batch),
        rate_held=_holds(rate, best),
    )


def _around(trials: list[tuple[float, float]], rate: float) -> float:
    """Return the mean loss of the trials that are nearest to a rate."""
    near = sorted(trials, key=lambda trial: abs(log(trial[0] / rate)))[:NEIGHBOURS]
    return mean(loss for _, loss in near)


def _own(batch: int) -> dict[str, Setting]:
    workload = Workload(
        family="own",
        task="own",
        train_examples=PATCHES,
        valid_examples=PATCHES // 10,
        test_examples=PATCHES,
        features=0,
        outputs=2,
    )
    choices = Choices(batch_size=batch, optimizer="adam")
    return advise(Profile(workload=workload, data=None), choices, created="").settings


def _number(setting: Setting) -> float:
    return float(setting.value or 0)


def _loss(row: dict[str, Any]) -> float:
    return float(row["smooth loss"])


def _holds(setting: Setting, value: float) -> bool:
    """Return whether a range holds a value, to the half step of a grid in powers of root two."""
    low, high = (float(end or 0) for end in setting.range or (0, 0))
    return low / 2**0.25 <= value <= high * 2**0.25


def _tell(title: str, cells: Iterable[Judged]) -> None:
    judged = list(cells)
    sys.stdout.write(f"\n{title}: regret of rate and batch, and of the rate alone, in %\n")
    for one in judged:
        (rate, batch), (best_rate, best_batch) = one.advised, one.best
        held = "".join("+" if it else "-" for it in (one.rate_held, one.batch_held))
        sys.stdout.write(
            f"{one.cell:<42} {one.regret:6.2f} {one.rate_regret:6.2f}  advised {rate:7.1e}, "
            f"{batch:>4}  best {best_rate:7.1e}, {best_batch:>4}  {held}\n"
        )
    for name in ("regret", "rate_regret"):
        values = [getattr(one, name) for one in judged]
        sys.stdout.write(
            f"{name}: median {median(values):.2f}, mean {mean(values):.2f}, worst "
            f"{max(values):.2f}\n"
        )
    held = sum(one.rate_held for one in judged)
    batches = [one.batch_held for one in judged if one.batch_held is not None]
    told = f"; batch in {sum(batches)} of {len(batches)}" if batches else ""
    sys.stdout.write(f"best rate in the advised range: {held} of {len(judged)}{told}\n")


if __name__ == "__main__":
    main()
