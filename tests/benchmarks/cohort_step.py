"""What does a step of a cohort's lane cost over the fastest loop one could write by hand?

Run it as `python tests/benchmarks/cohort_step.py [--quick]`. It prints two tables and asserts
nothing. The budget is a ratio of 1.05 with scoring off.

1. Per model and optimizer, microseconds per lane-step: a hand-written `lax.scan`, a hand-written
   jitted step in a Python loop, the cohort with one lane on one device, their ratio (cohort over
   the faster loop) by wall clock and by processor time, and the cohort with many lanes on all
   devices.
2. Per model, the same cohort under every layout of lanes and steps, with one device and with all.

Loops take turns, and each figure is the median over turns, so that a busy machine slows all alike.
Each device count is measured in a process of its own, because JAX fixes it when it starts.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

CORES = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
FEATURES, CLASSES, EXAMPLES, BATCH = 64, 10, 1500, 64
MODELS = {"64-128-128-10": (2, 128), "64-512-512-10": (2, 512)}
OPTIMIZERS = ("adamw", "sgd")
LANES = 8
"""Lanes of the cohort that uses every device."""

RATE, DECAY = 1e-3, 1e-2

CLOCKS = {"": time.perf_counter, " cpu": time.process_time}
"""A busy machine stretches wall time at random; processor time it stretches less."""


def main() -> None:
    """Measure in child processes, one per number of devices, and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer turns, the small model only")
    parser.add_argument("--devices", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.devices:
        print(json.dumps(measured(quick=options.quick)))
        return
    alone, together = (_child(count, quick=options.quick) for count in (1, CORES))
    heads = "".join(f"{head:>8}" for head in ("scan", "jit", "cohort", "ratio", "cpu"))
    _say(f"{'model':16}{'':8}{heads}{f'{LANES} lanes':>10}")
    for name in alone["steps"]:
        model, optimizer = name.split(" ")
        row, all_devices = alone["steps"][name], together["steps"][name]
        ratios = "".join(
            f"{row[f'cohort{clock}'] / min(row[f'scan{clock}'], row[f'jit{clock}']):8.3f}"
            for clock in ("", " cpu")
        )
        figures = "".join(f"{row[loop]:8.1f}" for loop in ("scan", "jit", "cohort"))
        _say(f"{model:16}{optimizer:8}{figures}{ratios}{all_devices['lanes']:10.1f}")
    _say(f"\n{'model':16}{'layout':12}{'1 device':>10}{f'{CORES} devices':>12}")
    for name, layouts in alone["layouts"].items():
        for layout in (each for each in layouts if not each.endswith(" cpu")):
            costs = (found["layouts"][name][layout] for found in (alone, together))
            _say(f"{name:16}{layout:12}" + "{:10.1f}{:12.1f}".format(*costs))
    _say("\nmicroseconds per lane-step, batch 64")


def _child(devices: int, *, quick: bool) -> dict[str, Any]:
    flags = f"--xla_force_host_platform_device_count={devices}"
    arguments = [sys.executable, __file__, f"--devices={devices}", *["--quick"] * quick]
    environment = {**os.environ, "XLA_FLAGS": flags, "JAX_PLATFORMS": "cpu"}
    finished = subprocess.run(arguments, env=environment, stdout=subprocess.PIPE, check=True)
    found: dict[str, Any] = json.loads(finished.stdout)
    return found


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")


def measured(*, quick: bool) -> dict[str, Any]:
    """Return microseconds per lane-step of every loop, on the devices that this process has."""
    models = dict(list(MODELS.items())[:1]) if quick else MODELS
    turns = 5 if quick else 9
    steps = {
        f"{model} {optimizer}": _loops(task(*shape), optimizer, turns=turns)
        for model, shape in models.items()
        for optimizer in OPTIMIZERS
    }
    return {
        "steps": steps,
        "layouts": {model: _layouts(task(*shape), turns=3) for model, shape in models.items()},
    }


def task(hidden_layers: int, hidden_width: int) -> Any:
    """Return an MLP on random examples: only its speed matters."""
    import numpy as np

    from tuner_engine.data import Dataset, TableEncoding
    from tuner_engine.models import tabular
    from tuner_engine.specs import Hyperparameters
    from tuner_engine.workload import DataFacts, Profile, Workload

    rng = np.random.default_rng(0)
    x = rng.normal(size=(EXAMPLES, FEATURES)).astype(np.float32)
    y = rng.integers(0, CLASSES, EXAMPLES).astype(np.int32)
    facts = DataFacts(
        source="made",
        sha256="",
        rows=EXAMPLES,
        format="csv",
        target="y",
        target_guessed=False,
    )
    workload = Workload(
        family="tabular",
        task="classification",
        train_examples=EXAMPLES,
        valid_examples=200,
        test_examples=0,
        features=FEATURES,
        outputs=CLASSES,
    )
    profile = Profile(workload=workload, data=facts)
    dataset = Dataset(
        profile,
        {"x": x, "y": y},
        {"x": x[:200], "y": y[:200]},
        None,
        TableEncoding(groups=tuple((column,) for column in range(FEATURES))),
    )
    settings = Hyperparameters(
        model="mlp",
        hidden_layers=hidden_layers,
        hidden_width=hidden_width,
        optimizer="adamw",
        schedule="constant",
        learning_rate=RATE,
        warmup_share=0.0,
        batch_size=BATCH,
        epochs=1,
        patience=None,
        weight_decay=DECAY,
        dropout=0.0,
        label_smoothing=0.0,
        gradient_clip=None,
    )
    return tabular.task(dataset, settings)


def _loops(task: Any, optimizer: str, *, turns: int) -> dict[str, float]:
    from tuner_engine.training.layouts import Layout

    loops = {
        "scan": _scan(task, optimizer),
        "jit": _jitted(task, optimizer),
        "cohort": _cohort(task, optimizer, Layout("map", "scan"), lanes=1),
        "lanes": _cohort(task, optimizer, Layout("map", "scan"), lanes=LANES),
    }
    return _in_turns(loops, turns=turns)


def _layouts(task: Any, *, turns: int) -> dict[str, float]:
    from tuner_engine.training.choosing import CANDIDATES

    loops = {str(layout): _cohort(task, "adamw", layout, lanes=LANES) for layout in CANDIDATES}
    return _in_turns(loops, turns=turns)


def _in_turns(loops: dict[str, Callable[[], int]], *, turns: int) -> dict[str, float]:
    """Return the median microseconds per lane-step, by wall clock and by processor time.

    Each loop runs once per turn; the first turn warms up and does not count.
    """
    taken: dict[str, list[float]] = {f"{name}{clock}": [] for name in loops for clock in CLOCKS}
    for _ in range(turns + 1):
        for name, loop in loops.items():
            began = {clock: read() for clock, read in CLOCKS.items()}
            lane_steps = loop()
            for clock, read in CLOCKS.items():
                taken[f"{name}{clock}"].append((read() - began[clock]) / lane_steps * 1e6)
    return {name: statistics.median(costs[1:]) for name, costs in taken.items()}


def _by_hand(task: Any, optimizer: str) -> tuple[Any, Any, Any]:
    """Return one training step as most people write it, its first state, and the data."""
    import jax
    import jax.numpy as jnp
    import optax

    from tuner_engine.training.task import Noise, Variables

    matrices = lambda params: jax.tree.map(lambda leaf: leaf.ndim >= 2, params)  # noqa: E731
    rule = {
        "adamw": optax.adamw(RATE, weight_decay=DECAY, mask=matrices),
        "sgd": optax.chain(
            optax.add_decayed_weights(DECAY, mask=matrices), optax.sgd(RATE, momentum=0.9)
        ),
    }[optimizer]
    variables = task.init(jax.random.key(0))
    data = {name: jnp.asarray(array) for name, array in task.train.items()}

    def step(carry: Any, rows: Any) -> Any:
        params, state = carry
        batch = {name: array[rows] for name, array in data.items()}

        def loss_of(params: Any) -> Any:
            return task.loss(Variables(params, variables.rest), batch, jax.random.key(0), Noise())[
                0
            ]

        loss, gradients = jax.value_and_grad(loss_of)(params)
        updates, state = rule.update(gradients, state, params)
        return (optax.apply_updates(params, updates), state), loss

    return step, (variables.params, rule.init(variables.params)), data


def _rows() -> Any:
    from tuner_engine.training.order import batches
    from tuner_engine.training.program import MOST_STEPS

    return batches(seed=0, examples=EXAMPLES, batch_size=BATCH, first_step=0, steps=MOST_STEPS)


def _scan(task: Any, optimizer: str) -> Callable[[], int]:
    import jax

    step, carry, _ = _by_hand(task, optimizer)
    run = jax.jit(lambda carry, rows: jax.lax.scan(step, carry, rows), donate_argnums=0)
    state = [jax.tree.map(lambda leaf: leaf.copy(), carry)]

    def once() -> int:
        rows = _rows()
        state[0], losses = run(state[0], rows)
        jax.block_until_ready(losses)
        return len(rows)

    return once


def _jitted(task: Any, optimizer: str) -> Callable[[], int]:
    import jax

    step, carry, _ = _by_hand(task, optimizer)
    run = jax.jit(step, donate_argnums=0)
    state = [jax.tree.map(lambda leaf: leaf.copy(), carry)]

    def once() -> int:
        rows = _rows()
        losses = []
        for batch in rows:
            state[0], loss = run(state[0], batch)
            losses.append(loss)
        jax.block_until_ready(losses)
        return len(rows)

    return once


def _cohort(task: Any, optimizer: Any, layout: Any, *, lanes: int) -> Callable[[], int]:
    import numpy as np

    from tuner_engine.training.cohort import Course, Lane, train
    from tuner_engine.training.lane import Form
    from tuner_engine.training.program import MOST_STEPS, compile_program

    form = Form(optimizer=optimizer, batch_size=BATCH)
    program = compile_program(task, form, layout, lanes=lanes)
    course = Course(multiples=np.ones(10**6), score_every=None)
    all_lanes = [Lane(learning_rate=RATE, weight_decay=DECAY, seed=n) for n in range(lanes)]
    chunks = train(program, all_lanes, course, chunk_steps=MOST_STEPS)

    def once() -> int:
        return int(next(chunks).train_losses.size)

    return once


if __name__ == "__main__":
    main()
