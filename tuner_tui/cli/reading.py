"""What does a JSON file hold, and which recipe is in it?

Reads what the commands write: recipes, results of probes and trainings, and flat values. The text
comes from a file, so every error names the file and the field.
"""

from pathlib import Path
from typing import Any

import msgspec

from tuner_engine.errors import DataError
from tuner_engine.printable import printable
from tuner_engine.recipe import Recipe
from tuner_engine.results import AnyResult, ProbeResult, TrainResult
from tuner_engine.specs import Choices

_KINDS: dict[str, type[AnyResult]] = {
    "tuner-tui/recipe/1": Recipe,
    "tuner-tui/probe/1": ProbeResult,
    "tuner-tui/train/1": TrainResult,
}
"""Schema, as the document names it → what it decodes to."""

LARGEST_BYTES = 64 * 2**20
"""A document beyond this is somebody's data by mistake. House choice."""


def document(path: Path) -> AnyResult | Choices:
    """Return the document in a file; flat values come back as `Choices`.

    Raises:
        DataError: The file cannot be read, or holds something else.
    """
    name = printable(str(path))
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST_BYTES + 1)
    except OSError as error:
        raise DataError(f"{name}: cannot be read: {error.strerror or error}") from error
    if len(content) > LARGEST_BYTES:
        raise DataError(f"{name}: larger than {LARGEST_BYTES >> 20} MiB, so it is no recipe")
    return decode(content, name=name)


def decode(content: bytes, *, name: str) -> AnyResult | Choices:
    """Return the document that JSON text holds; flat values come back as `Choices`.

    Args:
        content: The text, in UTF-8.
        name: How an error calls it; printable.

    Raises:
        DataError: It is no JSON, or no document that belongs here.
    """
    try:
        members: dict[str, Any] = msgspec.json.decode(content, type=dict[str, Any])
        schema = members.get("schema")
        if schema is None:
            return _choices(members, name=name)
        if not isinstance(schema, str) or schema not in _KINDS:
            raise DataError(
                f"{name}: schema {printable(repr(schema), width=60)} is not known; "
                f"known are {', '.join(_KINDS)}"
            )
        return msgspec.json.decode(content, type=_KINDS[schema])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        reason = printable(str(error), width=300)
        raise DataError(f"{name}: not a recipe: {reason}") from error


def result(content: bytes, *, name: str) -> AnyResult:
    """Return the result that a run left.

    Raises:
        DataError: The text is no result.
    """
    document = decode(content, name=name)
    if isinstance(document, Choices):
        raise DataError(f"{name}: not a result: it names no schema")
    return document


def recipe_of(document: AnyResult) -> Recipe:
    """Return the recipe that a document holds or amounts to."""
    match document:
        case Recipe():
            return document
        case ProbeResult():
            from tuner_engine.advice.revise import revise

            return revise(document.recipe, document.settings, seed_noise=document.seed_noise)
        case TrainResult():
            return Recipe(
                created=document.created,
                tool=document.tool,
                workload=document.workload,
                settings=document.settings,
                warnings=document.warnings,
                environment=document.environment,
                data=document.data,
            )


def _choices(members: dict[str, Any], *, name: str) -> Choices:
    known = Choices.__dataclass_fields__
    if strangers := [field for field in members if field not in known]:
        raise DataError(
            f"{name}: not a recipe: {printable(repr(strangers[0]), width=60)} is no setting; "
            f"a recipe names its schema, flat values are some of {', '.join(known)}"
        )
    return msgspec.convert(members, Choices)
