"""How do stored arrays become images?

Invariant: a sample is read without the rows between; equal numbers mean equal brightness in every
part.
"""

import numpy as np
from numpy.typing import NDArray

from tuner_engine.data.arrays import roles, stored
from tuner_engine.data.arrays.roles import Part
from tuner_engine.data.images import labels, layout, levels
from tuner_engine.data.images.pictures import Demand, Pictures
from tuner_engine.errors import DataError


def pictures(parts: tuple[Part, ...], demand: Demand) -> Pictures:
    """Return the images in `parts`; format and digest are left for the reader to say.

    Args:
        parts: Pixels with their labels, one for each split or one for all.
        demand: What is wanted of them.

    Raises:
        DataError: These are no images, they have no classes, or they do not fit in memory.
    """
    size, first = _size(parts, demand)
    total = sum(part.x.rows for part in parts)
    if total < 2:
        raise DataError(f"{demand.name}: {total} image; splitting needs several")
    chosen = demand.chosen(total)
    demand.check_size(
        total if chosen is None else chosen.size,
        row_bytes=max(part.x.row_bytes for part in parts),
        spent_bytes=sum(part.x.rows * part.x.row_bytes for part in parts if part.x.columnwise),
    )
    each = roles.rows(tuple(part.x for part in parts), chosen)
    read = [
        (stored.read(part.x, rows), stored.read(part.y, rows))
        for part, rows in zip(parts, each, strict=True)
    ]
    pixels, cautions = levels.to_bytes(_joined([x for x, _ in read]), name=parts[0].x.name)
    found, class_names = labels.classes(np.concatenate([y for _, y in read]), name=parts[0].y.name)
    sides = roles.sides(parts)
    return Pictures(
        name=demand.name,
        sha256="",
        format="",
        pixels=layout.arranged(pixels, size, first=first),
        labels=found,
        class_names=class_names,
        target="label",
        sides=sides if sides is None or chosen is None else sides[chosen],
        whole_rows=None if chosen is None else total,
        cautions=cautions,
    )


def _size(parts: tuple[Part, ...], demand: Demand) -> tuple[tuple[int, int, int], bool]:
    shapes = {part.x.shape[1:] for part in parts}
    if len(shapes) > 1:
        sizes = " and ".join("x".join(map(str, shape)) for shape in sorted(shapes))
        raise DataError(f"{demand.name}: its splits hold images of different size: {sizes}")
    return layout.channels_last(parts[0].x.shape, demand.wanted, name=parts[0].x.name)


def _joined(arrays: list[NDArray[np.generic]]) -> NDArray[np.generic]:
    return arrays[0] if len(arrays) == 1 else np.concatenate(arrays)
