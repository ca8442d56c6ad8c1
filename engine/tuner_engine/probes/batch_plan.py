"""Which batch sizes are tried, and what does that cost?

Pure arithmetic, so that the probe can say what it will cost before it trains.
"""

LEAST, MOST = 1 / 8, 16
"""Sizes tried, over the advised one. House choice."""

MOST_OF_DATA = 0.10
"""Largest size over all training examples, unless the advised one is larger: an epoch keeps at
least ten steps. House choice; ludwig stops at 20 %."""

NOISE_LENGTH = 0.25
"""Length of the training along which noise is measured, over the full one's. House choice."""

NOISE_PROGRAMS = 3
"""Compiled for it: the training, the mean of gradients, and each against the mean."""


def sizes(own: int, *, examples: int, parts: int = 1) -> tuple[int, ...]:
    """Return the sizes to try, rising: powers of two around the one in force, and that one.

    Args:
        own: The size in force, at least 1.
        examples: That are trained on.
        parts: That a batch is computed in, which must divide it.
    """
    most = min(max(own, int(MOST_OF_DATA * examples)), int(MOST * own))
    powers = (2**power for power in range(most.bit_length()))
    fitting = (size for size in powers if LEAST * own <= size <= most)
    return tuple(sorted({own, *(size for size in fitting if size % parts == 0)}))


def in_words(tried: int) -> str:
    """Return what the whole probe costs, where so many sizes are tried."""
    sizes = "1 size" if tried == 1 else f"{tried} sizes"
    return (
        f"{sizes} to compile and time, then {NOISE_LENGTH:g} of a full training and "
        f"{NOISE_PROGRAMS} programs to compile for the noise"
    )
