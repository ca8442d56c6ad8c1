"""Is a file written whole or not at all?"""

import os
import stat
from pathlib import Path

import pytest

from tuner_engine import atomic


def test_content_replaces_content(tmp_path: Path) -> None:
    """The file holds the new bytes, and nothing else is left in the folder."""
    path = tmp_path / "result.json"
    path.write_bytes(b"an older and longer content")
    atomic.write(path, b"new")
    assert path.read_bytes() == b"new"
    assert [entry.name for entry in tmp_path.iterdir()] == ["result.json"]


@pytest.mark.parametrize("mode", [0o600, 0o644])
def test_mode_is_set(tmp_path: Path, mode: int) -> None:
    """The permissions are those asked for, whatever the process's mask."""
    before = os.umask(0o077)
    try:
        atomic.write(tmp_path / "file", b"", mode=mode)
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "file").stat().st_mode) == mode


def test_name_may_be_as_long_as_the_system_allows(tmp_path: Path) -> None:
    """The temporary file's name does not grow with the file's."""
    path = tmp_path / ("n" * 255)
    atomic.write(path, b"x")
    assert path.read_bytes() == b"x"


def test_failure_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the disk refuses, the old content stands and no temporary file remains."""

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    path = tmp_path / "result.json"
    path.write_bytes(b"old")
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        atomic.write(path, b"new")
    assert path.read_bytes() == b"old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["result.json"]


def test_missing_folder_is_an_error(tmp_path: Path) -> None:
    """The caller learns that there is nowhere to write."""
    with pytest.raises(FileNotFoundError):
        atomic.write(tmp_path / "nowhere" / "file", b"x")
