"""How does an answer leave the process?

stdout carries data only, in UTF-8 when it is JSON; a file appears whole or not at all.
"""

import os
import stat
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from tuner_engine import atomic
from tuner_engine.errors import UsageError
from tuner_engine.printable import printable
from tuner_tui.cli.lines import Line, written

if TYPE_CHECKING:
    from rich.console import Console

WIDEST = 100
"""Columns at which sentences wrap on a wide terminal. House choice."""


def check_writable(path: Path | None) -> None:
    """Refuse a place that could not take the answer, before any work is done for it.

    Raises:
        UsageError: The folder is missing or closed, or the path is a folder itself.
    """
    if path is None:
        return
    if str(path) == "-":
        raise UsageError("--output takes a file; --json alone prints the document on stdout")
    if path.is_dir():
        raise UsageError(f"--output {_shown(path)} is a folder; name a file in it")
    folder = _followed(path).parent
    if not (_is_special(path) or folder.is_dir()):
        raise UsageError(f"--output {_shown(path)}: there is no folder {_shown(folder)}")
    if not os.access(path if _is_special(path) else folder, os.W_OK):
        raise UsageError(f"--output {_shown(path)}: no permission to write there")


def save(content: bytes, path: Path) -> None:
    """Write `content` to a file, keeping its permissions if it exists.

    A pipe or a device is written to, never replaced.

    Raises:
        UsageError: The file cannot be written.
    """
    target = _followed(path)
    try:
        if _is_special(path):
            path.write_bytes(content)
        else:
            atomic.write(target, content, mode=_mode(target))
    except OSError as error:
        raise UsageError(f"{_shown(path)} cannot be written: {error.strerror or error}") from error


def print_bytes(content: bytes) -> None:
    """Put bytes on stdout, at once."""
    sys.stdout.flush()
    sys.stdout.buffer.write(content)
    sys.stdout.buffer.flush()


def print_lines(lines: Iterable[Line]) -> None:
    """Put lines for a person on stdout; styles show on a terminal only, and honour NO_COLOR."""
    sys.stdout.write("".join(f"{written(line, sys.stdout)}\n" for line in lines))
    sys.stdout.flush()


def console(file: TextIO) -> "Console":
    """Return a Rich console that prints text as it is, and leaves a broken pipe to its caller."""
    from rich.console import Console

    class PlainConsole(Console):
        def on_broken_pipe(self) -> None:
            raise  # noqa: PLE0704 - Rich calls this while it handles the error, and would exit

    return PlainConsole(file=file, highlight=False, markup=False, emoji=False)


def width() -> int | None:
    """Return the columns that sentences may take on stdout; none where it is no terminal."""
    if not sys.stdout.isatty():
        return None
    import shutil

    return min(shutil.get_terminal_size().columns, WIDEST)


def _followed(path: Path) -> Path:
    """Return the file that links lead to: it is replaced, and they stay."""
    return Path(os.path.realpath(path))


def _is_special(path: Path) -> bool:
    return path.exists() and not path.is_file()


def _mode(path: Path) -> int:
    """Return the permissions of the file, or of one that any program would create."""
    try:
        return stat.S_IMODE(path.stat().st_mode)
    except FileNotFoundError:
        mask = os.umask(0)
        os.umask(mask)
        return 0o666 & ~mask


def _shown(path: Path) -> str:
    return printable(str(path))
