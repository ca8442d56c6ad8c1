"""Is every published value there, with its source, and is anything less refused?"""

import re
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from tuner_engine.advice import presets
from tuner_engine.advice.presets import Presets
from tuner_engine.errors import DataError

SOURCES = '[paper]\nwhere = "arXiv 0000.00000"\n'

ROW = """
[[rows]]
id = "X1"
sources = ["paper"]
status = "verified"
settings.learning_rate = { value = 1e-3, range = [1e-4, 1e-2], scale = "log" }
"""

PUBLISHED = [
    ("A1", "learning_rate", 0.04, (0.02, 0.3)),
    ("A2", "learning_rate", 0.2, (0.02, 0.3)),
    ("A3", "epochs", 256, (256, 512)),
    ("A4", "batch_size", 256, (64, 128, 256, 512, 1024)),
    ("A5", "hidden_layers", 3, (2, 4)),
    ("A5", "hidden_width", 256, (256, 384, 512)),
    ("A6", "dropout", 0.15, (0.0, 0.5)),
    ("A7", "weight_decay", 0.02, (1e-3, 5e-2)),
    ("A8", "label_smoothing", 0.1, (5e-3, 0.1)),
    ("A9", "beta2", 0.95, (0.95, 0.995)),
    ("A10", "patience", None, None),
    ("A11", "learning_rate", 1e-3, (1e-5, 1e-2)),
    ("A12", "weight_decay", 0.0, (1e-6, 1e-3)),
    ("A13", "hidden_layers", None, (1, 8)),
    ("A13", "hidden_width", None, (1, 512)),
    ("A14", "dropout", 0.0, (0.0, 0.5)),
    ("A15", "batch_size", 256, (128, 256, 512, 1024)),
    ("A16", "patience", 16, (16, 40)),
    ("A16", "epochs", 400, None),
    ("A17", "learning_rate", 1e-4, (1e-5, 1e-3)),
    ("A17", "weight_decay", 1e-5, (1e-6, 1e-3)),
    ("A18", "hidden_layers", 3, (1, 4)),
    ("A18", "hidden_width", 192, (64, 512)),
    ("A18", "heads", 8, None),
    ("A18", "feed_forward_factor", 4 / 3, None),
    ("A19", "attention_dropout", 0.2, (0.0, 0.5)),
    ("A19", "feed_forward_dropout", 0.1, (0.0, 0.5)),
    ("A19", "residual_dropout", 0.0, (0.0, 0.2)),
    ("A20", "learning_rate", 2e-3, (1e-4, 5e-3)),
    ("A20", "weight_decay", 3e-4, (1e-4, 1e-1)),
    ("A20", "ensemble_size", 32, None),
    ("A21", "trials", 50, (30, 100)),
    ("A22", "learning_rate", 1e-3, None),
    ("A22", "l2_penalty", 1e-4, None),
    ("A22", "hidden_width", 100, None),
    ("A22", "batch_size", 200, None),
    ("A22", "patience", 10, None),
    ("C15", "patience", 16, (3, 16)),
    ("C20", "epochs", 256, (256, 400)),
]
"""Row, setting, value and range as published; no value where only a range is."""


FAMILIES = ("tabular", "image", "text", "language", "own", "finetune", "inference", "rules")
"""Every file of presets but the one for all families."""

STATED = {"A": 74, "B": 67, "C": 32, "D": 58, "F": 32}
"""Letter → facts or formulas that the survey of published values counts."""


@pytest.fixture(scope="module")
def built_in() -> Presets:
    return presets.load(*FAMILIES)


@pytest.fixture
def read(tmp_path: Path) -> Callable[[str], Presets]:
    """Read rows from a file of their own, beside one known source."""

    def read_rows(rows: str) -> Presets:
        (tmp_path / "sources.toml").write_text(SOURCES)
        (tmp_path / "mine.toml").write_text(rows)
        return presets.read([tmp_path / "mine.toml"], sources=tmp_path / "sources.toml")

    return read_rows


@pytest.mark.parametrize("family", FAMILIES)
def test_rows_read_one_by_one_are_those_of_the_whole_file(family: str) -> None:
    """Cutting a file at its rows loses nothing, and no row is there twice."""
    files = [presets.FOLDER / f"{name}.toml" for name in ("any", family)]
    whole = presets.read(files, sources=presets.FOLDER / "sources.toml")
    cut = presets.load(family)
    assert dict(cut.rows) == whole.rows
    assert dict(cut.sources) == whole.sources


@pytest.mark.parametrize(("row", "setting", "value", "bounds"), PUBLISHED)
def test_published_figure_is_there(
    row: str, setting: str, value: object, bounds: object, built_in: Presets
) -> None:
    """Each figure says what its source says."""
    figure = built_in.figure(row, setting)
    assert (figure.value, figure.range) == (value, bounds)


def test_every_published_fact_has_its_row(built_in: Presets) -> None:
    """The 231 facts and 32 formulas of the survey are all there, each under its own number."""
    named = {letter: set(range(1, count + 1)) for letter, count in STATED.items()}
    found = {letter: {int(i[1:]) for i in built_in.rows if i[0] == letter} for letter in STATED}
    assert found == named


def test_status_is_that_of_the_reading(built_in: Presets) -> None:
    """What was only recalled is marked so, and so is what was read in a copy."""
    recalled = {row.id for row in built_in.rows.values() if row.status == "recalled"}
    assert {"A25", "A28", "A29", "A60", "A61", "A62", "F9", "F12", "F26", "F27"} <= recalled
    copied = {row.id for row in built_in.rows.values() if row.status == "verified-2nd"}
    assert {"A49", "A66", "A67", "A71", "A72", "F4", "F5", "F10", "F31"} <= copied


def test_every_source_is_named_by_a_row(built_in: Presets) -> None:
    """No source is left over from a row that went away."""
    named = {source.partition(" ")[0] for row in built_in.rows.values() for source in row.sources}
    catalogue = (presets.FOLDER / "catalogue").glob("*.toml")
    text = "".join(path.read_text(encoding="utf-8") for path in catalogue)
    assert [name for name in built_in.sources if name not in named and f'"{name}' not in text] == []


def test_repository_is_cited_at_a_commit(built_in: Presets) -> None:
    """Whoever looks a value up reads the same text that it was taken from."""
    places = [source.where for source in built_in.sources.values() if "/" in source.where]
    assert [
        place for place in places if not re.fullmatch(r"[\w-]+/[\w.-]+@[0-9a-f]{7}", place)
    ] == []


def test_file_names_its_family() -> None:
    """A file of rows belongs to the family that it is called after."""
    files = [path for path in presets.FOLDER.glob("*.toml") if path.name != "sources.toml"]
    assert files
    families = {path.stem: tomllib.loads(path.read_text())["family"] for path in files}
    assert all(stem == family for stem, family in families.items())


def test_citation_says_where_which_row_and_how_sure(read: Callable[[str], Presets]) -> None:
    """A source is cited once, with the rows that rest on it and how they were read."""
    other = ROW.replace('"X1"', '"X2"').replace('["paper"]', '["paper table 1", "paper table 2"]')
    assert read(ROW + other).cited("X1", "X2") == ("arXiv 0000.00000 (X1, X2, verified)",)


def test_value_without_source_is_refused(read: Callable[[str], Presets]) -> None:
    """A value that nobody can look up does not become advice."""
    with pytest.raises(DataError, match=r"mine.toml: row 1 \(X1\).*sources"):
        read(ROW.replace('sources = ["paper"]', ""))


@pytest.mark.parametrize(
    ("was", "now", "named"),
    [
        ('sources = ["paper"]', "sources = []", "length >= 1"),
        ('sources = ["paper"]', 'sources = ["rumour"]', "unknown source rumour"),
        ('status = "verified"', "", "status"),
        ('status = "verified"', 'status = "certain"', "certain"),
        ('status = "verified"', 'status = "recalled"', "low confidence"),
        ("value = 1e-3", "value = 1", "outside its range"),
        ("value = 1e-3", "unset = true, value = 1e-3", "not both"),
        ("[1e-4, 1e-2]", "[1e-2, 1e-4]", "lowest and highest"),
        ("[1e-4, 1e-2]", '["low", "high"]', "lowest and highest"),
        ("value = 1e-3", "valeu = 1e-3", "valeu"),
        ("{ value = 1e-3, range = [1e-4, 1e-2], scale =", "{ scale =", "needs a value"),
        ("settings.learning_rate", "nothing", "nothing"),
        ('id = "X1"', 'id = ""', "length >= 1"),
        ("[[rows]]", "[[row]]", "presets are `family` and `rows`"),
        ("[[rows]]", "[[rows]", "no readable TOML"),
    ],
)
def test_malformed_row_is_refused(
    was: str, now: str, named: str, read: Callable[[str], Presets]
) -> None:
    """What a file of presets gets wrong is named, in one line."""
    assert was in ROW
    with pytest.raises(DataError, match=re.escape(named)) as caught:
        read(ROW.replace(was, now))
    assert "\n" not in str(caught.value)


def test_row_with_settings_or_formula_only(read: Callable[[str], Presets]) -> None:
    """A formula alone is a fact; neither figures nor formula is none."""
    bare = ROW[: ROW.index("settings")]
    assert read(bare + 'formula = "a = b"\n').rows["X1"].formula == "a = b"
    with pytest.raises(DataError, match="settings or a formula"):
        read(bare)


def test_repeated_identifier_is_refused(read: Callable[[str], Presets]) -> None:
    """One identifier leads to one row."""
    with pytest.raises(DataError, match="X1 is there twice"):
        read(ROW + ROW)


def test_missing_file_is_bad_data() -> None:
    """A family without a file is reported as such."""
    with pytest.raises(DataError, match=r"no-such-family\.toml"):
        presets.load("no-such-family")


def test_control_characters_are_shown_as_text(read: Callable[[str], Presets]) -> None:
    """What a file says never steers the terminal that shows the error."""
    with pytest.raises(DataError) as caught:
        read(ROW.replace('"X1"', '"\\u001b[31mX1"').replace('["paper"]', '["\\u001b[0m"]'))
    assert "\x1b" not in str(caught.value)


def test_asking_a_range_for_its_value_is_refused(built_in: Presets) -> None:
    """A row that gives a range only is not read as a value."""
    with pytest.raises(DataError, match="A13 gives hidden_layers no value"):
        built_in.value("A13", "hidden_layers")
