"""Is everything that is wrong with a preset named, with file and row?"""

from pathlib import Path

import pytest

from tuner_engine.advice import checking
from tuner_engine.errors import DataError

SOUND = """
family = "image"

[sources.us]
where = "our own runs"

[[rows]]
id = "u1"
models = ["cnn"]
sources = ["us", "timm train.py"]
status = "recorded"
settings.learning_rate = { value = 1e-3, range = [1e-4, 1e-2], scale = "log" }
settings.optimizer = { value = "adamw" }
settings.batch_size = { value = 64 }
settings.rematerialize = { value = true }
settings.dropout = { value = 0.1 }
"""

MISTAKES = [
    ('sources = ["us", "timm train.py"]', "", "row 1 (u1)", "sources"),
    ('sources = ["us", "timm train.py"]', 'sources = ["rumour"]', "unknown source rumour", "[sou"),
    ('status = "recorded"', 'status = "certain"', "row 1 (u1)", "certain"),
    ('status = "recorded"', "", "row 1 (u1)", "status"),
    ("settings.dropout", "settings.dropuot", "unknown setting dropuot", "known are model"),
    ('"adamw"', '"adagrad"', "optimizer adagrad is not allowed", "muon"),
    ("{ value = 64 }", "{ value = 64.5 }", "batch_size 64.5 is not allowed", "count"),
    ("{ value = true }", '{ value = "yes" }', "rematerialize yes is not allowed", "switch"),
    ("{ value = 0.1 }", "{ value = 1.5 }", "dropout 1.5 is not allowed", "share"),
    ("{ value = 0.1 }", '{ rule = "guess" }', "unknown rule guess", "dropout"),
    ("value = 1e-3", "value = 1", "outside its range", "row 1 (u1)"),
    ("{ value = 64 }", "{ value = 0 }", "batch_size 0: Expected", ">= 1"),
    ('family = "image"', 'family = "sound"', "family sound is not known", "tabular"),
    ('family = "image"', "", "family None is not known", "image"),
    ('where = "our own runs"', 'what = "x"', "source us", "what"),
    ("[[rows]]", "[[rows]", "no readable TOML", "mine.toml"),
    ("[[rows]]", "[[row]]", "presets are `family` and `rows`", "mine.toml"),
    ('id = "u1"', "", "without an id", "row 1"),
]
"""What was there, what is instead, and two parts of what is said."""


def checked(tmp_path: Path, text: str) -> tuple[str, ...]:
    path = tmp_path / "mine.toml"
    path.write_text(text)
    return checking.problems([path])


def test_built_in_presets_are_sound() -> None:
    """Every built-in file passes its own check."""
    assert checking.problems(checking.built_in()) == ()


def test_sound_file_has_no_problem(tmp_path: Path) -> None:
    """Own sources, built-in sources and values of every kind are accepted."""
    assert checked(tmp_path, SOUND) == ()


@pytest.mark.parametrize(("was", "now", "named", "also"), MISTAKES)
def test_mistake_is_named(was: str, now: str, named: str, also: str, tmp_path: Path) -> None:
    """File and row are named, in one line."""
    assert was in SOUND
    (said,) = checked(tmp_path, SOUND.replace(was, now))
    assert said.startswith("mine.toml: ")
    assert named in said
    assert also in said
    assert "\n" not in said


def test_every_mistake_is_named_at_once(tmp_path: Path) -> None:
    """Two mistakes are two lines."""
    text = SOUND.replace('"adamw"', '"adagrad"').replace("settings.dropout", "settings.dropuot")
    assert len(checked(tmp_path, text)) == 2


def test_identifier_in_two_files_is_named(tmp_path: Path) -> None:
    """One identifier leads to one row, across all files."""
    for name in ("a.toml", "b.toml"):
        (tmp_path / name).write_text(SOUND)
    (said,) = checking.problems(checking.preset_files(tmp_path))
    assert "b.toml" in said
    assert "is in a.toml, too" in said


def test_missing_folder_is_bad_data(tmp_path: Path) -> None:
    """A folder that is not there is said to be so."""
    with pytest.raises(DataError, match="no such folder"):
        checking.preset_files(tmp_path / "nowhere")


def test_hostile_text_is_shown_not_obeyed(tmp_path: Path) -> None:
    """Escapes in a file of presets do not reach the terminal."""
    text = SOUND.replace('"adamw"', '"\\u001b[31m"').replace('"us", ', '"\\u001b[0m", ')
    assert all("\x1b" not in said for said in checked(tmp_path, text))


@pytest.mark.parametrize(
    "content", [b"\xff\xfe", b"rows = " + b"[" * 100_000, b"family = 'image'\nrows = 3", b""]
)
def test_file_that_is_no_preset_is_one_problem(content: bytes, tmp_path: Path) -> None:
    """Bytes that are no text, endless nesting, an empty file: one line each, never a crash."""
    path = tmp_path / "odd.toml"
    path.write_bytes(content)
    (said,) = checking.problems([path])
    assert said.startswith("odd.toml: ")
    assert "\n" not in said


def test_folder_called_like_a_file_is_one_problem(tmp_path: Path) -> None:
    """A folder that ends in .toml is said to be unreadable."""
    (tmp_path / "odd.toml").mkdir()
    (said,) = checking.problems(checking.preset_files(tmp_path))
    assert "odd.toml" in said
