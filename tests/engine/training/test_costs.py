"""Is a model's cost known before anything runs?"""

import jax
import jax.numpy as jnp
import numpy as np
import problems
import pytest

from tuner_engine.models import tabular
from tuner_engine.training import costs, courses
from tuner_engine.training.lane import Form
from tuner_engine.training.task import Batch, Noise, Task, Variables


def mlp_costs(**changes: object) -> costs.Costs:
    settings = problems.settings(hidden_layers=2, hidden_width=64, **changes)
    task = tabular.task(problems.blobs(), settings)
    return costs.of(task, courses.form(task, settings))


def test_an_mlp_costs_what_its_sizes_say() -> None:
    """Weights and biases are counted; products run forward, and twice back but for the input."""
    found = mlp_costs()
    kernels = 6 * 64 + 64 * 64 + 64 * 3
    assert found.parameters == kernels + 64 + 64 + 3
    assert found.step_flops == 2 * 32 * (3 * kernels - 6 * 64)
    assert not found.convolves


def test_accumulation_costs_the_same_products() -> None:
    """A batch in parts is the same work: a loop counts as often as it turns."""
    assert mlp_costs(accumulation=4).step_flops == mlp_costs().step_flops


def test_adam_keeps_three_numbers_per_parameter() -> None:
    """A lane's state is the parameter and two moments, and a few scalars."""
    found = mlp_costs()
    assert 12 * found.parameters < found.state_bytes < 12 * found.parameters + 100


@pytest.mark.parametrize("groups", [1, 2])
def test_a_convolution_is_counted_and_noticed(groups: int) -> None:
    """Each output sums over its window and the channels of its group, once forward, once back."""
    channels, features, size = 4, 6, 8

    def init(key: jax.Array) -> Variables:
        return Variables({"w": jnp.zeros((3, 3, channels // groups, features))}, {})

    def loss(
        variables: Variables, batch: Batch, key: jax.Array, noise: Noise
    ) -> tuple[jax.Array, dict[str, jax.Array]]:
        seen = jax.lax.conv_general_dilated(
            batch["x"],
            variables.params["w"],
            (1, 1),
            "SAME",
            dimension_numbers=("NHWC", "HWIO", "NHWC"),
            feature_group_count=groups,
        )
        return jnp.square(seen).mean(), {}

    task = Task(
        init=init,
        loss=loss,
        score=lambda variables, batch: {"loss": batch["x"].sum((1, 2, 3))},
        constant_loss=None,
        report=lambda means: {},
        train={"x": np.zeros((16, size, size, channels), np.float32)},
        valid={"x": np.zeros((2, size, size, channels), np.float32)},
        test=None,
        signature="one convolution",
    )
    found = costs.of(task, Form(optimizer="sgd", batch_size=16))
    forward = 2 * 16 * size * size * features * 3 * 3 * channels // groups
    assert found.convolves
    assert found.step_flops == 2 * forward
