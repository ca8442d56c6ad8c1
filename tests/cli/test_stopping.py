"""Does a signal end a run the way it should, and at once when asked twice?

The program runs as a process of its own, with an engine that waits until it is told to stop.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tuner_engine import events, runs
from tuner_engine.specs import DataSpec, RunSpec

PROGRAM = """
import sys, threading, types
import tuner_engine, tuner_engine.data
from tuner_engine import events
from tuner_engine.runs import Recorder

def run(run, dataset, *, stop, started_s):
    with Recorder(run) as recorder:
        yield recorder.append(events.StepsTaken(phase="sweep", lane_steps=1))
        print("going", file=sys.stderr, flush=True)
        while not stop.wait(0.01):
            yield recorder.append(events.StepsTaken(phase="sweep", lane_steps=2))
        if MODE == "stubborn":
            threading.Event().wait()
        recorder.keep("result.json", b'{"schema": "a result"}\\n')
        yield recorder.append(events.RunFinished(status="interrupted", exit_code=130))

MODE = sys.argv.pop(1)
worker = types.ModuleType("tuner_engine.worker")
worker.run = run
sys.modules["tuner_engine.worker"] = tuner_engine.worker = worker
tuner_engine.data.load = lambda spec, *, seed: None
from tuner_tui.__main__ import main
main()
"""

Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def start() -> Iterator[Start]:
    """Start the program, and wait until its run is going."""
    began: list[subprocess.Popen[str]] = []

    def begin(*options: str, mode: str = "obedient") -> "subprocess.Popen[str]":
        process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, mode, "train", "x.csv", *options],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        began.append(process)
        assert process.stderr is not None
        assert process.stderr.readline() == "going\n"
        return process

    yield begin
    for process in began:
        process.kill()
        process.communicate()


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)], ids=["ctrl-c", "term"]
)
def test_first_signal_keeps_and_prints_what_was_measured(
    number: signal.Signals, code: int, start: Start
) -> None:
    """The run ends soon, its result stands on stdout and in the folder, stderr says so."""
    process = start("--json")
    process.send_signal(number)
    out, err = process.communicate()
    assert (process.returncode, out) == (code, '{"schema": "a result"}\n')
    assert "stopping, and keeping what was measured" in err
    assert runs.listed()[0].status() == "interrupted"


def test_second_signal_ends_at_once(start: Start) -> None:
    """A run that does not come to its end is left; its folder stays readable."""
    process = start("--json", mode="stubborn")
    assert process.stderr is not None
    process.send_signal(signal.SIGINT)
    assert "once more to end at once" in process.stderr.readline()
    process.send_signal(signal.SIGINT)
    out, err = process.communicate()
    assert (process.returncode, out) == (130, "")
    assert "ended at once" in err
    (run,) = runs.listed()
    assert run.status() == "died"
    assert all(isinstance(event, events.StepsTaken) for event in run.events())


def test_quiet_says_nothing_of_a_signal(start: Start) -> None:
    """With --quiet a stopped run is told by its exit code alone."""
    process = start("--json", "--quiet")
    process.send_signal(signal.SIGINT)
    assert process.communicate()[1] == ""
    assert process.returncode == 130


def test_reader_that_leaves_is_no_error(start: Start) -> None:
    """`--events | head` ends the run early, quietly, with its result kept."""
    process = start("--events", "--quiet")
    assert process.stdout is not None
    process.stdout.readline()
    process.stdout.close()
    assert process.stderr is not None
    assert process.stderr.read() == ""
    assert process.wait() == 141
    (run,) = runs.listed()
    assert (run.status(), run.result()) == ("interrupted", b'{"schema": "a result"}\n')


def test_ignored_signal_stays_ignored(tmp_path: Path) -> None:
    """A run started to survive Ctrl-C, as in a script's background, survives it."""
    program = """
import os, signal, threading
from tuner_tui.cli import stopping
signal.signal(signal.SIGINT, signal.SIG_IGN)
with stopping.heeding_signals(print) as stop:
    os.kill(os.getpid(), signal.SIGINT)
    os.kill(os.getpid(), signal.SIGTERM)
    stop.event.wait()
print(stop.signal == signal.SIGTERM, signal.getsignal(signal.SIGTERM) == signal.SIG_DFL)
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "True True"


@pytest.mark.parametrize("words", [("--help",), ("runs", "list"), ("doctor", "--no-devices")])
def test_pipe_that_closes_early_is_quiet(words: tuple[str, ...]) -> None:
    """`| head -0` ends the program with the code of a broken pipe, and without a word."""
    runs.create(RunSpec(command="train", data=DataSpec(source="x")), now=datetime.now(UTC))
    reader, writer = os.pipe()
    os.close(reader)
    program = "import sys; from tuner_tui.cli import run; sys.exit(run(sys.argv[1:]))"
    done = subprocess.run(
        [sys.executable, "-c", program, *words],
        stdout=writer,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    os.close(writer)
    assert (done.returncode, done.stderr) == (141, "")


@pytest.mark.parametrize("closed", [0, 1, 2])
def test_closed_stream_is_no_crash(closed: int) -> None:
    """A program started with a stream closed still ends by itself, without a traceback."""
    program = "import sys; from tuner_tui.cli import run; sys.exit(run(['runs', 'list']))"
    line = f'exec "$0" -c "$1" {closed}>&-'
    done = subprocess.run(
        ["sh", "-c", line, sys.executable, program], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0
    assert "Traceback" not in done.stderr


def test_full_disk_on_stdout_is_one_line() -> None:
    """Data that cannot be written is an error, not a silence."""
    if not os.path.exists("/dev/full"):  # noqa: PTH110 - a device, not a file of ours
        pytest.skip("no /dev/full here")
    program = "import sys; from tuner_tui.cli import run; sys.exit(run(['--help']))"
    done = subprocess.run(
        ["sh", "-c", 'exec "$0" -c "$1" >/dev/full', sys.executable, program],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "No space left" in done.stderr
    assert "Traceback" not in done.stderr
