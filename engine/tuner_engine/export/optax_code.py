"""How is a recipe's optimizer written in Optax?

The module that is written builds the steps that this program itself takes: same rise, same fall,
decay on matrices only, the same clipping, parts of a batch added up before a step. A test runs it
beside the engine's own.
"""

from collections.abc import Callable

from tuner_engine.export import rates
from tuner_engine.export.batches import approximated, split
from tuner_engine.export.case import Case
from tuner_engine.export.code import arguments, docstring, literal, needed
from tuner_engine.export.hf_trainer import MODEL_CONFIG, MOMENTUM
from tuner_engine.export.losses import lost
from tuner_engine.export.outcome import Approximated, Exported
from tuner_engine.recipe import Value, this_tool

STEP_FALLS = (0.5, 0.75)
"""Where the step schedule falls, shares of the steps after warm-up. The engine's."""

STEP_FACTOR = 0.1
"""Rate after each fall over before. The engine's."""

PLATEAU_FACTOR = 0.1
"""Rate after a plateau over before. The engine's."""

PLATEAU_PATIENCE = 10
"""Epochs without a better training loss before a plateau is called. The engine's."""

TABLES = ("embedding", "positions")
"""Names of parameters that Muon leaves to Adam. The engine's."""

_SAID = (
    "optimizer",
    "schedule",
    "learning_rate",
    "warmup_share",
    "batch_size",
    "micro_batch_size",
    "epochs",
    "max_steps",
    "weight_decay",
    "gradient_clip",
    "accumulation",
    "momentum",
    "beta1",
    "beta2",
    "epsilon",
    "min_learning_rate_share",
)
"""Settings that the module says, one way or another."""

_HINTS = {
    "patience": "end your loop after {value} epochs without a better validation loss",
    "label_smoothing": "pass `optax.smooth_labels(labels, {value})` to the loss",
    "precision": "cast inputs and parameters inside the model's call",
    "rematerialize": "wrap the model's blocks in `jax.checkpoint`",
    "augmentation": "it belongs to the data",
    "seed": "pass `jax.random.key({value})` where the model is made",
    "ema_decay": "keep `optax.incremental_update(params, mean, 1 - {value})` in your loop",
    "layerwise_decay": "wrap the optimizer in `optax.multi_transform` by layer",
    "model": MODEL_CONFIG,
}

_FUNCTIONS = '''

def make_schedule({steps}) -> optax.Schedule:
    """Return the learning rate of each optimizer step."""
{schedule}

def make_optimizer({steps}) -> optax.GradientTransformationExtraArgs:
    """Return what turns gradients into updates{value}."""
{optimizer}

def _matrices(params):
    """Return which parameters decay: matrices, not biases or scales."""
    return jax.tree.map(lambda leaf: leaf.ndim >= 2, params)
'''


_DIMENSIONS = '''

def _dimensions(params):
    """Return which parameters Muon moves: matrices, not tables that are looked up."""

    def own(path, leaf):
        looked_up = getattr(path[-1], "key", None) in {tables}
        return optax.contrib.MuonDimensionNumbers() if leaf.ndim == 2 and not looked_up else None

    return jax.tree.map_with_path(own, params)
'''


def write(case: Case) -> Exported:
    """Return a module with `make_schedule` and `make_optimizer`.

    Raises:
        UsageError: The recipe has no learning rate.
    """
    rate = needed(case, "learning_rate", by="Optax")
    optimizer, told = _optimizer(case)
    plateau = case.values.get("schedule") == "reduce-on-plateau"
    body = _FUNCTIONS.format(
        steps="steps: int = STEPS" if case.steps else "steps: int",
        schedule=_schedule(case),
        optimizer=optimizer,
        value="; give `update` the loss as `value`" if plateau else "",
    )
    if case.values.get("optimizer") == "muon":
        body += _DIMENSIONS.format(tables=literal(TABLES))
    head = docstring(_head(case)) + "\nimport jax\nimport optax\n\n" + _constants(case, rate)
    return Exported(
        content=(head + body).encode(),
        suffix=".py",
        dropped=(*case.unwritable, *lost(case, _SAID, hints=_HINTS, otherwise=MODEL_CONFIG)),
        approximated=(*told, *_near_schedule(case), *approximated(case)),
    )


def _head(case: Case) -> list[str]:
    return [
        f"Optimizer and learning rate of a recipe by tuner-tui {this_tool().version}.",
        "",
        "    optimizer = make_optimizer()",
        "    state = optimizer.init(params)",
        "    updates, state = optimizer.update(gradients, state, params)",
        "    params = optax.apply_updates(params, updates)",
    ]


def _constants(case: Case, rate: float) -> str:
    lines = [f"PEAK = {literal(rate)}"]
    batch, epochs, each = case.number("batch_size"), case.number("epochs"), case.steps_per_epoch
    if batch:
        lines.append(f"BATCH_SIZE = {int(batch)}")
    if (accumulation := _parts(case)) > 1:
        micro = f"  # a batch is {accumulation} parts; call `update` with each part's gradients"
        lines.append(f"PARTS = {accumulation}{micro}")
    if epochs:
        lines.append(f"EPOCHS = {int(epochs)}")
    if each:
        note = f"  # whole batches in {case.workload.train_examples:,} training examples"
        lines.append(f"STEPS_PER_EPOCH = {each}{note}")
    if most := case.number("max_steps"):
        lines.append(f"STEPS = {int(most)}")
    elif epochs and each:
        lines.append("STEPS = EPOCHS * STEPS_PER_EPOCH")
    return "".join(f"{line}\n" for line in lines)


def _parts(case: Case) -> int:
    found = split(case)
    return found[1] if found else int(case.number("accumulation") or 1)


def _schedule(case: Case) -> str:
    name = str(case.values.get("schedule") or "constant")
    warmup = case.number("warmup_share") or 0.0
    lines = []
    after = "steps"
    if warmup and name != "one-cycle":
        lines += [
            "    # However long the rise, one step is left at the peak.",
            f"    rise = min(round({literal(warmup)} * steps), steps - 1)",
            "    steps -= rise",
        ]
    body = _SHAPES.get(name, _constant)(case, after)
    if not lines:
        return "".join(f"{line}\n" for line in (*body[:-1], f"    return {body[-1]}"))
    lines += [
        *body[:-1],
        f"    body = {body[-1]}",
        "    if rise == 0:",
        "        return body",
        "    ramp = optax.linear_schedule(PEAK / (rise + 1), PEAK, rise)",
        "    return optax.join_schedules([ramp, body], [rise])",
    ]
    return "".join(f"{line}\n" for line in lines)


def _floor(case: Case) -> float:
    return case.number("min_learning_rate_share") or 0.0


def _end(case: Case) -> str:
    floor = _floor(case)
    return f"PEAK * {literal(floor)}" if floor else "0.0"


def _constant(case: Case, steps: str) -> list[str]:
    return ["optax.constant_schedule(PEAK)"]


def _linear(case: Case, steps: str) -> list[str]:
    return [f"optax.linear_schedule(PEAK, {_end(case)}, {steps})"]


def _cosine(case: Case, steps: str) -> list[str]:
    floor = f", alpha={literal(_floor(case))}" if _floor(case) else ""
    return [f"optax.cosine_decay_schedule(PEAK, {steps}{floor})"]


def _one_cycle(case: Case, steps: str) -> list[str]:
    after = rates.ONE_CYCLE_END / rates.ONE_CYCLE_START
    return [
        f"    rise, start, end = {rates.ONE_CYCLE_RISE}, {rates.ONE_CYCLE_START}, {after}",
        f"optax.cosine_onecycle_schedule(max({steps}, 4), PEAK, rise, start, end)",
    ]


def _stable_then_decay(case: Case, steps: str) -> list[str]:
    return [
        f"    fall = max(round({rates.DECAY_SHARE} * {steps}), 1)",
        f"    last = optax.linear_schedule(PEAK, {_end(case)}, fall)",
        f"optax.join_schedules([optax.constant_schedule(PEAK), last], [{steps} - fall])",
    ]


def _exponential(case: Case, steps: str) -> list[str]:
    floor = _floor(case) or rates.EXPONENTIAL_FLOOR
    return [f"optax.exponential_decay(PEAK, {steps}, {literal(floor)})"]


def _step(case: Case, steps: str) -> list[str]:
    first, second = STEP_FALLS
    return [
        f"    first, second = (max(round(share * {steps}), 1) for share in ({first}, {second}))",
        f"    falls = {{first: {STEP_FACTOR}, second: {STEP_FACTOR}}}",
        "optax.piecewise_constant_schedule(PEAK, falls)",
    ]


_SHAPES: dict[str, Callable[[Case, str], list[str]]] = {
    "constant": _constant,
    "linear": _linear,
    "cosine": _cosine,
    "one-cycle": _one_cycle,
    "warmup-stable-decay": _stable_then_decay,
    "exponential": _exponential,
    "step": _step,
    "reduce-on-plateau": _constant,
}

_WITH_FLOOR = {"linear", "cosine", "warmup-stable-decay", "exponential"}


def _near_schedule(case: Case) -> tuple[Approximated, ...]:
    name, floor = case.values.get("schedule"), case.values.get("min_learning_rate_share")
    near = []
    if name is not None and name not in _SHAPES:
        why = "it is the task's own schedule; put it in the place of make_schedule"
        near.append(Approximated(name="schedule", value=name, written="constant", why=why))
    if floor and name not in _WITH_FLOOR:
        why = "this schedule ends where it ends"
        near.append(
            Approximated(name="min_learning_rate_share", value=floor, written=None, why=why)
        )
    if case.values.get("warmup_share") and name == "one-cycle":
        value = case.values["warmup_share"]
        why = "one-cycle has a rise of its own"
        near.append(
            Approximated(name="warmup_share", value=value, written=rates.ONE_CYCLE_RISE, why=why)
        )
    return tuple(near)


def _optimizer(case: Case) -> tuple[str, tuple[Approximated, ...]]:
    """Return the body of `make_optimizer`, and what in it stands for something else."""
    name = case.values.get("optimizer")
    core, near = _core(case, str(name or "adamw"))
    parts = [core]
    if clip := case.number("gradient_clip"):
        parts.insert(0, f"optax.clip_by_global_norm({literal(float(clip))})")
    if case.values.get("schedule") == "reduce-on-plateau":
        window = "STEPS_PER_EPOCH" if case.steps_per_epoch else "max(steps // 100, 1)"
        parts.append(
            f"optax.contrib.reduce_on_plateau(factor={PLATEAU_FACTOR}, "
            f"patience={PLATEAU_PATIENCE}, accumulation_size={window})"
        )
    chain = "".join(f"        {part},\n" for part in parts)
    lines = f"    rate = make_schedule(steps)\n    optimizer = optax.chain(\n{chain}    )\n"
    if _parts(case) > 1:
        lines += "    optimizer = optax.MultiSteps(optimizer, every_k_schedule=PARTS)\n"
        lines += "    optimizer = optimizer.gradient_transformation()\n"
    return lines + "    return optax.with_extra_args_support(optimizer)\n", near


def _core(case: Case, name: str) -> tuple[str, tuple[Approximated, ...]]:
    decay = literal(float(case.number("weight_decay") or 0.0))
    adam = arguments(
        {"b1": case.number("beta1"), "b2": case.number("beta2"), "eps": case.number("epsilon")}
    )
    betas = arguments({"b1": case.number("beta1"), "b2": case.number("beta2")})
    momentum = case.number("momentum")
    kept = arguments(
        {"beta": momentum, "adam_b1": case.number("beta1"), "adam_b2": case.number("beta2")}
    )
    share = literal(MOMENTUM if momentum is None else momentum)
    added = f"optax.add_decayed_weights({decay}, mask=_matrices)"
    decoupled = f"weight_decay={decay}, mask=_matrices"
    cores = {
        "sgd": f"optax.chain({added}, optax.sgd(rate, momentum={share}))",
        "adam": f"optax.chain({added}, optax.adam(rate{adam}))",
        "adamw": f"optax.adamw(rate{adam}, {decoupled})",
        "lion": f"optax.lion(rate{betas}, {decoupled})",
        "muon": (
            f"optax.contrib.muon(rate, weight_decay={decay}, "
            f"muon_weight_dimension_numbers=_dimensions{kept})"
        ),
    }
    if name in cores:
        return cores[name], ()
    told: Value = case.values.get("optimizer")
    why = (
        "Optax keeps its state in float32" if name == "adamw-8bit" else "put your own in its place"
    )
    return cores["adamw"], (Approximated(name="optimizer", value=told, written="adamw", why=why),)
