"""Do charts of runs stand where a person looks, and never where a script does?"""

import io
import json
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tuner_engine import events
from tuner_tui.cli import plots

Tuner = Callable[..., Any]


def swept(_: threading.Event) -> Iterator[events.AnyEvent]:
    rates = tuple(10.0**power for power in range(-5, 1))
    losses = ((2.3, 2.2, 1.5, 0.6, 0.4, None),)
    yield events.SweepMeasured(learning_rates=rates, losses=losses)


def trained(_: threading.Event) -> Iterator[events.AnyEvent]:
    for epoch in range(1, 6):
        yield events.EpochMeasured(
            label="seed 0",
            epoch=float(epoch),
            train_loss=1 / epoch,
            valid_loss=1.2 / epoch,
            metrics={"accuracy": 1 - 0.5 / epoch},
        )


def charts(text: str) -> list[str]:
    """Return the titles of the charts in a text: lines above a wall."""
    lines = text.splitlines()
    walls = [index for index, line in enumerate(lines) if "└" in line or "+-" in line]
    return [lines[: index + 1][-1] for index in walls]


def test_a_chart_follows_the_tables(engine: Any, tuner: Tuner) -> None:
    """With `--plot` the answer ends with the curve; without it there is none."""
    engine.middle = swept
    plain = tuner("probe", "lr", "wine.csv").out
    plotted = tuner("probe", "lr", "wine.csv", "--plot").out
    assert charts(plain) == []
    assert len(charts(plotted)) == 1
    assert "learning rate" in charts(plotted)[0]
    assert plotted.index("verdict:") < plotted.index("Sweep")


def test_json_stays_one_document(engine: Any, tuner: Tuner) -> None:
    """Beside JSON the chart goes to stderr, and with `--quiet` nowhere."""
    engine.middle = swept
    answer = tuner("probe", "lr", "wine.csv", "--plot", "--json")
    assert json.loads(answer.out)["schema"] == "tuner-tui/probe/1"
    assert len(charts(answer.err)) == 1
    quiet = tuner("probe", "lr", "wine.csv", "--plot", "--json", "--quiet")
    assert quiet.err == ""


def test_events_stay_json_lines(engine: Any, tuner: Tuner) -> None:
    """Every line of stdout can be read by a script."""
    engine.middle = swept
    answer = tuner("probe", "lr", "wine.csv", "--plot", "--events")
    assert all(json.loads(line) for line in answer.out.splitlines())
    assert len(charts(answer.err)) == 1


def test_a_training_shows_losses_and_its_metric(engine: Any, tuner: Tuner) -> None:
    """Both pictures of the app, one beneath the other."""
    engine.middle = trained
    out = tuner("train", "wine.csv", "--plot").out
    assert len(charts(out)) == 2
    assert "Losses" in out
    assert "accuracy" in out


def test_a_kept_run_can_be_plotted_again(engine: Any, tuner: Tuner) -> None:
    """The same chart from the run's folder, on stdout or beside JSON."""
    engine.middle = swept
    told = tuner("probe", "lr", "wine.csv", "--plot").out
    run = engine.runs[0].id
    shown = tuner("runs", "show", run, "--plot").out
    assert told[told.index("Sweep") :] == shown[shown.index("Sweep") :]
    beside = tuner("runs", "show", run, "--plot", "--json")
    assert json.loads(beside.out)["id"] == run
    assert len(charts(beside.err)) == 1


def test_nothing_measured_is_said(engine: Any, tuner: Tuner) -> None:
    """A run without a curve invents no chart."""
    out = tuner("train", "wine.csv", "--plot").out
    assert "nothing to plot" in out
    assert charts(out) == []


@pytest.mark.parametrize(("encoding", "ascii_only"), [("utf-8", False), ("latin-1", True)])
def test_the_stream_can_hold_the_chart(encoding: str, *, ascii_only: bool) -> None:
    """Where braille cannot be written, letters draw the curve."""
    file = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    said = [
        events.RunStarted(run_id="a", command="probe-lr", pid=1, started="2025-01-02"),
        *swept(threading.Event()),
    ]
    plots.write(said, file=file)
    file.seek(0)
    drawn = file.read()
    assert drawn.isascii() is ascii_only
    assert len(charts(drawn)) == 1
    assert all(len(line) <= 80 for line in drawn.splitlines())
