"""Which command do the arguments name, and with which exit code does it end?

Invariants: a command's module is imported only when that command runs; stdout carries data only;
whatever goes wrong becomes one line on stderr and an exit code, never a `SystemExit`.
"""

import errno
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from importlib import import_module
from pathlib import Path

from tuner_engine.errors import ExitCode, TunerError
from tuner_engine.version import VERSION

COMMANDS = {
    "open": "Open the terminal app; `tuner-tui DATA` does the same.",
    "advise": "Advise a recipe for data, or for facts that you state, without training.",
    "probe": "Answer one question by measurement: lr, batch, epochs, seeds, regularization.",
    "tune": "Advise a recipe, measure its learning rate, and print the result.",
    "train": "Train once, from start to end, with the values given or advised.",
    "task": "Begin a task of your own: a model, a loss and data in a Python file.",
    "export": "Write the recipe of a run or a file in another format.",
    "import-config": "Read a config of another program into a recipe, and judge it.",
    "runs": "List, show, compare, follow, stop or remove the runs kept on this machine.",
    "presets": "List, show or check published values, or record what worked for you.",
    "doctor": "Report what this machine offers: versions, terminal, disk, devices.",
}
"""Command → the sentence that helps to choose it; each lives in the module of its name."""

own_process = False
"""Whether the process was started for the command alone, so that its age is the person's wait."""

DEBUG = "TUNER_TUI_DEBUG"
"""Environment variable: when set to anything but 0, a bug shows its traceback at once."""

BROKEN_PIPE = 141
"""Exit code when whoever read stdout has left: 128 + SIGPIPE, as shells report it."""


def run(arguments: Sequence[str]) -> int:
    """Run one command line and return the process's exit code.

    Args:
        arguments: What follows the program's name.
    """
    _make_streams_safe()
    try:
        code = _dispatch(list(arguments))
        sys.stdout.flush()
    except TunerError as error:
        for line in getattr(error, "trace", ()):
            tell(line)
        return fail(str(error), error.exit_code)
    except KeyboardInterrupt:
        return fail("interrupted", ExitCode.INTERRUPTED)
    except BrokenPipeError:
        return _silence()
    except OSError as error:
        full = error.errno in {errno.ENOSPC, errno.EDQUOT}
        told = f"{error.strerror}; make room" if full else _trace(error)
        return fail(told, ExitCode.INTERNAL)
    except MemoryError:
        return fail("out of memory; give fewer rows with --max-rows", ExitCode.DEVICE)
    except Exception as error:
        return fail(_trace(error), ExitCode.INTERNAL)
    return code


def _dispatch(words: list[str]) -> int:
    if words and words[0] in {"--help", "-h"}:
        from tuner_tui.cli import front_page

        return front_page.show()
    if words == ["--version"]:
        sys.stdout.write(f"tuner-tui {VERSION}\n")
        return ExitCode.DONE
    name, rest = (words[0], words[1:]) if words and words[0] in COMMANDS else ("open", words)
    if name == "open":
        from tuner_tui.cli import opening

        if not rest:
            return opening.bare()
        if opening.is_plain(rest):
            return opening.plain(rest[0])
    if name == "advise":
        from tuner_tui.cli import plain

        words_of_it = plain.words(rest)
        if words_of_it is not None:
            from tuner_tui.cli import advising

            return advising.answer(words_of_it)
    from tuner_tui.cli import parsing

    module = name.replace("-", "_")
    return parsing.call(import_module(f"{__name__}.{module}").app, rest)


def fail(message: str, code: int) -> int:
    """Say in one line on stderr what went wrong, and return the exit code."""
    tell(f"tuner-tui: error: {' '.join(message.split())}")
    return int(code)


def tell(line: str) -> None:
    """Write one line to stderr, for a person; where nobody reads it, it goes nowhere."""
    with suppress(BrokenPipeError):
        sys.stderr.write(f"{line}\n")
        sys.stderr.flush()


def _trace(error: Exception) -> str:
    """Keep the traceback where a report can take it from, and return the line that says so."""
    import traceback

    from tuner_engine.printable import printable

    text = "".join(traceback.format_exception(error))
    summary = f"{type(error).__name__}: {printable(str(error), width=200)}"
    if os.environ.get(DEBUG, "0") != "0":
        sys.stderr.write(text)
        return f"internal error: {summary}"
    try:
        place = _keep(text)
    except OSError:
        return f"internal error: {summary}; {DEBUG}=1 shows where"
    return f"internal error: {summary}; the traceback is in {printable(str(place))}"


def _keep(text: str) -> "os.PathLike[str]":
    from datetime import UTC, datetime

    from tuner_engine import atomic, runs

    runs.home().mkdir(mode=0o700, parents=True, exist_ok=True)
    path = runs.home() / f"crash-{datetime.now(UTC):%Y%m%d-%H%M%S}-{os.getpid()}.txt"
    atomic.write(path, text.encode(errors="backslashreplace"))
    return path


def _silence() -> int:
    """Leave nothing for the interpreter to flush into the broken pipe."""
    void = os.open(os.devnull, os.O_WRONLY)
    os.dup2(void, sys.stdout.fileno())
    os.close(void)
    return BROKEN_PIPE


def _make_streams_safe() -> None:
    """Give closed streams a place to go, and a terminal that lacks a character its escape."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open(mode))  # noqa: SIM115 - for the whole process
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
