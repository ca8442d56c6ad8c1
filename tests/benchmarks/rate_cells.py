"""On which trainings is the learning-rate probe judged?

Real data that come with the installed packages, in four families, each with two optimizers and two
schedules. Files named on the command line take their place: tables, texts or pictures. The
constants of the probe were chosen on recorded trainings of some twenty other data sets and of the
tables that come along; the docstrings, the source and the pictures of digits were only looked at.
"""

import ast
import csv
import sysconfig
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from tuner_engine import data, loading, specs
from tuner_engine.advice import advise
from tuner_engine.data import Dataset
from tuner_engine.specs import Choices, DataSpec, Hyperparameters
from tuner_engine.training.task import Task

OPTIMIZERS = ("adamw", "sgd")
SCHEDULES = ("cosine", "constant")

EPOCHS = 25
"""Of tables, as in the study that defines regret, and of files that are named."""

MOST_ROWS = 6_000
"""Rows of a file that are used."""

FEW_ROWS = 2_000
"""Rows of a table below which half of them are validation rows: with fewer the truth would be
luck."""

FAMILIES = {"tabular": "table", "image": "image", "text": "text", "language": "language"}
"""What cells are called by."""

FEWEST, FEW, MANY = (6, 24), (12, 48), (48, 768)
"""Trainings of each rate by which the truth is known, fewest and most: where a training takes
seconds, where it takes a second, and where small tables take no time but differ by their seeds."""

CLASSES = 6
"""Packages whose docstrings are told apart."""

CORPUS_BYTES = 150_000
"""Of source that the decoder learns."""


@dataclass(frozen=True)
class Cell:
    """One training whose best rate is known.

    Attributes:
        family: table, image, text or language.
        name: Of data and size.
        data: Which data.
        choices: What is decided besides the rate.
        seeds: Trainings of each rate by which the truth is known, fewest and most.
    """

    family: str
    name: str
    data: DataSpec
    choices: Choices
    seeds: tuple[int, int]

    @property
    def key(self) -> str:
        """Names the cell among all."""
        return f"{self.name} {self.choices.optimizer} {self.choices.schedule}"


def cells(folder: Path, files: Sequence[str] = ()) -> list[Cell]:
    """Return the cells.

    Args:
        folder: Where text is written that the standard library gives.
        files: As `PATH` or `PATH:TARGET`; given, they replace the cells that come along.
    """
    kinds = [_named(name) for name in files] if files else list(_kinds(folder))
    return [
        replace(cell, choices=_decided(cell, optimizer=optimizer, schedule=schedule))
        for cell in kinds
        for optimizer in OPTIMIZERS
        for schedule in SCHEDULES
    ]


def training(cell: Cell) -> tuple[Task, Hyperparameters]:
    """Return what a cell trains, and how."""
    loaded = data.load(cell.data, seed=0)
    settings = _advised(loaded, cell)
    return loading.task(loaded, settings), settings


def how(cell: Cell) -> Hyperparameters:
    """Return how a cell is trained; its rate is what advice says."""
    return _advised(data.load(cell.data, seed=0), cell)


def _advised(loaded: Dataset, cell: Cell) -> Hyperparameters:
    recipe = advise(loaded.profile, cell.choices, created="")
    # Scores are of the best checkpoint of the whole training: nothing ends it early.
    return replace(specs.hyperparameters(recipe), patience=None)


def _kinds(folder: Path) -> Iterator[Cell]:
    for name in ("digits", "breast-cancer", "diabetes", "wine"):
        yield _table(f"demo:{name}", name, few=True)
    wide = _table("demo:digits", "digits wide", few=True)
    yield replace(wide, choices=Choices(epochs=EPOCHS, hidden_width=384, batch_size=32), seeds=FEW)
    yield Cell(
        "image",
        "digits cnn",
        DataSpec(source="demo:digits", kind="image", valid_share=0.4, test_share=0.0),
        Choices(model="cnn", hidden_layers=2, hidden_width=8, batch_size=32, epochs=15),
        seeds=FEW,
    )
    texts = DataSpec(
        source=str(docstrings(folder)),
        target="package",
        valid_share=0.4,
        test_share=0.0,
        tokenizer="bpe",
        vocabulary=1024,
    )
    yield Cell("text", "docstrings bag", texts, Choices(), seeds=FEW)
    yield Cell(
        "text",
        "docstrings",
        replace(texts, sequence_length=24),
        Choices(
            model="text-encoder-tiny", hidden_layers=1, hidden_width=32, batch_size=32, epochs=12
        ),
        seeds=FEW,
    )
    yield Cell(
        "language",
        "source",
        DataSpec(
            source=str(source(folder)),
            kind="language",
            tokenizer="char",
            sequence_length=32,
            test_share=0.0,
        ),
        Choices(model="decoder-1m", hidden_layers=2, hidden_width=32, batch_size=16, epochs=3),
        seeds=FEWEST,
    )


def _named(name: str) -> Cell:
    path, _, target = name.partition(":") if not name.startswith("demo:") else (name, "", "")
    cell = _table(path, Path(path).stem, target=target or None)
    family = FAMILIES[data.load(cell.data, seed=0).profile.workload.family]
    return cell if family == "table" else replace(cell, family=family, seeds=FEW)


def _table(source: str, name: str, *, target: str | None = None, few: bool = False) -> Cell:
    few = few or _lines(source) < FEW_ROWS
    spec = DataSpec(
        source=source,
        target=target,
        max_rows=MOST_ROWS,
        valid_share=0.5 if few else 0.4,
        test_share=0.0,
    )
    return Cell("table", name, spec, Choices(epochs=EPOCHS), seeds=MANY if few else FEW)


def _lines(source: str) -> int:
    path = Path(source)
    return path.read_bytes().count(b"\n") if path.is_file() else 0


def _decided(cell: Cell, *, optimizer: Any, schedule: Any) -> Choices:
    warmup = 0.05 if schedule == "cosine" or cell.family in ("text", "language") else None
    return replace(cell.choices, optimizer=optimizer, schedule=schedule, warmup_share=warmup)


def docstrings(folder: Path) -> Path:
    """Return a table of the standard library's docstrings and their packages."""
    path = folder / "docstrings.csv"
    if not path.exists():
        found = list(dict.fromkeys(_docstrings()))
        kept = [name for name, _ in Counter(name for name, _ in found).most_common(CLASSES)]
        folder.mkdir(parents=True, exist_ok=True)
        with path.open("w", newline="") as file:
            rows = csv.writer(file)
            rows.writerow(("package", "text"))
            rows.writerows(row for row in found if row[0] in kept)
    return path


def source(folder: Path) -> Path:
    """Return a text of the standard library's source."""
    path = folder / "source.txt"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        modules = sorted(Path(sysconfig.get_path("stdlib")).glob("*.py"))
        whole = "\n".join(module.read_text("utf-8") for module in modules[3:40])
        path.write_text(whole[:CORPUS_BYTES].encode("ascii", "ignore").decode())
    return path


def _docstrings() -> Iterator[tuple[str, str]]:
    root = Path(sysconfig.get_path("stdlib"))
    for module in sorted(root.glob("*/**/*.py")):
        package = module.relative_to(root).parts[0]
        if package in ("site-packages", "test", "idlelib", "lib2to3"):
            continue
        try:
            tree = ast.parse(module.read_text("utf-8"))
        except (SyntaxError, UnicodeDecodeError):
            continue  # some modules are kept broken on purpose, for tests
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                text = (ast.get_docstring(node) or "").split("\n\n")[0].replace("\n", " ")
                if len(text) > 20:
                    yield package, text
