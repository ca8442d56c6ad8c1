"""What is reported of images: their workload, and what to beware of?

Invariant: facts are counted on the same images that training sees.
"""

import numpy as np
from numpy.typing import NDArray

from tuner_engine.data import classes, held_out
from tuner_engine.data.images.pictures import Pictures
from tuner_engine.data.tables.split import Parts
from tuner_engine.specs import DataSpec
from tuner_engine.workload import Caution, DataFacts, Workload

_NOTICED_SHARE = 0.01
"""Share of repeated images worth a word. House choice."""


def workload(pictures: Pictures, parts: Parts, group: NDArray[np.int64]) -> Workload:
    """Return the facts that advice depends on.

    Args:
        pictures: All images.
        parts: Their split.
        group: Equal for equal images, counting from 0, shape [images].
    """
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
        duplicate_share=1.0 - (int(group.max()) + 1) / group.size,
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
    work: Workload, pictures: Pictures, parts: Parts, group: NDArray[np.int64]
) -> tuple[Caution, ...]:
    """Return what a person should know of the images and their split.

    Args:
        work: The facts.
        pictures: All images.
        parts: Their split.
        group: Equal for equal images, counting from 0, shape [images].
    """
    given = pictures.sides is not None
    return (
        *held_out.cautions(group, parts, given=given, noun="images"),
        *_repeats(work.duplicate_share, given=given),
        *_contradictions(group, pictures),
        *classes.cautions(pictures.labels, pictures.class_names, parts, noun="images"),
    )


def _repeats(share: float, *, given: bool) -> tuple[Caution, ...]:
    if share < _NOTICED_SHARE:
        return ()
    kept = "" if given else "; equal images stay on one side of the split"
    message = f"{share:.1%} of the images repeat an earlier one, pixel for pixel{kept}."
    return (Caution(code="duplicate-rows", message=message),)


def _contradictions(group: NDArray[np.int64], pictures: Pictures) -> tuple[Caution, ...]:
    torn = int(classes.contradicting(group, pictures.labels).sum())
    if not torn:
        return ()
    message = (
        f"{torn:,} of {group.size:,} images are equal to one of another class: some labels are "
        "wrong."
    )
    return (Caution(code="contradicting-labels", message=message),)
