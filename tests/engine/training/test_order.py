"""Does every epoch show every example once, in an order that only the seed decides?"""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tuner_engine.training import order

SIZES = st.integers(1, 60).flatmap(
    lambda examples: st.tuples(st.just(examples), st.integers(1, examples))
)
SEEDS = st.integers(0, 2**32 - 1)


@given(seed=SEEDS, sizes=SIZES, epoch=st.integers(0, 4))
def test_an_epoch_shows_no_example_twice(seed: int, sizes: tuple[int, int], epoch: int) -> None:
    """Each epoch is the beginning of a permutation; what is left out fits in no whole batch."""
    examples, batch_size = sizes
    steps = order.steps_per_epoch(examples, batch_size)
    seen = order.batches(
        seed=seed,
        examples=examples,
        batch_size=batch_size,
        first_step=epoch * steps,
        steps=steps,
    ).ravel()
    assert len(set(seen.tolist())) == len(seen) == steps * batch_size
    assert seen.min() >= 0
    assert seen.max() < examples
    assert examples - len(seen) < batch_size


@given(seed=SEEDS, sizes=SIZES, cuts=st.lists(st.integers(1, 30), min_size=1, max_size=6))
def test_the_order_does_not_depend_on_chunks(
    seed: int, sizes: tuple[int, int], cuts: list[int]
) -> None:
    """Asking for steps piece by piece gives the same steps as asking once."""
    examples, batch_size = sizes

    def steps(first: int, count: int) -> np.ndarray:
        return order.batches(
            seed=seed, examples=examples, batch_size=batch_size, first_step=first, steps=count
        )

    firsts = np.cumsum([0, *cuts[:-1]])
    pieces = [steps(int(first), count) for first, count in zip(firsts, cuts, strict=True)]
    whole = steps(0, sum(cuts))
    np.testing.assert_array_equal(np.concatenate(pieces), whole)
    assert whole.dtype == np.int32


def test_seeds_and_epochs_are_shuffled_apart() -> None:
    """Another seed, and another epoch of the same seed, come in another order."""
    orders = [
        tuple(
            order.batches(seed=seed, examples=50, batch_size=50, first_step=epoch, steps=1).ravel()
        )
        for seed in (0, 1)
        for epoch in (0, 1)
    ]
    assert len(set(orders)) == 4


def test_steps_per_epoch_leaves_an_incomplete_batch_out() -> None:
    """100 examples in batches of 32 take 3 steps; one batch is the least."""
    assert order.steps_per_epoch(100, 32) == 3
    assert order.steps_per_epoch(10, 10) == 1
