"""Folders of image files: which files, which class, which size, and what is said of the rest."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tuner_engine.data import Dataset, ImageEncoding, load, profile
from tuner_engine.errors import DataError, UsageError
from tuner_engine.specs import DataSpec

MEMORY = 10**9
NOISE = np.random.default_rng(0)


def picture(shape: tuple[int, ...] = (8, 8, 3), *, level: int | None = None) -> Image.Image:
    """An image of noise, or of one brightness."""
    if level is None:
        return Image.fromarray(NOISE.integers(0, 256, shape, dtype=np.uint8))
    return Image.fromarray(np.full(shape, level, dtype=np.uint8))


def saved(image: Image.Image, path: Path, **options: object) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    image.save(path, **options)
    return path


def folder(
    root: Path, *, count: int = 12, suffix: str = "png", shape: tuple[int, ...] = (8, 8, 3)
) -> Path:
    """Two classes of images of noise, `cat` and `dog`."""
    for name in ("cat", "dog"):
        for index in range(count):
            saved(picture(shape), root / name / f"{index:02}.{suffix}")
    return root


def read(root: Path, **said: object) -> Dataset:
    return load(DataSpec(source=str(root), **said), seed=0, available_bytes=MEMORY)  # type: ignore[arg-type]


def complaint(root: Path, *, memory: int = MEMORY, **said: object) -> str:
    """Return the one line that loading ends with."""
    with pytest.raises(DataError) as caught:
        load(DataSpec(source=str(root), **said), seed=0, available_bytes=memory)  # type: ignore[arg-type]
    line = str(caught.value)
    assert line.isprintable()
    return line


def codes(data: Dataset) -> set[str]:
    return {caution.code for caution in data.profile.cautions}


def said(data: Dataset, code: str) -> str:
    return next(caution.message for caution in data.profile.cautions if caution.code == code)


@pytest.mark.parametrize("suffix", ["png", "bmp", "webp", "ppm", "tif", "gif", "jpg"])
def test_a_folder_per_class_is_ready_to_train_on(tmp_path: Path, suffix: str) -> None:
    """Folders name classes; pixels are bytes, channels last; moments are those of training."""
    data = read(folder(tmp_path, suffix=suffix))
    work = data.profile.workload
    assert (work.family, work.task, work.outputs, work.features) == (
        "image",
        "classification",
        2,
        0,
    )
    assert work.pixels is not None
    assert (work.pixels.height, work.pixels.width, work.pixels.channels) == (8, 8, 3)
    assert data.profile.data.class_names == ("cat", "dog")
    assert data.train["x"].shape == (work.train_examples, 8, 8, 3)
    assert (data.train["x"].dtype, data.train["y"].dtype) == (np.uint8, np.int32)
    assert isinstance(data.encoding, ImageEncoding)
    np.testing.assert_allclose(data.encoding.mean, data.train["x"].mean((0, 1, 2)))
    np.testing.assert_allclose(data.encoding.std, data.train["x"].std((0, 1, 2)))


def test_every_image_keeps_its_class_and_its_pixels(tmp_path: Path) -> None:
    """Lossless files come out as they went in, each with the class of its folder."""
    written = {}
    for index, name in enumerate(("10", "9", "100")):
        for level in range(8):
            path = tmp_path / name / "deep" / f"{level}.png"
            image = saved(picture((5, 7), level=30 * level + index), path)
            written[30 * level + index] = name
            assert image.is_file()
    data = read(tmp_path)
    assert data.profile.data.class_names == ("9", "10", "100")
    assert data.test is not None
    seen = 0
    for side in (data.train, data.valid, data.test):
        assert side["x"].shape[1:] == (5, 7, 1)
        for image, label in zip(side["x"], side["y"], strict=True):
            assert image.min() == image.max()
            assert data.profile.data.class_names[label] == written[int(image.max())]
            seen += 1
    assert seen == 24


def test_given_splits_are_kept(tmp_path: Path) -> None:
    """`train`, `val` and `test` folders are the split, also within a folder that wraps them."""
    for side, level in (("train", 10), ("val", 100), ("Test", 200)):
        for name in ("a", "b"):
            for index in range(5):
                saved(
                    picture((4, 4), level=level + index),
                    tmp_path / "all" / side / name / f"{index}.png",
                )
    data = read(tmp_path)
    assert data.test is not None
    for side, low in ((data.train, 10), (data.valid, 100), (data.test, 200)):
        assert side["x"].min() == low
        assert side["x"].max() == low + 4
        assert len(side["y"]) == 10
    assert "10 images to train, 10 to validate, 10 to test" in said(data, "given-split")


def test_validation_is_cut_from_training_where_only_a_test_is_given(tmp_path: Path) -> None:
    """The given test stays whole, and nothing of it is trained on."""
    for side, level in (("train", 10), ("test", 200)):
        for name in ("a", "b"):
            for index in range(20):
                saved(picture((4, 4), level=level + index), tmp_path / side / name / f"{index}.png")
    data = read(tmp_path, valid_share=0.2)
    assert data.test is not None
    assert len(data.test["y"]) == 40
    assert data.test["x"].min() == 200
    assert max(data.train["x"].max(), data.valid["x"].max()) < 200
    assert len(data.valid["y"]) == 8


def test_what_a_given_split_leaks_is_said(tmp_path: Path) -> None:
    """Images that are trained on and validated are counted; so are unlabelled ones."""
    for side in ("train", "valid"):
        for index, name in enumerate("ab"):
            for level in range(4):
                shade = 60 * level + index + (30 if side == "valid" and level else 0)
                saved(picture((4, 4), level=shade), tmp_path / side / name / f"{level}.png")
    saved(picture((4, 4)), tmp_path / "test" / "1.png")
    data = read(tmp_path)
    assert "2 of 8 images" in said(data, "duplicates-across-splits")
    assert "1 image" in said(data, "unlabelled-images")
    assert data.test is None


def test_a_class_called_train_is_a_class(tmp_path: Path) -> None:
    """Folders of pictures of trains and planes are no split."""
    for name in ("train", "plane"):
        for index in range(6):
            saved(picture(), tmp_path / name / f"{index}.png")
    assert read(tmp_path).profile.data.class_names == ("plane", "train")


def test_equal_images_stay_on_one_side_and_contradictions_are_told(tmp_path: Path) -> None:
    """Copies under other names, even of another class, are never split."""
    folder(tmp_path, count=10)
    for index in range(10):
        copy = (tmp_path / "cat" / f"{index:02}.png").read_bytes()
        (tmp_path / "cat" / f"copy{index}.png").write_bytes(copy)
    (tmp_path / "dog" / "wrong.png").write_bytes((tmp_path / "cat" / "00.png").read_bytes())
    data = read(tmp_path)
    assert data.test is not None
    sides = [
        {image.tobytes() for image in side["x"]} for side in (data.train, data.valid, data.test)
    ]
    assert sum(map(len, sides)) == len(set.union(*sides)) == 20
    assert data.profile.workload.duplicate_share == pytest.approx(11 / 31)
    assert "3 of 31" in said(data, "contradicting-labels")


def test_images_of_many_sizes_get_one(tmp_path: Path) -> None:
    """The median shorter side, cropped about the centre; said with the sizes seen."""
    for index, name in enumerate(("a", "b") * 6):
        height, width = ((20, 30), (40, 40), (90, 60))[index % 3]
        striped = np.zeros((height, width, 3), dtype=np.uint8)
        striped[:, width // 2 - 4 : width // 2 + 4] = 255
        saved(Image.fromarray(striped), tmp_path / name / f"{index}.png")
    data = read(tmp_path)
    assert data.train["x"].shape[1:] == (40, 40, 3)
    assert (data.train["x"][:, :, 20] > 200).all()
    assert "3 sizes, 20x30 to 90x60" in said(data, "images-resized")
    stated = read(tmp_path, image_shape="10x16x1")
    assert stated.train["x"].shape[1:] == (10, 16, 1)


def test_large_images_become_small_and_small_ones_stay(tmp_path: Path) -> None:
    """Beyond 224 pixels a side images are scaled unless a size is stated."""
    folder(tmp_path, count=3, shape=(300, 240, 3), suffix="jpg")
    assert read(tmp_path, valid_share=0.3).train["x"].shape[1:] == (224, 224, 3)
    kept = read(tmp_path, valid_share=0.3, image_shape="300x240")
    assert kept.train["x"].shape[1:] == (300, 240, 3)
    assert "images-resized" not in codes(kept)


def test_modes_of_images_are_read_for_what_they_show(tmp_path: Path) -> None:
    """Sixteen bits keep their brightness, transparency turns white, a camera's turn is undone."""
    for name in ("a", "b"):
        for index in range(4):
            deep = np.full((6, 6), 256 * 100 + index + (4 if name == "b" else 0), dtype=np.uint16)
            deep[0, index] = 0
            saved(Image.fromarray(deep), tmp_path / "deep" / name / f"{index}.png")
            clear = np.zeros((6, 6, 4), dtype=np.uint8)
            clear[index, : index + 1] = 255 if name == "a" else 128
            saved(Image.fromarray(clear), tmp_path / "clear" / name / f"{index}.png")
            turned = picture((4, 9, 3))
            exif = Image.Exif()
            exif[0x0112] = 6
            saved(turned, tmp_path / "turned" / name / f"{index}.jpg", exif=exif)
    assert np.median(read(tmp_path / "deep", valid_share=0.3).train["x"]) == 99
    clear_data = read(tmp_path / "clear", valid_share=0.3)
    assert np.median(clear_data.train["x"]) == 255
    assert "alpha-flattened" in codes(clear_data)
    assert read(tmp_path / "turned", valid_share=0.3).train["x"].shape[1:] == (9, 4, 3)


def test_colour_and_its_absence_are_told_apart(tmp_path: Path) -> None:
    """Grey palettes count as grey; a mixture is read in colour and said."""
    for index in range(6):
        saved(picture((8, 8)).convert("P"), tmp_path / "a" / f"{index}.png")
        saved(picture((8, 8)), tmp_path / "b" / f"{index}.png")
    assert read(tmp_path).train["x"].shape[-1] == 1
    for index in range(6):
        saved(picture(), tmp_path / "b" / f"colour{index}.png")
    mixed = read(tmp_path)
    assert mixed.train["x"].shape[-1] == 3
    assert "12 of 18" in said(mixed, "mixed-colour")


def test_a_damaged_file_is_named_and_left_out(tmp_path: Path) -> None:
    """One file cut short costs itself; text files and hidden ones are no images."""
    folder(tmp_path, count=30)
    whole = (tmp_path / "cat" / "05.png").read_bytes()
    (tmp_path / "cat" / "05.png").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "dog" / "notes.txt").write_text("good boy")
    (tmp_path / "dog" / ".DS_Store").write_bytes(b"\0")
    data = read(tmp_path)
    assert data.profile.data.rows == 59
    assert "05.png" in said(data, "unreadable-images")
    assert said(data, "other-files") == "Left out, not being images: 1 file, dog/notes.txt."


def test_many_damaged_files_are_refused(tmp_path: Path) -> None:
    """A folder that was copied badly is named with some of its files."""
    folder(tmp_path, count=20)
    for index in range(4):
        (tmp_path / "dog" / f"{index:02}.png").write_bytes(b"\x89PNG nothing")
    assert "cannot open 4 of 40 image files" in complaint(tmp_path)


def test_a_file_that_claims_a_huge_image_is_refused(tmp_path: Path) -> None:
    """A few bytes that unpack to gigabytes are an error, whatever Pillow would allow."""
    folder(tmp_path)
    saved(Image.new("1", (12_000, 12_000)), tmp_path / "cat" / "bomb.png")
    assert "bomb.png: too large to be decoded safely" in complaint(tmp_path)


def test_a_folder_without_classes_is_refused(tmp_path: Path) -> None:
    """What is missing is said: folders of classes, a second class, or images at all."""
    saved(picture(), tmp_path / "flat" / "1.png")
    saved(picture(), tmp_path / "flat" / "2.png")
    assert "no folders that name their classes" in complaint(tmp_path / "flat")
    saved(picture(), tmp_path / "flat" / "only" / "3.png")
    assert "one class only, 'only'" in complaint(tmp_path / "flat")
    (tmp_path / "none").mkdir()
    assert "without images" in complaint(tmp_path / "none", kind="image")


def test_images_that_do_not_fit_are_refused_with_a_sample_that_does(tmp_path: Path) -> None:
    """The sample that the error offers is one that loads, and is drawn by the seed."""
    folder(tmp_path, count=50)
    line = complaint(tmp_path, memory=30_000)
    count = int(line.rsplit("--max-rows ", 1)[1])
    spec = DataSpec(source=str(tmp_path), max_rows=count)
    data = load(spec, seed=1, available_bytes=30_000)
    assert data.profile.data.rows == count
    assert data.profile.data.sampled_from_rows == 100
    assert profile(spec, seed=1, available_bytes=30_000) == data.profile
    assert load(spec, seed=2, available_bytes=30_000).profile != data.profile


@pytest.mark.parametrize("stated", ["wide", "28", "0x28", "28x28x3x1"])
def test_a_size_that_is_none_is_misuse(tmp_path: Path, stated: str) -> None:
    """Height by width, perhaps by channels."""
    with pytest.raises(UsageError, match="28x28"):
        read(folder(tmp_path, count=3), image_shape=stated)


def test_links_that_go_in_circles_end(tmp_path: Path) -> None:
    """A folder linked into itself is read once."""
    folder(tmp_path)
    (tmp_path / "cat" / "again").symlink_to(tmp_path / "cat", target_is_directory=True)
    assert read(tmp_path).profile.data.rows == 24
