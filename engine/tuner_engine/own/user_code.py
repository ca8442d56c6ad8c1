"""How does somebody's own code run, and how do its errors come back?

As their traceback: the frames of their files, without ours and those of the libraries between.
Invariant: what their code prints goes to stderr, since stdout carries answers.
"""

import contextlib
import functools
import sys
import sysconfig
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from tuner_engine.errors import TaskError, TunerError
from tuner_engine.printable import printable

_NOT_THEIRS = (
    Path(__file__).resolve().parents[1],
    *{Path(sysconfig.get_path(name)).resolve() for name in ("stdlib", "purelib", "platlib")},
)
"""Folders of this package, of Python and of the installed libraries."""

_MESSAGE_WIDTH = 400
"""Longest message of an exception that is shown, in characters; JAX writes pages. House choice."""

_WHERE_TRACED = "The error occurred while tracing the function"
"""Where JAX begins to tell which of our functions called theirs."""

R = TypeVar("R")


@contextmanager
def running(what: str, *, folder: Path) -> Iterator[None]:
    """Run somebody's code as if from their folder.

    Args:
        what: The part of theirs that runs, as an error names it: `loss`, `train.py`, …
        folder: Of their file: what lies beside it can be imported.

    Raises:
        TaskError: Their code raised; its text is one line, its trace their frames.
    """
    sys.path.insert(0, str(folder))
    try:
        with _prints_to_stderr():
            yield
    except TunerError:
        raise
    except MemoryError:
        raise
    except (Exception, SystemExit) as error:
        raise _translated(error, what) from error
    finally:
        with contextlib.suppress(ValueError):
            sys.path.remove(str(folder))


def _prints_to_stderr() -> contextlib.AbstractContextManager[Any]:
    """Redirect prints, but not from a thread beside one that is writing answers."""
    if threading.current_thread() is threading.main_thread():
        return contextlib.redirect_stdout(sys.stderr)
    return contextlib.nullcontext()


def guarded(function: Callable[..., R], what: str, *, folder: Path) -> Callable[..., R]:
    """Return somebody's function so that it runs as in `running`."""

    @functools.wraps(function)
    def called(*arguments: Any, **named: Any) -> R:
        with running(what, folder=folder):
            return function(*arguments, **named)

    return called


def _translated(error: BaseException, what: str) -> TaskError:
    if isinstance(error, SyntaxError) and error.filename:
        place = f"{printable(Path(error.filename).name)}, line {error.lineno}"
        return TaskError(f"{place}: {_said(error)}", trace=tuple(_syntax(error)))
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if _theirs(frame)]
    trace = tuple(line for frame in frames for line in _shown(frame))
    if not frames:
        return TaskError(f"{what}: {_said(error)}")
    last = frames[-1]
    place = f"{printable(Path(last.filename).name)}, line {last.lineno}, in {printable(last.name)}"
    return TaskError(f"{place}: {_said(error)}", trace=trace)


def _theirs(frame: traceback.FrameSummary) -> bool:
    """Return whether a frame is of a file that is neither ours nor a library's."""
    path = Path(frame.filename).resolve()
    made_up = frame.filename.startswith("<")  # code that was never in a file
    return not made_up and not any(path.is_relative_to(folder) for folder in _NOT_THEIRS)


def _shown(frame: traceback.FrameSummary) -> Iterator[str]:
    yield f'  File "{printable(frame.filename)}", line {frame.lineno}, in {printable(frame.name)}'
    if frame.line:
        yield f"    {printable(frame.line)}"


def _syntax(error: SyntaxError) -> Iterator[str]:
    yield f'  File "{printable(str(error.filename))}", line {error.lineno}'
    if error.text:
        yield f"    {printable(error.text.strip())}"


def _said(error: BaseException) -> str:
    """Return the exception in one line, without the pages that JAX adds to some."""
    kind = type(error).__name__
    if isinstance(error, SystemExit):
        return (
            f"the file ended the process (exit {error.code}); import it without running a program"
        )
    text = error.msg if isinstance(error, SyntaxError) else str(error)
    text, _, _ = text.partition(_WHERE_TRACED)
    first = " ".join(line.strip() for line in text.strip().splitlines() if line.strip())
    return f"{kind}: {printable(first, width=_MESSAGE_WIDTH)}" if first else kind
