"""Can a person look up, check and add to what advice rests on?"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Tuner = Callable[..., Any]

OWN = """family = "image"
[sources.us]
where = "our \\u001b[31mruns"
[[rows]]
id = "ours"
sources = ["us"]
status = "recorded"
settings.dropout = { value = 0.3 }
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of own presets, not made yet."""
    place = tmp_path / "presets"
    monkeypatch.setenv("TUNER_TUI_PRESETS", str(place))
    return place


@pytest.fixture
def advised(tuner: Tuner, tmp_path: Path) -> Path:
    """A recipe for the digits, in a file."""
    path = tmp_path / "recipe.json"
    assert tuner("advise", "demo:digits", "--dropout", 0.25, "--output", path).code == 0
    return path


def test_list_shows_rows_of_every_family(folder: Path, tuner: Tuner) -> None:
    """One line a row, with status, whether or not a folder of one's own exists."""
    head, *lines = tuner("presets", "list").out.splitlines()
    assert head.split() == ["row", "family", "models", "settings", "status"]
    assert len(lines) > 263
    assert any(line.startswith("A27 ") and line.endswith("verified") for line in lines)


def test_own_rows_come_first(folder: Path, tuner: Tuner) -> None:
    """The list opens with what the person recorded."""
    folder.mkdir()
    (folder / "own.toml").write_text(OWN)
    document = json.loads(tuner("presets", "list", "--family", "image", "--json").out)
    assert document["schema"] == "tuner-tui/presets/1"
    assert [entry["id"] for entry in document["presets"]][:2] == ["ours", "A25"]
    assert {entry["family"] for entry in document["presets"]} == {"image"}


def test_family_without_presets_is_refused(folder: Path, tuner: Tuner) -> None:
    """A misspelt family is a usage error, not an empty list."""
    answer = tuner("presets", "list", "--family", "images")
    assert (answer.code, answer.out) == (2, "")
    assert "images" in answer.err


def test_show_gives_figures_formula_and_sources(folder: Path, tuner: Tuner) -> None:
    """One row in full; its letter may be small."""
    told = tuner("presets", "show", "f2").out
    assert "rate = 1.79 * N^-0.713 * D^0.307" in told
    assert "step-law/steplaw@32a8f4c, arXiv 2503.04715: README.md" in told
    document = json.loads(tuner("presets", "show", "F2", "--json").out)
    assert (document["schema"], document["row"]["status"]) == ("tuner-tui/preset/1", "verified")


def test_show_keeps_the_terminal_safe(folder: Path, tuner: Tuner) -> None:
    """Text of an own preset is shown, not obeyed."""
    folder.mkdir()
    (folder / "own.toml").write_text(OWN)
    told = tuner("presets", "show", "ours").out
    assert "\x1b" not in told
    assert r"our \x1b[31mruns" in told


def test_unknown_row_is_refused(folder: Path, tuner: Tuner) -> None:
    """The error says how to see all rows."""
    answer = tuner("presets", "show", "Z99")
    assert answer.code == 2
    assert "presets list" in answer.err


def test_check_finds_the_built_in_sound(folder: Path, tuner: Tuner) -> None:
    """Without a folder, the built-in files and one's own are checked."""
    answer = tuner("presets", "check")
    assert (answer.code, answer.out) == (0, "")
    assert "nothing wrong" in answer.err


def test_check_names_every_mistake(folder: Path, tuner: Tuner) -> None:
    """File and row stand on stderr, and the exit code says bad data."""
    folder.mkdir()
    (folder / "own.toml").write_text(OWN.replace("dropout", "dropuot").replace('["us"]', '["u"]'))
    answer = tuner("presets", "check", folder)
    assert answer.code == 3
    assert "own.toml: row 1 (ours): unknown setting dropuot" in answer.err
    assert "own.toml: row 1 (ours): unknown source u" in answer.err
    document = json.loads(tuner("presets", "check", folder, "--json").out)
    assert len(document["problems"]) == 2


def test_saved_recipe_ranks_before_the_built_in(folder: Path, advised: Path, tuner: Tuner) -> None:
    """What was saved is advised again, by name, and passes the check."""
    answer = tuner("presets", "save", "digits", advised, "--by", "the team")
    assert (answer.code, answer.out) == (0, "")
    again = json.loads(tuner("advise", "demo:digits", "--json").out)["settings"]["dropout"]
    assert (again["value"], again["basis"]) == (0.25, "preset")
    assert again["sources"][0] == "the team (digits, recorded)"
    assert tuner("presets", "check").code == 0


def test_saving_never_overwrites_unasked(folder: Path, advised: Path, tuner: Tuner) -> None:
    """A name that is taken needs --force."""
    for code, more in ((0, ()), (2, ()), (0, ("--force",))):
        assert tuner("presets", "save", "digits", advised, "--by", "me", *more).code == code


@pytest.mark.parametrize("name", ["../evil", "A", "x y"])
def test_name_that_is_no_file_is_refused(
    name: str, folder: Path, advised: Path, tuner: Tuner
) -> None:
    """Nothing is written outside the folder."""
    answer = tuner("presets", "save", name, advised, "--by", "me")
    assert answer.code == 2
    assert not folder.exists()


def test_flat_values_cannot_be_saved(folder: Path, tmp_path: Path, tuner: Tuner) -> None:
    """Values without facts do not say what they were for."""
    path = tmp_path / "flat.json"
    path.write_text('{"learning_rate": 0.1}')
    answer = tuner("presets", "save", "flat", path, "--by", "me")
    assert answer.code == 3
    assert "do not say what they were for" in answer.err


def test_explain_prints_one_setting_in_full(folder: Path, tuner: Tuner) -> None:
    """`advise --explain` gives reason, numbers and sources; --json the same as one document."""
    told = tuner("advise", "demo:digits", "--explain", "batch_size").out
    assert "with numbers: 1,258 training examples give 128" in told
    document = json.loads(tuner("advise", "demo:digits", "--explain", "batch_size", "--json").out)
    assert document["schema"] == "tuner-tui/explanation/1"
    assert [ground["id"] for ground in document["grounds"]] == ["A15", "H3"]


def test_explaining_an_unknown_setting_is_refused(folder: Path, tuner: Tuner) -> None:
    """The error lists the settings there are."""
    answer = tuner("advise", "demo:digits", "--explain", "speed")
    assert answer.code == 2
    assert "learning_rate" in answer.err
