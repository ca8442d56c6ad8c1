"""Which learning rate is really best for a training, and how good is each?

Every rate of a coarse grid is trained in full, then those around its best in steps of a quarter
decade with more seeds, until the best lies well inside them; seeds are doubled until good rates are
told apart to within `ENOUGH`, or there are as many as a cell may have. Where the best lies in a
steep valley, its neighbours are halfway closer. A rate's score is its best validation loss along
the run, mean over seeds, where a lost training counts as none; its regret is what it loses against
the best rate, over what training gains at all. Truth is kept in a folder, so that it is computed
once.
Invariant: rates are compared over the seeds that they share. Seeds differ more than good rates do.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import numpy as np
import rate_cells
from rate_cells import Cell

from tuner_engine.specs import Choices, DataSpec, Hyperparameters
from tuner_engine.training import cohort, courses, fitting
from tuner_engine.training.cohort import Course, Lane
from tuner_engine.training.program import Program

COARSE = {"adamw": (-5.0, 0.0), "sgd": (-4.0, 1.0)}
"""Decades between which rates are tried, half a decade apart."""

COARSE_SEEDS = 2
FINE_DECADES = 1.0
"""Around the best of the coarse rates."""

FINE_STEP = 0.25
MARGIN_STEPS = 2
"""Fine rates that lie on either side of the best."""

ENOUGH = 0.25
"""Standard error of the regret of a good rate, in %, that asks for no more seeds: little beside
differences that matter."""

STEEP = 1.0
"""Regret of a neighbour of the best rate, in %, from which a rate between the two is trained: a
straight line would say that much too much there."""

FINEST_STEP = FINE_STEP / 2
"""Decades to neighbours of the best rate, where they are steep."""

MOST = 100.0
"""Regret of a rate that breaks training, in %: it is as bad as not training."""

FIRST_SEED = 5000
"""Far from those of any probe."""

REDRAWN = 200
"""Times that seeds are drawn anew to see what their luck does."""


@dataclass(frozen=True)
class Truth:
    """What full trainings of one cell gave.

    Attributes:
        decades: log10 of the rates, rising.
        losses: [rates][seeds], best validation losses, infinite where training diverged. All begin
            with the same seeds; the rates around the best have more of them.
        initial: Validation loss of the untrained model, mean over its seeds.
        full_steps: Optimizer steps of one training.
        valid_examples: By which they were scored.
    """

    decades: np.ndarray
    losses: tuple[np.ndarray, ...]
    initial: float
    full_steps: int
    valid_examples: int

    @cached_property
    def means(self) -> np.ndarray:
        """Of every rate over all seeds, none worse than not training.

        Where a rate lacks seeds, they are taken from how it differs from one that has them all.
        """
        rows = [np.minimum(row, self.initial) for row in self.losses]
        whole = min((row for row in rows if len(row) == self.seeds), key=np.mean)
        return np.array([whole.mean() + (row - whole[: len(row)]).mean() for row in rows])

    @property
    def regrets(self) -> np.ndarray:
        """In % of what training gains, at most `MOST`."""
        return np.asarray(np.minimum(100 * (self.means - self.means.min()) / self._gain, MOST))

    @property
    def best(self) -> float:
        """The best rate."""
        return float(10 ** self.decades[int(np.argmin(self.regrets))])

    @property
    def error(self) -> float:
        """Standard error of the regret of a rate close to the best, in %."""
        best, rows = self._whole
        others = sorted((row for row in rows if row is not best), key=np.mean)
        good = [row for row in others if row.mean() < best.mean() + 0.05 * self._gain]
        errors = [np.std(row - best, ddof=1) / np.sqrt(len(row)) for row in good or others[:1]]
        return float(100 * np.median(errors) / self._gain) if errors else float("nan")

    @property
    def noise(self) -> float:
        """How much two good rates differ by the seed of a single training, in %."""
        return float(self.error * np.sqrt(self.seeds))

    @property
    def floor(self) -> float:
        """What the best rate seems to lose, in %, on average over redrawn seeds.

        The lowest of several noisy means is a little too low.
        """
        best, rows = self._whole
        drawn = np.random.default_rng(0).integers(self.seeds, size=(REDRAWN, self.seeds))
        lowest = np.min([row[drawn].mean(axis=1) for row in rows], axis=0)
        return float(100 * np.mean(best[drawn].mean(axis=1) - lowest) / self._gain)

    @property
    def seeds(self) -> int:
        """Most trainings of one rate."""
        return max(len(row) for row in self.losses)

    @property
    def _gain(self) -> float:
        return float(self.initial - self.means.min())

    @property
    def _whole(self) -> tuple[np.ndarray, list[np.ndarray]]:
        """Return the losses of the best rate, and of all, among those with every seed."""
        rows = [np.minimum(row, self.initial) for row in self.losses if len(row) == self.seeds]
        return min(rows, key=np.mean), rows

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
    """Return a name that changes with all that is decided or advised about a cell but its rate.

    Wherever its files lie: what was true of another recipe is not true of this one.
    """
    decided = [
        (name, Path(value).name if name == "source" else value)
        for spec in (cell.data, cell.choices)
        for name, value in sorted(_decided(spec).items())
    ]
    grid = (COARSE, COARSE_SEEDS, FINE_DECADES, FINE_STEP, MARGIN_STEPS, STEEP, FINEST_STEP)
    settings = replace(rate_cells.how(cell), learning_rate=1.0)
    what = repr((decided, settings, cell.seeds, ENOUGH, *grid, FIRST_SEED))
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
    found = Truth(
        np.round(coarse, 3),
        tuple(trained(program, settings, coarse, seeds=COARSE_SEEDS)),
        untrained(program, settings, seeds=cell.seeds[0]),
        courses.full_steps(task, settings),
        task.valid_examples,
    )
    fewest, most = cell.seeds
    found = refined(found, program, settings, seeds=fewest)
    return sharpened(told_apart(found, program, settings, most=most), program, settings)


def told_apart(found: Truth, program: Program, settings: Hyperparameters, *, most: int) -> Truth:
    """Return the truth with as many seeds as tell good rates apart, but no more than `most`."""
    while found.error > ENOUGH and 2 * found.seeds <= most:
        seeds, reach = 2 * found.seeds, MARGIN_STEPS * FINE_STEP
        found = refined(found, program, settings, seeds=seeds, reach=reach)
    return found


def refined(
    found: Truth,
    program: Program,
    settings: Hyperparameters,
    *,
    seeds: int,
    reach: float = FINE_DECADES,
) -> Truth:
    """Return the truth with all seeds of the rates around the best.

    Args:
        found: With fewer seeds, or with all of them for some rates.
        program: Compiled for some lanes; more take turns.
        settings: How; its learning rate is ignored.
        seeds: Trainings of each rate around the best.
        reach: Decades around it, as long as it does not move.
    """
    while True:
        table = dict(zip(found.decades.tolist(), found.losses, strict=True))
        centre = np.log10(found.best)
        wanted = np.round(np.arange(centre - reach, centre + reach + 0.01, FINE_STEP), 3)
        missing = [decade for decade in wanted.tolist() if len(table.get(decade, ())) < seeds]
        if not missing:
            return found
        for decade in missing:
            known = table.get(decade, np.empty(0))
            more = trained(program, settings, np.array([decade]), seeds=seeds, first=len(known))
            table[decade] = np.concatenate([known, *more])
        found = _with(found, table)
        reach = MARGIN_STEPS * FINE_STEP


def sharpened(found: Truth, program: Program, settings: Hyperparameters) -> Truth:
    """Return the truth with closer neighbours of the best rate where it lies in a steep valley."""
    while between := _steep(found):
        more = trained(program, settings, np.array(between), seeds=found.seeds)
        found = _with(found, dict(zip(between, more, strict=True)))
    return found


def _with(found: Truth, more: dict[float, np.ndarray]) -> Truth:
    """Return the truth with more rates, or more losses of some, by their decades."""
    table = dict(zip(found.decades.tolist(), found.losses, strict=True)) | more
    decades = sorted(table)
    losses = tuple(table[decade] for decade in decades)
    return replace(found, decades=np.array(decades), losses=losses)


def _steep(found: Truth) -> list[float]:
    """Return what lies halfway from the best rate to each steep neighbour that is not close yet."""
    best = int(np.argmin(found.regrets))
    around = [at for at in (best - 1, best + 1) if 0 <= at < len(found.decades)]
    here = found.decades[best]
    return [
        round(float(here + found.decades[at]) / 2, 3)
        for at in around
        if found.regrets[at] > STEEP and abs(found.decades[at] - here) > FINEST_STEP * 1.01
    ]


def untrained(program: Program, settings: Hyperparameters, *, seeds: int) -> float:
    """Return the validation loss of a model that no step has moved, mean over seeds."""
    still = Course(multiples=np.zeros(1), score_every=1)
    losses = [
        chunk.figures["loss"][:, -1]
        for lanes in _groups(program, settings, [(1.0, FIRST_SEED + n) for n in range(seeds)])
        for chunk in cohort.train(program, lanes, still)
    ]
    return float(np.mean(np.concatenate(losses)))


def trained(
    program: Program, settings: Hyperparameters, decades: np.ndarray, *, seeds: int, first: int = 0
) -> list[np.ndarray]:
    """Return the best validation losses of full trainings: [rates][seeds].

    Args:
        program: Compiled for some lanes; more take turns.
        settings: How; its learning rate is ignored.
        decades: log10 of the rates.
        seeds: Trainings of each, the ones before `first` included.
        first: Number of those that are known already.
    """
    pairs = [(10.0**decade, FIRST_SEED + n) for decade in decades for n in range(first, seeds)]
    course = courses.course(program.task, settings)
    best: list[float] = []
    for lanes in _groups(program, settings, pairs):
        chunks = list(cohort.train(program, lanes, course))
        losses = np.concatenate([chunk.figures["loss"] for chunk in chunks], axis=1)
        best += np.where(chunks[-1].diverged, np.inf, np.fmin.reduce(losses, axis=1)).tolist()
    return list(np.array(best).reshape(len(decades), seeds - first))


def _groups(
    program: Program, settings: Hyperparameters, pairs: Sequence[tuple[float, int]]
) -> Iterator[list[Lane]]:
    """Return lanes of rates and seeds, as many at a time as the program holds."""
    for start in range(0, len(pairs), program.slots):
        yield [
            courses.lane(settings, learning_rate=rate, seed=seed)
            for rate, seed in pairs[start : start + program.slots]
        ]


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
                f"floor {truth.floor:.2f} % gain {truth.initial:.3g} -> {truth.means.min():.3g} "
                f"{time.perf_counter() - began_s:.0f} s",
                flush=True,
            )


if __name__ == "__main__":
    main()
