"""What do the tests of models share? Programs that are compiled quickly, as each runs but once."""

from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True, scope="package")
def _quick_to_compile(device: None) -> Iterator[None]:
    import jax

    before = jax.config.read("jax_disable_most_optimizations")
    jax.config.update("jax_disable_most_optimizations", not before)
    yield
    jax.config.update("jax_disable_most_optimizations", before)
