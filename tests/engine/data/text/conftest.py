"""What do the tests of text share?"""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))  # so that tests can import `samples`


@pytest.fixture(autouse=True)
def cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of stored tokens: empty, and this test's own."""
    folder = tmp_path_factory.mktemp("cache")
    monkeypatch.setenv("TUNER_TUI_CACHE", str(folder))
    return folder
