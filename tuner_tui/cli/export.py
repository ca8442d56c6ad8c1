"""How does a recipe reach the program that trains with it?"""

import os
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from tuner_engine import runs
from tuner_engine.errors import DataError, ExitCode, UsageError
from tuner_engine.export import FORMATS, Exported, exported, formats, report, schemas
from tuner_engine.printable import printable
from tuner_engine.recipe import Recipe
from tuner_engine.specs import Choices
from tuner_tui.cli import COMMANDS, output, parsing, reading, told


def _help() -> str:
    """Return the command's sentence, and every format with its own."""
    widest = max(map(len, FORMATS))
    lines = [f"  {one.name:<{widest}}  {one.sentence}" for one in formats()]
    return "\n".join([COMMANDS["export"], "", "Formats:", *lines])


app = parsing.command("export", _help())
app.usage = "tuner-tui export RUN|FILE [OPTIONS]"

SchemaName = Literal["recipe", "probe", "train", "export", "import"]


@app.default
def export(
    source: Annotated[str, Parameter(name="RUN|FILE", show_default=False)] = "",
    *,
    format_name: Annotated[str, Parameter(name="--format")] = "json",
    schema: Annotated[
        list[SchemaName] | None, Parameter(consume_multiple=(0, 1), negative=())
    ] = None,
    json: bool = False,
    place: Annotated[Path | None, Parameter(name=("--output", "-o"))] = None,
) -> int:
    """Write a recipe in a format of your choice; stderr tells what the format cannot say.

    Args:
        source: A run, by its identifier or the beginning of one, or a file with a recipe.
        format_name: One of the formats above.
        schema: Write the JSON Schema of a document instead.
        json: Print one JSON document with the content, and what it cannot say.
        place: Write the content to this file instead of stdout.
    """
    output.check_writable(place)
    if schema is not None:
        _leave(_schema(schema[0] if schema else "recipe", source=source), place)
        return ExitCode.DONE
    done = _formatted(source, format_name=format_name)
    if place is not None or not json:
        _leave(done.content, place)
    if json:
        output.print_bytes(report(done, format=format_name))
    else:
        told.losses(done.dropped, done.approximated)
    return ExitCode.DONE


def _leave(content: bytes, place: Path | None) -> None:
    if place is None:
        output.print_bytes(content)
    else:
        output.save(content, place)


def _schema(name: SchemaName, *, source: str) -> bytes:
    import msgspec

    if source:
        raise UsageError("--schema takes no RUN or FILE: it is the same for all")
    return msgspec.json.format(msgspec.json.encode(schemas()[name]), indent=2) + b"\n"


def _formatted(source: str, *, format_name: str) -> Exported:
    if format_name not in FORMATS:
        known = ", ".join(FORMATS)
        raise UsageError(f"--format {printable(format_name)} is not known; choose from {known}")
    if not source:
        raise UsageError("name a run or a file with a recipe; `tuner-tui runs list` shows the runs")
    return exported(recipe_in(source), format=format_name)


def recipe_in(source: str) -> Recipe:
    """Return the recipe that a file holds or a run left.

    Args:
        source: An existing path, or else a run's identifier or the beginning of one.

    Raises:
        UsageError: There is no such run.
        DataError: There is no recipe in it.
    """
    path = Path(source)
    if path.is_file() or os.sep in source:
        document = reading.document(path)
        if isinstance(document, Choices):
            raise DataError(
                f"{printable(source)}: flat values alone are no recipe; "
                f"`tuner-tui advise DATA --recipe {printable(source)}` makes one of them"
            )
        return reading.recipe_of(document)
    return _left_by(runs.find(source))


def _left_by(run: runs.Run) -> Recipe:
    """Return the recipe in a run's result or, if it left none, the last one it spoke of."""
    content = run.result()
    if content is not None:
        return reading.recipe_of(reading.result(content, name=f"run {run.id}"))
    from tuner_engine.state import fold_all

    advised = fold_all(run.events()).recipe
    if advised is None:
        raise DataError(f"run {run.id} ended before there was a recipe")
    return advised
