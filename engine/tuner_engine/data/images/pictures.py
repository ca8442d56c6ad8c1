"""What does a reader of images hand on?

Invariant: all images have one size, every one has a class, and nothing is split yet except by the
source itself.
"""

import re
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from tuner_engine.data.source import too_large
from tuner_engine.data.tables import sample
from tuner_engine.errors import UsageError
from tuner_engine.printable import printable
from tuner_engine.workload import Caution, Pixels

LARGEST_SIDE = 224
"""Pixels along the longer side above which images are made smaller unless a size is stated; what
most networks for photographs are trained on. Source: Krizhevsky, Sutskever, Hinton, "ImageNet
Classification with Deep Convolutional Neural Networks" (2012)."""

COPIES = 3
"""Copies of the pixels alive at once: as read, as bytes, as the sides of the split."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pictures:
    """Images and their classes.

    Attributes:
        name: Of the source, safe to print.
        sha256: Of the bytes read.
        format: `folder`, `idx`, `npz`, …; with `+gzip` when compressed.
        pixels: uint8 [images, height, width, channels].
        labels: Class of each image, int32.
        class_names: Of those classes.
        target: What the source calls the class.
        target_guessed: Whether nobody named it.
        sides: Which side of a split the source puts each image on, int8; none where it does not.
        whole_rows: Images of the whole source, where these are a sample.
        cautions: What was left out or changed.
    """

    name: str
    sha256: str
    format: str
    pixels: NDArray[np.uint8]
    labels: NDArray[np.int32]
    class_names: tuple[str, ...]
    target: str
    target_guessed: bool = False
    sides: NDArray[np.int8] | None = None
    whole_rows: int | None = None
    cautions: tuple[Caution, ...] = field(default=())

    @property
    def size(self) -> Pixels:
        """Of every image."""
        height, width, channels = self.pixels.shape[1:]
        return Pixels(height=height, width=width, channels=channels)


@dataclass(frozen=True, slots=True)
class Stated:
    """The size that a person gave; `channels` is none if only height and width were."""

    height: int
    width: int
    channels: int | None

    @property
    def cells(self) -> int:
        """Numbers of one image, a channel being taken if none is stated."""
        return self.height * self.width * (self.channels or 1)

    def __str__(self) -> str:
        return "x".join(str(side) for side in (self.height, self.width, self.channels) if side)


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """What is to be read, and within what.

    Attributes:
        name: Of the source as the person named it, safe to print.
        wanted: The size that a person stated.
        target: What they call the class.
        max_rows: Read a uniform sample of at most this many images.
        seed: Of the sample.
        available_bytes: Memory that may be used.
    """

    name: str
    wanted: Stated | None
    target: str | None
    max_rows: int | None
    seed: int
    available_bytes: int

    def chosen(self, total: int) -> NDArray[np.int64] | None:
        """Return which of `total` images are read, ascending; none for all."""
        if self.max_rows is None or self.max_rows >= total:
            return None
        return sample.smallest(sample.generator(self.seed).random(total), self.max_rows)

    def check_size(self, count: int, *, row_bytes: int, spent_bytes: int = 0) -> None:
        """Raise unless so many images fit in memory, with all copies of them.

        Args:
            count: Images.
            row_bytes: Of one as it is read.
            spent_bytes: Needed besides, whatever the count.

        Raises:
            DataError: They do not fit.
        """
        needed = count * row_bytes * COPIES + spent_bytes
        if needed > self.available_bytes:
            raise too_large(
                self.name,
                needed_bytes=needed,
                available_bytes=self.available_bytes,
                fitting_rows=(self.available_bytes - spent_bytes) / (row_bytes * COPIES),
            )


def stated(text: str | None) -> Stated | None:
    """Return the size in `28x28` or `32x32x3`: height, width, channels.

    Raises:
        UsageError: The text is no size.
    """
    if text is None:
        return None
    found = re.fullmatch(r"(\d{1,5})[x×*,](\d{1,5})(?:[x×*,](\d{1,3}))?", text.strip().lower())
    sizes = [int(number) for number in found.groups() if number] if found else []
    if not sizes or min(sizes) < 1:
        raise UsageError(
            f"--image-shape {printable(text, width=40)}: expected height x width as 28x28, or with "
            "channels as 32x32x3"
        )
    return Stated(sizes[0], sizes[1], sizes[2] if len(sizes) > 2 else None)


def shown(height: int, width: int) -> str:
    """Return a size for people, in the order that `--image-shape` takes."""
    return f"{height}x{width}"


def counted(count: int, noun: str) -> str:
    """Return how many there are: `1 file`, `2,000 files`."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
