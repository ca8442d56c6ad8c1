"""What do runs of the other probes look like, without training any?

Built by code, with the shapes that real runs have; each ends in a verdict unless asked otherwise.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
import recorded

from tuner_engine import events as said
from tuner_engine import runs, specs
from tuner_engine.recipe import Setting

EPOCHS = 30


def begun(command: str) -> Iterator[said.AnyEvent]:
    """What every run says first."""
    advised = recorded.recipe()
    yield said.RunStarted(
        run_id=f"20250102-030405-{command}-ab12",
        command=command,
        pid=2**22 - 1,
        started=advised.created,
    )
    yield said.RecipeAdvised(at_s=0.4, recipe=advised)


def ended(probe: str, summary: str, **more: Any) -> Iterator[said.AnyEvent]:
    """A verdict and the end."""
    told = {"verdict": "ok", "confidence": "medium", "settings": {}} | more
    yield said.VerdictReached(at_s=30.0, probe=probe, summary=summary, **told)
    yield said.RunFinished(at_s=30.1, status="done", exit_code=0)


def measured(value: Any, **more: Any) -> Setting:
    """A setting that a probe settled."""
    told = {"range": None, "scale": "linear"} | more
    return Setting(value=value, basis="measured", confidence="medium", why="Measured.", **told)


def trainings(
    phase: said.Phase, arms: dict[str, tuple[dict[str, float], float]], *, seeds: int = 3
) -> Iterator[said.AnyEvent]:
    """Arms that fall, and rise again by their second number from half of the way.

    Args:
        phase: In which they are trained.
        arms: Name → values in which it differs, and how much it rises.
        seeds: Trainings of each.
    """
    yield said.PhaseStarted(at_s=1.0, phase=phase, lanes=9, lane_steps=900, plan="Arms compared.")
    lanes = [
        (f"{name}, seed {seed}", name, seed, values, rise)
        for name, (values, rise) in arms.items()
        for seed in range(seeds)
    ]
    yield said.LanesStarted(
        at_s=1.0,
        phase=phase,
        lanes=tuple(
            said.Training(label=label, arm=name, seed=seed, values=values)
            for label, name, seed, values, _ in lanes
        ),
    )
    for epoch in range(1, EPOCHS + 1):
        for label, _, seed, _, rise in lanes:
            fall = float(np.exp(-epoch / 5))
            late = max(0.0, epoch - EPOCHS / 2) / EPOCHS
            yield said.EpochMeasured(
                at_s=1.0 + epoch / 2,
                label=label,
                epoch=float(epoch),
                train_loss=0.1 + fall,
                valid_loss=0.3 + fall + rise * late + 0.01 * seed,
                metrics={"accuracy": 0.9 - fall / 2},
            )


def epochs_run() -> list[said.AnyEvent]:
    """It overfits from the middle on; twice the data would help."""
    arms = {
        "all data": ({}, 0.4),
        "1/2 of the epochs": ({"epochs": 50.0}, 0.0),
        "1/2 of the data": ({"data_share": 0.5}, 0.8),
    }
    reading = {
        "onset": 15.0,
        "best_loss": 0.36,
        "epochs_measured": 30.0,
        "more_data_gain_low": 0.01,
        "more_data_gain_high": 0.05,
    }
    settings = {"epochs": measured(15, range=(12, 18)), "patience": measured(5)}
    verdict = ended("epochs", "Best after 15 epochs.", settings=settings, reading=reading)
    return [*begun("probe-epochs"), *trainings("epochs", arms), *verdict]


def batch_run() -> list[said.AnyEvent]:
    """Four sizes that ran, one that does not fit, and gradient noise at three points."""
    events: list[said.AnyEvent] = [*begun("probe-batch")]
    events.append(said.PhaseStarted(phase="throughput", lanes=1, lane_steps=400, plan="Sizes."))
    for size, step_s in ((16, 0.01), (32, 0.011), (64, 0.014), (128, 0.027)):
        stretches = tuple(step_s * (1 + 0.02 * part) for part in range(5))
        events.append(said.BatchTried(batch_size=size, outcome="ran", step_s=stretches))
    events.append(said.BatchTried(batch_size=256, outcome="does-not-fit", why="Memory."))
    events.append(said.PhaseStarted(phase="noise", lanes=1, lane_steps=90, plan="Noise."))
    for epoch, scale in ((0.0, None), (1.0, 40.0), (5.0, 90.0)):
        low, high = (None, None) if scale is None else (scale / 2, scale * 2)
        events.append(
            said.NoiseMeasured(
                epoch=epoch,
                noise_scale=scale,
                low=low,
                high=high,
                micro_batches=16,
                micro_batch_size=8,
            )
        )
    settings = {"batch_size": measured(64, scale="log", range=(32, 128))}
    return [*events, *ended("batch-size", "64 is fast enough.", settings=settings)]


def seeds_run() -> list[said.AnyEvent]:
    """Everything, then two sources of luck alone."""
    arms = {"everything": ({}, 0.0), "initial weights": ({}, 0.1), "order": ({}, 0.2)}
    verdict = ended("seeds", "Ties within 0.02.", reading={"tie_threshold": 0.02, "sd": 0.01})
    return [*begun("probe-seeds"), *trainings("seeds", arms), *verdict]


def regularization_run() -> list[said.AnyEvent]:
    """Dropout helps, decay does not, and one arm diverged."""
    arms = {
        "as advised": ({}, 0.6),
        "dropout 0.3": ({"dropout": 0.3}, 0.0),
        "weight decay 0.1": ({"weight_decay": 0.1}, 0.59),
    }
    lost = said.Training(label="lost", arm="dropout 0.5", seed=0, values={"dropout": 0.5})
    events = list(trainings("regularization", arms))
    events.insert(2, said.LanesStarted(phase="regularization", lanes=(lost,)))
    events.append(
        said.EpochMeasured(label="lost", epoch=1.0, train_loss=None, valid_loss=None, metrics={})
    )
    settings = {"dropout": measured(0.3, range=(0.1, 0.5))}
    reading = {"tie_threshold": 0.005}
    verdict = ended("regularization", "Dropout 0.3 helps.", settings=settings, reading=reading)
    return [*begun("probe-regularization"), *events, *verdict]


def train_run() -> list[said.AnyEvent]:
    """One training, without a verdict."""
    events: list[said.AnyEvent] = [*begun("train")]
    events.append(said.PhaseStarted(phase="train", lanes=1, lane_steps=300, plan="One training."))
    for epoch in range(1, 11):
        loss = 0.3 + float(np.exp(-epoch / 3)) + 0.05 * max(0, epoch - 7)
        events.append(
            said.EpochMeasured(
                at_s=float(epoch),
                label="seed 0",
                epoch=float(epoch),
                train_loss=loss / 2,
                valid_loss=loss,
                metrics={"accuracy": 1 - loss / 2},
            )
        )
    return [*events, said.RunFinished(at_s=11.0, status="done", exit_code=0)]


RUNS = {
    "probe-batch": batch_run,
    "probe-epochs": epochs_run,
    "probe-seeds": seeds_run,
    "probe-regularization": regularization_run,
    "train": train_run,
}
"""A recorded run of every command beside the learning-rate probe."""


def folder(command: str) -> runs.Run:
    """A run folder that holds a whole run, under a name that never changes."""
    run = runs.Run(runs.home() / "runs" / f"20250102-030405-{command}-ab12")
    run.path.mkdir(parents=True)
    data = specs.DataSpec(source="titanic.csv")
    runs.begin(run, specs.RunSpec(command=command, data=data, recipe=recorded.recipe()))
    with (run.path / "events.jsonl").open("wb") as file:
        file.writelines(said.encode(event) + b"\n" for event in RUNS[command]())
    return run
