"""Vectors in NumPy files are tables: the same numbers, the same encoding, the same cautions."""

import gzip
import io
import pickle
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from numpy.typing import NDArray

from tuner_engine.data import Dataset, TableEncoding, load, profile
from tuner_engine.errors import DataError
from tuner_engine.specs import DataSpec


def vectors(count: int = 60) -> NDArray[np.float64]:
    return np.random.default_rng(0).normal(size=(count, 4))


def answers(count: int = 60) -> NDArray[np.int64]:
    return np.arange(count) * 7 % 3


def read(path: Path, *, memory: int = 10**9, **said: object) -> Dataset:
    return load(DataSpec(source=str(path), **said), seed=0, available_bytes=memory)  # type: ignore[arg-type]


def complaint(path: Path, *, memory: int = 10**9, **said: object) -> str:
    with pytest.raises(DataError) as caught:
        read(path, memory=memory, **said)
    line = str(caught.value)
    assert line.isprintable()
    return line


def as_csv(path: Path) -> Dataset:
    """The same numbers as a delimited table."""
    names = [f"x{index}" for index in range(4)]
    frame = pl.DataFrame(dict(zip(names, vectors().T, strict=True)) | {"y": answers()})
    frame.write_csv(path)
    return read(path)


def npz(path: Path) -> Path:
    np.savez(path, x=vectors(), y=answers())
    return path


def npy(path: Path) -> Path:
    np.save(path, np.column_stack([vectors(), answers()]))
    return path


def columnwise(path: Path) -> Path:
    np.save(path, np.asfortranarray(np.column_stack([vectors(), answers()])))
    return path


def packed(path: Path) -> Path:
    content = io.BytesIO()
    np.save(content, np.column_stack([vectors(), answers()]))
    path = path.with_suffix(".npy.gz")
    path.write_bytes(gzip.compress(content.getvalue()))
    return path


def beside(path: Path) -> Path:
    np.save(path.with_name("x_train.npy"), vectors())
    np.save(path.with_name("y_train.npy"), answers())
    np.save(path.with_name("y_test.npy"), answers(3))
    return path.with_name("x_train.npy")


def records(path: Path) -> Path:
    fields = [*((f"x{index}", "f8") for index in range(4)), ("y", "i4")]
    rows = [(*vector, answer) for vector, answer in zip(vectors(), answers(), strict=True)]
    np.save(path, np.array(rows, dtype=fields))
    return path


@pytest.mark.parametrize("write", [npz, npy, columnwise, packed, beside, records])
def test_vectors_are_read_as_the_same_table(tmp_path: Path, write: object) -> None:
    """However they are stored, training sees what a CSV of these numbers would give it."""
    suffix = "npz" if write is npz else "npy"
    path = write(tmp_path / f"d.{suffix}")  # type: ignore[operator]
    data, table = read(path), as_csv(tmp_path / "d.csv")
    for side, expected in ((data.train, table.train), (data.valid, table.valid)):
        np.testing.assert_allclose(side["x"], expected["x"], rtol=1e-6)
        np.testing.assert_array_equal(side["y"], expected["y"])
    assert isinstance(data.encoding, TableEncoding)
    assert data.profile.workload == table.profile.workload
    assert profile(DataSpec(source=str(path)), seed=0) == data.profile


def test_given_splits_of_vectors_are_kept(tmp_path: Path) -> None:
    """Test rows are those named so; validation is cut from training."""
    x = np.arange(120.0).reshape(60, 2) ** 1.5
    np.savez(tmp_path / "d.npz", x_train=x[:50], y_train=x[:50, 0], x_test=x[50:], y_test=x[50:, 0])
    data = read(tmp_path / "d.npz")
    scale = data.encoding.target_scale if isinstance(data.encoding, TableEncoding) else None
    assert scale is not None
    assert data.test is not None
    np.testing.assert_allclose(data.test["y"] * scale.std + scale.mean, x[50:, 0], rtol=1e-4)
    assert len(data.train["y"]) + len(data.valid["y"]) == 50
    assert "given-split" in {caution.code for caution in data.profile.cautions}


def test_a_sample_keeps_rows_and_answers_together(tmp_path: Path) -> None:
    """The seed draws it; more rows than fit are refused with a number that does."""
    np.savez(tmp_path / "d.npz", x=np.arange(4000.0)[:, None] ** 1.1, y=np.arange(4000.0))
    count = int(complaint(tmp_path / "d.npz", memory=100_000).rsplit("--max-rows ", 1)[1])
    spec = DataSpec(source=str(tmp_path / "d.npz"), max_rows=count)
    assert load(spec, seed=0, available_bytes=100_000).profile.data.rows == count
    data = read(tmp_path / "d.npz", max_rows=500)
    order = np.argsort(data.train["x"][:, 0])
    assert (np.diff(data.train["y"][order]) > 0).all()
    assert data.profile.data.sampled_from_rows == 4000


def test_the_answers_can_be_named(tmp_path: Path) -> None:
    """Where names say nothing, --target says which array is predicted."""
    np.savez(tmp_path / "d.npz", embedding=vectors(), group=answers(), weight=vectors()[:, 0])
    assert "no pair of examples and answers" in complaint(tmp_path / "d.npz")
    assert read(tmp_path / "d.npz", target="group").profile.workload.outputs == 3
    assert "no array 'grop'" in complaint(tmp_path / "d.npz", target="grop")


class Trap:
    """Unpickling it would be an error of another kind."""

    def __reduce__(self) -> tuple[object, ...]:
        return (exec, ("raise SystemExit('unpickled')",))


def test_nothing_is_unpickled(tmp_path: Path) -> None:
    """Objects in NumPy files and pickles under a NumPy name are refused, not opened."""
    np.savez(tmp_path / "d.npz", x=np.array([Trap()] * 3, dtype=object), y=answers(3))
    assert "never are" in complaint(tmp_path / "d.npz")
    (tmp_path / "p.npy").write_bytes(pickle.dumps(Trap()))
    assert "pickle, which is never opened" in complaint(tmp_path / "p.npy")


@pytest.mark.parametrize("kept", [5, 60, 130, 1500])
@pytest.mark.parametrize("write", [npz, npy])
def test_a_file_cut_short_is_named(tmp_path: Path, kept: int, write: object) -> None:
    """Wherever the copy ended."""
    path = write(tmp_path / ("d.npz" if write is npz else "d.npy"))  # type: ignore[operator]
    path.write_bytes(path.read_bytes()[:kept])
    assert complaint(path).startswith(str(path))


def test_embeddings_in_parquet_are_a_table(tmp_path: Path) -> None:
    """A column of vectors beside a target."""
    frame = pl.DataFrame({"embedding": vectors().tolist(), "label": answers()})
    frame.write_parquet(tmp_path / "d.parquet")
    data, table = read(tmp_path / "d.parquet"), as_csv(tmp_path / "d.csv")
    np.testing.assert_allclose(data.train["x"], table.train["x"], rtol=1e-6)
