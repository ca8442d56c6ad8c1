"""Which runs are kept here, what did they find, and how are they removed?"""

import sys
from typing import Annotated, Any

import msgspec
from cyclopts import Parameter

from tuner_engine import runs as folders
from tuner_engine.errors import ExitCode, TunerError, UsageError
from tuner_engine.printable import printable
from tuner_engine.runs import Run
from tuner_tui import cli
from tuner_tui.cli import COMMANDS, output, parsing, reading

app = parsing.command("runs", COMMANDS["runs"])


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the list."""

    id: str
    status: str
    command: str
    source: str
    path: str


class Listing(msgspec.Struct, frozen=True, kw_only=True):
    """All runs, newest first."""

    schema: str = "tuner-tui/runs/1"
    runs: tuple[Entry, ...]


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that one run's folder says."""

    schema: str = "tuner-tui/run/1"
    id: str
    status: str
    path: str
    spec: msgspec.Raw | None
    environment: msgspec.Raw | None
    result: msgspec.Raw | None


@app.command(name="list")
def list_runs(*, json: bool = False) -> int:
    """List the runs, newest first.

    Args:
        json: Print one JSON document instead of text.
    """
    entries = tuple(map(_entry, folders.listed()))
    if json:
        _print_json(Listing(runs=entries))
    elif entries:
        from tuner_tui.cli import tables

        rows = [(entry.id, entry.status, entry.command, entry.source) for entry in entries]
        output.print_lines(tables.columns(("run", "status", "command", "data"), rows))
    else:
        cli.tell(f"no runs under {printable(str(folders.home()))}")
    return ExitCode.DONE


@app.command
def show(run_id: Annotated[str, Parameter(name="RUN")], *, json: bool = False) -> int:
    """Show what one run was asked and what it found.

    Args:
        run_id: Its identifier, or the beginning of one.
        json: Print one JSON document instead of text.
    """
    run = folders.find(run_id)
    if json:
        _print_json(_account(run))
    else:
        output.print_lines(_told(run))
    return ExitCode.DONE


@app.command
def rm(
    *run_ids: Annotated[str, Parameter(name="RUN")],
    every: Annotated[bool, Parameter(name="--all")] = False,
    yes: Annotated[bool, Parameter(name=("--yes", "-y"))] = False,
) -> int:
    """Remove runs for good.

    Args:
        run_ids: Their identifiers, or the beginnings of them.
        every: Remove all runs but those still running.
        yes: Do not ask.
    """
    if every == bool(run_ids):
        raise UsageError("name the runs to remove, or give --all; not both, not neither")
    chosen = (
        _idle() if every else list({run.id: run for run in map(folders.find, run_ids)}.values())
    )
    if not chosen:
        cli.tell("no runs to remove")
    elif yes or _agreed(chosen):
        for run in chosen:
            folders.remove(run)
            cli.tell(f"removed {run.id}")
    return ExitCode.DONE


def _idle() -> list[Run]:
    return [run for run in folders.listed() if run.status() != "running"]


def _agreed(chosen: list[Run]) -> bool:
    """Ask on the terminal.

    Raises:
        UsageError: There is nobody to ask.
    """
    if not _has_terminal():
        raise UsageError("removing runs needs --yes where there is no terminal to ask on")
    names = ", ".join(run.id for run in chosen[:3])
    more = f" and {len(chosen) - 3} more" if len(chosen) > 3 else ""
    sys.stderr.write(f"Remove {names}{more} for good? [y/N] ")
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in {"y", "yes"}


def _has_terminal() -> bool:
    return sys.stdin.isatty() and sys.stderr.isatty()


def _entry(run: Run) -> Entry:
    try:
        spec = run.spec()
        asked: tuple[str, str] = (spec.command, spec.data.source)
    except TunerError:
        asked = ("unreadable", "")
    command, source = asked
    return Entry(id=run.id, status=run.status(), command=command, source=source, path=str(run.path))


def _account(run: Run) -> Account:
    return Account(
        id=run.id,
        status=run.status(),
        path=str(run.path),
        spec=_raw(run, "spec.json"),
        environment=_raw(run, "environment.json"),
        result=_raw(run, "result.json"),
    )


def _raw(run: Run, name: str) -> msgspec.Raw | None:
    """Return a file of the folder as it stands, or none if it is absent or broken."""
    try:
        content = (run.path / name).read_bytes()
        msgspec.json.decode(content)
    except (OSError, msgspec.DecodeError):
        return None
    return msgspec.Raw(content)


def _told(run: Run) -> list[Any]:
    from tuner_engine.state import fold_all
    from tuner_tui.cli import tables
    from tuner_tui.cli.lines import Line

    entry = _entry(run)
    rows = [
        ("run", entry.id),
        ("status", entry.status),
        ("command", entry.command),
        ("data", entry.source),
        ("folder", entry.path),
    ]
    lines = [*tables.pairs(rows), Line()]
    width = output.width()
    content = run.result()
    if content is not None:
        result = reading.result(content, name=f"run {run.id}")
        return lines + tables.document(result, width=width)
    so_far = fold_all(run.events())
    if so_far.finished and so_far.finished.message:
        lines += [Line(printable(so_far.finished.message)), Line()]
    if so_far.recipe is not None:
        lines += tables.recipe(so_far.recipe, width=width)
    return lines


def _print_json(document: msgspec.Struct) -> None:
    output.print_bytes(msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n")
