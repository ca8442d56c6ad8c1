"""Which document does a finished run leave behind?

Everything in a document is read from the run's state: what was never an event cannot be in it.
"""

from collections.abc import Iterable
from typing import Any, Literal

import msgspec

from tuner_engine import results
from tuner_engine.probes import curves
from tuner_engine.recipe import Recipe, Tool
from tuner_engine.results import (
    AnyResult,
    Checkpoint,
    Cost,
    Curve,
    EpochScore,
    Probe,
    ProbeResult,
    TestScore,
    TrainResult,
)
from tuner_engine.state import RunState

Ending = Literal["done", "no-verdict", "interrupted"]

PROBES: dict[str, Probe] = {
    "probe-lr": "learning-rate",
    "probe-batch": "batch-size",
    "probe-epochs": "epochs",
    "probe-seeds": "seeds",
    "probe-regularization": "regularization",
}
"""What the probe of each command is called in its document."""


def document(
    state: RunState,
    *,
    status: Ending,
    created: str,
    version: str,
    environment: dict[str, str | None],
    full_steps: int,
) -> AnyResult:
    """Return the document of a run.

    Args:
        state: Of the run, folded from all its events so far.
        status: How it ends.
        created: UTC, ISO 8601.
        version: Of the program.
        environment: Versions and device; the layout of lanes is added.
        full_steps: Optimizer steps of one full training.

    Raises:
        ValueError: The run never had a recipe.
    """
    recipe, profile = state.recipe, state.profile
    if recipe is None or profile is None:
        raise ValueError("a run that never had a recipe leaves no document")
    environment = {**environment, "layout": state.layout}
    if state.command == "tune":
        warnings = (*recipe.warnings, *state.cautions)
        return msgspec.structs.replace(recipe, warnings=warnings, environment=environment)
    common: dict[str, Any] = {
        "created": created,
        "tool": Tool(version=version),
        "run_id": state.run_id,
        "status": status,
        "cost": _cost(state, full_steps),
        "environment": environment,
    }
    if state.command == "train":
        data = {"workload": profile.workload, "data": profile.data}
        return _training(state, recipe, **data, **common)
    return _probe(state, recipe, full_steps, **common)


def _cost(state: RunState, full_steps: int) -> Cost:
    steps = state.steps_before + state.lane_steps
    return Cost(
        steps=steps,
        full_trainings=round(steps / full_steps, 3),
        wall_s=state.at_s,
        compile_s=round(state.compile_s, 4),
        footprint=state.footprint,
    )


def _probe(state: RunState, recipe: Recipe, full_steps: int, **common: Any) -> ProbeResult:
    verdict = state.verdicts[-1]
    return ProbeResult(
        probe=PROBES[state.command],
        verdict=verdict.verdict,
        summary=verdict.summary,
        confidence=verdict.confidence,
        settings=verdict.settings,
        reading=verdict.reading,
        seed_noise=verdict.seed_noise,
        curves=dict(_curves(state)),
        lanes=(*_lanes(state), *_arms(state, recipe, full_steps)),
        batches=state.batches,
        noise=state.noise,
        recipe=recipe,
        warnings=(*recipe.warnings, *state.cautions),
        **common,
    )


def _curves(state: RunState) -> Iterable[tuple[str, Curve]]:
    if state.learning_rates:
        yield (
            "sweep",
            Curve(
                x_label="learning rate",
                y_label="training loss",
                x=state.learning_rates,
                y=state.sweep,
            ),
        )

    for arm in dict.fromkeys(training.arm for training in state.trainings):
        labels = [training.label for training in state.trainings if training.arm == arm]
        yield from _of_arm(arm, curves.gathered(state.epochs, labels))
    if ran := [size for size in state.batches if size.step_s]:
        speeds = ((tuple(sorted(size.step_s))[len(size.step_s) // 2], size) for size in ran)
        yield (
            "throughput",
            Curve(
                x_label="batch size",
                y_label="examples per second",
                x=tuple(float(size.batch_size) for size in ran),
                y=(tuple(size.batch_size / step_s for step_s, size in speeds),),
            ),
        )
    if state.noise:
        yield (
            "noise scale",
            Curve(
                x_label="epoch",
                y_label="examples",
                x=tuple(point.epoch for point in state.noise),
                y=(tuple(point.noise_scale for point in state.noise),),
            ),
        )


def _of_arm(arm: str, found: curves.Curves) -> Iterable[tuple[str, Curve]]:
    for name, rows in (("valid", found.valid), ("train", found.train)):
        yield (
            f"{arm}: {name} loss",
            Curve(
                x_label="epoch",
                y_label=f"{name} loss",
                x=tuple(map(float, found.epochs)),
                y=tuple(tuple(None if v != v else float(v) for v in row) for row in rows),
            ),
        )


def _lanes(state: RunState) -> Iterable[results.Lane]:
    for rung in state.rungs:
        for trial in rung.trials:
            yield results.Lane(
                learning_rate=trial.learning_rate,
                seed=trial.seed,
                horizon_share=rung.horizon_share,
                steps=trial.steps,
                valid_loss=trial.valid_loss,
                best_epoch=trial.best_epoch,
            )


def _arms(state: RunState, recipe: Recipe, full_steps: int) -> Iterable[results.Lane]:
    """Return the lanes that are compared by arm, as their epochs tell of them."""
    values = recipe.values()
    for training in state.trainings:
        own = [event for event in state.epochs if event.label == training.label]
        if not own:
            continue
        scored = [(event.valid_loss, event.epoch) for event in own if event.valid_loss is not None]
        lost = len(scored) < len(own)
        loss, epoch = min(scored, default=(None, 0.0))
        epochs, rate = float(str(values["epochs"])), float(str(values["learning_rate"]))
        share = training.values.get("data_share", 1.0)
        batch = float(str(values["batch_size"]))
        larger = training.values.get("batch_size", batch) / batch
        yield results.Lane(
            learning_rate=training.values.get("learning_rate", rate),
            seed=training.seed,
            horizon_share=share * training.values.get("epochs", epochs) / epochs,
            steps=round(own[-1].epoch / epochs * share / larger * full_steps),
            valid_loss=None if lost else loss,
            best_epoch=epoch,
            arm=training.arm,
            values=training.values,
        )


def _training(state: RunState, recipe: Recipe, **common: Any) -> TrainResult:
    history = tuple(
        EpochScore(
            epoch=event.epoch,
            train_loss=event.train_loss,
            valid_loss=event.valid_loss,
            metrics=event.metrics,
        )
        for event in state.epochs
    )
    scored = [row for row in history if row.valid_loss is not None]
    best = min(scored, key=_loss, default=None)
    test = state.tests[-1] if state.tests else None
    return TrainResult(
        settings=recipe.settings,
        history=history,
        best=_checkpoint(best),
        final=_checkpoint(history[-1] if history else None),
        test=None if test is None else TestScore(loss=test.loss, metrics=test.metrics),
        warnings=(*recipe.warnings, *state.cautions),
        **common,
    )


def _checkpoint(row: EpochScore | None) -> Checkpoint | None:
    if row is None:
        return None
    return Checkpoint(epoch=row.epoch, valid_loss=row.valid_loss, metrics=row.metrics)


def _loss(row: EpochScore) -> float:
    return float("inf") if row.valid_loss is None else row.valid_loss
