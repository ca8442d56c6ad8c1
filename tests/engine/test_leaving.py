"""Is a call that nothing can interrupt waited for as long as it should be, and not longer?"""

import signal
import subprocess
import sys
import threading
from collections.abc import Iterator

import pytest

from tuner_engine import leaving
from tuner_engine.leaving import Left


@pytest.fixture
def held() -> Iterator[threading.Event]:
    """What a call may wait for that must outlast the test; set at its end."""
    event = threading.Event()
    yield event
    event.set()


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leaving, "GRACE_S", 0.01)


def awaited(call: object, *, over: bool = False) -> object:
    return leaving.awaited(call, lambda: over, what="it was tried")  # type: ignore[arg-type]


def test_a_call_returns_what_it_returns() -> None:
    """From another thread, the same one each time; from this one where nothing limits it."""
    here = threading.get_ident()
    assert leaving.awaited(threading.get_ident, None, what="") == here
    there = {awaited(threading.get_ident) for _ in range(3)}
    assert len(there) == 1
    assert here not in there


def test_a_call_raises_what_it_raises() -> None:
    """Also what is no ordinary exception."""
    for kind in (ValueError, KeyboardInterrupt):

        def failing(kind: type[BaseException] = kind) -> None:
            raise kind("so it is")

        with pytest.raises(kind, match="so it is"):
            awaited(failing)


def test_what_goes_on_after_the_end_is_left(held: threading.Event) -> None:
    """The caller goes on at once, and knows what was left; the next call has another thread."""
    begun = threading.Event()

    def call() -> int:
        begun.set()
        held.wait()
        return threading.get_ident()

    with pytest.raises(Left) as left:
        awaited(call, over=True)
    assert begun.is_set()
    assert left.value.what == "it was tried"
    assert left.value.waited_s > 0
    assert awaited(lambda: 7) == 7


def test_a_short_call_is_kept_though_all_is_over() -> None:
    """Within the grace it says what it found."""
    assert awaited(lambda: 7, over=True) == 7


def test_a_call_is_waited_for_until_the_end(held: threading.Event) -> None:
    """However often is asked whether that has come."""
    asked: list[int] = []

    def over() -> bool:
        asked.append(1)
        return len(asked) == 3

    with pytest.raises(Left):
        leaving.awaited(held.wait, over, what="")
    assert len(asked) == 3


def test_signals_do_not_make_it_wait_for_longer(held: threading.Event) -> None:
    """Many a one meets the very end of a look, whose time is then up all the same."""
    asked: list[int] = []

    def over() -> bool:
        asked.append(1)
        return len(asked) == 25

    before = signal.signal(signal.SIGALRM, lambda *_: None)
    signal.setitimer(signal.ITIMER_REAL, 0.0003, 0.0003)
    try:
        with pytest.raises(Left):
            leaving.awaited(held.wait, over, what="")
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


PROGRAM = """
import sys, threading
from tuner_engine import leaving
def call():
    {call}
try:
    leaving.awaited(call, lambda: True, what="")
except leaving.Left:
    print("left", end="")
leaving.leave(7)
"""


@pytest.mark.parametrize(("call", "said"), [("threading.Event().wait()", "left"), ("pass", "")])
def test_a_process_ends_without_what_it_left(call: str, said: str) -> None:
    """With its exit code, and with all that it printed."""
    ended = _run(PROGRAM.format(call=call))
    assert (ended.returncode, ended.stdout) == (7, said), ended.stderr


QUICK = """
import atexit, threading
from tuner_engine import leaving
leaving.end_soon()
class Wound:
    def __del__(self):
        print("wound down", end="")
kept = Wound()
atexit.register(lambda: print("registered", end=" "))
threading.Thread(target=lambda: print("finished", end=" ")).start()
{end}
"""


@pytest.mark.parametrize(
    ("end", "code", "said"),
    [("leaving.leave(7)", 7, "finished registered "), ("", 0, "finished registered wound down")],
)
def test_a_process_ends_soon_and_in_order(end: str, code: int, said: str) -> None:
    """Threads and what was registered come first; winding down is skipped only by `leave`."""
    ended = _run(QUICK.format(end=end))
    assert (ended.returncode, ended.stdout) == (code, said), ended.stderr


def _run(program: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
