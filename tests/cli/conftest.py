"""What do the tests of the commands share? An engine that answers at once, and a way to call.

The engine's heavy parts are replaced by recorded answers; folders, files and streams are real.
"""

import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

import msgspec
import pytest

import tuner_engine
import tuner_engine.advice
import tuner_engine.data
from tuner_engine import events, results
from tuner_engine.errors import DataError, ExitCode
from tuner_engine.recipe import Recipe, Setting, Tool
from tuner_engine.runs import Recorder, Run
from tuner_engine.specs import Choices, DataSpec
from tuner_engine.workload import Caution, DataFacts, Profile, Workload
from tuner_tui import cli

CREATED = "2025-01-02T03:04:05+00:00"

PROFILE = Profile(
    workload=Workload(
        family="tabular",
        task="classification",
        train_examples=1234,
        valid_examples=200,
        test_examples=200,
        features=13,
        outputs=3,
        majority_share=0.4,
    ),
    data=DataFacts(
        source="wine.csv",
        sha256="0" * 64,
        rows=1634,
        format="csv",
        target="kind\x1b[31m",
        target_guessed=True,
    ),
    cautions=(Caution(code="small", message="few \x1b[31mrows"),),
)


@dataclass(frozen=True, slots=True)
class Loaded:
    profile: Profile


def setting(value: Any, **changes: Any) -> Setting:
    plain = Setting(value=value, basis="rule", confidence="medium", why="Because \x1b[2J.")
    return msgspec.structs.replace(plain, **changes)


def recipe(**settings: Setting) -> Recipe:
    return Recipe(
        created=CREATED,
        tool=Tool(version="0"),
        workload=PROFILE.workload,
        settings=settings or {"learning_rate": setting(1e-3), "optimizer": setting("adamw")},
        warnings=PROFILE.cautions,
        data=PROFILE.data,
    )


def fake_advise(
    profile: Profile,
    choices: Choices,
    *,
    created: str,
    environment: dict[str, str | None],
    further: Mapping[str, Any] = {},
) -> Recipe:
    if profile != PROFILE:
        raise AssertionError("advice is asked for the data at hand")
    advised = msgspec.structs.replace(recipe(), created=created, environment=environment)
    for name, value in {**msgspec.to_builtins(choices), **further}.items():
        if value is not None:
            settings = {**advised.settings, name: setting(value, basis="chosen", locked=True)}
            advised = msgspec.structs.replace(advised, settings=settings)
    return advised


COST = results.Cost(steps=900, full_trainings=1.5, wall_s=2.5, compile_s=0.5)
MEASURED = setting(5e-3, range=(2e-3, 2e-2), scale="log", basis="measured", confidence="high")


def probe_result(run_id: str, **changes: Any) -> results.ProbeResult:
    found = results.ProbeResult(
        created=CREATED,
        tool=Tool(version="0"),
        run_id=run_id,
        probe="learning-rate",
        verdict="ok",
        summary="Falls, then explodes.",
        confidence="high",
        status="done",
        settings={"learning_rate": MEASURED},
        reading={"edge": 0.1, "drift": None},
        curves={},
        lanes=(),
        cost=COST,
        recipe=recipe(),
        environment={},
    )
    return msgspec.structs.replace(found, **changes)


def train_result(run_id: str, epochs: int = 3) -> results.TrainResult:
    history = tuple(
        results.EpochScore(
            epoch=float(epoch),
            train_loss=1.0 / epoch,
            valid_loss=None if epoch == 1 else 1.0 / epoch,
            metrics={"accuracy": 0.5},
        )
        for epoch in range(1, epochs + 1)
    )
    best = results.Checkpoint(epoch=2.0, valid_loss=0.5, metrics={"accuracy": 0.5})
    return results.TrainResult(
        created=CREATED,
        tool=Tool(version="0"),
        run_id=run_id,
        status="done",
        settings=recipe().settings,
        history=history,
        best=best,
        final=best,
        test=results.TestScore(loss=0.6, metrics={"accuracy": 0.4}),
        cost=COST,
        workload=PROFILE.workload,
        data=PROFILE.data,
        environment={},
    )


@dataclass
class Engine:
    """Stands in for data, advice and the worker; tests change what it does."""

    status: events.Status = "done"
    message: str = ""
    exit_code: int = ExitCode.DONE
    middle: Callable[[threading.Event], Iterator[events.AnyEvent]] | None = None
    runs: list[Run] = field(default_factory=list)
    loaded: list[tuple[DataSpec, int]] = field(default_factory=list)

    def load(self, spec: DataSpec, *, seed: int) -> Loaded:
        if spec.source == "bad.csv":
            raise DataError("bad.csv: row 3, column 'x': not a number")
        self.loaded.append((spec, seed))
        return Loaded(PROFILE)

    def profile(self, spec: DataSpec, *, seed: int) -> Profile:
        return self.load(spec, seed=seed).profile

    def run(
        self, run: Run, dataset: Loaded, *, stop: threading.Event, started_s: float
    ) -> Iterator[events.AnyEvent]:
        self.runs.append(run)
        command = run.spec().command
        with Recorder(run) as recorder:
            yield recorder.append(
                events.RunStarted(run_id=run.id, command=command, pid=1, started=CREATED)
            )
            yield recorder.append(
                events.PhaseStarted(phase="sweep", lanes=2, lane_steps=10, plan="a \x1b[31mplan")
            )
            for event in self.middle(stop) if self.middle else ():
                yield recorder.append(event)
            if self.status != "failed":
                recorder.keep("result.json", results.encode(self._result(run, command)))
            yield recorder.append(
                events.RunFinished(
                    status=self.status, exit_code=self.exit_code, message=self.message
                )
            )

    def _result(self, run: Run, command: str) -> results.AnyResult:
        if command == "tune":
            return recipe(learning_rate=MEASURED)
        if command == "train":
            return train_result(run.id)
        return probe_result(run.id)


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> Engine:
    stand_in = Engine()
    worker = ModuleType("tuner_engine.worker")
    monkeypatch.setattr(worker, "run", stand_in.run, raising=False)
    monkeypatch.setitem(sys.modules, "tuner_engine.worker", worker)
    monkeypatch.setattr(tuner_engine, "worker", worker, raising=False)
    monkeypatch.setattr(tuner_engine.data, "load", stand_in.load, raising=False)
    monkeypatch.setattr(tuner_engine.data, "profile", stand_in.profile, raising=False)
    monkeypatch.setattr(tuner_engine.advice, "advise", fake_advise, raising=False)
    return stand_in


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command left: its exit code and what stood on its streams."""

    code: int
    out: str
    err: str


@pytest.fixture
def tuner(capsys: pytest.CaptureFixture[str]) -> Callable[..., Answer]:
    """Call a command in this process."""

    def call(*arguments: object) -> Answer:
        code = cli.run([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        return Answer(code, captured.out, captured.err)

    return call
