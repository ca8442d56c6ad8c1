"""Do the commands that run speak as scripts rely on, and leave nothing half done?"""

import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tuner_engine import events, runs
from tuner_engine.specs import Choices
from tuner_engine.workload import Caution
from tuner_tui import cli
from tuner_tui.cli import running

Tuner = Callable[..., Any]

COMMANDS = {"tune": ("tune",), "probe": ("probe", "lr"), "train": ("train",)}
"""Name → the words that start it."""

SCHEMAS = {"tune": "recipe", "probe": "probe", "train": "train"}


@pytest.fixture(params=COMMANDS)
def command(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


def test_json_is_exactly_one_document(command: str, tuner: Tuner, engine: Any) -> None:
    """Stdout is the run's result, byte for byte, and nothing else."""
    answer = tuner(*COMMANDS[command], "wine.csv", "--json")
    assert answer.code == 0
    assert json.loads(answer.out)["schema"] == f"tuner-tui/{SCHEMAS[command]}/1"
    assert answer.out.encode() == engine.runs[0].result()


def test_events_are_lines_and_the_last_is_the_result(
    command: str, tuner: Tuner, engine: Any
) -> None:
    """Every line is a JSON object: the events as kept, then the document."""
    lines = tuner(*COMMANDS[command], "wine.csv", "--events").out.splitlines()
    kept = list(engine.runs[0].events())
    assert [events.decode(line.encode()) for line in lines[:-1]] == kept
    assert json.loads(lines[-1]) == json.loads(engine.runs[0].result())


def test_text_shows_the_number_and_no_escapes(command: str, tuner: Tuner, engine: Any) -> None:
    """Without --json stdout is for a person: values aligned, nothing that steers a terminal."""
    answer = tuner(*COMMANDS[command], "wine.csv")
    assert "learning_rate" in answer.out
    assert "\x1b" not in answer.out + answer.err
    assert r"kind\x1b[31m" in answer.out


def test_progress_goes_to_stderr_and_quiet_silences_it(tuner: Tuner, engine: Any) -> None:
    """Plain lines where there is no terminal; none at all with --quiet."""
    assert "sweep: a " in tuner("probe", "lr", "wine.csv").err
    assert tuner("probe", "lr", "wine.csv", "--quiet").err == ""


def test_output_holds_what_json_prints(
    command: str, tuner: Tuner, engine: Any, tmp_path: Path
) -> None:
    """--output writes the same document, whatever stdout shows."""
    path = tmp_path / "out.json"
    answer = tuner(*COMMANDS[command], "wine.csv", "--output", path)
    assert path.read_bytes() == engine.runs[0].result()
    assert "learning_rate" in answer.out
    assert str(path) in answer.err


def test_tune_keeps_its_recipe_and_says_where(tuner: Tuner, engine: Any) -> None:
    """Without --output the recipe lies in the run's folder, and stderr names it."""
    answer = tuner("tune", "wine.csv")
    path = engine.runs[0].path / "recipe.json"
    assert json.loads(path.read_text())["settings"]["learning_rate"]["value"] == 5e-3
    assert str(path) in answer.err


def test_bad_data_leaves_nothing_behind(
    command: str, tuner: Tuner, engine: Any, tmp_path: Path
) -> None:
    """Exit code 3, no run folder, and the file at --output untouched."""
    path = tmp_path / "out.json"
    path.write_text("mine")
    answer = tuner(*COMMANDS[command], "bad.csv", "--output", path)
    assert (answer.code, answer.out) == (3, "")
    assert answer.err == "tuner-tui: error: bad.csv: row 3, column 'x': not a number\n"
    assert path.read_text() == "mine"
    assert runs.listed() == []


@pytest.mark.parametrize("place", ["missing/out.json", ".", "-"])
def test_impossible_output_is_refused_before_work(
    place: str, tuner: Tuner, engine: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A result that could not be written is not worth computing."""
    monkeypatch.chdir(tmp_path)
    answer = tuner("tune", "wine.csv", "--output", place)
    assert answer.code == 2
    assert engine.loaded == []


@pytest.mark.parametrize(("status", "code"), [("done", 0), ("no-verdict", 4), ("interrupted", 130)])
def test_result_is_printed_however_the_run_ends(
    status: events.Status, code: int, tuner: Tuner, engine: Any
) -> None:
    """Exit codes tell endings apart; what was measured is printed with each."""
    engine.status, engine.exit_code = status, code
    answer = tuner("probe", "lr", "wine.csv", "--json")
    assert answer.code == code
    assert json.loads(answer.out)["probe"] == "learning-rate"


def test_failed_run_is_one_line_with_its_code(tuner: Tuner, engine: Any) -> None:
    """A device that runs out of memory exits 5, and names the run for a closer look."""
    engine.status, engine.exit_code, engine.message = "failed", 5, "out of \x1bmemory"
    answer = tuner("train", "wine.csv", "--json", "--quiet")
    assert (answer.code, answer.out) == (5, "")
    assert answer.err == f"tuner-tui: error: out of \\x1bmemory (run {engine.runs[0].id})\n"


def test_request_becomes_the_spec(tuner: Tuner, engine: Any) -> None:
    """What was typed is what the run folder says was asked."""
    tuner(
        *("probe", "lr", "wine.csv", "--target", "-1", "--test-share", "0", "--max-rows", "99"),
        *("--learning-rate", "1e-3", "--epochs", "7", "--seed", "5", "--device", "cpu"),
        *("--budget", "1.5m"),
    )
    spec = engine.runs[0].spec()
    assert (spec.command, spec.seed, spec.device, spec.budget_s) == ("probe-lr", 5, "cpu", 90.0)
    assert (spec.data.target, spec.data.test_share, spec.data.max_rows) == ("-1", 0.0, 99)
    assert spec.choices == Choices(learning_rate=1e-3, epochs=7)
    assert engine.loaded == [(spec.data, 5)]


@pytest.mark.parametrize("word", ["none", "null", "true", "1", "-1", "{}", "a b"])
def test_column_name_is_taken_as_written(word: str, tuner: Tuner, engine: Any) -> None:
    """No word is read as a truth value, a number or nothing where a name is asked for."""
    tuner("train", "wine.csv", "--target", word)
    assert engine.runs[0].spec().data.target == word


def test_flat_recipe_is_where_a_run_starts(tuner: Tuner, engine: Any, tmp_path: Path) -> None:
    """Flat values begin unlocked, so that measuring may improve on them; typed ones are locked."""
    path = tmp_path / "flat.json"
    path.write_text('{"learning_rate": 0.02, "dropout": 0.3, "gradient_clip": null}')
    tuner("tune", "wine.csv", "--recipe", path, "--dropout", "0.1")
    begun = engine.runs[0].spec().recipe
    assert (begun.settings["learning_rate"].value, begun.settings["dropout"].value) == (0.02, 0.1)
    assert not begun.settings["learning_rate"].locked
    assert begun.settings["dropout"].locked


def test_result_file_is_where_a_run_starts(tuner: Tuner, engine: Any, tmp_path: Path) -> None:
    """A probe's result hands its measured value on, with its evidence."""
    path = tmp_path / "probe.json"
    tuner("probe", "lr", "wine.csv", "--output", path)
    tuner("train", "wine.csv", "--recipe", path)
    begun = engine.runs[1].spec().recipe.settings["learning_rate"]
    assert (begun.value, begun.basis) == (5e-3, "measured")


def test_bad_recipe_is_bad_data(tuner: Tuner, engine: Any, tmp_path: Path) -> None:
    """The error names file and field, the code is 3, and no data is read."""
    path = tmp_path / "recipe.json"
    path.write_text('{"learning_rate": -1}')
    answer = tuner("tune", "wine.csv", "--recipe", path)
    assert answer.code == 3
    assert str(path) in answer.err
    assert "$.learning_rate" in answer.err
    assert engine.loaded == []


def test_reader_that_leaves_ends_the_run_early(
    engine: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When stdout breaks, the run is asked to stop and its result is kept all the same."""

    def middle(stop: threading.Event) -> Iterator[events.AnyEvent]:
        yield events.StepsTaken(phase="sweep", lane_steps=1)
        stopped.append(stop.is_set())

    def broken(content: bytes) -> None:
        raise BrokenPipeError

    stopped: list[bool] = []
    engine.middle = middle
    monkeypatch.setattr(running.output, "print_bytes", broken)
    monkeypatch.setattr(cli, "_silence", lambda: cli.BROKEN_PIPE)
    assert cli.run(["tune", "wine.csv", "--events"]) == 141
    assert stopped == [True]
    assert (engine.runs[0].path / "recipe.json").exists()


@pytest.mark.parametrize("form", [(), ("--json",)], ids=["text", "json"])
def test_result_is_written_though_nobody_reads_it(
    form: tuple[str, ...], engine: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A broken stdout does not cost the file at --output."""

    def broken(_: object) -> None:
        raise BrokenPipeError

    monkeypatch.setattr(running.output, "print_bytes", broken)
    monkeypatch.setattr(running.output, "print_lines", broken)
    monkeypatch.setattr(cli, "_silence", lambda: cli.BROKEN_PIPE)
    path = tmp_path / "out.json"
    assert cli.run(["train", "wine.csv", *form, "--output", str(path)]) == 141
    assert path.read_bytes() == engine.runs[0].result()


def test_warning_of_a_run_is_printed_once_and_visibly(tuner: Tuner, engine: Any) -> None:
    """What turned up while running stands on stderr, its escapes spelled out."""
    caution = Caution(code="x", message="look \x1b[31mout")
    engine.middle = lambda stop: iter([events.CautionRaised(caution=caution)])
    assert tuner("train", "wine.csv").err.count(r"warning: look \x1b[31mout") == 1


def test_same_request_gives_the_same_spec(tuner: Tuner, engine: Any) -> None:
    """Nothing but what was typed reaches the spec."""
    for _ in range(2):
        tuner("tune", "wine.csv", "--seed", "3")
    first, second = (msgspec.json.encode(run.spec()) for run in engine.runs)
    assert first == second
