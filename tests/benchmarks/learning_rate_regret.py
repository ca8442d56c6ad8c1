"""How much does the probe's learning rate lose against the best one there is?

```text
python tests/benchmarks/learning_rate_regret.py [--budget SECONDS] [TABLE[:TARGET] …]
```

Trains every rate of a dense grid in full with fresh seeds, and with them the probe's suggestion and
the advised rate. The score of a rate is its best validation loss, mean over seeds; its regret is
what it loses against the grid's best, in % of what training gains at all. Prints one line per table
and the cost of the probe in full trainings.
"""

import argparse

import numpy as np

from tuner_engine import data, specs
from tuner_engine.advice import advise
from tuner_engine.events import StepsTaken, VerdictReached
from tuner_engine.models import tabular
from tuner_engine.probes import learning_rate, plan
from tuner_engine.probes.terms import Terms
from tuner_engine.training import cohort, courses, devices, fitting
from tuner_engine.training.program import Program

TABLES = ("demo:digits", "demo:breast-cancer", "demo:diabetes", "demo:wine")
GRID = tuple(float(rate) for rate in np.geomspace(1e-5, 1e-1, 17))
SEEDS = (5000, 5001, 5002)
MOST_ROWS = 6_000


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("tables", nargs="*", default=TABLES)
    parser.add_argument("--budget", type=float, default=None)
    parser.add_argument("--schedule", default=None)
    options = parser.parse_args()
    devices.configure("cpu")
    print(
        f"{'table':30}{'best rate':>10}{'probe':>9}{'regret':>8}{'advice':>8}{'cost':>7}  verdict"
    )
    regrets = []
    for table in options.tables:
        source, _, target = table.rpartition(":") if table.count(":") > 1 else (table, "", "")
        if not source.startswith("demo") and not target and ":" in table:
            source, target = table.split(":")
        spec = specs.DataSpec(source=source, target=target or None, max_rows=MOST_ROWS)
        dataset = data.load(spec, seed=0)
        choices = specs.Choices(schedule=options.schedule)
        recipe = advise(dataset.profile, choices, created="")
        settings = specs.hyperparameters(recipe)
        task = tabular.task(dataset, settings)
        program = fitting.fitted(task, settings, lanes=plan.MOST_LANES).program
        verdict, cost = probed(program, settings, budget_s=options.budget)
        found = verdict.settings.get("learning_rate")
        rate = float(found.value or 0) if found else None
        rates = (*GRID, settings.learning_rate, *([rate] if rate else []))
        scores, initial = scored(program, settings, rates)
        best = int(np.nanargmin(scores[: len(GRID)]))
        loss = 100 * (scores - scores[best]) / (initial - scores[best])
        regrets.append(loss[-1] if rate else np.nan)
        print(
            f"{table[-30:]:30}{GRID[best]:10.2g}{rate or np.nan:9.2g}{regrets[-1]:8.2f}"
            f"{loss[len(GRID)]:8.2f}{cost:7.1f}  {verdict.verdict}",
            flush=True,
        )
    print(
        f"regret of the probe: mean {np.nanmean(regrets):.2f} %, worst {np.nanmax(regrets):.2f} %"
    )


def probed(
    program: Program, settings: specs.Hyperparameters, *, budget_s: float | None
) -> tuple[VerdictReached, float]:
    """Return the probe's verdict and its cost in full trainings."""
    terms = Terms(budget_s=budget_s)
    terms = Terms(budget_s=budget_s, started_s=terms.clock())
    taken, last = 0, 0
    verdict = None
    for event in learning_rate.probe(program, settings, terms):
        if isinstance(event, StepsTaken):
            taken, last = taken + max(event.lane_steps - last, 0), event.lane_steps
        if isinstance(event, VerdictReached):
            verdict = event
    if verdict is None:
        raise RuntimeError("a probe ends with a verdict")
    return verdict, taken / courses.full_steps(program.task, settings)


def scored(
    program: Program, settings: specs.Hyperparameters, rates: tuple[float, ...]
) -> tuple[np.ndarray, float]:
    """Return the mean best validation loss of each rate, and the loss before training."""
    pairs = [(rate, seed) for rate in rates for seed in SEEDS]
    best: list[float] = []
    first: list[float] = []
    course = courses.course(program.task, settings)
    for start in range(0, len(pairs), program.slots):
        lanes = [
            cohort.Lane(learning_rate=rate, weight_decay=settings.weight_decay, seed=seed)
            for rate, seed in pairs[start : start + program.slots]
        ]
        chunks = list(cohort.train(program, lanes, course))
        losses = np.concatenate([chunk.figures["loss"] for chunk in chunks], axis=1)
        lost = chunks[-1].diverged
        best += np.where(lost, np.inf, np.fmin.reduce(losses, axis=1)).tolist()
        first += chunks[0].train_losses[:, 0].tolist()
    return np.array(best).reshape(len(rates), len(SEEDS)).mean(axis=1), float(np.mean(first))


if __name__ == "__main__":
    main()
