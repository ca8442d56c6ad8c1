"""Which learning rate is really best for a training, and how good is each?

Every rate of a coarse grid is trained in full, then those around its best in steps of a quarter
decade with more seeds. A rate's score is its best validation loss along the run, mean over seeds;
its regret is what it loses against the best rate, over what training gains at all. Truth is kept in
a folder, so that it is computed once.
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import rate_cells
from rate_cells import Cell

from tuner_engine.specs import Choices, DataSpec, Hyperparameters
from tuner_engine.training import cohort, courses, fitting
from tuner_engine.training.program import Program

COARSE = {"adamw": (-5.0, 0.0), "sgd": (-4.0, 1.0)}
"""Decades between which rates are tried, half a decade apart."""

COARSE_SEEDS = 2
FINE_DECADES = 1.0
"""Around the best of the coarse rates."""

FINE_STEP = 0.25
MOST = 100.0
"""Regret of a rate that breaks training, in %: it is as bad as not training."""

FIRST_SEED = 5000
"""Far from those of any probe."""


@dataclass(frozen=True)
class Truth:
    """What full trainings of one cell gave.

    Attributes:
        decades: log10 of the rates, rising.
        losses: [rates][seeds], best validation losses, infinite where training diverged.
        initial: Validation loss of the untrained model.
        full_steps: Optimizer steps of one training.
        valid_examples: By which they were scored.
    """

    decades: np.ndarray
    losses: tuple[np.ndarray, ...]
    initial: float
    full_steps: int
    valid_examples: int

    @property
    def regrets(self) -> np.ndarray:
        """In % of what training gains, at most `MOST`."""
        means = np.array([row.mean() for row in self.losses])
        share = (means - means.min()) / (self.initial - means.min())
        return np.asarray(np.minimum(100 * share, MOST))

    @property
    def best(self) -> float:
        """The best rate."""
        return float(10 ** self.decades[int(np.argmin(self.regrets))])

    @property
    def error(self) -> float:
        """Standard error of the regret of a rate close to the best, in %."""
        means = np.array([row.mean() for row in self.losses])
        best = int(np.argmin(means))
        others = [
            np.std(row - self.losses[best], ddof=1) / np.sqrt(len(row))
            for i, row in enumerate(self.losses)
            if i != best and len(row) == len(self.losses[best]) and self.regrets[i] < 5
        ]
        gain = self.initial - means[best]
        return float(100 * np.median(others) / gain) if others else float("nan")

    def regret(self, rate: float) -> float:
        """Return the regret of any rate: straight lines between those trained, in log rate."""
        return float(np.interp(np.log10(rate), self.decades, self.regrets))

    def within(self, percent: float) -> tuple[float, float]:
        """Return the lowest and highest trained rate whose regret is at most so much."""
        good = 10 ** self.decades[self.regrets <= percent]
        return float(good.min()), float(good.max())


def known(cell: Cell, folder: Path) -> Truth:
    """Return the truth about a cell, from the folder if it is there."""
    path = folder / f"{_digest(cell)}.npz"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        _keep(path, _measured(cell))
    with np.load(path) as kept:
        rows = tuple(kept[f"losses_{i}"] for i in range(len(kept["decades"])))
        return Truth(
            kept["decades"],
            rows,
            float(kept["initial"]),
            int(kept["full_steps"]),
            int(kept["valid_examples"]),
        )


def is_kept(cell: Cell, folder: Path) -> bool:
    """Return whether the truth about a cell is in the folder already."""
    return (folder / f"{_digest(cell)}.npz").exists()


def _keep(path: Path, truth: Truth) -> None:
    rows = {f"losses_{i}": row for i, row in enumerate(truth.losses)}
    partial = path.with_suffix(".partial.npz")
    np.savez_compressed(
        partial,
        decades=truth.decades,
        initial=truth.initial,
        full_steps=truth.full_steps,
        valid_examples=truth.valid_examples,
        **rows,  # type: ignore[arg-type]
    )
    partial.rename(path)


def _digest(cell: Cell) -> str:
    """Return a name that changes with whatever is decided about a cell, wherever its files lie."""
    decided = [
        (name, Path(value).name if name == "source" else value)
        for spec in (cell.data, cell.choices)
        for name, value in sorted(_decided(spec).items())
    ]
    what = repr((decided, cell.seeds, COARSE, COARSE_SEEDS, FINE_DECADES, FINE_STEP, FIRST_SEED))
    return f"{cell.key.replace(' ', '-')}-{hashlib.sha256(what.encode()).hexdigest()[:8]}"


def _decided(spec: DataSpec | Choices) -> dict[str, object]:
    """Return the fields of a spec that are not left as they are by default."""
    default = type(spec)(source="") if isinstance(spec, DataSpec) else type(spec)()
    return {
        name: getattr(spec, name)
        for name in spec.__dataclass_fields__
        if getattr(spec, name) != getattr(default, name)
    }


def _measured(cell: Cell) -> Truth:
    task, settings = rate_cells.training(cell)
    low, high = COARSE[settings.optimizer]
    coarse = np.arange(low, high + 0.01, 0.5)
    program = fitting.fitted(task, settings, lanes=len(coarse) * COARSE_SEEDS).program
    scores, initial = trained(program, settings, coarse, seeds=COARSE_SEEDS)
    centre = coarse[int(np.argmin([row.mean() for row in scores]))]
    fine = np.arange(centre - FINE_DECADES, centre + FINE_DECADES + 0.01, FINE_STEP)
    finer, _ = trained(program, settings, fine, seeds=cell.seeds)
    table = dict(zip(np.round(coarse, 3), scores, strict=True))
    table |= dict(zip(np.round(fine, 3), finer, strict=True))
    decades = sorted(table)
    return Truth(
        np.array(decades),
        tuple(table[decade] for decade in decades),
        initial,
        courses.full_steps(task, settings),
        task.valid_examples,
    )


def trained(
    program: Program, settings: Hyperparameters, decades: np.ndarray, *, seeds: int
) -> tuple[list[np.ndarray], float]:
    """Return the best validation losses of full trainings, and the loss before any.

    Args:
        program: Compiled for some lanes; more take turns.
        settings: How; its learning rate is ignored.
        decades: log10 of the rates.
        seeds: Trainings of each.
    """
    pairs = [(10.0**decade, FIRST_SEED + n) for decade in decades for n in range(seeds)]
    course = courses.course(program.task, settings)
    best: list[float] = []
    first: list[float] = []
    for start in range(0, len(pairs), program.slots):
        lanes = [
            courses.lane(settings, learning_rate=rate, seed=seed)
            for rate, seed in pairs[start : start + program.slots]
        ]
        chunks = list(cohort.train(program, lanes, course))
        losses = np.concatenate([chunk.figures["loss"] for chunk in chunks], axis=1)
        best += np.where(chunks[-1].diverged, np.inf, np.fmin.reduce(losses, axis=1)).tolist()
        first += chunks[0].train_losses[:, 0].tolist()
    table = np.array(best).reshape(len(decades), seeds)
    return list(table), float(np.mean(first))


def main() -> None:
    """Compute the truth about some cells: `python rate_truth.py FOLDER WORD [FILE …]`."""
    import sys
    import time

    from tuner_engine.training import devices

    devices.configure("cpu")
    folder, word, *files = sys.argv[1:]
    for cell in rate_cells.cells(Path(folder), files):
        if word in cell.key:
            began_s = time.perf_counter()
            truth = known(cell, Path(folder))
            low, high = truth.within(1.0)
            print(
                f"{cell.key:36} steps {truth.full_steps:5} valid {truth.valid_examples:5} "
                f"best {truth.best:8.2g} 1 % {low:8.2g}..{high:8.2g} error {truth.error:.2f} % "
                f"gain {truth.initial:.3g} -> {min(r.mean() for r in truth.losses):.3g} "
                f"{time.perf_counter() - began_s:.0f} s",
                flush=True,
            )


if __name__ == "__main__":
    main()
