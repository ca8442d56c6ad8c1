"""What is reported of images: their workload, and what to beware of?

Invariant: facts are counted on the same images that training sees.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tuner_engine.data import classes
from tuner_engine.data.images.pictures import Pictures
from tuner_engine.data.tables.split import Parts
from tuner_engine.specs import DataSpec
from tuner_engine.workload import Caution, DataFacts, Workload

_FEW_VALID = 100
"""Validation images below which one image moves accuracy by more than a percent. House choice."""

_NOTICED_SHARE = 0.01
"""Share of repeated images worth a word. House choice."""


@dataclass(frozen=True, slots=True)
class Repeats:
    """Images that are equal in every pixel.

    Attributes:
        share: Of images that repeat an earlier one, 0 to 1.
        contradicting: Images that are equal to one of another class.
        across: Images of the validation and test sides that training holds, too.
    """

    share: float
    contradicting: int
    across: int


def repeats(group: NDArray[np.int64], labels: NDArray[np.int32], parts: Parts) -> Repeats:
    """Return how images repeat.

    Args:
        group: Equal for equal images, counting from 0, shape [images].
        labels: Class of each image.
        parts: Their split.
    """
    held_out = np.concatenate([parts.valid, parts.test])
    return Repeats(
        share=1.0 - (int(group.max()) + 1) / group.size,
        contradicting=int(classes.contradicting(group, labels).sum()),
        across=int(np.isin(group[held_out], group[parts.train]).sum()),
    )


def workload(pictures: Pictures, parts: Parts, *, duplicate_share: float) -> Workload:
    """Return the facts that advice depends on."""
    counts = np.bincount(pictures.labels[parts.train])
    return Workload(
        family="image",
        task="classification",
        train_examples=parts.train.size,
        valid_examples=parts.valid.size,
        test_examples=parts.test.size,
        features=0,
        outputs=len(pictures.class_names),
        majority_share=float(counts.max() / parts.train.size),
        duplicate_share=duplicate_share,
        pixels=pictures.size,
    )


def data(spec: DataSpec, pictures: Pictures) -> DataFacts:
    """Return how the source was read."""
    return DataFacts(
        source=spec.source,
        sha256=pictures.sha256,
        rows=len(pictures.pixels),
        format=pictures.format,
        target=pictures.target,
        target_guessed=pictures.target_guessed,
        class_names=pictures.class_names,
        sampled_from_rows=pictures.whole_rows,
    )


def cautions(
    work: Workload, pictures: Pictures, parts: Parts, repeated: Repeats
) -> tuple[Caution, ...]:
    """Return what a person should know of the images and their split."""
    found: list[Caution] = []
    if pictures.sides is not None:
        found.append(Caution(code="given-split", message=_split(parts)))
    if work.valid_examples < _FEW_VALID:
        message = (
            f"{work.train_examples:,} images train and {work.valid_examples:,} validate: "
            "small differences between settings will be noise."
        )
        found.append(Caution(code="few-rows", message=message))
    return (
        *found,
        *_repeat_cautions(repeated, images=len(pictures.pixels), held_out=_held_out(parts)),
        *classes.cautions(pictures.labels, pictures.class_names, parts, noun="images"),
    )


def _split(parts: Parts) -> str:
    test = f"{parts.test.size:,} to test" if parts.test.size else "none to test"
    return (
        f"Split as the source says: {parts.train.size:,} images to train, {parts.valid.size:,} to "
        f"validate, {test}."
    )


def _held_out(parts: Parts) -> int:
    return parts.valid.size + parts.test.size


def _repeat_cautions(repeated: Repeats, *, images: int, held_out: int) -> Sequence[Caution]:
    found = []
    if repeated.across:
        message = (
            f"{repeated.across:,} of {held_out:,} images to validate or test are also among those "
            "to train, as the source splits them: scores will flatter."
        )
        found.append(Caution(code="duplicates-across-splits", message=message))
    if repeated.share >= _NOTICED_SHARE:
        message = f"{repeated.share:.1%} of the images repeat an earlier one, pixel for pixel" + (
            "." if repeated.across else "; equal images stay on one side of the split."
        )
        found.append(Caution(code="duplicate-rows", message=message))
    if repeated.contradicting:
        message = (
            f"{repeated.contradicting:,} of {images:,} images are equal to one of another class: "
            "some labels are wrong."
        )
        found.append(Caution(code="contradicting-labels", message=message))
    return found
