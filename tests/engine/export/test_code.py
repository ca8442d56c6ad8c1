"""Does exported code take the steps that this program itself takes?

The modules are written to files and imported, as a person would.
"""

import ast
import importlib.util
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any, get_args

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

from tuner_engine import schedules
from tuner_engine.advice.memories import FLOORED
from tuner_engine.export import exported, hf_trainer, optax_code, rates
from tuner_engine.recipe import Recipe, Value
from tuner_engine.specs import Optimizer, Schedule
from tuner_engine.training import optimizers

Make = Callable[..., Recipe]

SCHEDULES = tuple(name for name in get_args(Schedule) if name != "own")
OPTIMIZERS = tuple(name for name in get_args(Optimizer) if name != "own")

BASE: dict[str, Value] = {
    "optimizer": "adamw",
    "schedule": "cosine",
    "learning_rate": 0.01,
    "warmup_share": 0.1,
    "batch_size": 8,
    "epochs": 3,
    "weight_decay": 0.1,
    "gradient_clip": 1.0,
}
"""Three epochs of thirty steps."""

STEPS = 90

INSTALLED = {name: importlib.util.find_spec(name) is not None for name in ("torch", "lightning")}


@pytest.fixture
def imported(training: Make, tmp_path: Path) -> Callable[..., ModuleType]:
    """Return an exported module, imported from a file."""

    def load(form: str, **changed: Value) -> ModuleType:
        recipe = training({"train_examples": 247}, **{**BASE, **changed})
        path = tmp_path / f"recipe_{len(list(tmp_path.iterdir()))}.py"
        path.write_bytes(exported(recipe, format=form).content)
        spec = importlib.util.spec_from_file_location(path.stem, path)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    return load


@pytest.fixture
def without_torch(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stand in for what an exported Lightning module imports, where it is not installed."""
    for name in ("torch", "lightning", "lightning.pytorch", "lightning.pytorch.callbacks"):
        if not INSTALLED[name.split(".")[0]]:
            monkeypatch.setitem(sys.modules, name, ModuleType(name))
            if name.endswith("callbacks"):
                monkeypatch.setattr(sys.modules[name], "EarlyStopping", dict, raising=False)


def test_figures_are_those_of_the_engine() -> None:
    """What exports say of our schedules and optimizers is what the engine trains with."""
    assert rates.DECAY_SHARE == schedules.DECAY_SHARE
    assert rates.EXPONENTIAL_FLOOR == schedules.EXPONENTIAL_FLOOR
    assert rates.ONE_CYCLE_RISE == schedules.ONE_CYCLE_RISE
    assert rates.ONE_CYCLE_START == schedules.ONE_CYCLE_START
    assert rates.ONE_CYCLE_END == schedules.ONE_CYCLE_END
    assert optax_code.STEP_FALLS == schedules.STEP_FALLS
    assert optax_code.STEP_FACTOR == schedules.STEP_FACTOR
    assert optax_code.PLATEAU_FACTOR == optimizers.PLATEAU_FACTOR
    assert optax_code.PLATEAU_PATIENCE == optimizers.PLATEAU_PATIENCE
    assert optax_code.TABLES == optimizers.TABLES
    assert hf_trainer.MOMENTUM == optimizers.MOMENTUM


@pytest.mark.parametrize("warmup", [None, 0.0, 0.1, 0.99])
@pytest.mark.parametrize("schedule", SCHEDULES)
def test_optax_rates_are_the_engines(
    schedule: Any, warmup: float | None, imported: Callable[..., ModuleType]
) -> None:
    """Every step of the exported schedule is the peak times the engine's multiple."""
    module = imported("optax", schedule=schedule, warmup_share=warmup)
    rate = module.make_schedule()
    found = jax.vmap(lambda step: jnp.asarray(rate(step)))(jnp.arange(STEPS))
    wanted = 0.01 * schedules.multiples(schedule, steps=STEPS, warmup_share=warmup or 0.0)
    np.testing.assert_allclose(found, wanted, rtol=2e-5, atol=1e-9)
    assert module.STEPS == STEPS


@pytest.mark.parametrize("kind", ["optax", "lightning"])
@pytest.mark.parametrize("schedule", sorted(FLOORED))
def test_rates_end_where_the_engines_do(
    schedule: Any, kind: str, imported: Callable[..., ModuleType], without_torch: None
) -> None:
    """A schedule that ends at a tenth of the peak does so in the code, too."""
    stated = {"schedule": schedule, "warmup_share": 0.0, "min_learning_rate_share": 0.1}
    module = imported(kind, **stated)
    wanted = schedules.multiples(schedule, steps=STEPS, floor=0.1)
    if kind == "lightning":
        found = [module.multiple(step, STEPS) for step in range(STEPS)]
    else:
        found = jax.vmap(module.make_schedule())(jnp.arange(STEPS)) / 0.01
    np.testing.assert_allclose(found, wanted, rtol=2e-5, atol=1e-6)


@pytest.mark.parametrize("warmup", [None, 0.1, 0.99])
@pytest.mark.parametrize("schedule", [name for name in SCHEDULES if name != "reduce-on-plateau"])
def test_lightning_rates_are_the_engines(
    schedule: Any, warmup: float | None, imported: Callable[..., ModuleType], without_torch: None
) -> None:
    """The same for the multiples that Lightning's scheduler is given."""
    module = imported("lightning", schedule=schedule, warmup_share=warmup, patience=3)
    for steps in (1, 3, STEPS):
        found = [module.multiple(step, steps) for step in range(steps)]
        wanted = schedules.multiples(schedule, steps=steps, warmup_share=warmup or 0.0)
        np.testing.assert_allclose(found, wanted, rtol=2e-5, atol=1e-6)


WEIGHTS = {"kernel": jnp.ones((3, 2)), "bias": jnp.ones((2,)), "embedding": jnp.ones((4, 2))}
"""A matrix, a vector, and a table that is looked up."""


def gradients(step: int) -> dict[str, jax.Array]:
    """Return gradients that a clip at norm 1 changes on some steps only."""
    key = jax.random.key(step)
    scale = 2.0 if step % 2 else 0.1
    return {
        "kernel": scale * jax.random.normal(key, (3, 2)),
        "bias": scale * jax.random.normal(jax.random.fold_in(key, 1), (2,)),
        "embedding": scale * jax.random.normal(jax.random.fold_in(key, 2), (4, 2)),
    }


def walked(optimizer: Any, steps: int) -> dict[str, jax.Array]:
    """Return parameters after some steps of an optimizer whose rate is its own."""
    params = WEIGHTS
    state = optimizer.init(params)
    update = jax.jit(optimizer.update)
    for step in range(steps):
        updates, state = update(gradients(step), state, params)
        params = optax.apply_updates(params, updates)
    return params


def engines_walk(name: Any, steps: int, **facts: Any) -> dict[str, jax.Array]:
    """Return parameters after the steps that the engine takes, its rate given for each."""
    params = WEIGHTS
    multiples = schedules.multiples("cosine", steps=STEPS, warmup_share=0.1)
    make = optimizers.make
    state = make(name, learning_rate=1.0, weight_decay=0.0, **facts).init(params)

    @jax.jit
    def update(slopes: Any, state: Any, params: Any, rate: jax.Array) -> Any:
        optimizer = make(name, learning_rate=rate, weight_decay=0.1, **facts)
        return optimizer.update(slopes, state, params, value=jnp.float32(1))

    for step in range(steps):
        updates, state = update(gradients(step), state, params, 0.01 * multiples[step])
        params = optax.apply_updates(params, updates)
    return params


@pytest.mark.parametrize(
    ("name", "clip"), [*((name, None) for name in OPTIMIZERS), ("adamw", 1.0), ("sgd", 1.0)]
)
def test_optax_steps_are_the_engines(
    name: str, clip: float | None, imported: Callable[..., ModuleType]
) -> None:
    """After a rise and some of the fall, parameters are where the engine would have them."""
    module = imported("optax", optimizer=name, gradient_clip=clip)
    found = walked(module.make_optimizer(), 6)
    wanted = engines_walk(name, 6, gradient_clip=clip)
    for leaf, value in wanted.items():
        np.testing.assert_allclose(found[leaf], value, rtol=1e-5, atol=1e-7)


def test_parts_make_one_step(imported: Callable[..., ModuleType]) -> None:
    """Two parts with the same gradients move once, as the whole batch does."""
    whole = imported("optax").make_optimizer()
    parts = imported("optax", accumulation=2).make_optimizer()
    params = WEIGHTS
    state = parts.init(params)
    update = jax.jit(parts.update)
    first, state = update(gradients(1), state, params)
    second, _ = update(gradients(1), state, params)
    once, _ = jax.jit(whole.update)(gradients(1), whole.init(params), params)
    assert not any(np.any(leaf) for leaf in jax.tree.leaves(first))
    np.testing.assert_allclose(second["kernel"], once["kernel"], rtol=1e-6)


def test_plateau_takes_the_loss(imported: Callable[..., ModuleType]) -> None:
    """A loss that never falls cuts the rate to a tenth, an epoch after patience has run out."""
    module = imported("optax", schedule="reduce-on-plateau", optimizer="sgd", gradient_clip=None)
    optimizer = module.make_optimizer()
    params = {"kernel": jnp.zeros((1, 1))}
    state = optimizer.init(params)
    update = jax.jit(optimizer.update)
    moved = []
    for _ in range(module.STEPS_PER_EPOCH * (optimizers.PLATEAU_PATIENCE + 2)):
        updates, state = update({"kernel": jnp.ones((1, 1))}, state, params, value=1.0)
        moved.append(abs(float(updates["kernel"][0, 0])))
    # Momentum settles at ten times the rate; a tenth of that is what the plateau leaves.
    assert max(moved) == pytest.approx(0.1, rel=0.01)
    assert moved[-1] == pytest.approx(0.01, rel=0.01)


@pytest.mark.parametrize("stated", [{"beta1": 0.8, "beta2": 0.9, "epsilon": 0.1}, {}])
def test_stated_betas_reach_the_code(
    stated: dict[str, float], imported: Callable[..., ModuleType]
) -> None:
    """Betas and epsilon of a recipe are those of the optimizer that is built."""
    found = walked(imported("optax", **stated).make_optimizer(), 4)
    names = {"beta1": "b1", "beta2": "b2", "epsilon": "eps"}
    plain = {names[name]: value for name, value in stated.items()}
    rate = imported("optax").make_schedule()
    mask = {"kernel": True, "bias": False, "embedding": True}
    optimizer = optax.chain(
        optax.clip_by_global_norm(1.0), optax.adamw(rate, weight_decay=0.1, mask=mask, **plain)
    )
    np.testing.assert_allclose(found["kernel"], walked(optimizer, 4)["kernel"], rtol=1e-6)


def test_length_is_asked_for_where_it_is_unknown(training: Make) -> None:
    """Without a number of examples, the functions have no length of their own."""
    recipe = training({"train_examples": 0}, **BASE)
    code = exported(recipe, format="optax").content.decode()
    assert "def make_schedule(steps: int) ->" in code
    assert "STEPS =" not in code


@pytest.mark.parametrize("form", ["optax", "lightning", "unsloth"])
@pytest.mark.parametrize("name", ["'''", '"""', "\\", "x' + evil() + '", 'x"; evil(); "'])
def test_text_never_becomes_code(form: str, name: str, qlora: Make) -> None:
    """Whatever a model or a word is called, it stays inside its quotes."""
    code = exported(
        qlora({"base_model": name}, model=name, optimizer=name, schedule=name), format=form
    ).content
    calls = [node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Name)]
    assert "evil" not in {node.id for node in calls}


@pytest.mark.skipif(not INSTALLED["lightning"], reason="lightning is not installed")
@pytest.mark.filterwarnings("ignore")
def test_lightning_trains_with_it(imported: Callable[..., ModuleType], tmp_path: Path) -> None:
    """The class, the Trainer's arguments and the callbacks work together."""
    import lightning
    import torch

    module = imported("lightning", patience=2, precision="float32", epochs=2)

    class Mine(module.Tuned, lightning.LightningModule):  # type: ignore[misc, name-defined]
        def __init__(self) -> None:
            super().__init__()
            self.layer = torch.nn.Linear(3, 1)
            self.seen: list[float] = []

        def training_step(self, batch: Any, index: int) -> Any:
            self.seen.append(self.trainer.optimizers[0].param_groups[0]["lr"])
            loss = self.layer(batch[0]).square().mean()
            self.log("val_loss", loss)
            return loss

    data = torch.utils.data.TensorDataset(torch.randn(80, 3))
    model = Mine()
    lightning.Trainer(
        **module.TRAINER,
        callbacks=module.callbacks(),
        logger=False,
        accelerator="cpu",
        enable_checkpointing=False,
        enable_progress_bar=False,
        default_root_dir=tmp_path,
    ).fit(model, torch.utils.data.DataLoader(data, batch_size=module.BATCH_SIZE))
    wanted = 0.01 * schedules.multiples("cosine", steps=20, warmup_share=0.1)
    np.testing.assert_allclose(model.seen, wanted, rtol=1e-5)
