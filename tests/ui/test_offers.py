"""Is what can be opened offered, completed and looked at, whatever its name?"""

import gzip
from pathlib import Path

import conftest as shared
import pytest
import recorded
from hypothesis import given
from hypothesis import strategies as st

from tuner_engine import history, runs
from tuner_tui.ui import offers, preview, toured
from tuner_tui.ui.offers import Offer


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def names(found: tuple[Offer, ...]) -> list[str]:
    return [offer.name for offer in found]


def test_runs_data_and_demos_are_offered() -> None:
    """Data of earlier runs come once, runs by their identifiers, the tour at the end."""
    for _ in range(2):
        runs.create(shared.spec("/data/titanic.csv"), now=shared.WHEN)
    done = recorded.folder(shared.spec("/data/other.csv"))
    found = offers.usual(history.entries())

    assert names(found).count("/data/titanic.csv") == 1
    assert "2 runs" in next(it.detail for it in found if it.name == "/data/titanic.csv")
    assert any(it.run == done and "other.csv" in it.detail for it in found)
    assert {"demo:digits", "demo:python"} < set(names(found))
    assert found[-1].kind == "tour"


def test_demos_are_those_that_the_readers_know() -> None:
    """Every name that is offered can be read, and none is left out."""
    from tuner_engine.data.tables import demo

    known = {demo.PREFIX + name for name in (*demo.DEMOS, *demo.TEXTS)}
    assert set(offers.DEMOS) == known


def test_a_path_is_followed_into_folders(here: Path) -> None:
    """Folders come first and end with a slash; hidden names come when asked for."""
    (here / "deep").mkdir()
    for name in ("data.csv", "deep/inner.csv", ".hidden", "train.py"):
        (here / name).write_text("x")

    assert names(offers.typed("d")) == ["deep/", "data.csv"]
    assert names(offers.typed("deep/")) == ["deep/inner.csv"]
    assert names(offers.typed(".h")) == [".hidden"]
    assert names(offers.typed("tr")) == ["train.py:task"]
    assert names(offers.typed("train.py:mine")) == ["train.py:mine"]
    assert names(offers.typed("demo:d")) == ["demo:digits", "demo:diabetes"]
    assert offers.typed("nowhere/x") == ()
    assert offers.typed("\0") == ()


@pytest.mark.parametrize(
    ("text", "longer"),
    [("da", "data-"), ("data-1", "data-1.csv"), ("x", "x"), ("", ""), ("demo:w", "demo:wine")],
)
def test_what_is_typed_is_completed_without_doubt(here: Path, text: str, longer: str) -> None:
    """As far as all names agree, and no further."""
    for name in ("data-1.csv", "data-2.csv"):
        (here / name).write_text("x")

    assert offers.completed(text, offers.typed(text)) == longer


@given(st.text(max_size=30))
def test_no_text_is_an_error(text: str) -> None:
    """Whatever is typed, something or nothing is offered."""
    assert isinstance(offers.completed(text, offers.typed(text)), str)


def test_a_folder_of_many_files_is_not_read_to_its_end(here: Path) -> None:
    """No more names are looked at than a person could want."""
    for number in range(offers.MOST_ENTRIES + 50):
        (here / f"f{number}").touch()

    assert len(offers.typed("f")) <= offers.MOST_ENTRIES


def test_a_preview_shows_the_first_lines_as_text(here: Path) -> None:
    """Escapes are written out, compressed files are opened, binaries only measured."""
    (here / "a.csv").write_text("name,\x1b[2Jage\n" + "b,1\n" * 1000)
    (here / "a.csv.gz").write_bytes(gzip.compress(b"name,age\nb,1\n"))
    (here / "bin").write_bytes(b"\0\1\2" * 100)

    plain = preview.lines("a.csv")
    assert plain[1] == "name,\\x1b[2Jage"
    assert len(plain) == preview.LINES + 1
    assert preview.lines("a.csv.gz")[0].endswith("bytes, compressed")
    assert preview.lines("a.csv.gz")[1] == "name,age"
    assert preview.lines("bin") == ("300 bytes, no text",)
    assert preview.lines(".")[0] == "a folder of 3 entries"
    assert "no such file" in preview.lines("absent.csv")[0]
    assert preview.lines("\0")


def test_the_tour_is_shown_once() -> None:
    """The second time it is not due; where nothing can be written it is never."""
    assert toured.is_due()
    assert not toured.is_due()


def test_an_unwritable_home_has_no_tour(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody is shown a tour at every start because it cannot be remembered."""
    monkeypatch.setenv("TUNER_TUI_HOME", str(home / "file" / "below"))
    (home / "file").write_text("no folder")

    assert not toured.is_due()
