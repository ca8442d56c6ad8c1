"""Which file does a person begin their own task from?

`example`, word for word but for its name: it is checked and run like all other code here.
"""

from pathlib import Path

from tuner_engine.errors import UsageError
from tuner_engine.printable import printable

EXAMPLE = Path(__file__).with_name("example.py")
"""The file that is copied."""


def write(path: Path) -> None:
    """Write a task that runs as it is.

    Args:
        path: A Python file that does not exist yet.

    Raises:
        UsageError: It exists, has another ending, or cannot be written.
    """
    shown = printable(str(path))
    if path.suffix != ".py":
        raise UsageError(f"{shown}: a task is a Python file; give it a name that ends in .py")
    text = EXAMPLE.read_text(encoding="utf-8").replace(EXAMPLE.name, path.name)
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError as error:
        raise UsageError(
            f"{shown} exists already, and is left as it is; give another name"
        ) from error
    except OSError as error:
        raise UsageError(f"{shown} cannot be written: {error.strerror}") from error
