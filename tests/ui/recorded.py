"""What does a whole run look like, without training one?

Built by code from a seed, with the shapes that real runs have: a sweep that falls, turns and
explodes, trials in three rungs, and a verdict. Tests replay it; so do pictures of the app.
"""

from collections.abc import Iterator

import numpy as np

from tuner_engine import events as said
from tuner_engine import runs, specs
from tuner_engine.recipe import Recipe, Setting, Tool
from tuner_engine.workload import Caution, ColumnFacts, DataFacts, Profile, Workload

SEEDS = 4
RATES = tuple(float(rate) for rate in np.logspace(-6, 0, 121))
BEST = 0.0056
RUN_ID = "20250102-030405-probe-lr-ab12"

WORKLOAD = Workload(
    family="tabular",
    task="classification",
    train_examples=624,
    valid_examples=133,
    test_examples=134,
    features=27,
    outputs=2,
    majority_share=0.62,
    missing_share=0.08,
)

_COLUMNS = (
    ("PassengerId", "id", 0, 891, "unused", "every value differs, in order"),
    ("Survived", "boolean", 0, 2, "target", ""),
    ("Pclass", "category", 0, 3, "feature", "one column per value"),
    ("Name", "text", 0, 891, "unused", "free text"),
    ("Sex", "category", 0, 2, "feature", "one column per value"),
    ("Age", "numeric", 177, 88, "feature", "gaps filled with the median"),
    ("SibSp", "numeric", 0, 7, "feature", ""),
    ("Parch", "numeric", 0, 7, "feature", ""),
    ("Ticket", "text", 0, 681, "unused", "free text"),
    ("Fare", "numeric", 0, 248, "feature", ""),
    ("Cabin", "text", 687, 147, "unused", "free text, mostly missing"),
    ("Embarked", "category", 2, 3, "feature", "one column per value"),
)


def data(source: str = "titanic.csv", columns: tuple[ColumnFacts, ...] | None = None) -> DataFacts:
    known = tuple(
        ColumnFacts(name=name, kind=kind, missing=missing, distinct=distinct, role=role, note=note)
        for name, kind, missing, distinct, role, note in _COLUMNS
    )
    return DataFacts(
        source=source,
        sha256="0" * 64,
        rows=891,
        format="csv",
        encoding="utf-8",
        delimiter=",",
        header=True,
        target="Survived",
        target_guessed=True,
        class_names=("0", "1"),
        columns=columns or known,
    )


def _setting(value, low=None, high=None, *, basis="rule", scale="log", why, source="", **more):
    extent = None if low is None else (low, high)
    return Setting(
        value=value,
        range=more.pop("options", extent),
        scale=scale,
        basis=basis,
        confidence="medium",
        why=why,
        sources=(source,) if source else (),
        **more,
    )


def recipe(source: str = "titanic.csv", columns: tuple[ColumnFacts, ...] | None = None) -> Recipe:
    linear = {"scale": "linear"}
    settings = {
        "model": _setting("mlp", why="A table.", basis="preset", scale="choice", options=("mlp",)),
        "hidden_layers": _setting(2, 1, 4, why="Tables rarely need more.", **linear),
        "hidden_width": _setting(128, 64, 512, why="Small data: width 128 is enough."),
        "optimizer": _setting(
            "adamw",
            why="The safest default for an MLP.",
            basis="preset",
            scale="choice",
            options=("sgd", "adam", "adamw", "lion", "muon"),
            source="Gorishniy et al. 2021, arXiv:2106.11959",
        ),
        "schedule": _setting(
            "cosine", why="Ends near zero.", scale="choice", options=("constant", "cosine")
        ),
        "learning_rate": _setting(
            0.001,
            1e-4,
            1e-2,
            why="AdamW's usual start for tables; measure it.",
            source="Gorishniy et al. 2021, arXiv:2106.11959",
            basis="preset",
        ),
        "warmup_share": _setting(0.05, 0.0, 0.1, why="Tolerates a higher peak.", **linear),
        "batch_size": _setting(64, 32, 256, why="About ten batches an epoch."),
        "epochs": _setting(100, 20, 400, why="With patience, an upper bound.", unit="passes"),
        "patience": _setting(16, 8, 40, why="Stops once validation stops improving."),
        "weight_decay": _setting(0.01, 1e-4, 0.1, why="Mild, decoupled.", basis="preset"),
        "dropout": _setting(0.1, 0.0, 0.5, why="Few examples.", **linear),
        "label_smoothing": _setting(0.0, 0.0, 0.1, why="Two classes need none.", **linear),
        "gradient_clip": _setting(None, why="Not needed for an MLP; leave unset."),
    }
    return Recipe(
        created="2025-01-02T03:04:05+00:00",
        tool=Tool(version="0.1.0"),
        workload=WORKLOAD,
        settings=settings,
        warnings=(Caution(code="missing", message="687 of 891 cells of Cabin are missing"),),
        data=data(source, columns),
    )


def measured_rate() -> Setting:
    return Setting(
        value=BEST,
        range=(0.002, 0.016),
        scale="log",
        basis="measured",
        confidence="high",
        why="Lowest validation loss of 42 short trainings, corrected for their length.",
        evidence=(RUN_ID,),
    )


def sweep_losses(seed: int) -> tuple[float | None, ...]:
    """Training loss of one seed: flat, falling, turning at 0.1, gone beyond 0.4."""
    noise = np.random.default_rng(seed)
    place = np.log10(np.asarray(RATES))
    fall = 0.69 - 0.42 / (1 + np.exp(-3.2 * (place + 2.9)))
    rise = np.exp(np.clip(4.5 * (place + 1.0), None, 12)) * 0.05
    losses = fall + rise + noise.normal(0, 0.012, place.size)
    return tuple(
        None if rate > 0.4 else round(float(x), 5) for rate, x in zip(RATES, losses, strict=True)
    )


def trials(rung: int, share: float) -> said.TrialsMeasured:
    rates = [float(rate) for rate in np.logspace(-3.5, -1, 11 - 3 * rung)]
    best = np.log10(BEST) + 0.5 * (0.4 - share)
    return said.TrialsMeasured(
        rung=rung,
        horizon_share=share,
        trials=tuple(
            said.Trial(
                learning_rate=rate,
                seed=seed,
                steps=int(1000 * share),
                valid_loss=None
                if rate > 0.09 and seed == 1
                else round(
                    float(0.45 - 0.03 * rung + 0.06 * (np.log10(rate) - best) ** 2 + 0.004 * seed),
                    5,
                ),
                best_epoch=30.0 * share,
            )
            for rate in rates
            for seed in (0, 1)
        ),
        finished=True,
    )


def sweep_events(source: str = "titanic.csv", *, chunk: int = 11) -> Iterator[said.AnyEvent]:
    """The run up to the end of the sweep."""
    advised = recipe(source)
    yield said.RunStarted(
        at_s=0.0, run_id=RUN_ID, command="probe-lr", pid=2**22 - 1, started=advised.created
    )
    yield said.DataProfiled(
        at_s=0.4,
        profile=Profile(workload=advised.workload, data=data(source), cautions=advised.warnings),
    )
    yield said.RecipeAdvised(at_s=0.4, recipe=advised)
    steps = SEEDS * len(RATES)
    yield said.PhaseStarted(
        at_s=0.5,
        phase="sweep",
        lanes=SEEDS,
        lane_steps=steps,
        plan="121 rates from 1e-6 to 1 over 4 seeds find the edge of stability.",
    )
    yield said.ProgramCompiled(at_s=2.0, phase="sweep", compile_s=1.5, layout="map/scan")
    rows = [sweep_losses(seed) for seed in range(SEEDS)]
    for start in range(0, len(RATES), chunk):
        stop = min(start + chunk, len(RATES))
        yield said.SweepMeasured(
            at_s=2.0 + start / 50,
            learning_rates=RATES[start:stop],
            losses=tuple(row[start:stop] for row in rows),
        )
        yield said.StepsTaken(at_s=2.0 + start / 50, phase="sweep", lane_steps=SEEDS * stop)


def trial_events() -> Iterator[said.AnyEvent]:
    """The trials, without a verdict."""
    yield said.PhaseStarted(
        at_s=5.0,
        phase="trials",
        lanes=22,
        lane_steps=30_000,
        plan="Short trainings at 10, 20 and 40 % of the length confirm a rate below the edge.",
    )
    for rung, share in enumerate((0.1, 0.2, 0.4)):
        yield trials(rung, share)
        yield said.StepsTaken(at_s=8.0 + 3 * rung, phase="trials", lane_steps=10_000 * (rung + 1))


def ending_events() -> Iterator[said.AnyEvent]:
    """The verdict and the end."""
    yield said.VerdictReached(
        at_s=15.0,
        probe="learning-rate",
        verdict="ok",
        summary="0.0056 is best; 0.002 to 0.016 are within 1 % of it. The edge is at 0.11.",
        confidence="high",
        settings={"learning_rate": measured_rate()},
    )
    yield said.RunFinished(at_s=15.1, status="done", exit_code=0)


def whole_run(source: str = "titanic.csv") -> list[said.AnyEvent]:
    return [*sweep_events(source), *trial_events(), *ending_events()]


def folder(spec: specs.RunSpec) -> runs.Run:
    """A run folder that holds the whole run, under its own name."""
    run = runs.Run(runs.home() / "runs" / RUN_ID)
    run.path.mkdir(parents=True)
    runs.begin(run, spec)
    with (run.path / "events.jsonl").open("wb") as file:
        file.writelines(said.encode(event) + b"\n" for event in whole_run())
    return run
