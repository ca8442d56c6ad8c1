"""Are worker processes started apart, ended in order and never orphaned?"""

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import conftest as shared
import pytest

from tuner_engine import runs
from tuner_engine.errors import UsageError
from tuner_tui.ui import supervisor
from tuner_tui.ui.supervisor import Worker

Started = Callable[[str], Worker]


@pytest.fixture
def started(tmp_path: Path) -> Started:
    """Start a stand-in worker from a program text, and wait until it says it is ready."""
    pipe = tmp_path / "ready"
    os.mkfifo(pipe)
    workers: list[Worker] = []

    def start(program: str) -> Worker:
        ready = f"open({str(pipe)!r}, 'w').write('ready')\n"
        command = (sys.executable, "-c", program.replace("READY", ready))
        workers.append(supervisor.start(command=command, now=shared.WHEN))
        assert pipe.read_text() == "ready"
        return workers[-1]

    yield start
    for worker in workers:
        worker.begun = False
        worker.discard()


def _ended(worker: Worker) -> int:
    """Wait for the process itself, then ask as the app does."""
    worker._process.wait()
    code = worker.poll(now_s=0.0)
    assert code is not None
    return code


def test_a_worker_lives_in_a_session_of_its_own(started: Started) -> None:
    """A hang-up of the terminal does not reach it, and it has no keyboard to read."""
    worker = started(
        "import os, sys\nprint(os.getsid(0) == os.getpid(), repr(sys.stdin.read()))\n"
        "sys.stdout.flush()\nREADY"
    )
    _ended(worker)

    assert supervisor.last_words(worker.run) == ("True ''",)


def test_a_worker_is_told_where_to_wait(started: Started) -> None:
    """Its last arguments are `--wait`, whom to wait with, and the reserved folder."""
    worker = started("import sys\nprint(*sys.argv[1:])\nsys.stdout.flush()\nREADY")
    _ended(worker)

    assert supervisor.last_words(worker.run) == (
        f"--wait --parent={os.getpid()} {worker.run.path}",
    )


def test_a_reserved_folder_becomes_a_run_when_begun(started: Started) -> None:
    """The run is listed once it has a spec, and cannot begin twice."""
    worker = started("READY")
    assert runs.listed() == []

    worker.begin(shared.spec())

    assert runs.listed() == [worker.run]
    with pytest.raises(UsageError):
        worker.begin(shared.spec())


def test_a_worker_that_is_stopped_finishes_in_its_own_way(started: Started) -> None:
    """SIGTERM reaches it; what it returns is what counts."""
    worker = started(
        "import signal, sys\nsignal.signal(signal.SIGTERM, lambda *_: sys.exit(130))\nREADY\n"
        "signal.pause()"
    )
    assert worker.poll(now_s=0.0) is None

    worker.stop(now_s=0.0)

    assert _ended(worker) == 130


def test_a_deaf_worker_is_asked_again_and_then_killed(started: Started) -> None:
    """Nothing more within 5 s, a second request then, and the end at 10 s."""
    worker = started(
        "import signal\n"
        "def deaf(*_): print('no', flush=True)\n"
        "signal.signal(signal.SIGTERM, deaf)\nREADY\n"
        "while True: signal.pause()"
    )
    worker.stop(now_s=100.0)
    worker.stop(now_s=101.0)

    assert worker.poll(now_s=104.9) is None
    assert worker._requests == 1
    assert worker.poll(now_s=105.0) is None
    assert worker.poll(now_s=109.9) is None
    assert worker._requests == 2
    worker.poll(now_s=110.0)

    assert _ended(worker) == -signal.SIGKILL


def test_a_worker_never_begun_leaves_nothing(started: Started) -> None:
    """Neither its process nor its folder outlives the app."""
    worker = started("import signal\nREADY\nsignal.pause()")

    worker.discard()

    assert worker.poll(now_s=0.0) == -signal.SIGKILL
    assert not worker.run.path.exists()


def test_a_worker_that_has_begun_is_not_discarded(started: Started) -> None:
    """Leaving the app leaves a run going."""
    worker = started("import signal\nREADY\nsignal.pause()")
    worker.begin(shared.spec())

    worker.discard()

    assert worker.poll(now_s=0.0) is None
    assert worker.run.path.exists()


def test_a_program_that_is_not_there_leaves_no_folder(home: Path) -> None:
    """The error is the system's, and the reserved folder is gone."""
    with pytest.raises(OSError, match="no-such-program"):
        supervisor.start(command=("/no-such-program",), now=shared.WHEN)

    assert list((home / "runs").iterdir()) == []


def test_last_words_of_a_silent_worker_are_none() -> None:
    """Without a log there is nothing to show."""
    assert supervisor.last_words(runs.reserve("probe-lr", now=shared.WHEN)) == ()
