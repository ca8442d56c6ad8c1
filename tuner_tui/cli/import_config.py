"""What does the config that somebody already has say, and what in it looks wrong?"""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec
from cyclopts import Parameter

from tuner_engine import configs, results
from tuner_engine.configs import Imported
from tuner_engine.configs.report import Report
from tuner_engine.errors import DataError, ExitCode, TunerError, UsageError
from tuner_engine.printable import printable
from tuner_engine.recipe import Recipe, Setting, this_tool
from tuner_engine.specs import Choices, DataSpec, checked
from tuner_engine.workload import Profile, Workload
from tuner_tui.cli import COMMANDS, output, parsing

if TYPE_CHECKING:
    from tuner_engine.advice.stated import Stated, Subject


def _help() -> str:
    half = len(configs.READABLE) // 2
    rows = [", ".join(part) for part in (configs.READABLE[:half], configs.READABLE[half:])]
    notations = "Reads JSON, YAML, TOML, .env and Modelfile. Formats:"
    return "\n".join([COMMANDS["import-config"], "", notations, *(f"  {row}" for row in rows)])


app = parsing.command("import-config", _help())
app.usage = "tuner-tui import-config FILE [OPTIONS]"


@app.default
def import_config(
    source: Annotated[Path, Parameter(name="FILE")],
    *,
    format_name: Annotated[str | None, Parameter(name="--format")] = None,
    data: str | None = None,
    target: str | None = None,
    examples: int | None = None,
    json: bool = False,
    place: Annotated[Path | None, Parameter(name=("--output", "-o"))] = None,
) -> int:
    """Read a config into a recipe, and set what it says beside advice for the same facts.

    Args:
        source: The config; a field that is not understood is listed, never dropped in silence.
        format_name: Whose config it is; found out by its fields if absent.
        data: The data it is for, as `advise` takes them; otherwise facts are assumed, and named.
        target: Column of the data to predict.
        examples: Training examples, where there are no data to count.
        json: Print one JSON document instead of text.
        place: Write the recipe to this file.
    """
    output.check_writable(place)
    if examples is not None and examples < 1:
        raise UsageError(f"--examples {examples} is out of range; give 1 or more")
    found = configs.read(_content(source), name=printable(str(source)), format=format_name)
    basis = _basis(found, data=data, target=target, examples=examples)
    report = _report(found, basis, now=datetime.now(UTC))
    if place is not None:
        output.save(results.encode(report.recipe), place)
    if json:
        output.print_bytes(msgspec.json.format(msgspec.json.encode(report), indent=2) + b"\n")
    else:
        from tuner_tui.cli import imported

        output.print_lines(imported.lines(report, width=output.width()))
    return ExitCode.DONE


def _content(path: Path) -> bytes:
    from tuner_engine.configs.notation import LARGEST_BYTES

    name = printable(str(path))
    try:
        with path.open("rb") as file:
            return file.read(LARGEST_BYTES + 1)
    except OSError as error:
        raise DataError(f"{name}: cannot be read: {error.strerror or error}") from error


@dataclass(frozen=True, slots=True, kw_only=True)
class _Basis:
    """What advice is given for."""

    workload: Workload
    profile: Profile | None


def _basis(
    found: Imported, *, data: str | None, target: str | None, examples: int | None
) -> _Basis:
    """Return what the file and the options say of the training; the rest is assumed.

    Raises:
        UsageError: The data cannot be what the config is for.
        DataError: The data cannot be read.
    """
    if data is None:
        if target is not None:
            raise UsageError("--target names a column of the data; give --data, too")
        return _Basis(workload=_stated(found, examples=examples), profile=None)
    if examples is not None:
        raise UsageError("--examples is counted in the data; leave out one of the two")
    from tuner_engine import data as reading
    from tuner_engine.advice import stated

    profile = reading.profile(DataSpec(source=data, target=target), seed=0)
    workload = profile.workload
    if found.facts.regime not in {None, "scratch"}:
        workload = stated.over(workload, _facts(found), _subject(found))
    return _Basis(workload=workload, profile=msgspec.structs.replace(profile, workload=workload))


def _stated(found: Imported, *, examples: int | None) -> Workload:
    """Return what follows from the facts of a config, as if a person had stated them."""
    from tuner_engine.advice import stated

    assumed = configs.workload(found.facts, examples=examples)
    try:
        known = stated.workload(_facts(found, examples=examples), _subject(found))
    except TunerError:
        return assumed
    unsaid = ("regime",) if found.facts.regime is None else ()
    return msgspec.structs.replace(known, assumed=(*unsaid, *known.assumed))


def _facts(found: Imported, *, examples: int | None = None) -> "Stated":
    from tuner_engine.advice.stated import Stated

    length = found.settings.get("sequence_length")
    return Stated(
        regime=found.facts.regime or ("scratch" if found.facts.model else "full"),
        engine=found.facts.engine,
        examples=None if examples is None else str(examples),
        context=str(length.value) if length and length.value else None,
    )


def _subject(found: Imported) -> "Subject":
    from tuner_engine.advice.stated import Subject

    return Subject(model=found.facts.model or found.facts.base_model)


def _report(found: Imported, basis: _Basis, *, now: datetime) -> Report:
    from tuner_engine.advice import lint

    created = now.isoformat(timespec="seconds")
    advice = _advice(found, basis, created=created)
    settings = {
        name: _ranged(setting, advice.get(name)) for name, setting in found.settings.items()
    }
    recipe = Recipe(
        created=created,
        tool=this_tool(),
        workload=basis.workload,
        settings=settings,
        warnings=lint(settings, basis.workload),
        data=basis.profile.data if basis.profile else None,
    )
    return Report(
        format=found.format,
        recipe=recipe,
        advice=advice,
        unread=found.unread,
        approximated=found.approximated,
    )


def _advice(found: Imported, basis: _Basis, *, created: str) -> dict[str, Setting]:
    """Return what is advised for the same facts, or nothing where they are too few."""
    from tuner_engine.advice import advise

    profile = basis.profile or Profile(workload=basis.workload, data=None)
    model = {"model": found.facts.model} if found.facts.model else {}
    try:
        choices = checked(model, Choices, what="the config")
        return advise(profile, choices, created=created).settings
    except TunerError:
        return {}


def _ranged(setting: Setting, advised: Setting | None) -> Setting:
    """Return what the file says, with the range that is advised, so that it can be judged."""
    if advised is None:
        return setting
    return msgspec.structs.replace(setting, range=advised.range, scale=advised.scale)
