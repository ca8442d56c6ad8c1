"""What does the app look like?

Run as `python docs/picture.py`: measures a learning rate for real, opens the run in the app without
a terminal, and writes the screen that the README shows to `docs/screen.svg`.
"""

import asyncio
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

WIDTH, HEIGHT = 120, 40
"""Cells of the picture. House choice."""

DATA = "demo:digits"
"""What the picture's run is about."""

STEPS_LEFT = 2
"""How far left of the suggestion the cursor stands, so that the readout says something."""


FONTS = "Fira Code, Menlo, Consolas, DejaVu Sans Mono, monospace"
"""Fonts with braille in cells of one width, where one of them is installed."""


async def picture() -> str:
    """Return the probe's screen after its verdict, as SVG."""
    from textual.pilot import Pilot

    from tuner_engine import runs
    from tuner_tui.ui.app import TunerApp
    from tuner_tui.ui.programs import OURS, Programs

    async def until(pilot: Pilot[None], happened: Callable[[], object]) -> None:
        while not happened():
            await pilot.pause(0.02)

    run = runs.listed()[0]
    app = TunerApp(run.spec(), programs=Programs(advise=OURS.advise, worker=("true",)))
    async with app.run_test(size=(WIDTH, HEIGHT)) as pilot:
        await until(pilot, lambda: app.session.recipe)
        app.attach(run)
        app.action_go("probe")
        await until(pilot, lambda: app.watched is not None and not app.going)
        await pilot.press(*["left"] * (STEPS_LEFT + 1))
        await pilot.pause(0.2)
        return with_fonts_at_hand(app.export_screenshot(title=f"tuner-tui {DATA}"))


def with_fonts_at_hand(svg: str) -> str:
    """Return the picture with the reader's own fonts instead of ones loaded from a server."""
    without = re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL)
    return without.replace("Fira Code, monospace", FONTS)


def main() -> None:
    """Write the picture."""
    with tempfile.TemporaryDirectory() as home:
        os.environ.update(TUNER_TUI_HOME=home, COLORTERM="truecolor", TERM="xterm-256color")
        probe = [sys.executable, "-m", "tuner_tui", "probe", "lr", DATA, "--quiet"]
        subprocess.run(probe, check=True, stdout=subprocess.DEVNULL)  # noqa: S603 - our own program
        svg = asyncio.run(picture())
    (ROOT / "docs" / "screen.svg").write_text(svg, encoding="utf-8")


if __name__ == "__main__":
    main()
