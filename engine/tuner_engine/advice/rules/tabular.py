"""Which batch and which shape do published trainings on tables take, by number of rows?"""

RTDL_LARGE_ROWS = 100_000
"""Training rows up to which the smaller search space of shapes holds. Source: row A13."""

SMALLEST_BATCH = 8
"""Examples; fewer leave a gradient that says little. House choice."""

RTDL_BATCH_BANDS = ((10_000, 128), (30_000, 256), (100_000, 512))
"""Training rows that a band stays below, and its batch. Source: row A15."""

REALMLP_BATCH_BANDS = ((1_024, 64), (8_192, 128), (30_000, 256), (100_000, 512))
"""Training rows that a band reaches, and its batch. Source: row A4."""

LARGEST_BATCH = 1024
"""Examples per step beyond the bands of either rule. Source: rows A4 and A15."""

SMALL_ROWS = 2_000
"""Training rows below which a table is small. Source: rows H5 and H16."""

LEAST_STEPS_PER_EPOCH = 10
"""Optimizer steps in one pass over a small table. House choice."""


def rtdl_batch_size(train_examples: int) -> int:
    """Return the batch of plain MLPs, residual nets and FT-Transformers on tables.

    Rows n → batch: n < 10,000 → 128; n < 30,000 → 256; n < 100,000 → 512; else 1,024.

    Args:
        train_examples: Rows after splitting, at least 1.

    Returns:
        Examples per step.

    Source: pytabkit `choose_batch_size_rtdl_new`, row A15.
    """
    fitting = (batch for limit, batch in RTDL_BATCH_BANDS if train_examples < limit)
    return next(fitting, LARGEST_BATCH)


def realmlp_batch_size(train_examples: int) -> int:
    """Return the batch that RealMLP takes when its batch size is `auto`.

    Rows n → batch: n ≤ 1,024 → 64; n ≤ 8,192 → 128; n ≤ 30,000 → 256; n ≤ 100,000 → 512;
    else 1,024.

    Args:
        train_examples: Rows after splitting, at least 1.

    Returns:
        Examples per step.

    Source: pytabkit `nn_creator`, row A4.
    """
    fitting = (batch for limit, batch in REALMLP_BATCH_BANDS if train_examples <= limit)
    return next(fitting, LARGEST_BATCH)


def at_most_a_tenth(batch_size: int, *, train_examples: int) -> int:
    """Return `batch_size`, lowered so that an epoch of a small table still has ten steps.

    The largest power of two ≤ n / 10, at least 8, and never more than there are rows.

    Args:
        batch_size: Examples per step, a power of two.
        train_examples: Rows after splitting, n, at least 1.

    Returns:
        Examples per step, a power of two.

    Source: House choice, row H3.
    """
    tenth = max(power_of_two(train_examples // LEAST_STEPS_PER_EPOCH), SMALLEST_BATCH)
    return min(batch_size, tenth, power_of_two(train_examples))


def small_table_batch_size(train_examples: int) -> int:
    """Return `rtdl_batch_size`, held to `at_most_a_tenth`: rows A15 and H3 together."""
    return at_most_a_tenth(rtdl_batch_size(train_examples), train_examples=train_examples)


def small_table_shape(train_examples: int) -> tuple[int, int] | None:
    """Return the hidden layers and units per layer for a small table: 2 of 128 below 2,000 rows.

    On small tables it comes within 1 % of what RealMLP's 3 layers of 256 gain over a constant
    prediction, in a third to two thirds of the processor time.

    Args:
        train_examples: Rows after splitting, at least 1.

    Returns:
        Layers and units; none where the table is not small.

    Source: House choice, row H5; `tests/benchmarks/shapes.py` measures it.
    """
    return (2, 128) if train_examples < SMALL_ROWS else None


def rtdl_shape_limits(train_examples: int) -> tuple[int, int]:
    """Return the most hidden layers and units per layer that plain MLPs are searched over.

    Rows n ≤ 100,000 → 8 layers of 512 units; above → 16 layers of 1,024. The least is 1 of each.

    Args:
        train_examples: Rows after splitting, at least 1.

    Returns:
        Layers and units.

    Source: pytabkit `RTDL_MLP_ParamSamplerNew` and the search spaces of arXiv 2106.11959, row A13.
    """
    return (8, 512) if train_examples <= RTDL_LARGE_ROWS else (16, 1024)


def steps_per_epoch(train_examples: int, *, batch_size: int) -> int:
    """Return the optimizer steps of one pass; an incomplete last batch is left out."""
    return max(train_examples // batch_size, 1)


def power_of_two(limit: int) -> int:
    """Return the largest power of two up to `limit`, 1 for anything below 1."""
    return 1 << (max(limit, 1).bit_length() - 1)
