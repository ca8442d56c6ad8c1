"""Does an answer reach its file whole, and is a place that cannot take it refused at once?"""

import os
import stat
import threading
from pathlib import Path

import pytest

from tuner_engine.errors import UsageError
from tuner_tui.cli import output


@pytest.fixture
def mask() -> None:
    before = os.umask(0o027)
    yield
    os.umask(before)


def test_new_file_has_the_usual_permissions(tmp_path: Path, mask: None) -> None:
    """A file that is asked for is as readable as any other program would make it."""
    output.save(b"x", tmp_path / "out.json")
    assert stat.S_IMODE((tmp_path / "out.json").stat().st_mode) == 0o640


def test_existing_file_keeps_its_permissions(tmp_path: Path) -> None:
    """Writing again neither opens nor closes a file to others."""
    path = tmp_path / "out.json"
    path.write_bytes(b"old")
    path.chmod(0o604)
    output.save(b"new", path)
    assert (path.read_bytes(), stat.S_IMODE(path.stat().st_mode)) == (b"new", 0o604)


def test_link_is_followed_and_stays(tmp_path: Path) -> None:
    """The file that a link leads to is written; the link is not replaced."""
    (tmp_path / "link").symlink_to("target")
    output.check_writable(tmp_path / "link")
    output.save(b"x", tmp_path / "link")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "target").read_bytes() == b"x"


def test_pipe_is_written_to_and_stays(tmp_path: Path) -> None:
    """A named pipe, like /dev/null, is a place to write and no file to replace."""
    path = tmp_path / "pipe"
    os.mkfifo(path)
    read: list[bytes] = []
    reader = threading.Thread(target=lambda: read.append(path.read_bytes()))
    reader.start()
    output.check_writable(path)
    output.save(b"x", path)
    reader.join()
    assert read == [b"x"]
    assert path.is_fifo()


@pytest.mark.parametrize("name", ["missing/out.json", "folder", "file/out.json", "-"])
def test_impossible_place_is_refused(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No folder, a folder, a file as a folder, and a dash are no places to write."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").touch()
    with pytest.raises(UsageError, match="--output"):
        output.check_writable(Path(name))


def test_closed_folder_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the system gives no permission, nothing is begun."""
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(UsageError, match="no permission"):
        output.check_writable(tmp_path / "out.json")


def test_odd_name_is_fine_and_shown_safely(tmp_path: Path) -> None:
    """Spaces, escapes and bytes that are no text make a file name, and no trouble."""
    path = tmp_path / os.fsdecode(b"a b\x1b[31m\xff.json")
    output.check_writable(path)
    output.save(b"x", path)
    assert path.read_bytes() == b"x"
    with pytest.raises(UsageError) as caught:
        output.check_writable(path / "x")
    assert str(caught.value).isprintable()


def test_failed_write_is_one_line(tmp_path: Path) -> None:
    """A folder that vanished meanwhile is an error that names the file."""
    with pytest.raises(UsageError, match=r"out\.json cannot be written: No such file"):
        output.save(b"x", tmp_path / "gone" / "out.json")
