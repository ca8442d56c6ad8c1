"""Is only a process that writes a run asked to finish it?"""

import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tuner_engine import events, processes, runs
from tuner_engine.runs import Recorder, Run
from tuner_engine.specs import DataSpec, RunSpec

_WRITER = """
import os, pathlib, signal, sys
from tuner_engine import events, runs

with runs.Recorder(runs.Run(pathlib.Path(sys.argv[1]))) as kept:
    kept.append(events.RunStarted(run_id="x", command="probe-lr", pid=os.getpid(), started=""))
    print("ready", flush=True)
    signal.pause()
"""


@pytest.fixture
def run() -> Run:
    now = datetime(2025, 1, 2, 3, 4, 5, tzinfo=UTC)
    return runs.create(RunSpec(command="probe-lr", data=DataSpec(source="demo:wine")), now=now)


def test_a_run_is_stopped_only_while_it_is_written(run: Run) -> None:
    """The process named by a finished run may be anybody's by now."""
    assert not processes.ask_to_finish(run, os.getpid())


def test_the_writer_gets_the_request(run: Run) -> None:
    """While another process writes the run, that process is asked to end."""
    command = [sys.executable, "-c", _WRITER, str(run.path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, start_new_session=True) as writer:
        assert writer.stdout is not None
        writer.stdout.readline()
        assert processes.pid_of(run) == writer.pid
        assert processes.ask_to_finish(run, writer.pid)
    assert writer.returncode == -signal.SIGTERM


def test_the_last_process_that_took_up_a_run_counts(run: Run) -> None:
    """A run that nobody took up has none."""
    assert processes.pid_of(run) is None
    with Recorder(run) as kept:
        for pid in (11, 12):
            kept.append(events.RunStarted(run_id=run.id, command="probe-lr", pid=pid, started=""))
    assert processes.pid_of(run) == 12


def test_a_process_knows_how_long_it_was_waited_for() -> None:
    """From before its interpreter ran; one that has long been there is asked its CPU time."""
    code = "from tuner_engine import processes; print(processes.age_s())"
    begun_s = time.monotonic()
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout
    assert 0 < float(said) <= time.monotonic() - begun_s + 0.02  # the system counts in hundredths


def test_where_the_system_does_not_tell_cpu_time_stands_for_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Starting is hardly ever waiting."""

    def unreadable(_: Path) -> str:
        raise OSError

    monkeypatch.setattr(Path, "read_text", unreadable)
    before = time.process_time()
    assert before <= processes.age_s() <= time.process_time()
