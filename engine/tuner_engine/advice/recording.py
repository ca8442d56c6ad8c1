"""How does a recipe that worked become a preset of one's own?

Invariant: what is written here is read back by `recorded` without loss, and names who found it,
when, and on which data.
"""

import json
import re
from collections.abc import Iterator, Mapping

from tuner_engine.errors import UsageError
from tuner_engine.printable import printable
from tuner_engine.recipe import Recipe, Setting, Value
from tuner_engine.settings import SETTINGS

NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
"""What a preset may be called: it becomes a file's name."""

SOURCE = "recorded"
"""How the file calls the person or team."""


def toml(recipe: Recipe, *, name: str, by: str, date: str) -> str:
    """Return a recipe as the TOML of a preset.

    Args:
        recipe: What worked; settings left unset are written as such, arguments of a person's own
            task are left out.
        name: The preset's identifier.
        by: The person or team who found it.
        date: When it was recorded, ISO 8601.

    Raises:
        UsageError: The name cannot be a file's, or the recipe holds nothing to record.
    """
    if not NAME.fullmatch(name):
        raise UsageError(
            f"preset name {printable(name)!r} is not allowed; take small letters, digits and "
            "hyphens, 64 at most"
        )
    if not recipe.settings.keys() & SETTINGS.keys():
        raise UsageError("the recipe has no settings known here, so there is nothing to record")
    return "\n".join(_lines(recipe, name=name, by=by, date=date)) + "\n"


def _lines(recipe: Recipe, *, name: str, by: str, date: str) -> Iterator[str]:
    workload, model = recipe.workload, recipe.settings.get("model")
    regimes = {"scratch": "scratch", "inference": "inference"}
    known = {key: setting for key, setting in recipe.settings.items() if key in SETTINGS}
    yield f"# Recorded by tuner-tui {recipe.tool.version}."
    yield f"family = {_text(workload.family)}"
    yield ""
    yield f"[sources.{SOURCE}]"
    yield f"where = {_text(by)}"
    yield ""
    yield "[[rows]]"
    yield f"id = {_text(name)}"
    yield f"task = {_text(workload.task)}"
    yield f"regime = {_text(regimes.get(workload.regime, 'fine-tune'))}"
    if model is not None and isinstance(model.value, str):
        yield f"models = [{_text(model.value)}]"
    yield f"sources = [{_text(SOURCE)}]"
    yield 'status = "recorded"'
    yield f"note = {_text(f'Recorded by {by} on {date[:10]}.')}"
    yield f"at = {_inline(_conditions(recipe, date=date))}"
    for setting_name, setting in known.items():
        yield f"settings.{setting_name} = {_inline(_figure(setting))}"


def _conditions(recipe: Recipe, *, date: str) -> dict[str, Value]:
    known: dict[str, Value] = {"date": date, "train_examples": recipe.workload.train_examples}
    if recipe.data is not None:
        known |= {"data_sha256": recipe.data.sha256, "data": recipe.data.source}
    return known


def _figure(setting: Setting) -> dict[str, Value | tuple[Value, ...]]:
    """Return a setting as the fields of a figure; a range goes along where it holds the value."""
    if setting.value is None:
        return {"unset": True}
    fields: dict[str, Value | tuple[Value, ...]] = {"value": setting.value}
    if setting.range is not None and None not in setting.range and _holds(setting):
        fields |= {"range": setting.range, "scale": setting.scale}
    if setting.basis == "measured":
        fields["confidence"] = setting.confidence
    return fields


def _holds(setting: Setting) -> bool:
    ends = setting.range or ()
    if setting.scale == "choice":
        return setting.value in ends
    numbers = [end for end in ends if isinstance(end, float | int)]
    value = setting.value
    return (
        len(numbers) == 2
        and isinstance(value, float | int)
        and min(numbers) <= value <= max(numbers)
    )


def _inline(table: Mapping[str, Value | tuple[Value, ...]]) -> str:
    return "{ " + ", ".join(f"{key} = {_value(value)}" for key, value in table.items()) + " }"


def _value(value: Value | tuple[Value, ...]) -> str:
    match value:
        case tuple():
            return f"[{', '.join(map(_value, value))}]"
        case bool():
            return "true" if value else "false"
        case str():
            return _text(value)
        case _:
            return repr(value)


def _text(text: str) -> str:
    """Return text as a TOML string, whose escapes are those of JSON; the file is UTF-8."""
    whole = text.encode("utf-8", "backslashreplace").decode("utf-8")
    return json.dumps(whole, ensure_ascii=False).replace("\x7f", "\\u007f")
