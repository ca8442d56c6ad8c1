"""Which model, batch and variation do images ask for, by their number and size?"""

from math import ceil

from tuner_engine.advice.rules.tabular import at_most_a_tenth
from tuner_engine.workload import Pixels

BATCH_BANDS = ((10_000, 64), (100_000, 128))
"""Training images that a band stays below, and its batch. Source: House choice, row H23."""

LARGEST_BATCH = 256
"""Images per step beyond the bands. Source: House choice, row H23."""

USUAL_EPOCHS, MOST_EPOCHS = 15, 100
"""Passes of a small network over many images, and over as few as there may be. House choice, row
H20."""

LEAST_STEPS = 1_000
"""Steps that few images are passed over for. House choice, row H20: on 80 to 4,000 digits of MNIST
a quarter of them lost 1 to 6 points of accuracy, and twice as many gained about 1 at most."""

FEW_IMAGES = 20_000
"""Training images up to which a small convolutional network is enough. House choice, row H29."""

SMALL_SIDE = 64
"""Pixels of the longer side up to which an image is small. House choice, row H29."""


def image_batch_size(train_examples: int) -> int:
    """Return the batch for so many images: 64, 128 or 256, at most a tenth of them.

    Args:
        train_examples: Images after splitting, at least 1.

    Returns:
        Examples per step, a power of two.

    Source: House choice, row H23.
    """
    fitting = (batch for limit, batch in BATCH_BANDS if train_examples < limit)
    return at_most_a_tenth(next(fitting, LARGEST_BATCH), train_examples=train_examples)


def image_epochs(steps_per_epoch: int) -> int:
    """Return the passes of a small convolutional network: 15, or as many as make 1,000 steps.

    Args:
        steps_per_epoch: At least 1.

    Returns:
        From 15 to 100.

    Source: House choice, row H20.
    """
    return min(max(ceil(LEAST_STEPS / steps_per_epoch), USUAL_EPOCHS), MOST_EPOCHS)


def image_model(train_examples: int, *, pixels: Pixels | None, accelerated: bool) -> str:
    """Return the network for so many images of a size.

    Up to 20,000 images of at most 64 pixels a side, or without an accelerator: `cnn`. More of them:
    `resnet-20`. Larger ones: `resnet-18`.

    Args:
        train_examples: Images after splitting, at least 1.
        pixels: Their size; none counts as small.
        accelerated: Whether a GPU or TPU was stated or found.

    Source: House choice, row H29.
    """
    small = pixels is None or max(pixels.height, pixels.width) <= SMALL_SIDE
    if small and (train_examples <= FEW_IMAGES or not accelerated):
        return "cnn"
    return "resnet-20" if small else "resnet-18"


def image_augmentation(pixels: Pixels | None) -> str:
    """Return how images are varied: flips and shifts for colour, none for one channel.

    Source: House choice, row H28.
    """
    return "flip-crop" if pixels is not None and pixels.channels >= 3 else "none"
