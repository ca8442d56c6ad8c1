"""Is what a person writes on a run kept, and nothing else touched?"""

from datetime import UTC, datetime

import pytest

from tuner_engine import remarks, runs
from tuner_engine.errors import UsageError
from tuner_engine.remarks import Remarks
from tuner_engine.runs import Run
from tuner_engine.specs import DataSpec, RunSpec


@pytest.fixture
def run() -> Run:
    now = datetime(2025, 1, 2, 3, 4, 5, tzinfo=UTC)
    return runs.create(RunSpec(command="train", data=DataSpec(source="demo:wine")), now=now)


def test_what_was_written_reads_back(run: Run) -> None:
    """Tags lose their sign, come once and in order; blanks around a note go."""
    remarks.keep(run, Remarks(note=" worth a\nsecond look ", tags=("#b", "a", "b")))
    assert remarks.of(run) == Remarks(note="worth a\nsecond look", tags=("a", "b"))


def test_empty_remarks_leave_no_file(run: Run) -> None:
    """The folder is then as the run left it."""
    before = {path.name for path in run.path.iterdir()}
    remarks.keep(run, Remarks(note="x"))
    remarks.keep(run, Remarks())
    assert {path.name for path in run.path.iterdir()} == before


@pytest.mark.parametrize("tag", ["", "#", "two words", "a\x1b[31m", "x" * 33])
def test_a_tag_is_one_short_visible_word(run: Run, tag: str) -> None:
    """Anything else is refused, and what was there stays."""
    remarks.keep(run, Remarks(tags=("kept",)))
    with pytest.raises(UsageError, match="a tag is one word"):
        remarks.keep(run, Remarks(tags=(tag,)))
    assert remarks.of(run).tags == ("kept",)


def test_an_endless_note_is_refused(run: Run) -> None:
    """The error says how long a note may be."""
    with pytest.raises(UsageError, match="2,000"):
        remarks.keep(run, Remarks(note="x" * 2001))


def test_a_spoilt_file_is_no_remark(run: Run) -> None:
    """Whatever another program wrote there."""
    (run.path / "remarks.json").write_bytes(b'{"tags": 3}')
    assert not remarks.of(run)
