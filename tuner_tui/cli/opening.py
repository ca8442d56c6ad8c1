"""How does the terminal app open, on data or on its first screen?

Invariant: whatever can be refused is refused before Textual is loaded.
"""

import difflib
from pathlib import Path

from tuner_engine.errors import DataError, UsageError
from tuner_engine.printable import printable
from tuner_engine.specs import DataSpec, RunSpec
from tuner_tui.cli import COMMANDS


def is_plain(words: list[str]) -> bool:
    """Return whether the words are a table and nothing else, so that nothing needs parsing."""
    return len(words) == 1 and words[0].isprintable() and not words[0].startswith("-")


def plain(source: str) -> int:
    """Open the app on a table, with everything else as usual.

    Parsing options would cost a third of the time to the first frame.
    """
    refuse_missing(source)
    return show(RunSpec(command="probe-lr", data=DataSpec(source=source)))


def bare() -> int:
    """Open the app where it offers what could be opened."""
    return show(RunSpec(command="probe-lr", data=DataSpec(source="")))


def show(spec: RunSpec) -> int:
    """Open the app and return the process's exit code once it is left.

    Without data it opens where it offers some.

    Raises:
        UsageError: There is no terminal to open it in.
        DataError: There is no such file.
    """
    if spec.data.kind == "task":
        refuse_missing_task(spec.data.source)
    elif spec.data.source:
        refuse_missing(spec.data.source)
    from tuner_tui.ui import open_app

    return open_app(spec)


def refuse_missing_task(named: str) -> None:
    """Refuse a task whose file is not there; the file is not run in this process.

    Raises:
        UsageError: It names no Python file.
        DataError: There is no such file.
    """
    from tuner_engine.own.source import located

    path, _ = located(named)
    if not path.is_file():
        shown = printable(str(path))
        raise DataError(f"{shown}: no such file; `tuner-tui task new {shown}` writes an example")


def refuse_missing(source: str) -> None:
    """Refuse a table that is not there, at once and with a guess at what was meant.

    Raises:
        UsageError: It is a word that looks like a command.
        DataError: It looks like a file, and there is none.
    """
    if not source:
        raise UsageError("nothing to open: name a table, or demo:digits; `tuner-tui --help` helps")
    if source.startswith("demo:") or Path(source).exists():
        return
    shown = printable(source, width=100)
    if near := difflib.get_close_matches(source, COMMANDS, n=1):
        raise UsageError(f"no command or file '{shown}'; did you mean `tuner-tui {near[0]}`?")
    if source.isidentifier():
        raise UsageError(f"no command or file '{shown}'; the commands are {', '.join(COMMANDS)}")
    raise DataError(f"{shown}: no such file; name a table, or demo:digits for an example")
