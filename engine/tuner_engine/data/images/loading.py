"""From images to a data set: what is read, split and encoded?

Invariant: equal images stay on one side of the split, unless the source itself says otherwise, and
that is said.
"""

import hashlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tuner_engine.data.dataset import Arrays, Dataset, ImageEncoding
from tuner_engine.data.images import facts, readers
from tuner_engine.data.images.pictures import Pictures
from tuner_engine.data.tables import split
from tuner_engine.data.tables.split import Parts
from tuner_engine.errors import DataError, UsageError
from tuner_engine.specs import DataSpec
from tuner_engine.workload import Profile

_STRETCH = 1024
"""Images counted at a time. House choice."""

recognised = readers.recognised


@dataclass(frozen=True, slots=True)
class _Understood:
    """Images with all decisions taken."""

    profile: Profile
    pictures: Pictures
    parts: Parts


def load(spec: DataSpec, *, seed: int, available_bytes: int) -> Dataset:
    """Return the images that `spec` names, split and encoded.

    Args:
        spec: Which images, and how they are split.
        seed: Of the split, and of the sample if one is read.
        available_bytes: Memory that may be used.

    Raises:
        DataError: The images or their classes cannot be used.
        UsageError: The shares leave nothing to train on, or a stated size makes no sense.
    """
    known = _understand(spec, seed=seed, available_bytes=available_bytes)
    train, valid, test = (
        _side(known.pictures, rows)
        for rows in (known.parts.train, known.parts.valid, known.parts.test)
    )
    mean, std = _moments(train["x"])
    return Dataset(
        profile=known.profile,
        train=train,
        valid=valid,
        test=test if known.parts.test.size else None,
        encoding=ImageEncoding(mean=mean, std=std),
    )


def profile(spec: DataSpec, *, seed: int, available_bytes: int) -> Profile:
    """Return what `load` would find.

    Args:
        spec: Which images, and how they are split.
        seed: Of the split, and of the sample if one is read.
        available_bytes: Memory that may be used.

    Raises:
        DataError: The images or their classes cannot be used.
        UsageError: The shares leave nothing to train on, or a stated size makes no sense.
    """
    return _understand(spec, seed=seed, available_bytes=available_bytes).profile


def _understand(spec: DataSpec, *, seed: int, available_bytes: int) -> _Understood:
    if spec.valid_share + spec.test_share >= 1:
        raise UsageError(
            f"valid_share {spec.valid_share:g} and test_share {spec.test_share:g} leave nothing to "
            "train on; together they must stay below 1"
        )
    pictures = readers.read(spec, seed=seed, available_bytes=available_bytes)
    group = _groups(pictures.pixels)
    parts = _parts(spec, pictures, group, seed=seed)
    work = facts.workload(pictures, parts, group)
    found = Profile(
        workload=work,
        data=facts.data(spec, pictures),
        cautions=(*pictures.cautions, *facts.cautions(work, pictures, parts, group)),
    )
    return _Understood(found, pictures, parts)


def _groups(pixels: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Return a number for each image, equal for equal ones and counting first appearances."""
    first: dict[bytes, int] = {}
    hashes = (hashlib.blake2b(image, digest_size=16).digest() for image in pixels)
    return np.array([first.setdefault(one, len(first)) for one in hashes], dtype=np.int64)


def _parts(spec: DataSpec, pictures: Pictures, group: NDArray[np.int64], *, seed: int) -> Parts:
    parts = split.of(
        group,
        pictures.labels,
        sides=pictures.sides,
        valid_share=spec.valid_share,
        test_share=spec.test_share,
        seed=seed,
    )
    if not parts.train.size or not parts.valid.size:
        raise DataError(
            f"{pictures.name}: {len(group):,} images with {int(group.max()) + 1:,} different ones "
            "are too few to split; training and validation need at least one each, of the same "
            "class"
        )
    if np.unique(pictures.labels[parts.train]).size < 2:
        raise DataError(
            f"{pictures.name}: every training image is of one class; more different images are "
            "needed"
        )
    return parts


def _side(pictures: Pictures, rows: NDArray[np.int64]) -> Arrays:
    return {"x": pictures.pixels[rows], "y": pictures.labels[rows]}


def _moments(train: NDArray[np.uint8]) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Return mean and standard deviation of each channel, exactly: by counting its levels."""
    channels = train.shape[-1]
    counts = np.zeros((channels, 256), dtype=np.int64)
    for start in range(0, len(train), _STRETCH):
        some = train[start : start + _STRETCH].reshape(-1, channels)
        for channel in range(channels):
            counts[channel] += np.bincount(some[:, channel], minlength=256)
    levels = np.arange(256)
    shares = counts / counts.sum(axis=1, keepdims=True)
    mean = shares @ levels
    std = np.sqrt((shares * (levels - mean[:, None]) ** 2).sum(axis=1))
    # A channel that never varies is only centred.
    return tuple(mean.tolist()), tuple(np.where(std > 0, std, 1.0).tolist())
