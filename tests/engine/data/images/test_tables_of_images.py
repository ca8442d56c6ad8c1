"""Images in tables: pixels in columns, image files or nested lists in the cells of Parquet."""

import io
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from numpy.typing import NDArray
from PIL import Image

from tuner_engine.data import Dataset, load
from tuner_engine.errors import DataError
from tuner_engine.specs import DataSpec

MNIST = Path(__file__).resolve().parents[4] / ".." / "shared" / "data"

shared = pytest.mark.skipif(not MNIST.is_dir(), reason="the shared data are not here")


def images(count: int = 40, *, side: int = 6) -> NDArray[np.uint8]:
    """Images that are all different: the middle pixel tells which one it is, corners are dark."""
    pixels = np.random.default_rng(0).integers(0, 256, (count, side, side), dtype=np.uint8)
    pixels[:, 0, 0] = pixels[:, -1, -1] = 0
    pixels[:, 3, 3] = np.arange(count)
    return pixels


def labels(count: int = 40) -> NDArray[np.int64]:
    return np.arange(count) % 3 + 1


def columns(names: list[str]) -> dict[str, NDArray[np.uint8]]:
    return dict(zip(names, images().reshape(40, -1).T, strict=True))


def read(path: Path | str, **said: object) -> Dataset:
    return load(DataSpec(source=str(path), **said), seed=0, available_bytes=10**9)  # type: ignore[arg-type]


def complaint(path: Path | str, **said: object) -> str:
    with pytest.raises(DataError) as caught:
        read(path, **said)
    line = str(caught.value)
    assert line.isprintable()
    return line


def assert_same(data: Dataset) -> None:
    """Every image is there once, with its own label."""
    assert data.profile.workload.family == "image"
    seen = []
    for side in (data.train, data.valid, data.test):
        assert side is not None
        for image, label in zip(side["x"], side["y"], strict=True):
            index = int(image[3, 3, 0])
            np.testing.assert_array_equal(image[..., 0], images()[index])
            assert data.profile.data.class_names[label] == str(labels()[index])
            seen.append(index)
    assert sorted(seen) == list(range(40))


FLAT = [f"pixel{index}" for index in range(36)]
GRID = [f"{row}x{column}" for row in range(1, 7) for column in range(1, 7)]
BARS = [f"px_{row}_{column}" for row in range(6) for column in range(6)]


@pytest.mark.parametrize("names", [FLAT, GRID, BARS])
@pytest.mark.parametrize("format_", ["csv", "parquet"])
def test_columns_named_pixels_are_an_image(tmp_path: Path, names: list[str], format_: str) -> None:
    """Without being told, whatever order the columns stand in."""
    frame = pl.DataFrame({"label": labels(), **columns(names)})
    frame = frame.select(np.random.default_rng(1).permutation(frame.columns).tolist())
    path = tmp_path / f"d.{format_}"
    frame.write_csv(path) if format_ == "csv" else frame.write_parquet(path)
    data = read(path)
    assert_same(data)
    assert (data.profile.data.target, data.profile.data.target_guessed) == ("label", False)
    assert read(path, kind="table").profile.workload.family == "tabular"


@pytest.mark.parametrize("first", [True, False])
def test_a_stated_size_makes_an_image_of_unnamed_columns(tmp_path: Path, *, first: bool) -> None:
    """The label is the first or the last column, whichever looks like classes."""
    flat = images().reshape(40, -1)
    beside = [labels()[:, None], flat] if first else [flat, labels()[:, None]]
    np.savetxt(tmp_path / "d.csv", np.hstack(beside), fmt="%d", delimiter=",")
    data = read(tmp_path / "d.csv", image_shape="6x6")
    assert_same(data)
    assert data.profile.data.target_guessed
    assert "needs 49" in complaint(tmp_path / "d.csv", image_shape="7x7")
    colour = read(tmp_path / "d.csv", image_shape="3x4", target="0" if first else "-1")
    assert colour.train["x"].shape[1:] == (3, 4, 3)


def test_rows_without_a_class_are_left_out(tmp_path: Path) -> None:
    """They are counted and said; a pixel that is missing is an error with its place."""
    frame = pl.DataFrame({**columns(FLAT), "label": ["", "", *map(str, labels()[2:])]})
    frame.write_csv(tmp_path / "d.csv")
    data = read(tmp_path / "d.csv")
    assert sum(len(side["y"]) for side in (data.train, data.valid, data.test or {"y": ()})) == 38
    assert "missing-target" in {caution.code for caution in data.profile.cautions}
    text = (tmp_path / "d.csv").read_text().splitlines()
    text[4] = "dark" + text[4][text[4].index(",") :]
    (tmp_path / "d.csv").write_text("\n".join(text))
    assert "'dark' on line 5 in column 'pixel0'" in complaint(tmp_path / "d.csv")


def encoded(pixels: NDArray[np.uint8]) -> bytes:
    content = io.BytesIO()
    Image.fromarray(pixels).save(content, "PNG")
    return content.getvalue()


@pytest.mark.parametrize("wrapped", [True, False])
def test_image_files_in_parquet_are_decoded(tmp_path: Path, *, wrapped: bool) -> None:
    """As Hugging Face stores them, or as bytes alone; a damaged one is left out."""
    files = [encoded(pixels) for pixels in images()]
    cells = [{"bytes": file, "path": None} for file in files] if wrapped else files
    pl.DataFrame({"image": cells, "label": labels()}).write_parquet(tmp_path / "d.parquet")
    assert_same(read(tmp_path / "d.parquet"))
    assert read(tmp_path / "d.parquet", max_rows=20).profile.data.sampled_from_rows == 40
    files[7] = files[7][:40]
    cells = [{"bytes": file, "path": None} for file in files] if wrapped else files
    pl.DataFrame({"image": cells, "label": labels()}).write_parquet(tmp_path / "d.parquet")
    data = read(tmp_path / "d.parquet")
    assert any("row 8" in caution.message for caution in data.profile.cautions)
    assert data.profile.data.rows == 39


@pytest.mark.parametrize(
    "kind", [pl.List(pl.List(pl.UInt8)), pl.Array(pl.UInt8, (6, 6)), pl.List(pl.List(pl.Float64))]
)
def test_nested_lists_in_parquet_are_images(tmp_path: Path, kind: pl.DataType) -> None:
    """Lists of rows of pixels; of different lengths they are refused."""
    cells = pl.Series("pixels", images().tolist(), dtype=kind)
    pl.DataFrame([cells, pl.Series("label", labels())]).write_parquet(tmp_path / "d.parquet")
    assert_same(read(tmp_path / "d.parquet"))


def test_nested_lists_of_different_sizes_are_refused(tmp_path: Path) -> None:
    """Lists of pixels cannot be resized as image files can."""
    ragged = [images(1)[0].tolist()[: 3 + index % 2] for index in range(40)]
    pl.DataFrame({"image": ragged, "label": labels()}).write_parquet(tmp_path / "d.parquet")
    assert "different lengths" in complaint(tmp_path / "d.parquet")


def test_demo_digits_are_a_table_until_a_size_is_stated() -> None:
    """Advice on the demo stays advice on a table."""
    assert read("demo:digits").profile.workload.family == "tabular"
    data = read("demo:digits", image_shape="8x8")
    assert data.train["x"].shape[1:] == (8, 8, 1)
    assert data.profile.data.target == "target"


@shared
@pytest.mark.parametrize(
    ("file", "shape", "rows", "size"),
    [
        ("mnist_t10k-images-idx3-ubyte.gz", None, 10_000, (28, 28, 1)),
        ("digits.csv.gz", "8x8", 1_797, (8, 8, 1)),
    ],
)
def test_real_images_are_read(
    file: str, shape: str | None, rows: int, size: tuple[int, int, int]
) -> None:
    """Ten classes each, no image lost."""
    data = read(MNIST / file, image_shape=shape)
    work = data.profile.workload
    assert work.train_examples + work.valid_examples + work.test_examples == rows
    assert data.train["x"].shape[1:] == size
    assert work.outputs == 10
