"""How does a recipe become a file that a person named?

Invariant: the file appears whole or not at all, and a failure is one line of text.
"""

from pathlib import Path

from tuner_engine import atomic, export
from tuner_engine.errors import UsageError
from tuner_engine.printable import printable
from tuner_engine.recipe import Recipe

_ENDINGS = {"json": "recipe", "flat": "values", "yaml": "values", "toml": "values", "env": "values"}
"""What the proposed name of a file says about its format; others say their own name."""

_SUFFIXES = {one.name: one.suffix for one in export.formats()}


def proposed(source: str, form: str) -> str:
    """Return a file name in the working folder for the recipe of some data."""
    stem = Path(source.removeprefix("demo:")).name.split(".")[0] or "recipe"
    suffix = _SUFFIXES[form]
    if not suffix.startswith("."):
        return f"{printable(stem)}.{suffix}"
    return f"{printable(stem)}.{_ENDINGS.get(form, form)}{suffix}"


def write(recipe: Recipe, path: Path, *, form: str) -> str | None:
    """Write a recipe, and return one line saying why that failed, or none.

    Args:
        recipe: What to write.
        path: The file; whatever it holds is replaced.
        form: One of the engine's formats.
    """
    if path.is_dir():
        return f"{shown(path)} is a folder; name a file in it"
    try:
        atomic.write(path, export.export(recipe, format=form), mode=0o644)
    except UsageError as error:
        return str(error)
    except OSError as error:
        return f"{shown(path)}: cannot be written: {error.strerror or error}"
    return None


def shown(path: Path) -> str:
    """Return a path as text for the screen."""
    return printable(str(path))
