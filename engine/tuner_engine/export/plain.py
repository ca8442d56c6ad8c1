"""How are the bare values written, in words of our own?

`json` is the whole recipe and `flat` its values, byte for byte as ever; the others say what `flat`
says, in another notation.
"""

import msgspec

from tuner_engine import results
from tuner_engine.export.case import case
from tuner_engine.export.outcome import Exported
from tuner_engine.export.texts import as_environment, as_toml, as_yaml
from tuner_engine.recipe import Recipe, this_tool


def whole(recipe: Recipe) -> Exported:
    """Return the whole document: values, ranges, reasons, sources."""
    return Exported(content=results.encode(recipe), suffix=".json")


def flat(recipe: Recipe) -> Exported:
    """Return one JSON object of names and values, unset ones as null."""
    content = msgspec.json.format(msgspec.json.encode(recipe.values()), indent=2) + b"\n"
    return Exported(content=content, suffix=".json")


def yaml(recipe: Recipe) -> Exported:
    """Return names and values as YAML, unset ones as null."""
    told = case(recipe)
    comments = [f"Recipe by tuner-tui {this_tool().version}"]
    content = as_yaml(told.values, comments=comments)
    return Exported(content=content, suffix=".yaml", dropped=told.unwritable)


def toml(recipe: Recipe) -> Exported:
    """Return names and values as TOML, unset ones as comments."""
    told = case(recipe)
    return Exported(content=as_toml(told.values), suffix=".toml", dropped=told.unwritable)


def environment(recipe: Recipe) -> Exported:
    """Return names and values as lines of an environment file, unset ones empty."""
    told = case(recipe)
    return Exported(content=as_environment(told.values), suffix=".env", dropped=told.unwritable)
