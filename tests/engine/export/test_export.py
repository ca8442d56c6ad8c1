"""Do exported documents say all that a recipe holds, in the shape that was promised?"""

import json
import math
from typing import Any

import jsonschema
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuner_engine import results
from tuner_engine.advice import advise
from tuner_engine.errors import UsageError
from tuner_engine.export import FORMATS, export, schemas
from tuner_engine.recipe import Recipe, Setting
from tuner_engine.results import (
    Checkpoint,
    Cost,
    Curve,
    EpochScore,
    Lane,
    ProbeResult,
    TestScore,
    TrainResult,
)
from tuner_engine.specs import Choices
from tuner_engine.workload import Caution, ColumnFacts, DataFacts, Profile, Workload

DATA = DataFacts(
    source="demo:digits",
    sha256="0" * 64,
    rows=1_797,
    format="csv",
    target="digit",
    target_guessed=True,
    columns=(ColumnFacts(name="a\x1b[31m", kind="numeric", missing=0, distinct=9, role="feature"),),
)

COST = Cost(steps=100, full_trainings=0.5, wall_s=1.5, compile_s=0.5)


def recipe(rows: int = 1_258, **chosen: Any) -> Recipe:
    profile = Profile(
        workload=Workload(
            family="tabular",
            task="classification",
            train_examples=rows,
            valid_examples=270,
            test_examples=270,
            features=64,
            outputs=10,
            majority_share=0.1,
        ),
        data=DATA,
        cautions=(Caution(code="target-guessed", message="the target is a guess"),),
    )
    return advise(
        profile,
        Choices(**chosen),
        created="2026-03-01T12:00:00Z",
        environment={"jax": None, "python": "3.11"},
    )


def probe() -> ProbeResult:
    advised = recipe()
    return ProbeResult(
        created=advised.created,
        tool=advised.tool,
        run_id="r",
        probe="learning-rate",
        verdict="ok",
        summary="Found.",
        confidence="high",
        status="done",
        settings={"learning_rate": advised.settings["learning_rate"]},
        reading={"edge": 0.1, "drift": None},
        curves={"sweep": Curve(x_label="x", y_label="y", x=(1e-3, 1e-2), y=((2.3, math.nan),))},
        lanes=(
            Lane(
                learning_rate=1e-3,
                seed=0,
                horizon_share=0.1,
                steps=9,
                valid_loss=None,
                best_epoch=0.5,
            ),
        ),
        cost=COST,
        recipe=advised,
        environment={},
    )


def training() -> TrainResult:
    advised = recipe(weight_decay=0.01)
    best = Checkpoint(epoch=2.0, valid_loss=0.1, metrics={"accuracy": 0.97})
    return TrainResult(
        created=advised.created,
        tool=advised.tool,
        run_id="r",
        status="done",
        settings=advised.settings,
        history=(EpochScore(epoch=1.0, train_loss=0.3, valid_loss=None, metrics={}),),
        best=best,
        final=None,
        test=TestScore(loss=0.12, metrics={"accuracy": 0.96}),
        cost=COST,
        workload=advised.workload,
        data=DATA,
        environment={"jax": "0.10"},
    )


@pytest.mark.parametrize(
    ("name", "document"),
    [("recipe", recipe()), ("probe", probe()), ("train", training())],
    ids=["recipe", "probe", "train"],
)
def test_written_document_follows_its_schema(name: str, document: results.AnyResult) -> None:
    """Every document as written satisfies the JSON Schema that is published for it."""
    schema = schemas()[name]
    written = json.loads(results.encode(document))
    jsonschema.validate(written, schema)
    assert written["schema"] == f"tuner-tui/{name}/1"


@pytest.mark.parametrize("name", ["recipe", "probe", "train"])
def test_schema_is_one(name: str) -> None:
    """Each published schema is itself valid in the dialect that it names."""
    jsonschema.Draft202012Validator.check_schema(schemas()[name])
    assert schemas()[name]["$schema"].endswith("2020-12/schema")


@pytest.mark.parametrize("wrong", ["tuner-tui/recipe/2", "tuner-tui/probe/1", None])
def test_schema_tells_documents_apart(wrong: object) -> None:
    """A document under another name or version does not pass as a recipe."""
    written = {**json.loads(export(recipe(), format="json")), "schema": wrong}
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(written, schemas()["recipe"])


@given(
    rows=st.integers(10, 10**6),
    rate=st.none() | st.floats(1e-8, 10),
    optimizer=st.none() | st.sampled_from(["sgd", "adamw", "lion"]),
)
def test_json_holds_the_whole_recipe(rows: int, rate: float | None, optimizer: str | None) -> None:
    """A recipe read back from its export equals the one that was written."""
    written = recipe(rows, learning_rate=rate, optimizer=optimizer)
    assert msgspec.json.decode(export(written, format="json"), type=Recipe) == written


def test_json_is_what_every_command_writes() -> None:
    """`export` and `advise --json` give the same bytes: indented, with a newline at the end."""
    content = export(recipe(), format="json")
    assert content == results.encode(recipe())
    assert content.startswith(b'{\n  "schema"')
    assert content.endswith(b"}\n")


def test_flat_is_bare_values_in_order() -> None:
    """`flat` is one object of names and plain values, unset ones as null."""
    content = export(recipe(learning_rate=0.0056), format="flat")
    flat = json.loads(content)
    assert list(flat.items()) == list(recipe(learning_rate=0.0056).values().items())
    assert flat["learning_rate"] == 0.0056
    assert flat["gradient_clip"] is None
    assert content.endswith(b"}\n")


def test_flat_reads_back_as_choices() -> None:
    """The flat form of a recipe holds the names and values that a person may choose."""
    flat = export(recipe(), format="flat")
    choices = msgspec.json.decode(flat, type=Choices)
    assert choices.batch_size == 64
    assert choices.patience == 16


@pytest.mark.parametrize("name", FORMATS)
def test_text_from_files_stays_text(name: str) -> None:
    """No format lets a terminal escape from a column's name through."""
    assert b"\x1b" not in export(recipe(), format=name)


@pytest.mark.parametrize("unknown", ["xml", "", "JSON", "\x1b[31m"])
def test_unknown_format_lists_the_known(unknown: str) -> None:
    """The error names what was asked for, as text, and what there is."""
    with pytest.raises(UsageError, match="choose from json, flat") as caught:
        export(recipe(), format=unknown)
    assert "\x1b" not in str(caught.value)


def test_number_that_json_cannot_hold_becomes_null() -> None:
    """A value that is not a finite number is written as null, never as a word outside JSON."""
    odd = Setting(value=math.inf, basis="measured", confidence="low", why="Diverged.")
    written = export(recipe().measured({"edge": odd}), format="flat")
    assert json.loads(written)["edge"] is None
