"""Can a person find, read and remove what the program kept, whatever state it is in?"""

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tuner_engine import runs
from tuner_engine.runs import Recorder

Tuner = Callable[..., Any]


@pytest.fixture
def kept(tuner: Tuner, engine: Any) -> list[runs.Run]:
    """A probe, a recipe and a training, in the order they were made."""
    for words in (("probe", "lr"), ("tune",), ("train",)):
        tuner(*words, "wine \x1b[31m.csv")
    made: list[runs.Run] = engine.runs
    return made


def test_list_shows_every_run(kept: list[runs.Run], tuner: Tuner) -> None:
    """One line a run, aligned, with names that cannot steer the terminal."""
    head, *lines = tuner("runs", "list").out.splitlines()
    assert head.split() == ["run", "status", "command", "data"]
    assert {line.split()[0] for line in lines} == {run.id for run in kept}
    assert all(line.endswith(r"wine \x1b[31m.csv") for line in lines)


def test_list_as_json_is_one_document(kept: list[runs.Run], tuner: Tuner) -> None:
    """Scripts get the same with its schema named."""
    document = json.loads(tuner("runs", "list", "--json").out)
    assert document["schema"] == "tuner-tui/runs/1"
    assert {entry["id"] for entry in document["runs"]} == {run.id for run in kept}
    assert {entry["status"] for entry in document["runs"]} == {"done"}


def test_nothing_kept_is_no_error(tuner: Tuner, home: Path) -> None:
    """An empty list is empty on stdout; stderr says where it looked."""
    answer = tuner("runs", "list")
    assert (answer.code, answer.out) == (0, "")
    assert str(home) in answer.err


def test_damaged_run_does_not_hide_the_others(kept: list[runs.Run], tuner: Tuner) -> None:
    """A run whose spec cannot be read is listed as such."""
    (kept[0].path / "spec.json").write_bytes(b"{")
    out = tuner("runs", "list").out
    assert "unreadable" in out
    assert all(run.id in out for run in kept)
    assert tuner("runs", "show", kept[0].id).code == 0


@pytest.mark.parametrize(("number", "shown"), [(0, "verdict: ok"), (1, "0.005"), (2, "valid loss")])
def test_show_tells_what_a_run_found(
    number: int, shown: str, kept: list[runs.Run], tuner: Tuner
) -> None:
    """What was asked, how it stands, and the result as its command printed it."""
    run = kept[number]
    out = tuner("runs", "show", run.id).out
    assert run.id in out
    assert str(run.path) in out
    assert shown in out
    assert "\x1b" not in out


def test_show_as_json_holds_the_documents_themselves(kept: list[runs.Run], tuner: Tuner) -> None:
    """Spec and result are embedded as they stand in the folder."""
    account = json.loads(tuner("runs", "show", kept[2].id, "--json").out)
    assert account["spec"]["command"] == "train"
    assert account["result"] == json.loads((kept[2].path / "result.json").read_text())
    assert account["environment"] is None


def test_show_of_a_run_without_result_tells_its_end(tuner: Tuner, engine: Any) -> None:
    """A failed run shows why it failed."""
    engine.status, engine.message, engine.exit_code = "failed", "no luck", 5
    tuner("train", "wine.csv")
    assert "no luck" in tuner("runs", "show", engine.runs[0].id).out


def test_named_runs_are_removed(kept: list[runs.Run], tuner: Tuner) -> None:
    """Those and no others; naming one twice removes it once."""
    assert tuner("runs", "rm", kept[0].id, kept[0].id, kept[1].id, "--yes").code == 0
    assert [run.path.exists() for run in kept] == [False, False, True]


def test_all_spares_the_run_that_is_going(kept: list[runs.Run], tuner: Tuner) -> None:
    """`--all` clears up around what is still being measured."""
    (kept[0].path / "events.jsonl").unlink()
    with Recorder(kept[0]):
        assert tuner("runs", "rm", "--all", "--yes").code == 0
    assert [run.path.exists() for run in kept] == [True, False, False]


def test_removal_needs_a_yes_where_nobody_can_be_asked(kept: list[runs.Run], tuner: Tuner) -> None:
    """A script has to say --yes; until then nothing is lost."""
    answer = tuner("runs", "rm", kept[0].id)
    assert answer.code == 2
    assert "--yes" in answer.err
    assert kept[0].path.exists()


@pytest.mark.parametrize(
    ("typed", "gone"), [("y\n", True), ("YES\n", True), ("\n", False), ("", False)]
)
def test_person_is_asked(
    typed: str,
    gone: bool,  # noqa: FBT001 - parametrized
    kept: list[runs.Run],
    tuner: Tuner,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Only a clear yes removes."""
    monkeypatch.setattr("tuner_tui.cli.runs._has_terminal", lambda: True)
    monkeypatch.setattr("sys.stdin", io.StringIO(typed))
    tuner("runs", "rm", kept[0].id)
    assert kept[0].path.exists() != gone


@pytest.mark.parametrize("words", [(), ("--all", "x"), ("nothing-like-it",)])
def test_unclear_removal_is_refused(words: tuple[str, ...], tuner: Tuner) -> None:
    """Neither names nor --all, both, or an unknown name: exit 2."""
    assert tuner("runs", "rm", *words, "--yes").code == 2


def test_one_unknown_name_removes_nothing(kept: list[runs.Run], tuner: Tuner) -> None:
    """All names are looked up before any run is removed."""
    assert tuner("runs", "rm", kept[0].id, "1999", "--yes").code == 2
    assert kept[0].path.exists()


@pytest.mark.parametrize(("number", "rate"), [(0, 5e-3), (1, 5e-3), (2, 1e-3)])
def test_recipe_of_any_run_is_exported(
    number: int, rate: float, kept: list[runs.Run], tuner: Tuner
) -> None:
    """A probe's measured value, a tuned recipe and a training's values all export."""
    answer = tuner("export", kept[number].id, "--format", "flat")
    assert answer.code == 0
    assert json.loads(answer.out)["learning_rate"] == rate


def test_recipe_in_a_file_is_exported(kept: list[runs.Run], tuner: Tuner, tmp_path: Path) -> None:
    """A path works like a run, and --output takes what stdout would."""
    source = kept[1].path / "result.json"
    place = tmp_path / "flat.json"
    assert tuner("export", source, "--format", "flat", "--output", place).out == ""
    assert place.read_text() == tuner("export", source, "--format", "flat").out


def test_flat_values_alone_are_no_recipe(tuner: Tuner, tmp_path: Path) -> None:
    """They lack the facts that a recipe is for; the error says how to get one."""
    (tmp_path / "flat.json").write_text('{"epochs": 3}')
    answer = tuner("export", tmp_path / "flat.json")
    assert answer.code == 3
    assert "advise DATA --recipe" in answer.err


def test_run_without_recipe_has_nothing_to_export(tuner: Tuner, engine: Any) -> None:
    """A run that failed before there was advice is bad data, not a crash."""
    engine.status, engine.exit_code = "failed", 5
    tuner("train", "wine.csv")
    answer = tuner("export", engine.runs[0].id)
    assert answer.code == 3
    assert "before there was a recipe" in answer.err


@pytest.mark.parametrize("words", [(), ("recipe",), ("probe",), ("train",)])
def test_schema_is_printed(words: tuple[str, ...], tuner: Tuner) -> None:
    """`--schema` alone means the recipe's."""
    schema = json.loads(tuner("export", "--schema", *words).out)
    assert words[0] if words else "recipe" in json.dumps(schema)
    assert schema["$schema"].startswith("https://json-schema.org/")


def test_list_is_narrowed_and_sorted(kept: list[runs.Run], tuner: Tuner) -> None:
    """Words are looked for in every field, a tag is a tag, and the order is asked for."""
    tuner("runs", "note", kept[2].id, "second look", "--tag", "good")

    def listed(*words: str) -> list[str]:
        document = json.loads(tuner("runs", "list", *words, "--json").out)
        return [entry["id"] for entry in document["runs"]]

    assert listed("train") == listed("--tag", "#good") == listed("LOOK") == [kept[2].id]
    assert listed("nothing", "like", "it") == []
    commands = [run.spec().command for run in kept]
    by_command = [run.id for _, run in sorted(zip(commands, kept, strict=True), key=str)]
    assert listed("--sort", "command") == by_command
    assert "#good second look" in tuner("runs", "list").out


def test_note_is_written_printed_and_taken_away(kept: list[runs.Run], tuner: Tuner) -> None:
    """Text replaces text, tags add up until they are taken away."""
    name = kept[0].id
    tuner("runs", "note", name, "odd \x1b[31mcurve", "--tag", "#b", "--tag", "a")
    tuner("runs", "note", name, "--tag", "c", "--untag", "b")
    assert tuner("runs", "note", name).out == "#a #c\nodd \\x1b[31mcurve\n"
    tuner("runs", "note", name, "", "--untag", "a", "--untag", "c")
    assert tuner("runs", "note", name).out == ""
    assert tuner("runs", "note", name, "--tag", "two words").code == 2


def test_diff_prints_only_what_differs(kept: list[runs.Run], tuner: Tuner) -> None:
    """Commands and found values stand side by side; what is common is counted."""
    told = tuner("runs", "diff", kept[0].id, kept[2].id).out
    assert [kept[0].id, kept[2].id] == told.splitlines()[0].split()
    assert ["command", "probe-lr", "train"] in [line.split() for line in told.splitlines()]
    assert "seed" not in told
    assert "the same in all" in told
    assert "seed" in tuner("runs", "diff", kept[0].id, kept[2].id, "--all").out


def test_diff_as_json_has_every_fact(kept: list[runs.Run], tuner: Tuner) -> None:
    """Scripts get what is common, too, and are told what differs."""
    document = json.loads(tuner("runs", "diff", kept[0].id, kept[2].id, "--json").out)
    facts = {fact["name"]: fact for fact in document["facts"]}
    assert document["schema"] == "tuner-tui/runs-diff/1"
    assert facts["command"]["differs"]
    assert facts["seed"] == {
        "group": "asked",
        "name": "seed",
        "values": [0, 0],
        "differs": False,
        "tied": False,
    }


def test_diff_of_one_run_is_refused(kept: list[runs.Run], tuner: Tuner) -> None:
    """Naming it twice does not make two of it."""
    assert tuner("runs", "diff", kept[0].id, kept[0].id).code == 2


def test_attach_tells_a_finished_run_to_its_end(kept: list[runs.Run], tuner: Tuner) -> None:
    """The events on stderr, the result on stdout, the run's own exit code."""
    answer = tuner("runs", "attach", kept[0].id)
    assert answer.code == 0
    assert answer.out == tuner("runs", "show", kept[0].id).out.split("\n\n", 1)[1]
    assert r"sweep: a \x1b[31mplan" in answer.err


def test_attach_tells_that_a_run_died(kept: list[runs.Run], tuner: Tuner) -> None:
    """A run that is no longer written and never said how it ended is not waited for."""
    lines = (kept[0].path / "events.jsonl").read_bytes().splitlines(keepends=True)
    (kept[0].path / "events.jsonl").write_bytes(b"".join(lines[:-1]))
    answer = tuner("runs", "attach", kept[0].id)
    assert answer.code == 1
    assert "died without a result" in answer.err


def test_stop_asks_nobody_where_nobody_works(kept: list[runs.Run], tuner: Tuner) -> None:
    """The process of a finished run may be anybody's by now."""
    answer = tuner("runs", "stop", kept[0].id)
    assert answer.code == 2
    assert "nothing works on" in answer.err
