"""Is the machine's line read from the kernel, and silent where there is nothing to read?"""

from pathlib import Path

import conftest as shared
import pytest
from conftest import NARROW, Opened, Until

from tuner_engine.hardware import Gpu
from tuner_tui.ui import machine
from tuner_tui.ui.machine import Reading
from tuner_tui.ui.widgets.meter import Meter

STAT = "cpu  100 0 50 800 50 0 0 0 0 0\ncpu0 1 1 1 1 1 1 1 1 1 1\n"
MEMINFO = "MemTotal:       16777216 kB\nMemFree: 1 kB\nMemAvailable:   12582912 kB\n"


@pytest.fixture
def proc(tmp_path: Path) -> Path:
    (tmp_path / "stat").write_text(STAT)
    (tmp_path / "meminfo").write_text(MEMINFO)
    return tmp_path


def test_processor_and_memory_are_read(proc: Path) -> None:
    """150 of 1,000 ticks worked; 4 of 16 GiB cannot be had."""
    reading = machine.read(gpus=False, proc=proc)

    assert (reading.busy_ticks, reading.all_ticks) == (150, 1000)
    assert reading.used_bytes == 4 * 2**30
    assert machine.busy_share(Reading(busy_ticks=50, all_ticks=800), reading) == 0.5


@pytest.mark.parametrize("spoilt", ["", "cpu\n", "cpu a b c d e f\n", "nonsense: x\n"])
def test_a_system_that_says_nothing_is_no_error(tmp_path: Path, spoilt: str) -> None:
    """Files that are absent, empty or of another form leave the line empty."""
    assert machine.read(gpus=False, proc=tmp_path / "absent").busy_ticks is None
    for name in ("stat", "meminfo"):
        (tmp_path / name).write_text(spoilt)
    reading = machine.read(gpus=False, proc=tmp_path)

    assert "does not say" in machine.words(reading, reading)


def test_a_gpu_is_named_with_what_is_known() -> None:
    """Share, memory and temperature; what the driver does not say is left out."""
    known = Gpu(
        index=0,
        name="H200",
        memory_bytes=139 * 2**30,
        used_bytes=2**30,
        utilization=0.5,
        temperature_c=41.0,
        processes=(),
    )
    silent = Gpu(
        index=1,
        name="Old",
        memory_bytes=None,
        used_bytes=None,
        utilization=None,
        temperature_c=None,
        processes=(),
    )
    said = machine.words(Reading(), Reading(gpus=(known, silent)))

    assert said == "GPU 0 H200 50% 1.0 of 139.0 GiB 41 °C · GPU 1 Old"


async def test_the_meter_is_shown_in_every_place(opened: Opened, until: Until) -> None:
    """`M` brings it, going elsewhere keeps it, `M` takes it away."""
    async with opened(NARROW) as (app, pilot):
        await pilot.press("M")
        await until(pilot, lambda: "memory" in shared.shown(app))
        await pilot.press("3")
        await until(pilot, lambda: app.screen.query(Meter))
        await pilot.press("M", "1")
        await until(pilot, lambda: not app.screen.query(Meter))
