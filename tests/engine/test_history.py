"""Does one line a run say what is in its folder, whatever state it is in?"""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tuner_engine import events, history, remarks, runs
from tuner_engine.history import Entry
from tuner_engine.remarks import Remarks
from tuner_engine.runs import Recorder, Run
from tuner_engine.specs import DataSpec, RunSpec

NOW = datetime(2025, 1, 2, 3, 4, 5, tzinfo=UTC)


def made(command: str = "probe-lr", source: str = "demo:wine") -> Run:
    return runs.create(RunSpec(command=command, data=DataSpec(source=source)), now=NOW)


def left(run: Run, **document: object) -> Run:
    (run.path / "result.json").write_text(json.dumps(document))
    with Recorder(run) as kept:
        kept.append(events.RunFinished(status="done", exit_code=0))
    return run


def entry(number: int, **fields: object) -> Entry:
    plain = {"status": "done", "command": "train", "source": "", "started": ""} | fields
    return Entry(id=f"2025010{number}", path="", **plain)


def test_a_probe_tells_what_it_measured() -> None:
    """The verdict, the setting and the cost, not the settings that it was given."""
    run = left(
        made(),
        schema="tuner-tui/probe/1",
        verdict="ok",
        settings={
            "learning_rate": {"value": 0.01, "basis": "measured", "range": [1, 2]},
            "epochs": {"value": 9, "basis": "rule"},
        },
        cost={"wall_s": 12.5, "full_trainings": 1.9},
    )
    it = history.entry(run)
    assert (it.status, it.verdict, it.found) == ("done", "ok", {"learning_rate": 0.01})
    assert (it.wall_s, it.full_trainings) == (12.5, 1.9)
    assert it.started == "2025-01-02T03:04:05+00:00"


def test_a_training_tells_its_best_loss() -> None:
    """Its settings were given, not found, whatever they rest on."""
    run = left(
        made("train"),
        schema="tuner-tui/train/1",
        best={"valid_loss": 0.25, "epoch": 3},
        settings={"learning_rate": {"value": 0.01, "basis": "measured"}},
    )
    it = history.entry(run)
    assert (it.loss, it.found) == (0.25, {})


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"settings": 3}', b"\xff\xfe"])
def test_a_spoilt_folder_is_listed(content: bytes) -> None:
    """With whatever can be read of it."""
    run = made()
    for name in ("spec.json", "result.json", "remarks.json"):
        (run.path / name).write_bytes(content)
    (it,) = history.entries()
    assert (it.id, it.verdict, it.found) == (run.id, "", {})
    assert it.command in {"unreadable"}


def test_the_path_leads_back_to_the_run() -> None:
    """An entry is enough to open its run."""
    run = made()
    assert history.entry(run).run == run == Run(Path(history.entry(run).path))


def test_every_word_has_to_be_found_somewhere() -> None:
    """In the data, the command, the status, a tag or the note, in any case."""
    listed = [
        entry(1, source="/data/Wine.csv", remarks=Remarks(tags=("good",), note="second look")),
        entry(2, source="/data/wine.csv", status="failed"),
    ]
    assert history.matching(listed, "wine done") == listed[:1]
    assert history.matching(listed, "#good LOOK") == listed[:1]
    assert history.matching(listed, "") == listed
    assert history.tagged(listed, "#good") == listed[:1]


def test_orders_keep_the_newest_first_among_equals() -> None:
    """What is not known goes last."""
    listed = [entry(1, loss=0.2), entry(2), entry(3, loss=0.1), entry(4, loss=0.2)]
    assert [it.id[-1] for it in history.ordered(listed, "newest")] == list("4321")
    assert [it.id[-1] for it in history.ordered(listed, "loss")] == list("3412")


def test_remarks_are_part_of_it() -> None:
    """Notes and tags are found where they were written."""
    run = made()
    remarks.keep(run, Remarks(tags=("a",)))
    assert history.entry(run).remarks.tags == ("a",)
