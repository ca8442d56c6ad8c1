"""What do the engine's tests share?

Devices as the product configures them, and a way to import `problems` from every folder here.
"""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))  # so that tests can import `problems`


@pytest.fixture(scope="session")
def device() -> None:
    """JAX on the CPU, with the suite's compilation cache."""
    from tuner_engine.training import devices

    devices.configure("cpu")
