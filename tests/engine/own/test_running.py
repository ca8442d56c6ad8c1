"""Does a task of one's own go the whole way that data go?"""

import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tuner_engine import loading, runs, worker
from tuner_engine.errors import UsageError
from tuner_engine.events import RunFinished
from tuner_engine.own import template
from tuner_engine.results import TrainResult
from tuner_engine.specs import Choices, DataSpec, RunSpec

Written = Callable[..., str]
NOW = datetime(2025, 1, 2, 3, 4, 5, tzinfo=UTC)


def ran(source: str, **choices: Any) -> tuple[runs.Run, RunFinished]:
    data = DataSpec(source=source, kind="task")
    spec = RunSpec(command="train", data=data, choices=Choices(**choices))
    run = runs.create(spec, now=NOW)
    *_, last = worker.run(run, loading.load(spec), stop=threading.Event())
    assert isinstance(last, RunFinished)
    return run, last


def trained(source: str, **choices: Any) -> TrainResult:
    run, last = ran(source, **choices)
    assert last.exit_code == 0, last.message
    return msgspec.json.decode(run.result() or b"", type=TrainResult)


def test_the_template_runs_as_it_is(tmp_path: Path) -> None:
    """Written, trained for a few epochs, and better than a coin."""
    path = tmp_path / "mine.py"
    template.write(path)
    assert "--task mine.py" in path.read_text()
    result = trained(str(path), epochs=4, learning_rate=1e-2, arguments={"hidden": "16"})
    assert result.best is not None
    assert result.best.metrics["accuracy"] > 0.55
    assert result.test is not None
    assert result.workload.declared is not None
    shown = {name: (s.value, s.basis) for name, s in result.settings.items()}
    assert shown["hidden"] == (16, "chosen")
    assert shown["activation"] == ("relu", "preset")
    assert shown["batch_size"] == (64, "preset")


def test_the_template_replaces_nothing(tmp_path: Path) -> None:
    """A file that is there stays, and a task is a Python file."""
    (tmp_path / "mine.py").write_text("precious")
    with pytest.raises(UsageError, match="exists already"):
        template.write(tmp_path / "mine.py")
    assert (tmp_path / "mine.py").read_text() == "precious"
    with pytest.raises(UsageError, match=r"ends in \.py"):
        template.write(tmp_path / "mine.txt")
    with pytest.raises(UsageError, match="cannot be written: No such file"):
        template.write(tmp_path / "nowhere" / "mine.py")


def test_their_optimizer_schedule_and_accumulation_are_honoured(written: Written) -> None:
    """Plain SGD at a known rate, in parts, on a schedule that stops: the same as by hand."""
    source = written(
        """
        def sgd(learning_rate):
            return optax.sgd(learning_rate)

        def half(steps):
            return np.where(np.arange(steps) < steps / 2, 1.0, 0.0)

        def task(parts: int = 4):
            return Task(init=lambda key: {"w": jnp.zeros((4, 2)), "b": jnp.zeros(2)}, loss=loss,
                        train=(x[:160], y[:160]), valid=(x[160:], y[160:]), optimizer=sgd,
                        schedule=half, accumulation=parts, batch_size=160, epochs=40,
                        learning_rate=1.0)
        """
    )
    result = trained(source)
    values = {name: setting.value for name, setting in result.settings.items()}
    assert (values["optimizer"], values["schedule"], values["accumulation"]) == ("own", "own", 4)
    assert result.cost.steps == 40
    import jax
    import numpy as np

    names: dict[str, Any] = {}
    exec(Path(source.partition(":")[0]).read_text(), names)  # noqa: S102 - the test's own file
    params = {"w": np.zeros((4, 2)), "b": np.zeros(2)}
    x, y = names["x"], names["y"]
    for _ in range(20):
        slope, _ = jax.grad(names["loss"], has_aux=True)(params, (x[:160], y[:160]))
        params = {name: params[name] - slope[name] for name in params}
    expected, metrics = names["loss"](params, (x[160:], y[160:]))
    assert result.final is not None
    assert result.final.valid_loss == pytest.approx(float(expected), rel=1e-4)
    assert result.final.metrics["accuracy"] == pytest.approx(float(metrics["accuracy"].mean()))


def test_batches_train_as_arrays_do(written: Written) -> None:
    """From a function that returns an iterator; what that means is said."""
    source = written(
        """
        def batches(size):
            for i in range(0, 160, size):
                yield x[i:i + size], y[i:i + size]

        def task(batch_size: int = 32):
            return Task(init=init, loss=loss, train=lambda: batches(batch_size), epochs=10,
                        valid=lambda: batches(50), learning_rate=3e-2)
        """
    )
    result = trained(source)
    assert result.best is not None
    assert result.best.metrics["accuracy"] > 0.8
    assert result.cost.steps == 50
    assert "stream-order" in {caution.code for caution in result.warnings}
    assert trained(source, batch_size=16, epochs=2).cost.steps == 20


def test_an_error_in_their_code_ends_the_run_with_their_traceback(written: Written) -> None:
    """Exit 3, one line of message, and the frames beside it."""
    source = written(
        """
        def broken(params, batch):
            return wrong(params, batch[0])

        def wrong(params, x):
            return (x @ params["b"]).mean()

        def task():
            return Task(init=init, loss=broken, train=(x, y))
        """
    )
    run, last = ran(source)
    assert (last.status, last.exit_code) == ("failed", 3)
    assert "train.py, line" in last.message
    assert "in wrong: TypeError" in last.message
    assert [line.rpartition(" in ")[2] for line in last.trace[::2]] == ["broken", "wrong"]
    assert list(run.events())[-1] == last


def test_a_loss_that_is_never_finite_has_no_verdict(written: Written) -> None:
    """Divergence is a result, not an error."""
    source = written(
        """
        def task():
            return Task(init=init, loss=lambda p, b: jnp.log(-1 - p["b"] @ p["b"]), train=(x, y))
        """
    )
    _, last = ran(source, epochs=1)
    assert (last.status, last.exit_code) == ("no-verdict", 4)


def test_another_argument_is_another_call(written: Written) -> None:
    """A recipe whose arguments differ from those at loading has the function called again."""
    source = written(
        """
        def task(examples: int = 100):
            return Task(init=init, loss=loss, train=(x[:examples], y[:examples]), valid=(x, y))
        """
    )
    import own_tasks

    spec = RunSpec(command="train", data=DataSpec(source=source, kind="task"))
    found = loading.load(spec)
    same = loading.task(found, own_tasks.settings(arguments={"examples": 100}))
    other = loading.task(found, own_tasks.settings(arguments={"examples": 60}))
    assert (same.train_examples, other.train_examples) == (100, 60)
