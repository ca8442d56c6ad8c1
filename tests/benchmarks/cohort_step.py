"""What does a step of a cohort's lane cost over the fastest loop one could write by hand?

```text
python tests/benchmarks/cohort_step.py [--quick] [NAME …]
```

It prints two tables and asserts nothing. The budget is a ratio of 1.05 with scoring off. NAMEs, as
in the tables, choose models; `--quick` takes fewer turns.

1. Per model, milliseconds per lane-step: a hand-written `lax.scan`, a hand-written jitted step in a
   Python loop, the cohort with one lane on one device in the layout that the rule gives, their
   ratio (cohort over the faster loop) by wall clock and by processor time, and the cohort with two
   lanes for every device on all devices.
2. Per model, those many lanes in every layout that may be the fastest, with one device and with
   all, and in those layouts that are left out because of what is measured here.

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

import step_tasks
from step_tasks import STANDS, Stand

CORES = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
LANES = 2 * CORES
"""Lanes of the cohort that uses every device."""

RATE, DECAY = 1e-3, 1e-2

TURN_S = 0.2
"""Aimed-at seconds of one loop's turn: what the cohort aims at with one call."""

MOST_STEPS = 1024
"""Most steps of a turn: of the smallest models a call of the cohort takes no more."""

FAR_OFF = 8.0
"""Times the fastest loop by hand from which a layout is not timed any longer."""

CLOCKS = {"": time.perf_counter, " cpu": time.process_time}
"""A busy machine stretches wall time at random; processor time it stretches less."""

LAYOUTS = ("map/scan", "each/loop", "vmap/scan", "vmap/loop", "map/loop")
"""What the second table compares."""


def main() -> None:
    """Measure in child processes, one per number of devices, and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", choices=[[], *STANDS], help="which models")
    parser.add_argument("--quick", action="store_true", help="fewer turns")
    parser.add_argument("--devices", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    names = options.names or list(STANDS)
    if options.devices:
        print(json.dumps({name: measured(STANDS[name], quick=options.quick) for name in names}))
        return
    alone, together = {}, {}
    for name in names:
        for found, devices in ((alone, 1), (together, CORES)):
            found |= _child(devices, name, quick=options.quick)
        print(name, file=sys.stderr)
    _print_steps(alone, together)
    _print_layouts(alone, together)
    print("\nmilliseconds per lane-step")


def _print_steps(alone: dict[str, Any], together: dict[str, Any]) -> None:
    heads = "".join(f"{head:>9}" for head in ("scan", "jit", "cohort", "ratio", "cpu"))
    print(f"{'model':22}{'layout':11}{heads}{f'{LANES} lanes':>10}")
    for name, row in alone.items():
        ratios = "".join(
            f"{row[f'cohort{clock}'] / min(row[f'scan{clock}'], row[f'jit{clock}']):9.3f}"
            for clock in CLOCKS
        )
        figures = "".join(f"{row[loop]:9.3f}" for loop in ("scan", "jit", "cohort"))
        many = together[name][row["layout"]]
        print(f"{name:22}{row['layout']:11}{figures}{ratios}{many:10.3f}")


def _print_layouts(alone: dict[str, Any], together: dict[str, Any]) -> None:
    print(f"\n{'model':22}{'devices':>8}" + "".join(f"{layout:>11}" for layout in LAYOUTS))
    for name in alone:
        for devices, found in ((1, alone), (CORES, together)):
            costs = "".join(f"{found[name][layout]:11.3f}" for layout in LAYOUTS)
            print(f"{name:22}{devices:8}{costs}")


def _child(devices: int, name: str, *, quick: bool) -> dict[str, Any]:
    flags = f"--xla_force_host_platform_device_count={devices}"
    arguments = [sys.executable, __file__, f"--devices={devices}", *["--quick"] * quick, name]
    environment = {**os.environ, "XLA_FLAGS": flags, "JAX_PLATFORMS": "cpu"}
    finished = subprocess.run(arguments, env=environment, stdout=subprocess.PIPE, check=True)
    found: dict[str, Any] = json.loads(finished.stdout)
    return found


def measured(stand: Stand, *, quick: bool) -> dict[str, Any]:
    """Return milliseconds per lane-step of every loop, on the devices that this process has."""
    from tuner_engine.training import choosing, costs
    from tuner_engine.training.lane import Form
    from tuner_engine.training.layouts import Layout

    task = step_tasks.task(stand)
    form = Form(optimizer=stand.optimizer, batch_size=stand.batch)  # type: ignore[arg-type]
    steps = _turn_steps(task, stand)
    rule = choosing.rule(convolves=costs.of(task, form).convolves)
    loops = {
        "scan": _scan(task, stand, steps),
        "jit": _jitted(task, stand, steps),
        "cohort": _trained(_compiled(task, form, rule, lanes=1), steps),
    }
    found = _in_turns(loops, turns=5 if quick else 9)
    best = min(found["scan"], found["jit"])
    for layout in LAYOUTS:
        lanes, way = layout.split("/")
        found[layout] = _many(task, form, Layout(lanes, way), max(steps // 4, 2), best=best)  # type: ignore[arg-type]
    return {"layout": str(rule), **found}


def _many(task: Any, form: Any, layout: Any, steps: int, *, best: float) -> float:
    """Return milliseconds per lane-step of many lanes; what is far off is timed once."""
    program = _compiled(task, form, layout, lanes=LANES)
    glance = _in_turns({"glance": _trained(program, max(steps // 16, 2))}, turns=1)["glance"]
    if glance > FAR_OFF * best:
        return glance
    return _in_turns({"many": _trained(program, steps)}, turns=3)["many"]


def _turn_steps(task: Any, stand: Stand) -> int:
    """Return how many steps make a turn of the aimed-at length."""
    loop = _jitted(task, stand, 4)
    loop()
    began_s = time.perf_counter()
    loop()
    return min(max(round(4 * TURN_S / (time.perf_counter() - began_s)), 4), MOST_STEPS)


def _in_turns(loops: dict[str, Callable[[], int]], *, turns: int) -> dict[str, float]:
    """Return the median milliseconds per lane-step, by wall clock and by processor time.

    Each loop runs once per turn; the first turn warms up and does not count.
    """
    taken: dict[str, list[float]] = {f"{name}{clock}": [] for name in loops for clock in CLOCKS}
    for _ in range(turns + 1):
        for name, loop in loops.items():
            began = {clock: read() for clock, read in CLOCKS.items()}
            lane_steps = loop()
            for clock, read in CLOCKS.items():
                taken[f"{name}{clock}"].append((read() - began[clock]) / lane_steps * 1e3)
    return {name: statistics.median(costs[1:]) for name, costs in taken.items()}


def _by_hand(task: Any, stand: Stand) -> tuple[Any, Any]:
    """Return one training step as most people write it, and its first state."""
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
    }[stand.optimizer]
    variables = jax.jit(task.init)(jax.random.key(0))
    data = {name: jnp.asarray(array) for name, array in task.train.items()}

    def step(carry: Any, rows: Any) -> Any:
        params, rest, state = carry
        batch = {name: array[rows] for name, array in data.items()}

        def loss_of(params: Any) -> Any:
            return task.loss(Variables(params, rest), batch, jax.random.key(0), Noise())

        (loss, rest), gradients = jax.value_and_grad(loss_of, has_aux=True)(params)
        updates, state = rule.update(gradients, state, params)
        return (optax.apply_updates(params, updates), rest, state), loss

    return step, (variables.params, variables.rest, rule.init(variables.params))


def _rows(stand: Stand, steps: int) -> Any:
    from tuner_engine.training.order import batches

    return batches(
        seed=0,
        examples=step_tasks.EXAMPLES,
        batch_size=stand.batch,
        first_step=0,
        steps=steps,
    )


def _scan(task: Any, stand: Stand, steps: int) -> Callable[[], int]:
    import jax

    step, carry = _by_hand(task, stand)
    run = jax.jit(lambda carry, rows: jax.lax.scan(step, carry, rows), donate_argnums=0)
    state = [jax.tree.map(lambda leaf: leaf.copy(), carry)]

    def once() -> int:
        state[0], losses = run(state[0], _rows(stand, steps))
        jax.block_until_ready(losses)
        return steps

    return once


def _jitted(task: Any, stand: Stand, steps: int) -> Callable[[], int]:
    import jax

    step, carry = _by_hand(task, stand)
    run = jax.jit(step, donate_argnums=0)
    state = [jax.tree.map(lambda leaf: leaf.copy(), carry)]

    def once() -> int:
        losses = []
        for batch in _rows(stand, steps):
            state[0], loss = run(state[0], batch)
            losses.append(loss)
        jax.block_until_ready(losses)
        return steps

    return once


def _compiled(task: Any, form: Any, layout: Any, *, lanes: int) -> Any:
    from tuner_engine.training.program import compile_program

    return compile_program(task, form, layout, lanes=lanes)


def _trained(program: Any, steps: int) -> Callable[[], int]:
    """Return what takes so many more steps with every lane of a program."""
    import numpy as np

    from tuner_engine.training.cohort import Course, Lane, train

    course = Course(multiples=np.ones(10**6), score_every=None)
    lanes = [Lane(learning_rate=RATE, weight_decay=DECAY, seed=n) for n in range(program.slots)]
    chunks = train(program, lanes, course, chunk_steps=steps)

    def once() -> int:
        return int(next(chunks).train_losses.size)

    return once


if __name__ == "__main__":
    main()
