"""What does the app look like, from the data to the exported recipe?

Run as `python docs/tour.py`: drives the real app by its keys, without a terminal, on data that come
with it; measures for real; and writes a picture at every stop to `docs/tour/`, and the one that the
README opens with to `docs/screen.svg`. Takes about a minute.
"""

import asyncio
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from textual.pilot import Pilot

ROOT = Path(__file__).resolve().parents[1]

WIDTH, HEIGHT = 110, 34
"""Cells of a picture. House choice: wide enough for two panes, and readable in a README."""

DATA = "demo:digits"
"""What the tour is about."""

BEFOREHAND = (
    ("probe", "epochs", DATA, "--epochs", "30"),
    ("train", DATA, "--epochs", "30"),
    ("train", DATA, "--epochs", "30", "--learning-rate", "0.0003"),
)
"""Runs that the history has already when the app opens."""

FONTS = "Fira Code, Menlo, Consolas, DejaVu Sans Mono, monospace"
"""Fonts with braille in cells of one width, where one of them is installed."""

PATIENCE = 6000
"""Looks at the screen, a fiftieth of a second apart, before a stop counts as never reached."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """One picture.

    Attributes:
        name: Of its file.
        keys: What is pressed to get there.
        seen: Words that are on the screen once it is reached.
        cover: Whether the README opens with it.
    """

    name: str
    keys: tuple[str, ...]
    seen: str
    cover: bool = False


STOPS = (
    Stop(name="1-setup", keys=("1",), seen="digits"),
    Stop(name="2-recipe", keys=("2", *["down"] * 5), seen="learning rate"),
    Stop(name="3-question", keys=("3",), seen="Which learning rate trains best"),
    Stop(name="4-live", keys=("r",), seen="best so far"),
    Stop(name="5-verdict", keys=(), seen="confidence)"),
    Stop(name="6-cursor", keys=("left", "left", "left"), seen="suggested ÷", cover=True),
    Stop(name="7-schedule", keys=("4",), seen="step"),
    Stop(name="8-inference", keys=("5",), seen="temperature"),
    Stop(name="9-history", keys=("6",), seen="4 runs"),
    Stop(name="10-epochs", keys=("end", "enter"), seen="Underfitting"),
    Stop(name="11-compare", keys=("6", "home", "down", "space", "space", "c"), seen="facts differ"),
    Stop(name="12-export", keys=("escape", "7"), seen="optax"),
)
"""Where the tour leads. House choice."""


async def pictures() -> dict[str, str]:
    """Return every stop's picture, as SVG, by name."""
    from tuner_engine.specs import DataSpec, RunSpec
    from tuner_tui.ui.app import TunerApp

    spec = RunSpec(command="probe-lr", data=DataSpec(source=DATA))
    app = TunerApp(spec)
    taken: dict[str, str] = {}
    async with app.run_test(size=(WIDTH, HEIGHT)) as pilot:
        await until(pilot, lambda: app.session.recipe)
        for stop in STOPS:
            await pilot.press(*stop.keys)
            await until(pilot, lambda stop=stop: stop.seen in text_of(app))
            await pilot.pause(0.3)
            taken[stop.name] = with_fonts_at_hand(app.export_screenshot(title=f"tuner-tui {DATA}"))
    return taken


async def until(pilot: "Pilot[None]", happened: Callable[[], object]) -> None:
    """Let the app run until something has happened.

    Raises:
        TimeoutError: It never did.
    """
    for _ in range(PATIENCE):
        if happened():
            return
        await pilot.pause(0.02)
    raise TimeoutError(f"the tour never got there; the screen shows:\n{text_of(pilot.app)}")


def text_of(app: Any) -> str:
    """Return what the screen shows, one line per row."""
    return "\n".join(strip.text for strip in app.screen._compositor.render_strips())


def with_fonts_at_hand(svg: str) -> str:
    """Return the picture with the reader's own fonts instead of ones loaded from a server."""
    without = re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL)
    return without.replace("Fira Code, monospace", FONTS)


def main() -> None:
    """Write the pictures."""
    with tempfile.TemporaryDirectory() as home:
        os.environ.update(TUNER_TUI_HOME=home, COLORTERM="truecolor", TERM="xterm-256color")
        for words in BEFOREHAND:
            command = [sys.executable, "-m", "tuner_tui", *words, "--quiet"]
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)  # noqa: S603 - ours
        taken = asyncio.run(pictures())
    folder = ROOT / "docs" / "tour"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for stop in STOPS:
        (folder / f"{stop.name}.svg").write_text(taken[stop.name], encoding="utf-8")
        if stop.cover:
            shutil.copyfile(folder / f"{stop.name}.svg", ROOT / "docs" / "screen.svg")


if __name__ == "__main__":
    main()
