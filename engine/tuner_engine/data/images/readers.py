"""Does a source hold images, and who reads them?

Invariant: what a source is, is decided by its content; a file is only looked at until then.
"""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from tuner_engine.data.arrays import collected, numpy_files, roles
from tuner_engine.data.arrays.collected import Collected
from tuner_engine.data.arrays.roles import Part
from tuner_engine.data.images import cells, flat, folder, idx, stacks, tree
from tuner_engine.data.images.pictures import Demand, Pictures, stated
from tuner_engine.data.source import Source, head, locate
from tuner_engine.data.tables import demo
from tuner_engine.printable import printable
from tuner_engine.specs import DataSpec

_NAME_WIDTH = 200
"""Longest name shown, in characters. House choice."""

_MAGIC_BYTES = 8
"""First bytes of a file that tell an array from a table."""

_IMAGE_AXES = 3
"""Least axes of an array of images: which image, its height, its width."""


def recognised(spec: DataSpec) -> bool:
    """Return whether what `spec` names holds images.

    A stated size of images says so; so do folders of images or of IDX files, IDX files, stored
    arrays of three axes or more, and tables whose columns are named pixels.

    Raises:
        DataError: The file is absent or cannot be opened.
    """
    if spec.image_shape is not None:
        return True
    if spec.source.startswith(demo.PREFIX):
        return False
    path = _folder(spec)
    if path is not None:
        return bool(idx.files(path)) or tree.holds_images(path) or _are_images(_in_folder(path))
    source = locate(spec.source)
    first = head(source, _MAGIC_BYTES)
    if idx.is_idx(first):
        return True
    if numpy_files.is_numpy(first, source.path):
        return _are_images(collected.of_file(source))
    return flat.recognised(source) or cells.column(source) is not None


def read(spec: DataSpec, *, seed: int, available_bytes: int) -> Pictures:
    """Return the images that `spec` names.

    Raises:
        DataError: There are none, they have no classes, or they do not fit in memory.
        UsageError: A stated size makes no sense.
    """
    demand = Demand(
        name=printable(spec.source, width=_NAME_WIDTH),
        wanted=stated(spec.image_shape),
        target=spec.target,
        max_rows=spec.max_rows,
        seed=seed,
        available_bytes=available_bytes,
    )
    if spec.source.startswith(demo.PREFIX):
        return flat.pictures(spec.source, demand)
    path = _folder(spec)
    if path is not None:
        return _of_folder(path, demand)
    source = locate(spec.source)
    first = head(source, _MAGIC_BYTES)
    if idx.is_idx(first):
        return _of_pairs(idx.pair(source), demand)
    if numpy_files.is_numpy(first, source.path):
        return _of_arrays(collected.of_file(source), demand)
    within = cells.column(source)
    if within is not None:
        return cells.pictures(source, within, demand)
    return flat.pictures(spec.source, demand)


def _folder(spec: DataSpec) -> Path | None:
    path = Path(spec.source).expanduser()
    return path if path.is_dir() else None


def _in_folder(path: Path) -> Collected:
    return collected.of_folder(path)


def _are_images(found: Collected) -> bool:
    return any(len(array.shape) >= _IMAGE_AXES for array in found.arrays.values())


def _of_folder(path: Path, demand: Demand) -> Pictures:
    if idx.files(path):
        return _of_pairs(idx.folder(path, name=demand.name), demand)
    found = _in_folder(path)
    return _of_arrays(found, demand) if found.arrays else folder.pictures(path, demand)


def _of_pairs(found: idx.Pairs, demand: Demand) -> Pictures:
    return _of_parts(found.parts, found.sources, demand, kind="idx")


def _of_arrays(found: Collected, demand: Demand) -> Pictures:
    parts = roles.parts(found.arrays, target=demand.target, name=demand.name)
    return _of_parts(parts, found.sources, demand, kind=found.format)


def _of_parts(
    parts: tuple[Part, ...], sources: Sequence[Source], demand: Demand, *, kind: str
) -> Pictures:
    packed = any(source.gzipped for source in sources)
    return replace(
        stacks.pictures(parts, demand),
        sha256=collected.digest_of(sources),
        format=f"{kind}+gzip" if packed else kind,
    )
