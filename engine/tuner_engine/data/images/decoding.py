"""Which pixels does an image file hold?

Invariant: nothing is decoded whose claimed size could exhaust memory, and a file that is damaged
is told apart from one that is not an image.
"""

import io
import struct
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from tuner_engine.data.images.pictures import shown
from tuner_engine.errors import DataError
from tuner_engine.printable import printable
from tuner_engine.workload import Pixels

if TYPE_CHECKING:
    from PIL import Image

_FORMATS = ("PNG", "JPEG", "BMP", "DIB", "GIF", "WEBP", "PPM", "TIFF", "MPO")
"""Formats that are opened: none of them runs another program."""

MOST_PIXELS = 64_000_000
"""Largest image that is decoded; photographs have up to 60 million pixels, and a small file that
claims more is likelier meant to exhaust memory. House choice, below Pillow's own limit."""

_GREY_MODES = frozenset({"1", "L", "LA", "La", "I", "I;16", "I;16B", "I;16L", "F"})
_ALPHA_MODES = frozenset({"LA", "La", "PA", "RGBA", "RGBa"})
_DEEP_MODES = frozenset({"I", "I;16", "I;16B", "I;16L"})
"""Modes of Pillow: without colour, with transparency, and with sixteen bits or more."""

_ORIENTATION = 0x0112
"""Tag of EXIF that says how a camera was held."""

_TURNED = frozenset({5, 6, 7, 8})
"""Its values for which height and width change places."""

_WHITE = (255, 255, 255, 255)
"""What shows through where an image is transparent. House choice: paper."""

DAMAGE = (
    *(OSError, SyntaxError, ValueError, EOFError, IndexError, KeyError, TypeError),
    *(OverflowError, AttributeError, RuntimeError, struct.error, zlib.error),
)
"""What Pillow raises for files that are cut short, damaged or no images at all."""


@dataclass(frozen=True, slots=True)
class Header:
    """What an image file says of itself.

    Attributes:
        height: Of the image held upright.
        width: Likewise.
        grey: Whether it has no colour.
        alpha: Whether parts may be transparent.
    """

    height: int
    width: int
    grey: bool
    alpha: bool


@contextmanager
def quiet() -> Iterator[None]:
    """Take Pillow's warnings about single files as read; the limits here are stricter."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def header(content: bytes, *, name: str) -> Header:
    """Return what the file says of itself, without decoding it.

    Args:
        content: The file, or its beginning.
        name: The file, safe to print.

    Raises:
        DataError: It claims to be too large.
        Exception: One of `DAMAGE`.
    """
    with _opened(content, name=name) as image:
        width, height = image.size
        if _is_turned(image):
            width, height = height, width
        alpha = image.mode in _ALPHA_MODES or "transparency" in image.info
        return Header(height, width, grey=_is_grey(image), alpha=alpha)


def decode(content: bytes, size: Pixels, *, name: str) -> NDArray[np.uint8]:
    """Return the image upright, scaled to cover `size` and cropped about its centre.

    Of a moving image the first picture counts; transparent parts turn white.

    Args:
        content: The whole file.
        size: With one channel for brightness, or three for red, green and blue.
        name: The file, safe to print.

    Raises:
        DataError: It claims to be too large.
        Exception: One of `DAMAGE`.
    """
    from PIL import ImageOps

    with _opened(content, name=name) as image:
        _shrink_early(image, size)
        image.load()
        upright = ImageOps.exif_transpose(image)
        flat = _flat(upright, channels=size.channels)
        if flat.size != (size.width, size.height):
            flat = ImageOps.fit(flat, (size.width, size.height), method=_bicubic())
        return np.asarray(flat, dtype=np.uint8).reshape(size.height, size.width, size.channels)


@contextmanager
def _opened(content: bytes, *, name: str) -> "Iterator[Image.Image]":
    from PIL import Image

    try:
        image = Image.open(io.BytesIO(content), formats=_FORMATS)
    except Image.DecompressionBombError as error:
        raise DataError(f"{name}: {_too_large(printable(str(error)))}") from error
    with image:
        width, height = image.size
        if width * height > MOST_PIXELS:
            raise DataError(f"{name}: {_too_large(f'it claims {shown(height, width)} pixels')}")
        yield image


def _is_grey(image: "Image.Image") -> bool:
    """Return whether an image has no colour by its mode, or by every colour of its palette."""
    if image.mode != "P" or image.palette is None or image.palette.mode != "RGB":
        return image.mode in _GREY_MODES
    colours = bytes(image.palette.palette)
    return colours[0::3] == colours[1::3] == colours[2::3]


def _too_large(what: str) -> str:
    return (
        f"too large to be decoded safely: {what}, {MOST_PIXELS:,} are allowed; remove it or make "
        "it smaller"
    )


def _is_turned(image: "Image.Image") -> bool:
    if image.format == "PNG" and "exif" not in image.info:
        # Pillow would decode the whole picture to look behind it.
        return False
    return image.getexif().get(_ORIENTATION) in _TURNED


def _shrink_early(image: "Image.Image", size: Pixels) -> None:
    """Let a JPEG be decoded at a half, a quarter or an eighth where that still covers `size`."""
    wide, high = (size.height, size.width) if _is_turned(image) else (size.width, size.height)
    scale = max(wide / image.width, high / image.height)
    if scale < 1:
        image.draft(None, (round(image.width * scale) + 1, round(image.height * scale) + 1))


def _flat(image: "Image.Image", *, channels: int) -> "Image.Image":
    """Return the image opaque, in the mode that has so many channels."""
    from PIL import Image

    if image.mode in _DEEP_MODES:
        image = _shallow(image)
    if image.mode in _ALPHA_MODES or "transparency" in image.info:
        coloured = image.convert("RGBA")
        paper = Image.new("RGBA", coloured.size, _WHITE)
        image = Image.alpha_composite(paper, coloured)
    return image.convert("L" if channels == 1 else "RGB")


def _shallow(image: "Image.Image") -> "Image.Image":
    """Return brightness of sixteen bits in eight."""
    from PIL import Image

    deep = np.asarray(image).astype(np.int64)
    top = 255 if image.mode == "I" and deep.max(initial=0) <= 255 else 65535
    return Image.fromarray((np.clip(deep, 0, top) * 255 // top).astype(np.uint8))


def _bicubic() -> "Image.Resampling":
    from PIL import Image

    return Image.Resampling.BICUBIC
