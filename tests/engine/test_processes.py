"""Is only a process that writes a run asked to finish it?"""

import os
import signal
import subprocess
import sys
from datetime import UTC, datetime

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
