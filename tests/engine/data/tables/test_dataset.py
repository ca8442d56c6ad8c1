"""A file and a seed decide every number that a model is fed."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tuner_engine.data import DEMOS, Dataset, load, profile
from tuner_engine.data.tables import demo
from tuner_engine.specs import DataSpec

TABLES = Path(__file__).resolve().parents[4] / ".." / "shared" / "data"

shared = pytest.mark.skipif(not TABLES.is_dir(), reason="the shared tables are not here")


def table(path: Path, rows: int = 400) -> Path:
    """Write a table of numbers, gaps, categories and dates with classes to predict."""
    lines = [
        f"{row * 7 % 101 / 9:.4f},{'' if row % 11 == 0 else row % 13},{'pqr'[row % 3]},"
        f"2021-0{1 + row % 9}-1{row % 10},{'yes' if row * 7 % 101 > 50 else 'no'}"
        for row in range(rows)
    ]
    path.write_text("a,b,c,d,label\n" + "\n".join(lines) + "\n")
    return path


def digest(data: Dataset) -> str:
    sides = [side for side in (data.train, data.valid, data.test) if side is not None]
    return hashlib.sha256(
        b"".join(side["x"].tobytes() + side["y"].tobytes() for side in sides)
    ).hexdigest()


def test_digits_read_plainly_are_those_of_the_loader(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reading scikit-learn's file saves its import and changes nothing."""
    plain = demo._frame("digits")
    monkeypatch.setattr(demo, "_plain_digits", lambda: None)
    assert plain.equals(demo._frame("digits"))


@pytest.mark.parametrize("source", [f"demo:{name}" for name in DEMOS])
def test_demos_are_ready_to_train_on(source: str) -> None:
    """Each bundled table gives finite arrays that match its profile."""
    data = load(DataSpec(source=source), seed=0)
    work = data.profile.workload
    assert data.test is not None
    sides = (data.train, data.valid, data.test)
    counts = (work.train_examples, work.valid_examples, work.test_examples)
    for side, count in zip(sides, counts, strict=True):
        assert side["x"].shape == (count, work.features)
        assert side["x"].dtype == np.float32
        assert side["x"].flags.c_contiguous
        assert np.isfinite(side["x"]).all()
        assert side["y"].shape == (count,)
        assert side["y"].dtype == (np.float32 if data.encoding.target_scale else np.int32)
    assert not data.profile.data.target_guessed


def test_a_profile_is_what_loading_finds(tmp_path: Path) -> None:
    """`profile` reports exactly what `load` does."""
    spec = DataSpec(source=str(table(tmp_path / "t.csv")), max_rows=300)
    assert profile(spec, seed=3) == load(spec, seed=3).profile


def test_the_seed_decides_every_number(tmp_path: Path) -> None:
    """Equal seeds give equal arrays, another seed others."""
    spec = DataSpec(source=str(table(tmp_path / "t.csv")))
    assert digest(load(spec, seed=1)) == digest(load(spec, seed=1))
    assert digest(load(spec, seed=1)) != digest(load(spec, seed=2))


def test_threads_change_nothing(tmp_path: Path) -> None:
    """One thread or four: the same arrays."""
    path = table(tmp_path / "t.csv", rows=3000)
    program = (
        "import sys, test_dataset as t; from tuner_engine.data import load;"
        "from tuner_engine.specs import DataSpec;"
        "print(t.digest(load(DataSpec(source=sys.argv[1]), seed=0)))"
    )
    found = {
        subprocess.run(
            [sys.executable, "-c", program, str(path)],
            env={**os.environ, "POLARS_MAX_THREADS": threads, "OMP_NUM_THREADS": threads},
            cwd=Path(__file__).parent,
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for threads in ("1", "4")
    }
    assert len(found) == 1


def test_importing_is_light() -> None:
    """Neither JAX nor a table library is loaded before a file is read."""
    program = (
        "import sys, tuner_engine.data;"
        "print(*{'jax', 'polars', 'sklearn', 'pandas', 'scipy'} & {*sys.modules})"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True
    )
    assert done.stdout.strip() == ""


def test_no_test_split_is_none(tmp_path: Path) -> None:
    """A share of 0 leaves the test out."""
    data = load(DataSpec(source=str(table(tmp_path / "t.csv")), test_share=0.0), seed=0)
    assert data.test is None
    assert data.profile.workload.test_examples == 0


def test_facts_are_counted(tmp_path: Path) -> None:
    """Shares of gaps, repeats and the commonest class, and the digest of the file."""
    path = tmp_path / "t.csv"
    rows = [
        f"{row}.5,{'' if row % 4 == 0 else row * row},{'ab'[row % 5 == 0]}" for row in range(100)
    ]
    path.write_text("\n".join(["u,v,label", *rows, *rows[:25]]) + "\n")
    found = profile(DataSpec(source=str(path)), seed=0)
    assert found.data.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert found.data.rows == 125
    assert found.workload.duplicate_share == pytest.approx(25 / 125)
    assert found.workload.missing_share == pytest.approx(32 / 250)
    assert found.workload.majority_share == pytest.approx(0.8, abs=0.02)
    roles = {column.name: column.role for column in found.data.columns}
    assert roles == {"u": "feature", "v": "feature", "label": "target"}


@pytest.mark.parametrize(("rare", "code"), [(1, "single-example-class"), (3, "class-imbalance")])
def test_rare_classes_are_reported(tmp_path: Path, rare: int, code: str) -> None:
    """One example cannot be validated; few make accuracy say little."""
    path = tmp_path / "t.csv"
    rows = [f"{row / 7:.4f},{'common' if row >= rare else 'rare'}" for row in range(100)]
    path.write_text("\n".join(["a,label", *rows]))
    found = profile(DataSpec(source=str(path)), seed=0)
    assert code in [caution.code for caution in found.cautions]


def test_ten_thousand_columns_are_read(tmp_path: Path) -> None:
    """A very wide table works, and is called wide."""
    path = tmp_path / "t.csv"
    values = np.random.default_rng(0).random((24, 10_000)).round(3)
    body = "\n".join(",".join(map(str, row)) + f",{index % 2}" for index, row in enumerate(values))
    path.write_text(",".join(f"c{index}" for index in range(10_000)) + ",label\n" + body)
    found = profile(DataSpec(source=str(path)), seed=0)
    assert found.workload.features == 10_000
    assert "more-features-than-rows" in [caution.code for caution in found.cautions]


@shared
@pytest.mark.parametrize(
    ("name", "target", "task", "rows", "outputs", "expected"),
    [
        ("adult_income.csv", "income >50K", "classification", 32561, 2, {"duplicate-rows"}),
        ("magic_telescope.csv", None, "classification", 19020, 2, {"target-guessed"}),
        ("mammography.csv", "-1", "classification", 11183, 2, {"class-imbalance"}),
        ("satellite.csv", None, "classification", 6435, 6, {"task-guessed"}),
        ("titanic.csv", None, "classification", 891, 2, {"id-column", "text-column"}),
        ("digits.csv.gz", None, "classification", 1797, 10, {"constant-column"}),
        ("california_housing.csv", "median_house_value", "regression", 20640, 1, set()),
        ("abalone.csv", None, "regression", 4177, 1, {"target-guessed"}),
        ("airquality.csv", "CO(GT)", "regression", 9357, 1, {"sentinel", "missing-target"}),
        ("gdp_per_capita_tab_latin1.csv", "2015", "regression", 189, 1, {"footnote"}),
    ],
)
def test_public_tables_are_understood(
    name: str, target: str | None, task: str, rows: int, outputs: int, expected: set[str]
) -> None:
    """Real tables are read whole, with the task a person would name."""
    found = profile(DataSpec(source=str(TABLES / name), target=target), seed=0)
    assert (found.workload.task, found.workload.outputs) == (task, outputs)
    assert found.data.rows == rows
    assert expected <= {caution.code for caution in found.cautions}


@shared
@pytest.mark.parametrize(
    ("name", "target", "least"),
    [
        ("adult_income.csv", None, 0.82),
        ("satellite.csv", None, 0.70),
        ("california_housing.csv", "median_house_value", 0.60),
        ("airquality.csv", "CO(GT)", 0.85),
    ],
)
def test_a_linear_model_learns_from_the_arrays(name: str, target: str | None, least: float) -> None:
    """Least squares on encoded features reaches what is known to be easy on the test split."""
    data = load(DataSpec(source=str(TABLES / name), target=target), seed=0)
    assert data.test is not None
    x, rest = (np.c_[side["x"], np.ones(len(side["x"]))] for side in (data.train, data.test))
    if data.encoding.target_scale is None:
        goal = np.eye(data.profile.workload.outputs)[data.train["y"]]
        guess = rest @ np.linalg.lstsq(x, goal, rcond=None)[0]
        score = float((guess.argmax(1) == data.test["y"]).mean())
    else:
        guess = rest @ np.linalg.lstsq(x, data.train["y"], rcond=None)[0]
        score = 1 - float(((guess - data.test["y"]) ** 2).mean() / data.test["y"].var())
    assert score > least
