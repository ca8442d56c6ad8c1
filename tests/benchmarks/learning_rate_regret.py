"""How much does the probe's learning rate lose against the best one there is?

```text
python tests/benchmarks/learning_rate_regret.py [--truth FOLDER] [--only WORD] [FILE[:TARGET] …]
```

`rate_cells` says on which trainings, `rate_truth` how regret is known. On each, the probe runs at
its two efforts, and as it does unasked, with several seeds; beside it stand the advised rate and
what other tools' rules suggest from one sweep (`peer_rules`). Prints one line per cell, with the
error of the truth, how much a single training differs by its seed, and what even the best rate
seems to lose by luck; then medians, means, worst cases, costs in full trainings, and how often the
stated range held the best rate: by family, of all, and of those whose seeds differ by less than
`NOISY`: in two trainings nobody sees through more. Truth is computed once and kept; that takes most
of the time.
"""

import argparse
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import peer_rules
import rate_cells
import rate_truth
from rate_truth import Truth

from tuner_engine.events import StepsTaken, VerdictReached
from tuner_engine.probes import learning_rate, plan
from tuner_engine.probes.bench import Bench
from tuner_engine.probes.terms import Terms
from tuner_engine.specs import Effort, Hyperparameters
from tuner_engine.training import cohort, courses, devices, fitting
from tuner_engine.training.cohort import Course
from tuner_engine.training.program import Program

NOISY = 2.0
"""How much two good rates differ by the seed of a single training, from which a cell counts as
noisy, in % of what training gains: more than rates differ that matter."""

PROBES = 6
"""Probes of each effort, and sweeps for each rule, on every cell; all with seeds of their own."""

EFFORTS: tuple[Effort, ...] = ("quick", "standard")

UNASKED = "unasked"
"""Where full trainings take no time, more than by the standard effort; the same elsewhere."""


@dataclass(frozen=True)
class Answer:
    """What one way of choosing a rate came to, once.

    Attributes:
        regret: In %; not known where there was no answer.
        cost: In full trainings.
        held: Whether the range that was stated holds the best rate; none if none was stated.
        width: Decades of that range.
    """

    regret: float
    cost: float
    held: bool | None = None
    width: float = 0.0


Answers = dict[str, list[Answer]]


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="*", help="files instead, as PATH or PATH:TARGET")
    parser.add_argument("--truth", type=Path, help="folder that keeps what is true")
    parser.add_argument("--only", default="", help="only cells whose name holds this word")
    parser.add_argument("--known", action="store_true", help="only cells whose truth is kept")
    options = parser.parse_args()
    devices.configure("cpu")
    folder = options.truth or devices.cache_folder() / "learning-rate-truth"
    by_family: dict[str, list[Answers]] = defaultdict(list)
    by_noise: dict[str, list[Answers]] = defaultdict(list)
    print(
        f"{'cell':36}{'best rate':>10}{'± %':>6}{'seed':>6}{'floor':>7}{'advice':>8}{'valley':>8}"
        f"{'quick':>8}{'standard':>10}{'cost':>6}{'unasked':>9}{'range held':>12}"
    )
    for cell in rate_cells.cells(folder, options.files):
        if options.only not in cell.key:
            continue
        if options.known and not rate_truth.is_kept(cell, folder):
            continue
        truth = rate_truth.known(cell, folder)
        answers = answered(cell, truth)
        by_family[cell.family].append(answers)
        by_noise["less" if truth.noise < NOISY else "more"].append(answers)
        print(_line(cell.key, truth, answers), flush=True)
    for family, told in by_family.items():
        print(f"\n{family}: {len(told)} cells")
        _summarise(told)
    if len(by_family) > 1:
        everything = [answers for told in by_family.values() for answers in told]
        print(f"\nall: {len(everything)} cells")
        _summarise(everything)
    for much, told in sorted(by_noise.items()):
        print(f"\nseeds differ by {much} than {NOISY:g} %: {len(told)} cells")
        _summarise(told)


def answered(cell: rate_cells.Cell, truth: Truth) -> Answers:
    """Return what each way of choosing a rate comes to on one cell."""
    task, settings = rate_cells.training(cell)
    program = fitting.fitted(task, settings, lanes=plan.MOST_LANES).program
    found: Answers = {"advised": [Answer(truth.regret(settings.learning_rate), 0.0)]}
    for effort in EFFORTS:
        found[effort] = _probes(program, settings, truth, effort)
    more = plan.plenty_seeds(Bench(program, settings, Terms()).at_ease)
    found[UNASKED] = _probes(program, settings, truth, None) if more else found["standard"]
    for swept in {swept for swept, _ in peer_rules.RULES.values()}:
        losses = sweeps(program, settings, swept)
        for name, (wanted, rule) in peer_rules.RULES.items():
            if wanted == swept:
                found[name] = [
                    _suggested(rule(row), truth, peer_rules.STEPS / truth.full_steps)
                    for row in losses
                ]
    return found


def _probes(
    program: Program, settings: Hyperparameters, truth: Truth, effort: Effort | None
) -> list[Answer]:
    return [probed(program, settings, truth, effort=effort, seed=100 * n) for n in range(PROBES)]


def probed(
    program: Program, settings: Hyperparameters, truth: Truth, *, effort: Effort | None, seed: int
) -> Answer:
    """Return what one probe comes to."""
    taken = phase = 0
    verdict = None
    for event in learning_rate.probe(program, settings, Terms(seed=seed, effort=effort)):
        if isinstance(event, StepsTaken):
            taken += event.lane_steps - (phase if event.lane_steps >= phase else 0)
            phase = event.lane_steps
        if isinstance(event, VerdictReached):
            verdict = event
    cost = taken / truth.full_steps
    setting = verdict.settings.get("learning_rate") if verdict else None
    if setting is None or not isinstance(setting.value, float) or setting.range is None:
        return Answer(np.nan, cost)
    low, high = (float(end) for end in setting.range)  # type: ignore[arg-type]
    # Rates have two digits, and the grid of the truth is no finer than a quarter of a decade.
    held = low * 0.95 <= truth.best <= high * 1.05
    return Answer(truth.regret(setting.value), cost, held, float(np.log10(high / low)))


def sweeps(program: Program, settings: Hyperparameters, swept: peer_rules.Range) -> np.ndarray:
    """Return the losses before each step of a rising rate: [PROBES, STEPS]."""
    lanes = [courses.lane(settings, learning_rate=1.0, seed=100 * n) for n in range(PROBES)]
    course = Course(multiples=peer_rules.rates(swept), score_every=None)
    chunks = list(cohort.train(program, lanes, course))
    losses = np.concatenate([chunk.train_losses for chunk in chunks], axis=1).astype(float)
    missing = peer_rules.STEPS - losses.shape[1]
    return np.pad(losses, [(0, 0), (0, missing)], constant_values=np.nan)


def _suggested(rate: float | None, truth: Truth, cost: float) -> Answer:
    return Answer(np.nan if rate is None else truth.regret(rate), cost)


def _line(key: str, truth: Truth, answers: Answers) -> str:
    standard = answers["standard"]
    held = [answer.held for answer in (*standard, *answers["quick"])]
    return (
        f"{key:36}{truth.best:10.2g}{truth.error:6.2f}{truth.noise:6.1f}{truth.floor:7.2f}"
        f"{_mean(answers['advised']):8.2f}{_mean(answers['fastai valley']):8.2f}"
        f"{_mean(answers['quick']):8.2f}{_mean(standard):10.2f}"
        f"{np.mean([answer.cost for answer in standard]):6.2f}{_mean(answers[UNASKED]):9.2f}"
        f"{sum(answer is True for answer in held):8} of {len(held)}"
    )


def _summarise(told: list[Answers]) -> None:
    print(
        f"  {'':22}{'median':>8}{'mean':>8}{'worst cell':>12}{'worst':>8}{'none':>6}"
        f"{'cost':>7}{'at most':>9}{'held':>7}{'decades':>9}"
    )
    for name in told[0]:
        cells = [answers[name] for answers in told]
        flat = [answer for cell in cells for answer in cell]
        known = np.array([answer.regret for answer in flat if np.isfinite(answer.regret)])
        means = np.array([_mean(cell) for cell in cells])
        ranges = [answer for answer in flat if answer.held is not None]
        costs = [answer.cost for answer in flat]
        held = f"{np.mean([answer.held for answer in ranges]):7.0%}" if ranges else f"{'':7}"
        width = f"{np.median([answer.width for answer in ranges]):9.1f}" if ranges else ""
        print(
            f"  {name:22}{np.median(known):8.2f}{known.mean():8.2f}{np.nanmax(means):12.2f}"
            f"{known.max():8.2f}{len(flat) - len(known):6}{np.mean(costs):7.2f}"
            f"{max(costs):9.2f}{held}{width}"
        )


def _mean(answers: Iterable[Answer]) -> float:
    regrets = [answer.regret for answer in answers if np.isfinite(answer.regret)]
    return float(np.mean(regrets)) if regrets else float("nan")


if __name__ == "__main__":
    main()
