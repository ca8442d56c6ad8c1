"""What does the app look like?

Run as `python docs/picture.py`: replays the recorded run of the tests in the app, without a
terminal, and writes the screen that the README shows to `docs/screen.svg`.
"""

import asyncio
import os
import re
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

WIDTH, HEIGHT = 120, 40
"""Cells of the picture. House choice."""

STEPS_LEFT = 2
"""How far left of the suggestion the cursor stands, so that the readout says something."""


FONTS = "Fira Code, Menlo, Consolas, DejaVu Sans Mono, monospace"
"""Fonts with braille in cells of one width, where one of them is installed."""


async def picture() -> str:
    """Return the probe's screen after its verdict, as SVG."""
    sys.path.insert(0, str(ROOT / "tests" / "ui"))
    import recorded
    from textual.pilot import Pilot

    from tuner_engine import specs
    from tuner_tui.ui.app import TunerApp
    from tuner_tui.ui.programs import Programs

    async def until(pilot: Pilot[None], happened: Callable[[], object]) -> None:
        while not happened():
            await pilot.pause(0.02)

    spec = specs.RunSpec(
        command="probe-lr",
        data=specs.DataSpec(source="titanic.csv"),
        recipe=recorded.recipe(),
    )
    run = recorded.folder(spec)
    app = TunerApp(spec, programs=Programs(advise=("false",), worker=("true",)))
    async with app.run_test(size=(WIDTH, HEIGHT)) as pilot:
        await until(pilot, lambda: app.session.problem)
        app.attach(run)
        app.action_go("probe")
        await until(pilot, lambda: app.watched is not None and not app.going)
        await pilot.press(*["left"] * (STEPS_LEFT + 1))
        await pilot.pause(0.2)
        return with_fonts_at_hand(app.export_screenshot(title="tuner-tui titanic.csv"))


def with_fonts_at_hand(svg: str) -> str:
    """Return the picture with the reader's own fonts instead of ones loaded from a server."""
    without = re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL)
    return without.replace("Fira Code, monospace", FONTS)


def main() -> None:
    """Write the picture."""
    with tempfile.TemporaryDirectory() as home:
        os.environ.update(TUNER_TUI_HOME=home, COLORTERM="truecolor", TERM="xterm-256color")
        svg = asyncio.run(picture())
    (ROOT / "docs" / "screen.svg").write_text(svg, encoding="utf-8")


if __name__ == "__main__":
    main()
