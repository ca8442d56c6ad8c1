"""Where does a run live, and how is it written so that nothing is lost?

A run is a folder, and the folder is the stream:

```text
<home>/runs/<id>/         mode 0700
    spec.json             what was asked; written once, before anything else
    environment.json      versions and device; written once, when the device is known
    events.jsonl          one event a line, appended as it happens; locked by the writing process
    result.json           the final document; appears whole or not at all
    worker.log            what the process and its libraries printed, if it was started by the app
    remarks.json          a person's note and tags, if they made any
```

Invariants: only the process that holds the lock on `events.jsonl` appends to it; a reader accepts
every complete line and ignores an unfinished last one, so a killed process leaves a readable run.
"""

import fcntl
import os
import secrets
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Literal, Self

import msgspec
import platformdirs

from tuner_engine import atomic, events
from tuner_engine.errors import UsageError
from tuner_engine.events import AnyEvent, Status
from tuner_engine.specs import RunSpec

RunStatus = Status | Literal["running", "waiting", "died"]

LOCK_ATTEMPTS = 20
"""How often a writer asks for the lock: another writer keeps it, a look at the status does not."""

BLOCK_BYTES = 2**16
"""Read at once from the end of a file of events. House choice."""

LOCK_PAUSE_S = 0.01
"""Between two attempts. House choice."""


@dataclass(frozen=True, slots=True)
class Run:
    """A run folder; the folder's name is the run's identifier."""

    path: Path

    @property
    def id(self) -> str:
        """The identifier that commands accept."""
        return self.path.name

    def spec(self) -> RunSpec:
        """Return what was asked.

        Raises:
            UsageError: The folder holds no readable spec.
        """
        try:
            return msgspec.json.decode((self.path / "spec.json").read_bytes(), type=RunSpec)
        except (OSError, msgspec.DecodeError) as error:
            raise UsageError(f"run {self.id}: spec.json cannot be read: {error}") from error

    def events(self) -> Iterator[AnyEvent]:
        """Yield the events kept so far, oldest first."""
        yield from Tail(self).read()

    def result(self) -> bytes | None:
        """Return the final document, or none if the run has not left one."""
        try:
            return (self.path / "result.json").read_bytes()
        except FileNotFoundError:
            return None

    def status(self) -> RunStatus:
        """Return how the run stands at this moment."""
        last = self._last()
        if isinstance(last, events.RunFinished):
            return last.status
        if self._is_locked():
            return "running"
        return "waiting" if last is None else "died"

    def _last(self) -> AnyEvent | None:
        """Return the newest event, without reading those before it."""
        try:
            with (self.path / "events.jsonl").open("rb") as file:
                events = (_readable(line) for line in _backwards(file))
                return next((event for event in events if event is not None), None)
        except FileNotFoundError:
            return None

    def _is_locked(self) -> bool:
        try:
            with (self.path / "events.jsonl").open("rb") as file:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        except FileNotFoundError:
            return False
        return False


class Recorder:
    """The one writer of a run's events; use it as a context manager.

    Args:
        run: The folder to write.
        clock: Seconds of a steady clock; each event is stamped with the time since entering.
    """

    def __init__(self, run: Run, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._run = run
        self._clock = clock
        self._started_s = clock()
        self._file: BinaryIO | None = None
        self._torn = False

    def __enter__(self) -> Self:
        """Take the lock.

        Raises:
            UsageError: Another process is writing this run.
        """
        file = (self._run.path / "events.jsonl").open("a+b", buffering=0)
        if not _locked(file):
            file.close()
            raise UsageError(f"run {self._run.id} is being written by another process")
        self._torn = _ends_torn(file)
        self._file = file
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Release the lock; what was appended stays."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def append(self, event: AnyEvent) -> AnyEvent:
        """Keep one event and return it with its time filled in.

        Raises:
            OSError: The disk took only part of it; the next event begins a line of its own.
        """
        if self._file is None:
            raise RuntimeError("a Recorder is used inside `with`")
        stamped = msgspec.structs.replace(event, at_s=round(self._clock() - self._started_s, 4))
        line = events.encode(stamped) + b"\n"
        self._write_whole(self._file, b"\n" + line if self._torn else line)
        return stamped

    def _write_whole(self, file: BinaryIO, line: bytes) -> None:
        """Write in as many pieces as the system makes of it; usually one, so readers see a line."""
        left = memoryview(line)
        self._torn = True
        while left:
            left = left[file.write(left) :]
        self._torn = False

    def keep(self, name: Literal["environment.json", "result.json"], content: bytes) -> None:
        """Write one of the run's whole documents, atomically."""
        atomic.write(self._run.path / name, content)


class Tail:
    """Reads a run's events as they come; each call of `read` returns the new ones.

    Args:
        run: Whose events.
        most_bytes: Read at once at most, but for a longer line; none for all there is.
    """

    def __init__(self, run: Run, *, most_bytes: int | None = None) -> None:
        self._path = run.path / "events.jsonl"
        self._most_bytes = most_bytes
        self._offset = 0
        self.behind = False
        """Whether the last call left events that were there already."""

    def read(self) -> list[AnyEvent]:
        """Return the complete events appended since the last call, oldest first."""
        try:
            with self._path.open("rb") as file:
                file.seek(self._offset)
                fresh = file.read(self._most_bytes)
                self.behind = len(fresh) == self._most_bytes
                if self.behind and b"\n" not in fresh:
                    fresh += file.readline()
        except FileNotFoundError:
            return []
        whole = fresh[: fresh.rfind(b"\n") + 1]
        self._offset += len(whole)
        return [event for line in whole.splitlines() if (event := _readable(line)) is not None]


def home() -> Path:
    """Return the folder that holds all runs, honouring `TUNER_TUI_HOME`."""
    chosen = os.environ.get("TUNER_TUI_HOME")
    return Path(chosen).absolute() if chosen else platformdirs.user_state_path("tuner-tui")


def reserve(command: str, *, now: datetime) -> Run:
    """Make an empty run folder, so that a process can wait in it for its spec.

    Args:
        command: What the run will do; part of its name.
        now: The moment that names the folder, in UTC.

    Raises:
        UsageError: The folder cannot be made.
    """
    run = Run(home() / "runs" / f"{now:%Y%m%d-%H%M%S}-{command}-{secrets.token_hex(2)}")
    try:
        home().mkdir(mode=0o700, parents=True, exist_ok=True)
        run.path.parent.mkdir(mode=0o700, exist_ok=True)
        run.path.mkdir(mode=0o700)
    except OSError as error:
        raise UsageError(
            f"run folders cannot be written under {home()}: {error.strerror}; "
            "set TUNER_TUI_HOME to a folder that can"
        ) from error
    return run


def begin(run: Run, spec: RunSpec) -> Run:
    """Write the spec into a reserved folder; from here on the run exists.

    Raises:
        UsageError: The run has begun before.
    """
    path = run.path / "spec.json"
    if path.exists():
        raise UsageError(f"run {run.id} has already begun")
    atomic.write(path, msgspec.json.encode(spec))
    return run


def create(spec: RunSpec, *, now: datetime) -> Run:
    """Make a run folder that holds its spec; `reserve` and `begin` in one step."""
    return begin(reserve(spec.command, now=now), spec)


def listed() -> list[Run]:
    """Return all runs that have begun, newest first."""
    folder = home() / "runs"
    if not folder.is_dir():
        return []
    paths = (path for path in folder.iterdir() if (path / "spec.json").is_file())
    return [Run(path) for path in sorted(paths, key=lambda path: path.name, reverse=True)]


def find(run_id: str) -> Run:
    """Return the run that an identifier, or an unambiguous beginning of one, names.

    Raises:
        UsageError: No run or several runs match.
    """
    matches = [run for run in listed() if run.id.startswith(run_id)] if run_id else []
    exact = [run for run in matches if run.id == run_id]
    if len(exact or matches) != 1:
        problem = f"matches {len(matches)} runs" if matches else "matches no run"
        raise UsageError(f"{run_id!r} {problem} under {home()}; `tuner-tui runs list` shows them")
    return (exact or matches)[0]


def remove(run: Run) -> None:
    """Delete a run folder.

    Raises:
        UsageError: The run is being written, or its files may not be deleted.
    """
    if run.status() == "running":
        raise UsageError(f"run {run.id} is still running; stop it first")
    try:
        shutil.rmtree(run.path)
    except OSError as error:
        raise UsageError(f"run {run.id} cannot be removed: {error.strerror}") from error


def _locked(file: BinaryIO) -> bool:
    """Take the writer's lock, or find that somebody keeps it."""
    for attempt in range(LOCK_ATTEMPTS):
        if attempt:
            time.sleep(LOCK_PAUSE_S)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            continue
        return True
    return False


def _ends_torn(file: BinaryIO) -> bool:
    """Whether a writer before us died in the middle of a line."""
    if file.seek(0, os.SEEK_END) == 0:
        return False
    file.seek(-1, os.SEEK_END)
    return file.read(1) != b"\n"


def _backwards(file: BinaryIO) -> Iterator[bytes]:
    """Yield the complete lines of a file without their newlines, last first."""
    end, rest, whole = file.seek(0, os.SEEK_END), b"", False
    while end:
        start = max(0, end - BLOCK_BYTES)
        file.seek(start)
        rest, *lines = (file.read(end - start) + rest).split(b"\n")
        for line in reversed(lines):
            if whole:
                yield line
            whole = True  # what follows the last newline is unfinished
        end = start
    if whole:
        yield rest


def _readable(line: bytes) -> AnyEvent | None:
    try:
        return events.decode(line)
    except msgspec.DecodeError:
        return None  # torn by a crash of the machine; the lines around it still stand
