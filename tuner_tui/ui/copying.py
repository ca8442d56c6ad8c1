"""How does text reach the clipboard of the person's own machine, from wherever the app runs?

Terminals may drop what programs copy without a word, so three ways are tried at once, and one of
them cannot fail silently: a file. Invariant: the answer names every way that was taken.
"""

import asyncio
import os
import shutil
from asyncio.subprocess import DEVNULL
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

from tuner_engine import runs
from tuner_tui.ui import exporting

PATIENCE_S = 2.0
"""How long tmux may take. House choice."""

LONGEST = 75_000
"""Characters that are sent to the terminal; many drop longer texts. Source: tmux and xterm keep
about 100 kB of base64."""


async def copy(
    text: str,
    *,
    name: str,
    send: Callable[[str], None],
    environ: Mapping[str, str] = os.environ,
) -> tuple[str, ...]:
    """Copy a text in every way there is, and return what was done, in words.

    Args:
        text: To copy.
        name: Of the file that holds it as well.
        send: Sends a text to the terminal as OSC 52.
        environ: Variables of the process.
    """
    done = []
    if len(text) <= LONGEST:
        send(text)
        done.append("sent to the terminal's clipboard")
    if environ.get("TMUX") and await _to_tmux(text):
        done.append("in tmux's buffer")
    path = folder() / name
    problem = await asyncio.to_thread(_keep, text, path)
    done.append(problem or f"in {exporting.shown(path)}")
    return tuple(done)


def folder() -> Path:
    """Return where copied texts are kept."""
    return runs.home() / "copied"


def _keep(text: str, path: Path) -> str | None:
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        return f"no file: {error.strerror or error}"
    return exporting.write(text.encode(), path)


async def _to_tmux(text: str) -> bool:
    """Return whether tmux took the text; `-w` passes it on to the terminal outside."""
    program = shutil.which("tmux")
    if program is None:
        return False
    try:
        process = await asyncio.create_subprocess_exec(
            program, "load-buffer", "-w", "-", stdin=-1, stdout=DEVNULL, stderr=DEVNULL
        )
    except OSError:
        return False
    try:
        await asyncio.wait_for(process.communicate(text.encode()), PATIENCE_S)
    except (TimeoutError, OSError):
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()
    return process.returncode == 0
