"""How is one spec run into one run folder?

Headless commands call `run` in their own process; the app starts this module as a process:

```text
python -m tuner_engine.worker RUN_FOLDER [--wait [--parent PID]]
```

With `--wait` the process loads JAX at once and waits for `spec.json` to appear, so that nobody
waits for the import later. Either way the folder is the only channel.
Invariant: whatever happens, the last event says how the run ended.
"""

import argparse
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from tuner_engine import documents, events, leaving, results
from tuner_engine.errors import DeviceError, ExitCode, TaskError, TunerError
from tuner_engine.events import AnyEvent, RunFinished, Status
from tuner_engine.leaving import Left
from tuner_engine.printable import printable
from tuner_engine.probes.terms import Terms
from tuner_engine.recipe import Recipe, this_tool
from tuner_engine.runs import Recorder, Run
from tuner_engine.specs import Command, Hyperparameters, RunSpec, hyperparameters
from tuner_engine.state import RunState, fold
from tuner_engine.workload import Caution

if TYPE_CHECKING:
    from tuner_engine.loading import Loaded
    from tuner_engine.training.task import Task

POLL_S = 0.05
"""Seconds between looks for a spec that is not there yet. House choice."""

TEST_SHARE = 0.05
"""Share of a training's budget that is kept for scoring it on the test split. House choice."""

CLOSING_S = 0.3
"""Seconds of a budget for what comes after a run: the result's writing and printing, and the end of
the process. House choice."""

ENDING_S, ENDING_SHARE = 0.4, 0.02
"""Seconds of a budget that are left for the chunk that is going on when it is spent, and for what
follows the last one; the share, where that is more. House choice: a chunk aims at half of it."""


def run(
    run: Run,
    dataset: "Loaded",
    *,
    stop: threading.Event,
    clock: Callable[[], float] = time.monotonic,
    started_s: float | None = None,
) -> Iterator[AnyEvent]:
    """Do what a run's spec asks, keeping every event in its folder.

    Args:
        run: A folder that holds a spec and no events.
        dataset: The data that the spec names, as loaded.
        stop: Once set, the run ends soon, with what was measured.
        clock: Seconds of a steady clock.
        started_s: Reading of `clock` when the person began to wait, which may be before this
            process could read it; the budget counts from there.

    Yields:
        Every event, as kept; the last is a `RunFinished`, with `result.json` in place before it
        unless the run failed.

    Raises:
        UsageError: Another process is writing this run.
        Exception: Whatever a bug raises, after the folder says that the run failed.
    """
    began_s = clock() if started_s is None else started_s
    with Recorder(run, clock=clock) as recorder:
        state = RunState()
        try:
            for event in _events(run, dataset, recorder, stop, clock, began_s):
                kept = recorder.append(event)
                state = fold(state, kept)
                yield kept
            status = _status(state, stop)
            recorder.keep("result.json", _result(state, status, dataset))
            last = _finish(status)
        except GeneratorExit:
            recorder.append(_finish("interrupted", "The reader left."))
            raise
        except KeyboardInterrupt:
            recorder.append(_finish("interrupted", "Aborted."))
            raise
        except BaseException as error:
            last = _failure(error)
            if last.exit_code == ExitCode.INTERNAL:
                recorder.append(last)
                raise
        # Outside of `try`: a reader who leaves after the last event does not interrupt the run.
        yield recorder.append(last)


def _events(
    run: Run,
    dataset: "Loaded",
    recorder: Recorder,
    stop: threading.Event,
    clock: Callable[[], float],
    began_s: float,
) -> Iterator[AnyEvent]:
    spec = run.spec()
    yield events.RunStarted(run_id=run.id, command=spec.command, pid=os.getpid(), started=_now())
    yield events.DataProfiled(profile=dataset.profile)
    from tuner_engine.training import devices

    devices.configure(spec.device)
    environment = devices.environment()
    recorder.keep("environment.json", msgspec.json.encode(environment))
    recipe = _recipe(spec, dataset, environment)
    yield events.RecipeAdvised(recipe=recipe)
    budget_s, whole_s = _spendable_s(spec.budget_s)
    terms = Terms(
        seed=spec.seed,
        evidence=run.id,
        budget_s=budget_s,
        whole_s=whole_s,
        effort=spec.effort,
        compare=spec.compare,
        seed_sd=recipe.seed_noise.sd if recipe.seed_noise else None,
        started_s=began_s,
        clock=clock,
        stop=stop,
    )
    try:
        yield from _work(replace(spec, recipe=recipe), dataset, recipe, terms)
    except Left as left:
        yield from _without_verdict(spec, left, terms)


def _spendable_s(budget_s: float | None) -> tuple[float | None, float | None]:
    """Return the seconds after which a run ends by itself, and those after which it must be over.

    Args:
        budget_s: Seconds that the person waits, from before the interpreter starts to after it is
            gone; none for no limit.
    """
    if budget_s is None:
        return None, None
    whole_s = max(budget_s - CLOSING_S - leaving.GRACE_S, 0.0)
    return max(whole_s - max(ENDING_S, ENDING_SHARE * budget_s), 0.0), whole_s


def _without_verdict(spec: RunSpec, left: Left, terms: Terms) -> Iterator[AnyEvent]:
    """Say what a run was at when it was left, where it did not come to a verdict of its own."""
    stopped = terms.stop.is_set()
    message = (
        f"{'Stopped' if stopped else 'The budget ended'} while {left.what}, which had taken "
        f"{left.waited_s:.1f} s so far. What was measured before that is kept"
        f"{'' if stopped else '; allow more time (--budget), or take a smaller model'}."
    )
    if spec.command not in documents.PROBES:
        code = "stopped-midway" if stopped else "budget-ended"
        yield events.CautionRaised(caution=Caution(code=code, message=message))
        return
    yield events.VerdictReached(
        probe=documents.PROBES[spec.command],
        verdict="interrupted" if stopped else "budget-too-small",
        summary=message,
        confidence="low",
        settings={},
    )


def _recipe(spec: RunSpec, dataset: "Loaded", environment: dict[str, str | None]) -> Recipe:
    from tuner_engine.advice import advise
    from tuner_engine.own import arguments

    if spec.recipe is None:
        return advise(
            dataset.profile,
            spec.choices,
            created=_now(),
            environment=environment,
            further={"seed": spec.seed} if spec.seed else {},
        )
    recipe = msgspec.structs.replace(spec.recipe, environment=environment)
    chosen = msgspec.to_builtins(spec.choices)
    chosen |= {"arguments": None, **arguments.typed(spec.choices, recipe.workload)}
    for name, value in chosen.items():
        if value is not None:
            recipe = recipe.chosen(name, value)
    return recipe


def _work(spec: RunSpec, dataset: "Loaded", recipe: Recipe, terms: Terms) -> Iterator[AnyEvent]:
    from tuner_engine import loading

    settings = hyperparameters(recipe)
    task = loading.task(dataset, settings)
    match spec.command:
        case "probe-epochs":
            from tuner_engine.probes import epochs

            yield from epochs.probe(task, settings, terms)
        case "probe-seeds":
            from tuner_engine.probes import seeds

            yield from seeds.probe(task, settings, terms)
        case "probe-regularization":
            from tuner_engine.probes import regularization

            yield from regularization.probe(task, settings, terms)
        case "probe-batch":
            from tuner_engine.probes import batch_size, batch_trial

            built = partial(loading.task, dataset)
            isolated = batch_trial.elsewhere(spec)
            yield from batch_size.probe(built, settings, terms, isolated=isolated, check=spec.check)
        case "train":
            yield from _trained(task, settings, terms)
        case _:
            yield from _rated(spec.command, task, recipe, terms)


def _rated(command: Command, task: "Task", recipe: Recipe, terms: Terms) -> Iterator[AnyEvent]:
    """Measure the learning rate, and go on from there if the whole tuning was asked for."""
    from tuner_engine import tuning
    from tuner_engine.probes import learning_rate, plan, programs

    settings = hyperparameters(recipe)
    program = yield from programs.compiled(
        task, settings, terms, phase="sweep", lanes=plan.MOST_LANES
    )
    if command == "tune":
        yield from tuning.tune(program, recipe, terms)
    else:
        yield from learning_rate.probe(program, settings, terms)


def _trained(task: "Task", settings: Hyperparameters, terms: Terms) -> Iterator[AnyEvent]:
    from tuner_engine.probes import programs
    from tuner_engine.training import courses, full

    program = yield from programs.compiled(
        task, settings, terms, phase="train", lanes=1, keep_best=True
    )
    lane = courses.lane(settings, learning_rate=settings.learning_rate, seed=terms.seed)
    training = terms.part(1 - TEST_SHARE)
    yield from full.train(
        program,
        settings,
        {f"seed {terms.seed}": lane},
        phase="train",
        plan="one full training at the recipe's values",
        must_end=training.must_end,
    )
    if training.expired():
        message = "The budget ended the training before its epochs or its patience did."
        yield events.CautionRaised(caution=Caution(code="budget-ended", message=message))


def _status(state: RunState, stop: threading.Event) -> documents.Ending:
    if stop.is_set():
        return "interrupted"
    if state.command == "train":
        learned = any(event.valid_loss is not None for event in state.epochs)
        return "done" if learned else "no-verdict"
    return "done" if state.verdicts and state.verdicts[-1].verdict == "ok" else "no-verdict"


def _result(state: RunState, status: documents.Ending, dataset: "Loaded") -> bytes:
    from tuner_engine.training import order

    if state.recipe is None:
        raise ValueError("a run that ends in a result has a recipe")
    settings = hyperparameters(state.recipe)
    per_epoch = order.steps_per_epoch(dataset.profile.workload.train_examples, settings.batch_size)
    return results.encode(
        documents.document(
            state,
            status=status,
            created=_now(),
            version=this_tool().version,
            environment=dict(state.recipe.environment),
            full_steps=settings.epochs * per_epoch,
        )
    )


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


EXITS: dict[Status, ExitCode] = {
    "done": ExitCode.DONE,
    "no-verdict": ExitCode.NO_VERDICT,
    "interrupted": ExitCode.INTERRUPTED,
}
"""Exit code of each ending that leaves a result."""


def _finish(status: documents.Ending, message: str = "") -> RunFinished:
    return RunFinished(status=status, exit_code=EXITS[status], message=message)


def _failure(error: BaseException) -> RunFinished:
    """Return how a run ends by an error: in our words if it was foreseen."""
    known = error if isinstance(error, TunerError) else _device_error(error)
    if known is not None:
        trace = known.trace if isinstance(known, TaskError) else ()
        return RunFinished(
            status="failed", exit_code=known.exit_code, message=str(known), trace=trace
        )
    message = printable(f"{type(error).__name__}: {error}")
    return RunFinished(status="failed", exit_code=ExitCode.INTERNAL, message=message)


def _device_error(error: BaseException) -> DeviceError | None:
    """Return the error in our words if it says that memory ran out."""
    from tuner_engine.training import memory

    if memory.ran_out(error):
        return DeviceError(
            "the device ran out of memory; use a smaller --batch-size or model, or --max-rows"
        )
    return None


def main(arguments: list[str]) -> int:
    """Run the spec in a folder as a process of its own, and return its exit code."""
    parser = argparse.ArgumentParser(prog="python -m tuner_engine.worker")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--wait", action="store_true", help="load JAX, then wait for the spec")
    parser.add_argument("--parent", type=int, help="process to wait with; the one that started us")
    options = parser.parse_args(arguments)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    signal.signal(signal.SIGHUP, signal.SIG_IGN)  # a dropped line leaves the run going
    run_folder = Run(options.folder)
    if options.wait and not _spec_came(run_folder, stop, parent=options.parent):
        return ExitCode.INTERRUPTED
    started_s = time.monotonic()
    try:
        from tuner_engine import loading

        dataset = loading.load(run_folder.spec())
    except Exception as error:
        failure = _failure(error)
        with Recorder(run_folder) as recorder:
            recorder.append(failure)
        if failure.exit_code == ExitCode.INTERNAL:
            raise
        return failure.exit_code
    last: AnyEvent | None = None
    for last in run(run_folder, dataset, stop=stop, started_s=started_s):  # noqa: B007
        pass
    return last.exit_code if isinstance(last, RunFinished) else ExitCode.INTERNAL


def _spec_came(run_folder: Run, stop: threading.Event, *, parent: int | None) -> bool:
    """Load JAX, then wait until the spec appears; false if stopped, or the parent is gone.

    Args:
        run_folder: Where the spec will appear.
        stop: Once set, nobody waits any longer.
        parent: The process that started this one, which may be gone before we can ask for it.
    """
    parent = parent or os.getppid()
    from tuner_engine import data, tuning  # noqa: F401 - loaded now so that nobody waits later

    while not (run_folder.path / "spec.json").exists():
        if os.getppid() != parent or stop.wait(POLL_S):
            return False
    return True


if __name__ == "__main__":
    leaving.end_soon()
    leaving.leave(main(sys.argv[1:]))
