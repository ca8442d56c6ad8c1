"""Is a recipe recognised in whatever file holds one, and anything else refused?"""

from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuner_engine import results
from tuner_engine.errors import DataError
from tuner_engine.recipe import Recipe, SeedNoise, Setting, Tool
from tuner_engine.results import AnyResult, Cost, ProbeResult, TrainResult
from tuner_engine.specs import Choices
from tuner_engine.workload import Profile, Workload
from tuner_tui.cli import reading, starting

WORKLOAD = Workload(
    family="tabular",
    task="regression",
    train_examples=9,
    valid_examples=3,
    test_examples=0,
    features=2,
    outputs=1,
)
ADVISED = Setting(value=1e-3, basis="preset", confidence="low", why="Usual.")
MEASURED = Setting(value=5e-3, basis="measured", confidence="high", why="Seen.")
COMMON = {"created": "now", "tool": Tool(version="0"), "environment": {}}
RECIPE = Recipe(workload=WORKLOAD, settings={"learning_rate": ADVISED}, **COMMON)
COST = Cost(steps=1, full_trainings=0.1, wall_s=1.0, compile_s=0.5)
PROBE = ProbeResult(
    run_id="r",
    probe="learning-rate",
    verdict="ok",
    summary="",
    confidence="high",
    status="done",
    settings={"learning_rate": MEASURED},
    reading={},
    curves={},
    lanes=(),
    cost=COST,
    recipe=RECIPE,
    **COMMON,
)


def train() -> TrainResult:
    from tuner_engine.workload import DataFacts

    return TrainResult(
        run_id="r",
        status="done",
        settings={"learning_rate": ADVISED},
        history=(),
        best=None,
        final=None,
        test=None,
        cost=COST,
        workload=WORKLOAD,
        data=DataFacts(
            source="x", sha256="", rows=9, format="csv", target="y", target_guessed=False
        ),
        **COMMON,
    )


@pytest.mark.parametrize("written", [RECIPE, PROBE, train()], ids=lambda one: type(one).__name__)
def test_document_reads_back(written: AnyResult) -> None:
    """Each document is recognised by its schema."""
    assert reading.decode(results.encode(written), name="x") == written


@pytest.mark.parametrize(("written", "value"), [(RECIPE, 1e-3), (PROBE, 5e-3), (train(), 1e-3)])
def test_every_document_holds_a_recipe(written: AnyResult, value: float) -> None:
    """A probe's recipe has the measured value in place; a training's has its own."""
    found = reading.recipe_of(written)
    assert found.settings["learning_rate"].value == value
    assert found.workload == WORKLOAD


def test_a_probe_of_seeds_leaves_what_comparisons_go_by() -> None:
    """Also where a new run begins with its document, if it is about the same data."""
    noise = SeedNoise(sd=0.02, seeds=6, evidence="r")
    data = train().data
    told = msgspec.structs.replace(RECIPE, data=data)
    probed = msgspec.structs.replace(PROBE, recipe=told, settings={}, seed_noise=noise)
    assert reading.recipe_of(probed).seed_noise == noise
    for sha256, expected in (("", noise), ("another", None)):
        profile = Profile(
            workload=WORKLOAD, data=msgspec.structs.replace(data, sha256=sha256), cautions=()
        )
        begun = starting.recipe(
            profile, Choices(), given=probed, now=datetime(2025, 1, 2, tzinfo=UTC)
        )
        assert begun.seed_noise == expected


def test_what_depends_on_a_probes_value_moves_with_it() -> None:
    """A measured batch carries the rate of its recipe along, until that is measured."""
    batch = msgspec.structs.replace(ADVISED, value=64)
    recipe = Recipe(
        workload=WORKLOAD, settings={"learning_rate": ADVISED, "batch_size": batch}, **COMMON
    )
    found = msgspec.structs.replace(MEASURED, value=256)
    probed = msgspec.structs.replace(PROBE, recipe=recipe, settings={"batch_size": found})
    rate = reading.recipe_of(probed).settings["learning_rate"]
    assert (rate.value, rate.basis) == (pytest.approx(2e-3), "rule")


def test_flat_values_are_choices() -> None:
    """Bare values by name are the shortest recipe; null leaves a value to advice."""
    text = b'{"learning_rate": 0.1, "optimizer": "lion", "gradient_clip": null}'
    assert reading.decode(text, name="x") == Choices(learning_rate=0.1, optimizer="lion")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"", "not a recipe"),
        (b"learning_rate: 0.1", "not a recipe"),
        (b"[]", "not a recipe"),
        (b"\xff\xfe{}", "not a recipe"),
        (b'{"a":' * 5000, "not a recipe"),
        (b'{"learning_rat": 1}', "'learning_rat' is no setting"),
        (b'{"learning_rate": "fast"}', "$.learning_rate"),
        (b'{"learning_rate": 0}', "$.learning_rate"),
        (b'{"\\u001b[31m": 0}', r"\x1b[31m"),
        (b'{"schema": "tuner-tui/recipe/9"}', "recipe/9' is not known"),
        (b'{"schema": ["x"]}', "is not known"),
        (b'{"schema": "tuner-tui/recipe/1"}', "created"),
        (
            msgspec.json.encode(RECIPE).replace(b'"preset"', b'"a hunch"'),
            "$.settings[...].basis",
        ),
    ],
)
def test_anything_else_names_file_and_field(text: bytes, said: str) -> None:
    """The error is one printable line that begins with the file's name."""
    with pytest.raises(DataError) as caught:
        reading.decode(text, name="my.json")
    assert str(caught.value).startswith("my.json: ")
    assert said in str(caught.value)
    assert str(caught.value).isprintable()


@given(st.binary(max_size=60))
def test_no_bytes_break_it(content: bytes) -> None:
    """Any file is refused with a `DataError`, or is the flat values of nothing."""
    try:
        found = reading.decode(content, name="x")
    except DataError:
        return
    assert found == Choices()


@pytest.mark.parametrize("name", ["missing.json", "", "\x1b[31m\udcff.json"])
def test_unreadable_file_is_bad_data(name: str, tmp_path: Path) -> None:
    """A missing file or a folder is named, its escapes spelled out."""
    with pytest.raises(DataError, match="cannot be read") as caught:
        reading.document(tmp_path / name)
    assert str(caught.value).isprintable()


def test_table_given_as_a_recipe_is_refused_by_its_size(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file too large for a recipe is not read to its end."""
    monkeypatch.setattr(reading, "LARGEST_BYTES", 10)
    (tmp_path / "x").write_bytes(b" " * 11)
    with pytest.raises(DataError, match="no recipe"):
        reading.document(tmp_path / "x")
