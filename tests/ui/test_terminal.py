"""Does the program behave in a real terminal: start, signals, crash, exit codes?"""

import fcntl
import os
import select
import signal
import struct
import subprocess
import sys
import termios
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pyte
import pytest
import recorded

PATIENCE_S = 30.0
"""How long a silent program is waited for before the test fails."""

OPEN = (sys.executable, "-m", "tuner_tui", "demo:wine")

CRASH = """
from tuner_engine.specs import DataSpec, RunSpec
from tuner_tui.ui import app, open_app

def fail(self):
    raise RuntimeError("on purpose")

app.TunerApp.action_help = fail
raise SystemExit(open_app(RunSpec(command="probe-lr", data=DataSpec(source="demo:wine"))))
"""


ALONE = (sys.executable, "-m", "tuner_tui")

MEASURING = """
import sys
from tuner_engine.specs import DataSpec, RunSpec
from tuner_tui.ui.app import TunerApp
from tuner_tui.ui.programs import Programs

programs = Programs(
    advise=("sh", "-c", f"cat '{sys.argv[1]}'"),
    worker=("sh", "-c", "trap '' HUP; exec sleep 60"),
)
app = TunerApp(RunSpec(command="probe-lr", data=DataSpec(source="titanic.csv")), programs=programs)
app.run()
raise SystemExit(app.return_code or 0)
"""
"""The app on recorded advice, with a worker that only sleeps."""


class Terminal:
    """A pty of 80×24 with a program in it."""

    def __init__(self, *command: str) -> None:
        self._master, self._slave = os.openpty()
        fcntl.ioctl(self._slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        self._before = termios.tcgetattr(self._slave)
        self._screen = pyte.Screen(80, 24)
        self._stream = pyte.ByteStream(self._screen)
        self.sent = b""
        self.process = subprocess.Popen(
            command,
            stdin=self._slave,
            stdout=self._slave,
            stderr=self._slave,
            start_new_session=True,
        )

    def type(self, keys: bytes) -> None:
        os.write(self._master, keys)

    def resize(self, columns: int, rows: int) -> None:
        """Give the window another size, and tell the program."""
        fcntl.ioctl(self._slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self._screen.resize(rows, columns)
        self.process.send_signal(signal.SIGWINCH)

    def hang_up(self) -> None:
        """Close the terminal beneath the program."""
        os.close(self._master)
        os.close(self._slave)
        self._master = self._slave = -1

    def wait_for(self, text: str) -> None:
        """Read until a text stands on the screen."""
        while text not in "\n".join(self._screen.display):
            assert self._read(), f"{text!r} never came; the screen was {self._screen.display}"

    def end(self) -> int:
        """Read until the program is gone, and return its exit code."""
        while self.process.poll() is None:
            self._read(patience_s=0.05)
        while self._read(patience_s=0.0):
            pass
        return self.process.returncode

    @property
    def restored(self) -> bool:
        """Whether the terminal is as the shell left it: main screen, cursor, no mouse, echo."""
        ended = [b"\x1b[?1049l", b"\x1b[?25h", b"\x1b[?1000l"]
        begun = [b"\x1b[?1049h", b"\x1b[?25l", b"\x1b[?1000h"]
        left = all(
            self.sent.rfind(off) > self.sent.rfind(on) for off, on in zip(ended, begun, strict=True)
        )
        return left and termios.tcgetattr(self._slave) == self._before

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        if self._master >= 0:
            self.hang_up()

    def _read(self, *, patience_s: float = PATIENCE_S) -> bool:
        ready, _, _ = select.select([self._master], [], [], patience_s)
        if not ready:
            return False
        fresh = os.read(self._master, 65536)
        self.sent += fresh
        self._stream.feed(fresh)
        return True


@pytest.fixture
def terminal() -> Iterator[type[Terminal]]:
    """Terminals that are closed at the end of the test."""
    made: list[Terminal] = []

    class Closing(Terminal):
        def __init__(self, *command: str) -> None:
            super().__init__(*command)
            made.append(self)

    yield Closing
    for each in made:
        each.close()


@pytest.mark.parametrize("arguments", [("demo:wine",), ("open-me.csv",)])
def test_without_a_terminal_it_says_so_in_one_line(
    tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    """With pipes on both sides: exit code 2, one line, nothing on standard output."""
    (tmp_path / "open-me.csv").write_text("a,b\n1,2\n")
    done = subprocess.run(
        [sys.executable, "-m", "tuner_tui", *arguments],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        cwd=tmp_path,
        check=False,
    )

    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert "needs a terminal" in done.stderr


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129), (signal.SIGINT, 130)]
)
def test_a_signal_restores_the_terminal(
    terminal: type[Terminal], number: signal.Signals, code: int
) -> None:
    """The app leaves in good order, and the exit code names the signal."""
    window = terminal(*OPEN)
    window.wait_for("demo:wine")

    window.process.send_signal(number)

    assert window.end() == code
    assert window.restored


def test_q_leaves_with_0(terminal: type[Terminal]) -> None:
    """The plain way out."""
    window = terminal(*OPEN)
    window.wait_for("demo:wine")

    window.type(b"q")

    assert window.end() == 0
    assert window.restored


def test_a_crash_restores_the_terminal_and_fails(terminal: type[Terminal]) -> None:
    """A bug ends with exit code 1 and its trace on the main screen."""
    window = terminal(sys.executable, "-c", CRASH)
    window.wait_for("demo:wine")

    window.type(b"?")

    assert window.end() == 1
    assert window.restored
    assert b"on purpose" in window.sent


def test_ctrl_z_suspends_and_fg_resumes(terminal: type[Terminal]) -> None:
    """The process stops with the terminal restored, and draws again when it goes on."""
    window = terminal(*OPEN)
    window.wait_for("demo:wine")

    window.type(b"\x1a")
    _, status = os.waitpid(window.process.pid, os.WUNTRACED)
    assert os.WIFSTOPPED(status)
    while window._read(patience_s=0.0):
        pass
    assert b"\x1b[?1049l" in window.sent

    drawn = len(window.sent)
    window.process.send_signal(signal.SIGCONT)
    while b"\x1b[?1049h" not in window.sent[drawn:]:
        assert window._read()
    window.type(b"q")

    assert window.end() == 0


def test_alone_it_offers_what_can_be_opened(terminal: type[Terminal]) -> None:
    """Without data: the tour first, then demos; `q` leaves each."""
    window = terminal(*ALONE)
    window.wait_for("simulated")

    window.type(b"q")
    window.wait_for("demo:digits")
    window.type(b"q")

    assert window.end() == 0
    assert window.restored


def test_a_storm_of_sizes_is_survived(terminal: type[Terminal]) -> None:
    """From a strip of one cell to a wall, in a burst; the screen is whole again at the end."""
    window = terminal(*OPEN)
    window.wait_for("classes")

    sizes = [(1, 1), (200, 60), (20, 5), (120, 40), (3, 50), (300, 2), (40, 10)]
    for columns, rows in sizes * 4:
        window.resize(columns, rows)
        window._read(patience_s=0.0)
    window.resize(80, 24)
    window.type(b"?")
    window.wait_for("Everywhere")
    window.type(b"q")
    window.wait_for("classes")
    window.type(b"q")

    assert window.end() == 0
    assert window.restored


def _measuring(terminal: type[Terminal], tmp_path: Path) -> tuple[Terminal, int]:
    """Open the app, start a probe, and return the window and the process that works on it."""
    advice = tmp_path / "advice.json"
    advice.write_bytes(msgspec.json.encode(recorded.recipe()))
    window = terminal(sys.executable, "-c", MEASURING, str(advice))
    window.wait_for("held out")
    window.type(b"r")
    window.wait_for("starting")
    found = subprocess.run(
        ["ps", "-o", "pid=,args=", "--ppid", str(window.process.pid)],
        capture_output=True,
        text=True,
        check=True,
    )
    return window, int(next(line.split()[0] for line in found.stdout.splitlines() if "60" in line))


def test_a_hang_up_leaves_the_probe_going(terminal: type[Terminal], tmp_path: Path) -> None:
    """The line drops: the app is gone, its worker is not."""
    window, worker = _measuring(terminal, tmp_path)
    try:
        window.process.send_signal(signal.SIGHUP)
        assert window.end() == 129
        os.kill(worker, 0)
    finally:
        os.killpg(worker, signal.SIGKILL)


def test_a_closed_terminal_ends_the_app(terminal: type[Terminal], tmp_path: Path) -> None:
    """With the terminal gone beneath it, the app does not spin; its worker goes on."""
    window, worker = _measuring(terminal, tmp_path)
    try:
        window.process.send_signal(signal.SIGHUP)
        window.hang_up()
        window.process.wait(timeout=PATIENCE_S)
        os.kill(worker, 0)
    finally:
        os.killpg(worker, signal.SIGKILL)


def test_quitting_leaves_a_probe_running_if_told_so(
    terminal: type[Terminal], tmp_path: Path
) -> None:
    """`q` asks; the second answer leaves the worker alone."""
    window, worker = _measuring(terminal, tmp_path)
    try:
        window.type(b"q")
        window.wait_for("Leave it running")
        window.type(b"2")
        assert window.end() == 0
        os.kill(worker, 0)
        assert window.restored
    finally:
        os.killpg(worker, signal.SIGKILL)
