"""Which size do images of many sizes get?

Invariant: a size that a person stated wins; otherwise images that are all of one moderate size stay
as they are.
"""

from collections.abc import Sequence

from tuner_engine.data.images.decoding import Header
from tuner_engine.data.images.pictures import LARGEST_SIDE, Stated, shown
from tuner_engine.errors import UsageError
from tuner_engine.workload import Caution, Pixels

_FILE_CHANNELS = (1, 3)
"""Channels that an image file can be read as: brightness, or red, green and blue."""

_SMALL_SHARE = 0.1
"""Share of images made larger above which it is worth a word. House choice."""


def common(headers: Sequence[Header], wanted: Stated | None, *, name: str) -> Pixels:
    """Return the size that all images are brought to.

    A square of the median shorter side, where they differ or are large.

    Args:
        headers: Of all images, at least one.
        wanted: The size that a person stated.
        name: Of the source, for errors.

    Raises:
        UsageError: Image files have no such number of channels.
    """
    channels = 1 if all(one.grey for one in headers) else 3
    if wanted is not None:
        if wanted.channels not in (None, *_FILE_CHANNELS):
            raise UsageError(
                f"--image-shape asks for {wanted.channels} channels of {name}; image files are "
                "read with 1 (brightness) or 3 (colour)"
            )
        return Pixels(
            height=wanted.height, width=wanted.width, channels=wanted.channels or channels
        )
    first = headers[0]
    alike = all((one.height, one.width) == (first.height, first.width) for one in headers)
    if alike and max(first.height, first.width) <= LARGEST_SIDE:
        return Pixels(height=first.height, width=first.width, channels=channels)
    shorter = sorted(min(one.height, one.width) for one in headers)
    side = min(shorter[(len(shorter) - 1) // 2], LARGEST_SIDE)
    return Pixels(height=side, width=side, channels=channels)


def cautions(headers: Sequence[Header], size: Pixels, *, stated: bool) -> tuple[Caution, ...]:
    """Return what was changed to bring images of these kinds to one size.

    Args:
        headers: Of all images.
        size: What they were brought to.
        stated: Whether a person stated it.
    """
    found = []
    if any((one.height, one.width) != (size.height, size.width) for one in headers):
        found.append(Caution(code="images-resized", message=_resized(headers, size, stated=stated)))
    grey = sum(one.grey for one in headers)
    if size.channels == 3 and grey == len(headers):
        message = "The images have no colour; 3 channels repeat their brightness."
        found.append(Caution(code="grey-as-colour", message=message))
    elif size.channels == 3 and grey:
        message = (
            f"{grey:,} of {len(headers):,} images have no colour and were read as if they had; if "
            "one class has more of them, a network may learn that instead."
        )
        found.append(Caution(code="mixed-colour", message=message))
    clear = sum(one.alpha for one in headers)
    if clear:
        message = f"{clear:,} images may be transparent in parts, which were painted white."
        found.append(Caution(code="alpha-flattened", message=message))
    return tuple(found)


def _resized(headers: Sequence[Header], size: Pixels, *, stated: bool) -> str:
    heights, widths = [one.height for one in headers], [one.width for one in headers]
    different = len(set(zip(heights, widths, strict=True)))
    seen = (
        f"of {different:,} sizes, {shown(min(heights), min(widths))} to " if different > 1 else ""
    )
    small = sum(one.height < size.height or one.width < size.width for one in headers)
    enlarged = small > _SMALL_SHARE * len(headers)
    return (
        f"Images {seen or 'of '}{shown(max(heights), max(widths))} pixels (height x width) were "
        f"scaled and cropped about their centre to {shown(size.height, size.width)}"
        + (f"; {small:,} of them were smaller" if enlarged else "")
        + ("." if stated else "; state another size with --image-shape.")
    )
