"""Which runs are kept here, what did they find, and what becomes of them?"""

import sys
from collections.abc import Iterable
from typing import Annotated, Any

import msgspec
from cyclopts import Parameter

from tuner_engine import history, processes, remarks
from tuner_engine import runs as folders
from tuner_engine.errors import ExitCode, UsageError
from tuner_engine.printable import printable
from tuner_engine.remarks import Remarks
from tuner_engine.runs import Run
from tuner_tui import cli
from tuner_tui.cli import COMMANDS, output, parsing, reading

app = parsing.command("runs", COMMANDS["runs"])


class Listing(msgspec.Struct, frozen=True, kw_only=True):
    """All runs, newest first."""

    schema: str = "tuner-tui/runs/1"
    runs: tuple[history.Entry, ...]


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
def list_runs(
    *words: Annotated[str, Parameter(name="WORD")],
    tag: str | None = None,
    sort: history.Order = "newest",
    json: bool = False,
) -> int:
    """List the runs, newest first.

    Args:
        words: List only runs that hold every word: in their data, command, status, tags or note.
        tag: List only runs with this tag.
        sort: What goes first.
        json: Print one JSON document instead of text.
    """
    entries = history.matching(history.entries(), " ".join(words))
    entries = history.ordered(entries if tag is None else history.tagged(entries, tag), sort)
    if json:
        _print_json(Listing(runs=tuple(entries)))
    elif entries:
        from tuner_tui.cli import tables

        rows = [(it.id, it.status, it.command, it.source, _remarked(it.remarks)) for it in entries]
        head = ("run", "status", "command", "data", "remarks")
        kept = len(head) if any(row[-1] for row in rows) else len(head) - 1
        output.print_lines(tables.columns(head[:kept], [row[:kept] for row in rows]))
    else:
        folder = printable(str(folders.home()))
        cli.tell(f"no such runs under {folder}" if words or tag else f"no runs under {folder}")
    return ExitCode.DONE


@app.command
def show(
    run_id: Annotated[str, Parameter(name="RUN")], *, plot: bool = False, json: bool = False
) -> int:
    """Show what one run was asked and what it found.

    Args:
        run_id: Its identifier, or the beginning of one.
        plot: Draw its charts as text: beneath the answer, or on stderr beside JSON.
        json: Print one JSON document instead of text.
    """
    run = folders.find(run_id)
    if json:
        _print_json(_account(run))
    else:
        output.print_lines(_told(run))
    if plot:
        from tuner_tui.cli import plots

        plots.write(run.events(), file=sys.stderr if json else sys.stdout)
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
    chosen = _idle() if every else _named(run_ids)
    if not chosen:
        cli.tell("no runs to remove")
    elif yes or _agreed(chosen):
        for run in chosen:
            folders.remove(run)
            cli.tell(f"removed {run.id}")
    return ExitCode.DONE


@app.command
def diff(
    *run_ids: Annotated[str, Parameter(name="RUN")],
    every: Annotated[bool, Parameter(name="--all")] = False,
    json: bool = False,
) -> int:
    """Set two or more runs side by side: what was asked, the settings, what came of it.

    Args:
        run_ids: Their identifiers, or the beginnings of them.
        every: Print what they have in common, too.
        json: Print one JSON document instead of text.
    """
    from tuner_tui.cli import differences

    chosen = _named(run_ids)
    if len(chosen) < 2:
        raise UsageError("name at least two runs to compare; `tuner-tui runs list` shows them")
    if json:
        _print_json(differences.document(chosen))
    else:
        output.print_lines(differences.lines(chosen, every=every))
    return ExitCode.DONE


@app.command
def note(
    run_id: Annotated[str, Parameter(name="RUN")],
    text: Annotated[str | None, Parameter(name="TEXT")] = None,
    *,
    tag: tuple[str, ...] = (),
    untag: tuple[str, ...] = (),
) -> int:
    """Write a note or tags on a run, or print what is written there.

    Args:
        run_id: Its identifier, or the beginning of one.
        text: The note, in place of the one before; empty takes it away.
        tag: One word to find it by; may be given several times.
        untag: A tag to take away; may be given several times.
    """
    from tuner_tui.cli.lines import Line

    run = folders.find(run_id)
    before = remarks.of(run)
    if text is None and not tag and not untag:
        output.print_lines(Line(it) for it in (_tags(before), printable(before.note)) if it)
        return ExitCode.DONE
    gone = {word.removeprefix("#") for word in untag}
    tags = [word for word in (*before.tags, *tag) if word.removeprefix("#") not in gone]
    remarks.keep(run, remarks.made(note=before.note if text is None else text, tags=tags))
    return ExitCode.DONE


@app.command
def attach(run_id: Annotated[str, Parameter(name="RUN")]) -> int:
    """Follow a run until it ends; Ctrl-C stops following and leaves it going.

    Args:
        run_id: Its identifier, or the beginning of one.
    """
    from tuner_tui.cli import following

    return following.follow(folders.find(run_id))


@app.command
def stop(*run_ids: Annotated[str, Parameter(name="RUN")]) -> int:
    """Ask runs to finish with what they have measured.

    Args:
        run_ids: Their identifiers, or the beginnings of them.
    """
    chosen = _named(run_ids)
    if not chosen:
        raise UsageError("name the runs to stop; `tuner-tui runs list running` shows them")
    idle = [run for run in chosen if not _asked_to_finish(run)]
    if idle:
        names = ", ".join(run.id for run in idle)
        return cli.fail(f"nothing works on {names}", ExitCode.USAGE)
    return ExitCode.DONE


def _asked_to_finish(run: Run) -> bool:
    pid = processes.pid_of(run)
    asked = pid is not None and processes.ask_to_finish(run, pid)
    if asked:
        cli.tell(f"asked {run.id} to finish; `tuner-tui runs show` prints what it measured")
    return asked


def _named(run_ids: Iterable[str]) -> list[Run]:
    """Return the runs that identifiers name, each once.

    Raises:
        UsageError: One of them names none, or several.
    """
    return list({run.id: run for run in map(folders.find, run_ids)}.values())


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


def _remarked(it: Remarks) -> str:
    return " ".join(filter(None, (_tags(it), printable(it.note, width=60))))


def _tags(it: Remarks) -> str:
    return " ".join(f"#{printable(tag)}" for tag in it.tags)


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

    entry = history.entry(run)
    rows = [
        ("run", entry.id),
        ("status", entry.status),
        ("command", entry.command),
        ("data", entry.source),
        ("folder", entry.path),
    ]
    if entry.remarks:
        rows.append(("remarks", _remarked(entry.remarks)))
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
