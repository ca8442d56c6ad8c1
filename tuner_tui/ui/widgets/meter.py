"""How busy is the machine, in one line that is always in sight?"""

import asyncio

from textual import work
from textual.widgets import Static

from tuner_tui.ui import machine
from tuner_tui.ui.machine import Reading

EVERY_S = 2.0
"""Between two readings: slow enough to cost nothing, fast enough to see a probe begin."""


class Meter(Static):
    """Processor, memory and GPUs, read while the line is in sight."""

    DEFAULT_CSS = """
    Meter {
        dock: bottom; height: 1; padding: 0 1; background: $surface; color: $text-muted;
        text-wrap: nowrap; text-overflow: ellipsis;
    }
    """

    def __init__(self) -> None:
        super().__init__("", markup=False)
        self._before = Reading()

    def on_mount(self) -> None:
        """Begin to look."""
        self._look()
        self.set_interval(EVERY_S, self._look)

    @work(exclusive=True)
    async def _look(self) -> None:
        if not self.screen.is_current:
            return
        reading = await asyncio.to_thread(machine.read, gpus=True)
        self.update(machine.words(self._before, reading))
        self._before = reading
