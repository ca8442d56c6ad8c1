"""How does the terminal app open?

Invariant: whatever can be refused is refused before Textual is loaded.
"""

import difflib
import os
import sys
from pathlib import Path

from tuner_engine.errors import DataError, UsageError
from tuner_engine.printable import printable
from tuner_engine.specs import Choices
from tuner_tui.cli import COMMANDS, options, parsing

app = parsing.command("open", COMMANDS["open"])


@app.default
def open_app(
    table: options.AnyOptionalTable = options.OptionalTable(),  # noqa: B008 - frozen
    *,
    choices: options.AnyChoices = Choices(),  # noqa: B008 - frozen
    effort: options.AnyEffort = options.Effort(),  # noqa: B008 - frozen
) -> int:
    """Open the app on a table."""
    spec = options.run_spec("probe-lr", table=table, choices=choices, effort=effort)
    refuse_missing(spec.data.source)
    from tuner_tui.ui import preflight

    problem = preflight.refusal(
        os.environ, stdin_is_tty=sys.stdin.isatty(), stderr_is_tty=sys.stderr.isatty()
    )
    if problem is not None:
        raise UsageError(problem)
    from tuner_tui.ui import open_app as show

    return show(spec)


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
