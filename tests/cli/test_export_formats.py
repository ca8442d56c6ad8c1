"""Do `export` and `import-config` keep data on stdout, and tell of losses on stderr?"""

import json
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tuner_engine.export import FORMATS, formats

Tuner = Callable[..., Any]


@pytest.fixture
def recipe(tuner: Tuner, tmp_path: Path) -> Path:
    """A file with real advice."""
    path = tmp_path / "wine.json"
    path.write_text(tuner("advise", "demo:wine", "--json").out)
    return path


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_is_written(name: str, recipe: Path, tuner: Tuner) -> None:
    """Stdout holds the content and nothing else; stderr one line for each reason."""
    answer = tuner("export", recipe, "--format", name)
    assert answer.code == 0
    assert answer.out
    lines = answer.err.splitlines()
    assert all(line.startswith(("dropped: ", "approximated: ")) for line in lines)


def test_help_lists_every_format(tuner: Tuner) -> None:
    """One line each, with what it is for."""
    out = tuner("export", "--help").out
    assert all(f"  {one.name} " in out and one.sentence in out for one in formats())


def test_output_takes_the_content_and_stderr_the_losses(
    recipe: Path, tuner: Tuner, tmp_path: Path
) -> None:
    """The file is what stdout would have been."""
    place = tmp_path / "arguments.json"
    written = tuner("export", recipe, "--format", "transformers", "--output", place)
    printed = tuner("export", recipe, "--format", "transformers")
    assert written.out == ""
    assert place.read_text() == printed.out
    assert "dropped: patience 16" in written.err


def test_json_is_one_document(recipe: Path, tuner: Tuner, tmp_path: Path) -> None:
    """Content and losses together, and nothing on stderr."""
    answer = tuner("export", recipe, "--format", "toml", "--json")
    document = json.loads(answer.out)
    assert answer.err == ""
    assert tomllib.loads(document["content"])["optimizer"] == "adamw"
    place = tmp_path / "values.toml"
    tuner("export", recipe, "--format", "toml", "--json", "-o", place)
    assert place.read_text() == document["content"]


def test_config_is_set_beside_advice(tuner: Tuner, tmp_path: Path) -> None:
    """Values of the file, what is advised, what was not understood, and what looks wrong."""
    config = tmp_path / "lora.yaml"
    config.write_text(
        "base_model: meta-llama/Meta-Llama-3-8B\nadapter: lora\nlora_r: 16\nlora_alpha: 16\n"
        "micro_batch_size: 4\ngradient_accumulation_steps: 4\nnum_epochs: 2\n"
        "learning_rate: 2e-6\nlr_scheduler: cosine\nwandb_project: mine\noptimizer: lomo\n"
    )
    answer = tuner("import-config", config)
    assert (answer.code, answer.err) == (0, "")
    assert answer.out.startswith("axolotl: 9 settings\n")
    assert "advised" in answer.out
    assert "not understood: optimizer" in answer.out
    assert "no hyperparameters: wandb_project" in answer.out
    assert "assumed, as the file does not say: " in answer.out
    assert "warning: learning_rate 2e-6" in answer.out


def test_imported_recipe_goes_on(tuner: Tuner, tmp_path: Path) -> None:
    """What is written is a recipe that `export` reads, with the file's values as chosen."""
    config = tmp_path / "values.env"
    config.write_text("MODEL=mlp\nLEARNING_RATE=2e-3\nOPTIMIZER=adamw\nSECRET_KEY=abc\n")
    place = tmp_path / "recipe.json"
    assert tuner("import-config", config, "--output", place).code == 0
    written = json.loads(place.read_text())
    assert written["settings"]["learning_rate"]["basis"] == "chosen"
    assert "abc" not in place.read_text()
    flat = json.loads(tuner("export", place, "--format", "flat").out)
    assert flat == {"model": "mlp", "optimizer": "adamw", "learning_rate": 2e-3}


def test_data_give_the_facts(tuner: Tuner, tmp_path: Path) -> None:
    """With data, nothing about them is assumed, and advice is for them."""
    config = tmp_path / "values.json"
    config.write_text('{"model": "mlp", "batch_size": 100}')
    answer = tuner("import-config", config, "--data", "demo:wine", "--json")
    document = json.loads(answer.out)
    assert document["schema"] == "tuner-tui/import/1"
    assert document["recipe"]["workload"]["train_examples"] == 125
    assert document["recipe"]["workload"]["assumed"] == []
    assert document["advice"]["batch_size"]["value"] == 8
    assert "batch-over-tenth" in {one["code"] for one in document["recipe"]["warnings"]}


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("missing.yaml",), 3, "cannot be read"),
        (("notes.txt",), 3, "holds no names"),
        (("ok.json", "--format", "keras"), 2, "choose from flat"),
        (("ok.json", "--examples", "0"), 2, "--examples 0"),
        (("ok.json", "--target", "y"), 2, "--data"),
        (("recipe.json",), 3, "is a recipe already"),
        (("ok.json", "--output", "no/such/folder.json"), 2, "no folder"),
    ],
)
def test_mistake_is_one_line(
    words: tuple[str, ...],
    code: int,
    said: str,
    tuner: Tuner,
    recipe: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each names what was wrong."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "notes.txt").write_text("just words")
    (tmp_path / "ok.json").write_text('{"learning_rate": 1}')
    (tmp_path / "recipe.json").write_text(recipe.read_text())
    answer = tuner("import-config", *words)
    assert (answer.code, answer.out) == (code, "")
    assert said in answer.err
    assert len(answer.err.splitlines()) == 1


@pytest.mark.parametrize(
    "words", [("export", "RECIPE", "--format", "optax"), ("import-config", "FLAT")]
)
def test_starts_light(words: tuple[str, ...], recipe: Path, tmp_path: Path) -> None:
    """Neither command loads what only training needs, nor YAML where there is none."""
    flat = tmp_path / "flat.json"
    flat.write_text('{"learning_rate": 0.001}')
    program = """
import sys
from tuner_tui.cli import run
code = run(sys.argv[1:])
heavy = {"jax", "optax", "flax", "numpy", "polars", "sklearn", "textual", "yaml"}
loaded = heavy & sys.modules.keys()
sys.exit(code or (f"loaded {loaded}" if loaded else 0))
"""
    places = {"RECIPE": str(recipe), "FLAT": str(flat)}
    arguments = [places.get(word, word) for word in words]
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
