"""Does one step of each optimizer move weights as its paper says?"""

from typing import Any, get_args

import jax
import jax.numpy as jnp
import numpy as np
import optax
import problems
import pytest

from tuner_engine.specs import Optimizer
from tuner_engine.training import optimizers
from tuner_engine.training.lane import Form
from tuner_engine.training.layouts import Layout
from tuner_engine.training.program import compile_program
from tuner_engine.training.task import Variables

NAMES: tuple[Optimizer, ...] = tuple(name for name in get_args(Optimizer) if name != "own")
RATE = 0.1
MATRIX = np.array([[1.0, -2.0], [0.5, 3.0]], np.float32)
BIAS = np.array([1.0, -1.0], np.float32)
PARAMS = {"kernel": MATRIX, "bias": BIAS}


def stepped(name: Optimizer, gradients: Any, *, decay: float = 0.0, **options: Any) -> Any:
    """Return the weights after one step."""

    @jax.jit
    def step(rate: jax.Array, decay: jax.Array) -> Any:
        rule = optimizers.make(name, learning_rate=rate, weight_decay=decay, **options)
        updates, _ = rule.update(gradients, rule.init(PARAMS), PARAMS, value=jnp.float32(1))
        return optax.apply_updates(PARAMS, updates)

    return step(jnp.float32(RATE), jnp.float32(decay))


GRADIENTS = {"kernel": np.array([[0.2, 0.4], [-0.1, 0.0]], np.float32), "bias": BIAS / 10}
STEPS: dict[Optimizer, Any] = {
    "sgd": lambda gradient: -RATE * gradient,
    "adam": lambda gradient: -RATE * np.sign(gradient),
    "adamw": lambda gradient: -RATE * np.sign(gradient),
    "lion": lambda gradient: -RATE * np.sign(gradient),
}


@pytest.mark.parametrize("name", STEPS)
def test_the_first_step_is_the_published_one(name: Optimizer) -> None:
    """SGD steps along the gradient; the first step of Adam and Lion has the gradient's sign."""
    after = stepped(name, GRADIENTS)
    for leaf, gradient in GRADIENTS.items():
        moved = np.asarray(after[leaf]) - PARAMS[leaf]
        np.testing.assert_allclose(moved, STEPS[name](gradient), rtol=1e-4, atol=1e-7)


def test_muon_steps_by_a_nearly_orthogonal_matrix() -> None:
    """All singular values of a matrix's step are near the rate; a bias steps as with Nadam."""
    after = stepped("muon", GRADIENTS)
    values = np.linalg.svd(np.asarray(after["kernel"]) - MATRIX, compute_uv=False) / RATE
    assert (values > 0.6).all()
    assert (values < 1.3).all()
    first = 1 + 0.9 * 0.1 / (1 - 0.9**2)  # Nesterov looks one step ahead
    expected = -RATE * first * np.sign(GRADIENTS["bias"])
    np.testing.assert_allclose(after["bias"] - BIAS, expected, rtol=1e-4)


def test_muon_leaves_tables_to_adam(device: None) -> None:
    """A row that no example looked up stays where it is, undecayed; touched units move alike."""
    params = {"layer": {"embedding": np.array([[1.0, 2.0], [3.0, 4.0]], np.float32)}}
    gradient = {"layer": {"embedding": np.array([[0.3, -0.1], [0.0, 0.0]], np.float32)}}

    rule = optimizers.make("muon", learning_rate=RATE, weight_decay=0.5)
    updates, _ = rule.update(gradient, rule.init(params), params, value=jnp.float32(1))
    first = 1 + 0.9 * 0.1 / (1 - 0.9**2)  # Nesterov looks one step ahead
    expected = -RATE * first * np.array([[1.0, -1.0], [0.0, 0.0]])
    np.testing.assert_allclose(updates["layer"]["embedding"], expected, rtol=1e-4)


@pytest.mark.parametrize("name", NAMES)
def test_decay_touches_matrices_only(name: Optimizer) -> None:
    """With a gradient of zero a matrix shrinks and a bias stays."""
    still = jax.tree.map(np.zeros_like, PARAMS)
    after = stepped(name, still, decay=0.5)
    np.testing.assert_array_equal(after["bias"], BIAS)
    expected = {
        "sgd": MATRIX * (1 - RATE * 0.5),
        "adam": MATRIX - RATE * np.sign(MATRIX),
    }.get(name, MATRIX * (1 - RATE * 0.5))
    np.testing.assert_allclose(after["kernel"], expected, rtol=1e-4)


@pytest.mark.parametrize("name", NAMES)
def test_without_decay_or_gradient_nothing_moves(name: Optimizer) -> None:
    """Standing still is a fixed point of every optimizer."""
    still = jax.tree.map(np.zeros_like, PARAMS)
    np.testing.assert_array_equal(stepped(name, still)["kernel"], MATRIX)


@pytest.mark.parametrize("name", NAMES)
def test_the_state_depends_on_neither_rate_nor_decay(name: Optimizer) -> None:
    """So one program serves lanes that differ in both."""
    states = []
    for rate, decay in ((0.1, 0.0), (3.0, 0.5)):
        rule = optimizers.make(name, learning_rate=rate, weight_decay=decay)
        state = rule.init(PARAMS)
        states.append((jax.tree.structure(state), [leaf.shape for leaf in jax.tree.leaves(state)]))
    assert states[0] == states[1]


def twice(name: Optimizer, second: float = 3.0, **kept: float) -> Any:
    """Return the matrix after a gradient and a multiple of it, with what the optimizer keeps."""
    rule = optimizers.make(
        name, learning_rate=RATE, weight_decay=0.0, memory=optimizers.Memory(**kept)
    )
    params, state = PARAMS, rule.init(PARAMS)
    for scale in (1.0, second):
        gradients = jax.tree.map(lambda leaf, scale=scale: scale * leaf, GRADIENTS)
        updates, state = rule.update(gradients, state, params, value=jnp.float32(1))
        params = optax.apply_updates(params, updates)
    return np.asarray(params["kernel"])


def test_momentum_is_the_share_of_the_last_step_that_is_kept() -> None:
    """Two steps of SGD add up to (1 + m) + 3 gradients; without momentum to four."""
    for momentum in (0.0, 0.5, 0.9):
        moved = twice("sgd", momentum=momentum) - MATRIX
        expected = -RATE * (1 + momentum + 3) * GRADIENTS["kernel"]
        np.testing.assert_allclose(moved, expected, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("name", ["adam", "adamw"])
def test_betas_and_epsilon_are_those_of_the_paper(name: Optimizer) -> None:
    """Two steps of Adam by its published formulas."""
    beta1, beta2, epsilon = 0.6, 0.8, 0.1
    moved = twice(name, beta1=beta1, beta2=beta2, epsilon=epsilon) - MATRIX
    mean = square = expected = np.zeros_like(MATRIX)
    for step, scale in enumerate((1.0, 3.0), start=1):
        gradient = scale * GRADIENTS["kernel"]
        mean = beta1 * mean + (1 - beta1) * gradient
        square = beta2 * square + (1 - beta2) * gradient**2
        root = np.sqrt(square / (1 - beta2**step)) + epsilon
        expected = expected - RATE * mean / (1 - beta1**step) / root
    np.testing.assert_allclose(moved, expected, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize(
    ("name", "own"),
    [
        ("sgd", {"momentum": 0.9}),
        ("adamw", {"beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8}),
        ("lion", {"beta1": 0.9, "beta2": 0.99}),
        ("muon", {"momentum": 0.95, "beta1": 0.9, "beta2": 0.999}),
    ],
)
def test_what_advice_calls_the_optimizers_own_is(name: Optimizer, own: dict[str, float]) -> None:
    """Stating the usual values changes nothing."""
    np.testing.assert_array_equal(twice(name, **own), twice(name))


@pytest.mark.parametrize("name", ["lion", "muon"])
def test_other_optimizers_take_theirs(name: Optimizer) -> None:
    """What is remembered decides the direction of a step against the one before."""
    kept = {"lion": {"beta2": 0.1}, "muon": {"momentum": 0.1}}[name]
    apart = twice(name, -0.3, **kept) - twice(name, -0.3)
    assert np.abs(apart).max() > 0.1 * RATE


@pytest.mark.parametrize("clip", [0.05, 100.0])
def test_the_gradient_is_clipped_by_its_global_norm(clip: float) -> None:
    """A gradient longer than the limit keeps its direction; a shorter one is left alone."""
    norm = np.sqrt(sum(np.sum(g**2) for g in GRADIENTS.values()))
    after = stepped("sgd", GRADIENTS, gradient_clip=clip)
    moved = np.asarray(after["kernel"]) - MATRIX
    expected = -RATE * GRADIENTS["kernel"] * min(1.0, clip / norm)
    np.testing.assert_allclose(moved, expected, rtol=1e-4, atol=1e-6)


def test_reduce_on_plateau_lowers_the_steps_of_a_lane_that_stands_still(device: None) -> None:
    """After more than ten windows without a better loss, steps are a tenth as long."""
    # The gradient is 1 but the loss does not change: a plateau from the first step on.
    task = problems.one_weight(
        init=lambda key: Variables({"w": jnp.zeros(1)}, {}),
        height=lambda variables: (
            variables.params["w"].sum() - jax.lax.stop_gradient(variables.params["w"].sum()) + 1.0
        ),
        target=lambda variables: variables.params["w"].sum(),
    )
    window, rate = 2, 0.1
    form = Form(optimizer="adam", batch_size=8, plateau_window_steps=window)
    program = compile_program(task, form, Layout("map", "scan"), lanes=1)
    steps = 2 * window * (optimizers.PLATEAU_PATIENCE + 1) - 4
    found = problems.trained(program, [problems.lane(rate)], problems.course(steps, every=1))
    moved = -np.diff(found["valid"][0], prepend=0.0) / rate
    falls = window * (optimizers.PLATEAU_PATIENCE + 1)
    np.testing.assert_allclose(moved[: falls - window], 1.0, rtol=1e-3)
    np.testing.assert_allclose(moved[falls + window :], 0.1, rtol=1e-3)
