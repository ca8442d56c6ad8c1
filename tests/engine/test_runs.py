"""Does a run's folder stay readable, whatever happens to the process that writes it?"""

import errno
import fcntl
import os
import signal
import stat
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tuner_engine import events, runs
from tuner_engine.errors import UsageError
from tuner_engine.runs import Recorder, Run, Tail
from tuner_engine.specs import DataSpec, RunSpec

NOW = datetime(2025, 1, 2, 3, 4, 5, tzinfo=UTC)
SPEC = RunSpec(command="probe-lr", data=DataSpec(source="demo:wine"))
FINISHED = events.RunFinished(status="done", exit_code=0)


def steps(count: int) -> events.StepsTaken:
    return events.StepsTaken(phase="sweep", lane_steps=count)


def counted(run: Run) -> list[int]:
    return [event.lane_steps for event in run.events() if isinstance(event, events.StepsTaken)]


@pytest.fixture
def run() -> Run:
    return runs.create(SPEC, now=NOW)


def test_folder_is_named_and_private(run: Run, home: Path) -> None:
    """The identifier tells when and what; nobody else can look inside."""
    assert run.id.startswith("20250102-030405-probe-lr-")
    assert run.path.parent == home / "runs"
    assert stat.S_IMODE(run.path.stat().st_mode) == 0o700
    assert stat.S_IMODE(run.path.parent.stat().st_mode) == 0o700


def test_spec_reads_back(run: Run) -> None:
    """What was asked is kept exactly."""
    assert run.spec() == SPEC


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"command":"probe-lr"}', b"\xff\x00"])
def test_unreadable_spec_is_one_line(run: Run, content: bytes) -> None:
    """A damaged spec is an error that names the run, not a crash."""
    (run.path / "spec.json").write_bytes(content)
    with pytest.raises(UsageError, match=run.id):
        run.spec()


def test_events_come_back_stamped(run: Run) -> None:
    """Each event carries the seconds since its writer began, and is returned as kept."""
    ticks = iter([10.0, 10.5, 12.0])
    with Recorder(run, clock=lambda: next(ticks)) as recorder:
        kept = [recorder.append(steps(1)), recorder.append(steps(2))]
    assert [event.at_s for event in kept] == [0.5, 2.0]
    assert list(run.events()) == kept


def test_tail_returns_each_event_once(run: Run) -> None:
    """A reader that comes again gets what is new, and only that."""
    tail = Tail(run)
    assert tail.read() == []
    with Recorder(run) as recorder:
        first = recorder.append(steps(1))
        assert tail.read() == [first]
        second = recorder.append(steps(2))
        assert (tail.read(), tail.read()) == ([second], [])


def test_torn_last_line_waits_for_its_rest(run: Run) -> None:
    """Half an event is not shown; it appears when its line is whole."""
    line = events.encode(steps(2))
    path = run.path / "events.jsonl"
    path.write_bytes(events.encode(steps(1)) + b"\n" + line[:9])
    tail = Tail(run)
    assert tail.read() == [steps(1)]
    with path.open("ab") as file:
        file.write(line[9:] + b"\n")
    assert tail.read() == [steps(2)]


def test_damaged_line_costs_only_itself(run: Run) -> None:
    """The events around a line of rubbish still stand."""
    lines = [events.encode(steps(1)), b"\x00\xff{", events.encode(steps(3))]
    (run.path / "events.jsonl").write_bytes(b"\n".join(lines) + b"\n")
    assert counted(run) == [1, 3]


def test_next_writer_begins_a_new_line(run: Run) -> None:
    """A resumed run loses the torn line of its dead writer, and nothing after it."""
    (run.path / "events.jsonl").write_bytes(events.encode(steps(1)) + b"\n" + b'{"event":"st')
    with Recorder(run) as recorder:
        recorder.append(steps(2))
        recorder.append(steps(3))
    assert counted(run) == [1, 2, 3]


def test_full_disk_costs_only_the_event_that_met_it(run: Run) -> None:
    """After a write that failed half-way, the next event is readable."""
    program = """
import resource, sys
from pathlib import Path
from tuner_engine import events, runs
def steps(count): return events.StepsTaken(phase="sweep", lane_steps=count)
with runs.Recorder(runs.Run(Path(sys.argv[1]))) as recorder:
    recorder.append(steps(1))
    size = (Path(sys.argv[1]) / "events.jsonl").stat().st_size
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size + 10, hard))
    try:
        recorder.append(steps(2))
    except OSError as error:
        print(error.errno)
    resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
    recorder.append(steps(3))
"""
    done = subprocess.run(
        [sys.executable, "-c", program, run.path], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == [str(errno.EFBIG)]
    assert counted(run) == [1, 3]


def test_killed_writer_leaves_a_readable_run(run: Run) -> None:
    """SIGKILL in the middle of writing: every event before it is there, in order."""
    program = """
import itertools, sys
from pathlib import Path
from tuner_engine import events, runs
with runs.Recorder(runs.Run(Path(sys.argv[1]))) as recorder:
    for count in itertools.count():
        recorder.append(events.StepsTaken(phase="sweep", lane_steps=count))
        recorder.keep("result.json", b"x" * 10_000)
        if count == 20:
            print("going", flush=True)
"""
    with subprocess.Popen(
        [sys.executable, "-c", program, run.path], stdout=subprocess.PIPE, text=True
    ) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "going\n"
        assert run.status() == "running"
        writer.kill()
    assert writer.returncode == -signal.SIGKILL
    counts = counted(run)
    assert counts == list(range(len(counts)))
    assert len(counts) > 20
    assert run.status() == "died"
    assert run.result() == b"x" * 10_000


def test_second_writer_is_refused(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two processes never write one run."""
    monkeypatch.setattr(runs, "LOCK_PAUSE_S", 0.0)
    with Recorder(run), pytest.raises(UsageError, match="another process"), Recorder(run):
        pass
    with Recorder(run):
        pass  # the first one has let go


def test_look_at_the_status_does_not_keep_a_writer_out(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A reader that holds the lock for a moment delays the writer, no more."""
    (run.path / "events.jsonl").touch()
    with (run.path / "events.jsonl").open("rb") as glance:
        fcntl.flock(glance, fcntl.LOCK_SH)
        monkeypatch.setattr("tuner_engine.runs.time.sleep", lambda pause_s: glance.close())
        with Recorder(run) as recorder:
            recorder.append(steps(1))
    assert counted(run) == [1]


def test_recorder_is_used_inside_with(run: Run) -> None:
    """Writing without the lock is a bug that shows at once."""
    with pytest.raises(RuntimeError, match="with"):
        Recorder(run).append(steps(1))


def test_status_follows_the_life_of_a_run(run: Run) -> None:
    """Waiting, running, then as it ended; or died, if it did not say."""
    assert run.status() == "waiting"
    with Recorder(run) as recorder:
        assert run.status() == "running"
        recorder.append(steps(1))
    assert run.status() == "died"
    with Recorder(run) as recorder:
        recorder.append(FINISHED)
    assert run.status() == "done"


def test_result_is_absent_or_whole(run: Run) -> None:
    """There is no result until there is all of it."""
    assert run.result() is None
    with Recorder(run) as recorder:
        recorder.keep("result.json", b"{}\n")
    assert run.result() == b"{}\n"


def test_run_begins_once(run: Run) -> None:
    """A spec is never replaced."""
    with pytest.raises(UsageError, match="already begun"):
        runs.begin(run, SPEC)


def test_newest_run_is_listed_first() -> None:
    """Only runs that have begun count; a reserved folder is nobody's run yet."""
    older, newer = (runs.create(SPEC, now=NOW.replace(hour=hour)) for hour in (3, 4))
    runs.reserve("tune", now=NOW)
    assert runs.listed() == [newer, older]


def test_nothing_is_listed_where_nothing_is() -> None:
    """A fresh machine has no runs and no error."""
    assert runs.listed() == []


def test_beginning_of_an_identifier_finds_its_run() -> None:
    """An abbreviation works as long as it means one run."""
    first, second = (runs.create(SPEC, now=NOW.replace(hour=hour)) for hour in (3, 4))
    assert runs.find("20250102-03") == first
    assert runs.find(second.id) == second
    with pytest.raises(UsageError, match="matches 2 runs"):
        runs.find("2025")


@pytest.mark.parametrize("name", ["", "1999", "../", "/", "\x1b[31m", "."])
def test_unknown_identifier_is_one_printable_line(run: Run, name: str) -> None:
    """Nothing outside the list can be named, and the error shows no escapes."""
    with pytest.raises(UsageError, match="matches no run") as caught:
        runs.find(name)
    assert str(caught.value).isprintable()


def test_removed_run_is_gone(run: Run) -> None:
    """The folder goes with all it holds."""
    runs.remove(run)
    assert not run.path.exists()


def test_running_run_is_not_removed(run: Run) -> None:
    """Nobody loses what is being measured."""
    with Recorder(run), pytest.raises(UsageError, match="still running"):
        runs.remove(run)
    assert run.path.exists()


def test_folder_that_cannot_be_made_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The error says which variable leads elsewhere."""
    (tmp_path / "file").touch()
    monkeypatch.setenv("TUNER_TUI_HOME", str(tmp_path / "file"))
    with pytest.raises(UsageError, match="set TUNER_TUI_HOME"):
        runs.create(SPEC, now=NOW)


def test_home_follows_the_variable(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """`TUNER_TUI_HOME` names the folder; a relative one stays put when the process moves."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TUNER_TUI_HOME", "here")
    assert runs.home() == Path(os.path.realpath(tmp_path)) / "here"
    monkeypatch.setenv("TUNER_TUI_HOME", "")
    assert runs.home().name == "tuner-tui"


def test_status_reads_only_the_end(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the length of the lines, and whatever was torn after the last whole one."""
    monkeypatch.setattr(runs, "BLOCK_BYTES", 16)
    with Recorder(run) as kept:
        for count in range(5):
            kept.append(steps(count))
        kept.append(FINISHED)
    with (run.path / "events.jsonl").open("ab") as file:
        file.write(b'{"event": "steps-ta')
    assert run.status() == "done"


@pytest.mark.parametrize("most_bytes", [1, 30, 100, 10_000])
def test_a_tail_reads_in_pieces_what_it_reads_at_once(run: Run, most_bytes: int) -> None:
    """However small the pieces; it says whether there is more."""
    with Recorder(run) as kept:
        for count in range(9):
            kept.append(steps(count))
    tail = Tail(run, most_bytes=most_bytes)
    found = tail.read()
    while tail.behind:
        found += tail.read()
    assert found == list(run.events())
    assert tail.read() == []
