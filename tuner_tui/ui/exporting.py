"""How does a recipe become a file that a person named?

Invariant: the file appears whole or not at all, and a failure is one line of text.
"""

from pathlib import Path
from typing import Literal

import msgspec

from tuner_engine import atomic, results
from tuner_engine.printable import printable
from tuner_engine.recipe import Recipe

Format = Literal["json", "flat"]
FORMATS: tuple[Format, ...] = ("json", "flat")
"""In the order in which the dialog offers them."""


def proposed(source: str, form: Format) -> str:
    """Return a file name in the working folder for the recipe of some data."""
    stem = Path(source.removeprefix("demo:")).name.split(".")[0] or "recipe"
    return f"{printable(stem)}.recipe.json" if form == "json" else f"{printable(stem)}.values.json"


def content(recipe: Recipe, form: Format) -> bytes:
    """Return the recipe's bytes in one format."""
    if form == "json":
        return results.encode(recipe)
    return msgspec.json.format(msgspec.json.encode(recipe.values()), indent=2) + b"\n"


def write(recipe: Recipe, path: Path, *, form: Format) -> str | None:
    """Write a recipe, and return one line saying why that failed, or none.

    Args:
        recipe: What to write.
        path: The file; whatever it holds is replaced.
        form: The format.
    """
    if path.is_dir():
        return f"{shown(path)} is a folder; name a file in it"
    try:
        atomic.write(path, content(recipe, form), mode=0o644)
    except OSError as error:
        return f"{shown(path)}: cannot be written: {error.strerror or error}"
    return None


def shown(path: Path) -> str:
    """Return a path as text for the screen."""
    return printable(str(path))
