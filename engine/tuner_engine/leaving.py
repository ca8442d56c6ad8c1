"""How is a call left behind that nothing can interrupt?

Compiling takes as long as it takes, and so does one step of a large model: no signal reaches into
either. Such a call is made by a thread beside the one that asks; once the run is over and the call
does not come back within a moment, nobody waits for it any longer.
Invariant: what a call still does after it was left is seen by nobody. What it returns is dropped,
and a process that ends by `leave` does not wait for it.
"""

import atexit
import os
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from queue import SimpleQueue
from typing import Any, NoReturn, TypeVar

T = TypeVar("T")
Over = Callable[[], bool]
"""Whether nothing is waited for any longer; once true it stays so."""

GRACE_S = 0.2
"""Seconds that a call may go on once the run is over, so that a short one keeps what it found.
House choice: with what comes after it, well within the half second that stopping may take."""

LOOK_S = 0.02
"""Seconds between two looks at whether the run is over. House choice."""


class Left(Exception):  # noqa: N818 - no error: what was measured before stands
    """The run is over, and a call that it needed was left behind or not begun any more.

    Attributes:
        what: What the call was to do, as in "while …".
        waited_s: Seconds since the call began; 0 if it never did.
    """

    def __init__(self, what: str, waited_s: float) -> None:
        super().__init__(f"left while {what}, after {waited_s:.1f} s")
        self.what = what
        self.waited_s = waited_s


def awaited(call: Callable[[], T], over: Over | None, *, what: str) -> T:
    """Return what a call returns, unless the run is over before it does.

    Args:
        call: Made in another thread, where there is something to ask.
        over: Whether the run is over; none for a run that waits however long it takes.
        what: What the call does, as in "while …".

    Raises:
        Left: The run was over, and `GRACE_S` later the call had not come back.
        BaseException: Whatever the call raises.
    """
    if over is None:
        return call()
    began_s, hand = time.monotonic(), _free_hand()
    hand.asked.put(call)
    try:
        answered = _waited(hand.answered, over)
    except BaseException:
        hand.dismiss()
        raise
    if not answered:
        hand.dismiss()
        raise Left(what, time.monotonic() - began_s)
    found: T = _told(*hand.take())
    return found


def end_soon() -> None:
    """Have `leave` end this process without winding down the interpreter.

    That takes half a second where much was imported, and changes nothing that outlasts it. Whatever
    registers with `atexit` after this call runs before the end.
    """
    atexit.register(_end)


def leave(code: int) -> NoReturn:
    """End this process with an exit code, at once where a call was left behind.

    An interpreter that winds down takes away what compiled code still works with.
    """
    _CODE[:] = [int(code)]
    if any(hand.thread.is_alive() for hand in _LEFT):
        _end()
    sys.exit(int(code))


def _end() -> None:
    """End the process, if it is `leave` that ends it."""
    if not _CODE:
        return
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):
            stream.flush()
    os._exit(_CODE[0])


class _Hand:
    """A thread that makes one call after another."""

    def __init__(self) -> None:
        self.asked: SimpleQueue[Callable[[], Any] | None] = SimpleQueue()
        # An event, as a queue that a signal interrupts may forget how long it was to wait.
        self.answered = threading.Event()
        self._answer: tuple[Any, BaseException | None] = (None, None)
        self.thread = threading.Thread(target=self._work, name="awaited", daemon=True)
        self.thread.start()

    def take(self) -> tuple[Any, BaseException | None]:
        """Return what the call returned or raised, and be free for another."""
        answer, self._answer = self._answer, (None, None)
        self.answered.clear()
        _IDLE.append(self)
        return answer

    def dismiss(self) -> None:
        """Have the thread end after the call that it is at."""
        self.asked.put(None)
        _LEFT[:] = [hand for hand in (*_LEFT, self) if hand.thread.is_alive()]

    def _work(self) -> None:
        while (call := self.asked.get()) is not None:
            try:
                self._answer = (call(), None)
            except BaseException as error:
                self._answer = (None, error)
            self.answered.set()
            del call  # what it held may be large, and the next one may be long in coming
        self._answer = (None, None)


_CODE: list[int] = []
_IDLE: list[_Hand] = []
_LEFT: list[_Hand] = []


def _free_hand() -> _Hand:
    try:
        return _IDLE.pop()
    except IndexError:
        return _Hand()


def _told(value: Any, error: BaseException | None) -> Any:
    if error is None:
        return value
    try:
        raise error
    finally:
        del error  # its trace holds this frame, and this frame all that the call had


def _waited(answered: threading.Event, over: Over) -> bool:
    """Return whether an answer came before the run was over and the grace was spent."""
    left_s: float | None = None
    while not answered.wait(LOOK_S):
        if left_s is None and over():
            left_s = time.monotonic() + GRACE_S
        if left_s is not None and time.monotonic() >= left_s:
            return False
    return True
