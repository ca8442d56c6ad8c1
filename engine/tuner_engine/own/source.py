"""Which function of which file was named, and what does calling it give?

Invariant: the file runs once, as a module of a name of its own, from the folder it lies in; nothing
that has its name elsewhere is touched.
"""

import hashlib
import importlib.util
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from tuner_engine.errors import TaskError, UsageError
from tuner_engine.own import user_code
from tuner_engine.own.declaration import Task
from tuner_engine.printable import printable

USUAL_NAME = "task"
"""The function that is called where only a file is named."""


@dataclass(frozen=True, slots=True)
class Source:
    """A function in a file.

    Attributes:
        place: As errors and recipes name it: `train.py:task`, safe to print.
        path: The file.
        sha256: Of the file's bytes.
        function: Makes the declaration.
    """

    place: str
    path: Path
    sha256: str
    function: Callable[..., Any]

    def declaration(self, arguments: dict[str, Any]) -> Task:
        """Call the function and return what it declares.

        Raises:
            TaskError: It raised, or returned something else.
        """
        with user_code.running(self.place, folder=self.path.parent):
            made = self.function(**arguments)
        if isinstance(made, Task):
            return made
        raise TaskError(
            f"{self.place} returned {_article(made)}, not a tuner_engine.Task; "
            "`tuner-tui task new FILE` writes an example that runs"
        )


def located(named: str) -> tuple[Path, str]:
    """Return the file and the function that `FILE:NAME` names; the name may be left out.

    Raises:
        UsageError: It names no Python file.
    """
    file, colon, name = named.rpartition(":")
    if not colon or not name.isidentifier():
        file, name = named, USUAL_NAME
    if not file.endswith(".py"):
        raise UsageError(
            f"--task {printable(named)}: expected FILE:NAME, a function in a Python file, "
            "as train.py:task"
        )
    return Path(file).expanduser(), name


def read(named: str) -> Source:
    """Import the file that `FILE:NAME` names and find its function.

    Raises:
        UsageError: It names no Python file.
        TaskError: The file cannot be read, raises, or has no such function.
    """
    path, name = located(named)
    shown = printable(str(path))
    try:
        content = path.read_bytes()
    except OSError as error:
        reason = error.strerror or str(error)
        raise TaskError(
            f"{shown}: cannot be read ({reason}); `tuner-tui task new {shown}` writes an example"
        ) from error
    path = path.resolve()
    sha256 = hashlib.sha256(content).hexdigest()
    with user_code.running(shown, folder=path.parent):
        module = _imported(path, sha256)
    function = getattr(module, name, None)
    if callable(function):
        return Source(f"{shown}:{name}", path, sha256, function)
    raise TaskError(f"{shown} has no function {name!r}; {_functions(module)}")


def _imported(path: Path, sha256: str) -> ModuleType:
    name = f"_tuner_task_{path.stem}_{sha256[:12]}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise ImportError(f"{path.name} is no Python module")
    module = importlib.util.module_from_spec(spec)
    # Dataclasses and annotations look their module up by name.
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def _functions(module: ModuleType) -> str:
    own = [
        name
        for name, thing in vars(module).items()
        if callable(thing) and getattr(thing, "__module__", None) == module.__name__
    ]
    return f"it has {', '.join(map(printable, own))}" if own else "it defines no function at all"


def _article(made: object) -> str:
    return "nothing" if made is None else f"a {type(made).__name__}"
