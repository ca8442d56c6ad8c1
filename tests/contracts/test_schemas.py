"""Do the documents that commands write satisfy the JSON Schemas that `export --schema` publishes?

The commands run for real, in processes of their own, on a small table with a small budget.
"""

import json
import random
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tuner_engine.errors import ExitCode

Document = dict[str, Any]
Command = Callable[..., subprocess.CompletedProcess[str]]

SCHEMAS = ("recipe", "probe", "train", "export", "import")

SMALL = ("--hidden-layers", "1", "--hidden-width", "16", "--epochs", "5")
"""A training short enough for a test."""

WRITERS = {
    "advise": ("recipe", ("advise",)),
    "probe": ("probe", ("probe", "lr", "--budget", "20s", *SMALL)),
    "tune": ("recipe", ("tune", "--budget", "20s", *SMALL)),
    "train": ("train", ("train", *SMALL)),
}
"""Command → the schema of what it writes, and how it is called."""


@pytest.fixture(scope="module")
def command() -> Command:
    """Run `tuner-tui` in a process of its own."""

    def start(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "tuner_tui", *arguments],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )

    return start


@pytest.fixture(scope="module")
def schemas(command: Command) -> dict[str, Document]:
    """The schemas as users get them."""
    return {name: json.loads(command("export", "--schema", name).stdout) for name in SCHEMAS}


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small table whose classes can be told apart, with a text column and a missing cell."""
    chance = random.Random(0)  # noqa: S311 - an example, not a secret
    path = tmp_path_factory.mktemp("data") / "leaves.csv"
    rows = ["length,width,colour,kind"]
    for number in range(240):
        kind = number % 2
        length = f"{chance.gauss(4 + 2 * kind, 1):.2f}" if number != 7 else ""
        rows.append(f"{length},{chance.gauss(2, 0.5):.2f},{'rg'[number % 3 == 0]},{'ab'[kind]}")
    path.write_text("\n".join(rows) + "\n")
    return path


def closed(schema: Any) -> Any:
    """Return the schema with every object closed to members that it does not name."""
    if isinstance(schema, list):
        return [closed(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    parts = {name: closed(part) for name, part in schema.items()}
    return {**parts, "additionalProperties": False} if "properties" in parts else parts


def strict(text: str) -> Document:
    """Decode JSON as the standard has it, where NaN and Infinity are no numbers."""

    def refuse(word: str) -> None:
        raise AssertionError(f"{word} is not JSON")

    document: Document = json.loads(text, parse_constant=refuse)
    return document


@pytest.mark.parametrize("name", SCHEMAS)
def test_published_schema_is_one(name: str, schemas: dict[str, Document]) -> None:
    """What `export --schema` prints is itself a valid JSON Schema."""
    jsonschema.Draft202012Validator.check_schema(schemas[name])


@pytest.mark.parametrize("writer", WRITERS)
def test_written_document_satisfies_its_schema(
    writer: str, command: Command, table: Path, schemas: dict[str, Document]
) -> None:
    """What a command prints is what its schema says: no member more, and no other version."""
    name, (verb, *options) = WRITERS[writer]
    done = command(verb, *options, table, "--target", "kind", "--json")
    assert done.returncode in {ExitCode.DONE, ExitCode.NO_VERDICT}, done.stderr
    document = strict(done.stdout)
    schema = closed(schemas[name])
    jsonschema.validate(document, schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**document, "schema": f"tuner-tui/{name}/2"}, schema)


def test_what_goes_out_and_comes_in_satisfies_its_schema(
    command: Command, tmp_path: Path, schemas: dict[str, Document]
) -> None:
    """Reports of exports and imports are published documents, too."""
    config = tmp_path / "values.json"
    config.write_text('{"model": "mlp", "learning_rate": 0.002, "tokens_per_cat": 3}')
    read = command("import-config", config, "--data", "demo:wine", "--json", "-o", tmp_path / "r")
    jsonschema.validate(strict(read.stdout), closed(schemas["import"]))
    written = command("export", tmp_path / "r", "--format", "env", "--json")
    jsonschema.validate(strict(written.stdout), closed(schemas["export"]))
