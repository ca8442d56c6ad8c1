"""IDX and NumPy files of images: which axis is which, which labels belong to them, which range."""

import gzip
import struct
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from tuner_engine.data import Dataset, load
from tuner_engine.data.images import layout, levels
from tuner_engine.errors import DataError
from tuner_engine.specs import DataSpec

IDX_TYPES = {"u1": 0x08, "i2": 0x0B, "f4": 0x0D}


def images(count: int = 40, *, shape: tuple[int, ...] = (6, 5)) -> NDArray[np.uint8]:
    """Images that are all different: the first pixel tells which one it is."""
    pixels = np.random.default_rng(0).integers(0, 256, (count, *shape), dtype=np.uint8)
    pixels.reshape(count, -1)[:, 0] = np.arange(count)
    return pixels


def labels(count: int = 40) -> NDArray[np.int64]:
    return np.arange(count) % 3 + 1


def read(path: Path, *, memory: int = 10**9, **said: object) -> Dataset:
    return load(DataSpec(source=str(path), **said), seed=0, available_bytes=memory)  # type: ignore[arg-type]


def complaint(path: Path, *, memory: int = 10**9, **said: object) -> str:
    with pytest.raises(DataError) as caught:
        read(path, memory=memory, **said)
    line = str(caught.value)
    assert line.isprintable()
    return line


def idx(array: NDArray[np.generic], path: Path) -> Path:
    """Write an IDX file, packed where its name says so."""
    kind = array.dtype.newbyteorder(">")
    head = bytes((0, 0, IDX_TYPES[array.dtype.str[1:]], array.ndim))
    content = head + struct.pack(f">{array.ndim}I", *array.shape) + array.astype(kind).tobytes()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(content) if path.suffix == ".gz" else content)
    return path


def assert_same(data: Dataset, pixels: NDArray[np.uint8], classes: NDArray[np.int64]) -> None:
    """Every image is there once, with its own label."""
    seen = []
    sides = [side for side in (data.train, data.valid, data.test) if side is not None]
    for side in sides:
        for image, label in zip(side["x"], side["y"], strict=True):
            index = int(image.reshape(-1)[0])
            np.testing.assert_array_equal(image, pixels[index])
            assert data.profile.data.class_names[label] == str(classes[index])
            seen.append(index)
    assert sorted(seen) == list(range(len(pixels)))


@pytest.mark.parametrize("ending", ["", ".gz"])
@pytest.mark.parametrize("named", ["images", "labels"])
def test_either_file_of_an_idx_pair_names_both(tmp_path: Path, ending: str, named: str) -> None:
    """MNIST's files belong together by their names."""
    files = {
        "images": idx(images(), tmp_path / f"my_t10k-images-idx3-ubyte{ending}"),
        "labels": idx(labels().astype(np.uint8), tmp_path / f"my_t10k-labels-idx1-ubyte{ending}"),
    }
    idx(labels(7).astype(np.uint8), tmp_path / "my_train-labels-idx1-ubyte")
    data = read(files[named])
    assert_same(data, images()[..., None], labels())
    assert data.profile.data.format == ("idx+gzip" if ending else "idx")


def test_a_folder_of_idx_files_is_split_as_they_are_named(tmp_path: Path) -> None:
    """`train` trains and validates, `t10k` tests."""
    first = images(60)
    for name, rows in (("train", slice(0, 50)), ("t10k", slice(50, 60))):
        idx(first[rows], tmp_path / f"{name}-images.idx3-ubyte")
        idx(labels(60)[rows].astype(np.uint8), tmp_path / f"{name}-labels.idx1-ubyte")
    data = read(tmp_path)
    assert data.test is not None
    assert sorted(data.test["x"][:, 0, 0, 0].tolist()) == list(range(50, 60))
    assert len(data.train["y"]) + len(data.valid["y"]) == 50
    assert_same(data, first[..., None], labels(60))


def test_idx_without_its_other_half_says_what_is_missing(tmp_path: Path) -> None:
    """The file that was looked for and those that were found are named."""
    idx(labels(7).astype(np.uint8), tmp_path / "t10k-labels-idx1-ubyte")
    line = complaint(idx(images(), tmp_path / "train-images-idx3-ubyte"))
    assert "no file with its labels" in line
    assert "t10k-labels-idx1-ubyte" in line
    idx(labels(7).astype(np.uint8), tmp_path / "train-labels-idx1-ubyte")
    assert "40 examples, but 7 answers" in complaint(tmp_path / "train-images-idx3-ubyte")


def test_idx_that_ends_early_is_named(tmp_path: Path) -> None:
    """A download cut short is no data set."""
    path = idx(images(), tmp_path / "images-idx3")
    idx(labels().astype(np.uint8), tmp_path / "labels-idx1")
    path.write_bytes(path.read_bytes()[:-100])
    assert "images-idx3: ends after" in complaint(path)


@pytest.mark.parametrize(
    ("x", "y"),
    [
        ("x", "y"),
        ("X", "Y"),
        ("images", "labels"),
        ("data", "target"),
        ("arr_0", "arr_1"),
        ("a", "b"),
    ],
)
def test_arrays_are_known_by_usual_names(tmp_path: Path, x: str, y: str) -> None:
    """The names that people give; two arrays of other names are known by their shapes."""
    np.savez(tmp_path / "d.npz", **{x: images(), y: labels()})
    assert_same(read(tmp_path / "d.npz"), images()[..., None], labels())


@pytest.mark.parametrize(
    "names",
    [
        ("x_train", "y_train", "x_test", "y_test"),
        ("train_images", "train_labels", "test_images", "test_labels"),
        ("Xtrain", "ytrain", "Xtest", "ytest"),
        ("trainX", "trainY", "testX", "testY"),
    ],
)
def test_arrays_named_for_a_split_are_split_so(tmp_path: Path, names: tuple[str, ...]) -> None:
    """As Keras and MedMNIST name them; labels may stand in a column."""
    arrays = (images()[:30], labels()[:30, None], images()[30:], labels()[30:, None])
    np.savez_compressed(tmp_path / "d.npz", **dict(zip(names, arrays, strict=True)))
    data = read(tmp_path / "d.npz")
    assert data.test is not None
    assert sorted(data.test["x"].reshape(10, -1)[:, 0].tolist()) == list(range(30, 40))
    assert_same(data, images()[..., None], labels())


def test_npy_files_named_alike_belong_together(tmp_path: Path) -> None:
    """`images.npy` with `labels.npy`; a folder of such files is a data set."""
    np.save(tmp_path / "images.npy", images(shape=(6, 5, 3)))
    np.save(tmp_path / "labels.npy", labels())
    for named in (tmp_path, tmp_path / "images.npy", tmp_path / "labels.npy"):
        assert_same(read(named), images(shape=(6, 5, 3)), labels())


def test_a_sample_of_arrays_is_read_without_the_rest(tmp_path: Path) -> None:
    """Rows and labels stay together, and less memory will do."""
    np.savez(tmp_path / "d.npz", x=images(250, shape=(20, 20)), y=labels(250))
    assert "--max-rows" in complaint(tmp_path / "d.npz", memory=100_000)
    data = read(tmp_path / "d.npz", memory=100_000, max_rows=50)
    assert data.profile.data.sampled_from_rows == 250
    for image, label in zip(data.train["x"], data.train["y"], strict=True):
        assert data.profile.data.class_names[label] == str(image[0, 0, 0] % 3 + 1)


@pytest.mark.parametrize(
    ("shape", "size", "first"),
    [
        ((9, 28, 28), (28, 28, 1), False),
        ((9, 32, 24, 3), (32, 24, 3), False),
        ((9, 3, 32, 24), (32, 24, 3), True),
        ((9, 1, 8, 8), (8, 8, 1), True),
        ((9, 3, 3, 3), (3, 3, 3), False),
        ((9, 64, 64, 13), (64, 64, 13), False),
        ((9, 13, 64, 64), (64, 64, 13), True),
    ],
)
def test_the_shape_tells_where_channels_are(
    shape: tuple[int, ...], size: tuple[int, int, int], *, first: bool
) -> None:
    """Last as in TensorFlow or first as in PyTorch; last where it could be both."""
    assert layout.channels_last(shape, None, name="x") == (size, first)
    pixels = np.arange(np.prod(shape)).reshape(shape)
    moved = layout.arranged(pixels, size, first=first)
    expected = pixels.transpose(0, 2, 3, 1) if first else pixels.reshape(9, *size)
    np.testing.assert_array_equal(moved, expected)


def test_a_shape_that_could_be_anything_is_asked_about(tmp_path: Path) -> None:
    """Cubes of eight by eight by eight may be images of eight channels either way."""
    np.savez(tmp_path / "d.npz", x=images(shape=(8, 8, 8)), y=labels())
    assert "--image-shape" in complaint(tmp_path / "d.npz")
    assert read(tmp_path / "d.npz", image_shape="8x8x8").train["x"].shape[1:] == (8, 8, 8)
    assert "needs 49" in complaint(tmp_path / "d.npz", image_shape="7x7x1")


@given(st.lists(st.integers(0, 255), min_size=1, max_size=30))
def test_brightness_survives_every_way_of_writing_it(values: list[int]) -> None:
    """Bytes, whole numbers, shares of 1 and numbers about 0 all come back as the bytes meant."""
    plain = np.array([[0, 255, *values]], dtype=np.uint8)
    for written in (
        plain,
        plain.astype(np.int64),
        plain.astype(np.float32),
        plain / 255,
        (plain / 255).astype(np.float16),
        plain / 127.5 - 1,
    ):
        read_back, cautions = levels.to_bytes(written, name="x")
        np.testing.assert_array_equal(read_back, plain)
        assert not cautions


def test_standardised_pixels_are_mapped_evenly_and_said() -> None:
    """Lowest to 0, highest to 255, all else in proportion."""
    mapped, cautions = levels.to_bytes(np.array([[-3.0, 0.0, 7.0]]), name="x")
    assert mapped.tolist() == [[0, 76, 255]]
    assert [caution.code for caution in cautions] == ["pixels-rescaled"]


@pytest.mark.parametrize(
    ("arrays", "expected"),
    [
        ({"x": images(), "y": labels()[:5]}, "40 examples, but 5 answers"),
        ({"x": images(), "z": labels()[:5]}, "no pair of examples and answers"),
        ({"x": images() * np.nan, "y": labels()}, "image 0 (from 0) holds NaN"),
        ({"x": images().astype("U3"), "y": labels()}, "pixels of type"),
        ({"x": images(), "y": labels() / 2}, "fractions"),
        ({"x": images(), "y": labels() * 0}, "one class only"),
        ({"x": images(), "y": np.arange(40)}, "40 different labels"),
        ({"x": images(), "y": np.ones((40, 2))}, "labels of shape"),
        ({"x": np.array([{}] * 40), "y": labels()}, "Python objects"),
    ],
)
def test_arrays_that_are_no_images_with_classes_are_refused(
    tmp_path: Path, arrays: dict[str, NDArray[np.generic]], expected: str
) -> None:
    """Each in one line that says what is wrong and with which array."""
    np.savez(tmp_path / "d.npz", **arrays)  # type: ignore[arg-type]
    assert expected in complaint(tmp_path / "d.npz", kind="image")


def test_labels_of_many_kinds_are_classes(tmp_path: Path) -> None:
    """Names, one-hot rows and truth values."""
    for name, written, expected in (
        ("names", np.array(["rose", "aster"])[labels() % 2], ("aster", "rose")),
        ("hot", np.eye(3)[labels() - 1], ("0", "1", "2")),
        ("truth", labels() == 1, ("false", "true")),
    ):
        np.savez(tmp_path / f"{name}.npz", x=images(), y=written)
        assert read(tmp_path / f"{name}.npz").profile.data.class_names == expected
