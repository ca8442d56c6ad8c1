"""How is a file written so that a reader sees all of it or none of it?"""

import os
import tempfile
from pathlib import Path


def write(path: Path, content: bytes, *, mode: int = 0o600) -> None:
    """Replace `path` by `content` in one step, surviving a crash at any point.

    Args:
        path: The file; its folder exists.
        content: All of its bytes.
        mode: Permission bits of the new file.

    Raises:
        OSError: The folder cannot be written; `path` is then unchanged.
    """
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".tuner-tui.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
            os.fchmod(file.fileno(), mode)
        os.replace(name, path)  # noqa: PTH105 - the temporary file is known by its name only
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
