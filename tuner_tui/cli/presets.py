"""Which published and recorded values are known, are they sound, and how is one more kept?"""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import msgspec
from cyclopts import Parameter

from tuner_engine.errors import DataError, ExitCode, UsageError
from tuner_engine.printable import printable
from tuner_tui import cli
from tuner_tui.cli import COMMANDS, output, parsing

app = parsing.command("presets", COMMANDS["presets"])

SCHEMA = "tuner-tui/presets/1"


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One row of the list."""

    id: str
    family: str
    models: tuple[str, ...]
    settings: tuple[str, ...]
    status: str
    file: str


class Listing(msgspec.Struct, frozen=True, kw_only=True):
    """All rows, a person's own first."""

    schema: str = SCHEMA
    presets: tuple[Entry, ...]


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    """What is wrong with some files."""

    schema: str = "tuner-tui/presets-check/1"
    files: tuple[str, ...]
    problems: tuple[str, ...]


@app.command(name="list")
def list_presets(*, family: str | None = None, json: bool = False) -> int:
    """List every row that advice may rest on, your own first.

    Args:
        family: Only rows of this family: tabular, image, text, language, finetune, inference, …
        json: Print one JSON document instead of text.
    """
    entries = tuple(entry for entry in _entries() if family in {None, entry.family})
    if family is not None and not entries:
        raise UsageError(f"no presets are about {printable(family)}; leave out --family to see all")
    if json:
        _print_json(Listing(presets=entries))
        return ExitCode.DONE
    from tuner_tui.cli import tables

    rows = [
        (
            entry.id,
            entry.family,
            ", ".join(entry.models) or "any",
            ", ".join(entry.settings),
            entry.status,
        )
        for entry in entries
    ]
    shown = [tuple(printable(cell, width=40) for cell in row) for row in rows]
    output.print_lines(tables.columns(("row", "family", "models", "settings", "status"), shown))
    return ExitCode.DONE


@app.command
def show(row_id: Annotated[str, Parameter(name="ID")], *, json: bool = False) -> int:
    """Show one row: its figures, formula, conditions and sources.

    Args:
        row_id: As `presets list` and the sources of a recipe name it.
        json: Print one JSON document instead of text.
    """
    from tuner_engine.advice import shelves

    found = shelves.find(row_id)
    if json:
        _print_json(found)
    else:
        from tuner_tui.cli.lines import Line

        output.print_lines(map(Line, shelves.lines(found)))
    return ExitCode.DONE


@app.command
def check(
    folder: Annotated[Path | None, Parameter(name="FOLDER")] = None, *, json: bool = False
) -> int:
    """Check files of presets, and name everything that is wrong, with file and row.

    Args:
        folder: Whose TOML files are checked; the built-in presets and your own if left out.
        json: Print one JSON document instead of text.
    """
    from tuner_engine.advice import checking, recorded

    paths = (
        [*checking.built_in(), *recorded.files()]
        if folder is None
        else checking.preset_files(folder)
    )
    problems = checking.problems(paths)
    if json:
        _print_json(Checked(files=tuple(map(str, paths)), problems=problems))
    for said in () if json else problems:
        cli.tell(said)
    if problems and not json:
        counted = f"{len(problems)} mistake{'' if len(problems) == 1 else 's'}"
        raise DataError(f"{counted} in presets; mend what is named above")
    if not json:
        cli.tell(f"{len(paths)} files of presets, nothing wrong")
    return ExitCode.DATA if problems else ExitCode.DONE


@app.command
def save(
    name: Annotated[str, Parameter(name="NAME")],
    recipe: Annotated[Path, Parameter(name="RECIPE")],
    *,
    by: str | None = None,
    force: bool = False,
) -> int:
    """Record a recipe that worked; from then on it ranks before the built-in advice.

    Args:
        name: What the preset is called: small letters, digits and hyphens.
        recipe: A file with a recipe, or the result of a probe or a training.
        by: The person or team who found it; your login name if left out.
        force: Replace a preset of the same name.
    """
    from tuner_engine.advice import recorded, recording
    from tuner_engine.specs import Choices
    from tuner_tui.cli import reading

    document = reading.document(recipe)
    if isinstance(document, Choices):
        raise DataError(
            f"{printable(str(recipe))}: flat values do not say what they were for; give a recipe"
        )
    path = recorded.folder() / f"{name}.toml"
    content = recording.toml(
        reading.recipe_of(document), name=name, by=by or _login(), date=_today()
    )
    if path.exists() and not force:
        raise UsageError(f"a preset {name} is there already; give another name, or --force")
    recorded.folder().mkdir(parents=True, exist_ok=True)
    output.save(content.encode(), path)
    cli.tell(f"saved {printable(str(path))}")
    return ExitCode.DONE


def _entries() -> list[Entry]:
    from tuner_engine.advice import shelves

    return [
        Entry(
            id=found.row.id,
            family=found.family,
            models=found.row.models,
            settings=tuple(found.row.settings),
            status=found.row.status,
            file=found.file,
        )
        for found in shelves.every()
    ]


def _login() -> str:
    """Return the login name of whoever runs the program."""
    import getpass

    try:
        return getpass.getuser()
    except (OSError, KeyError) as error:  # a container may lack an entry for its user
        raise UsageError("nobody is logged in by name; say who found it with --by") from error


def _today() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _print_json(document: msgspec.Struct) -> None:
    output.print_bytes(msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n")
