"""How is a recipe written for Lightning?

The module that is written holds the Trainer's arguments, the callbacks, and a class to inherit
`configure_optimizers` from. Its learning rates are those that this program trains with, step by
step; a test holds them against the engine's own. Source: lightning 2.6.6, `Trainer`.
"""

from tuner_engine.export import rates
from tuner_engine.export.batches import approximated, split
from tuner_engine.export.case import Case
from tuner_engine.export.code import arguments, docstring, literal, mapping, needed
from tuner_engine.export.hf_trainer import MODEL_CONFIG, MOMENTUM
from tuner_engine.export.losses import lost
from tuner_engine.export.optax_code import (
    PLATEAU_FACTOR,
    PLATEAU_PATIENCE,
    STEP_FACTOR,
    STEP_FALLS,
)
from tuner_engine.export.outcome import Approximated, Exported
from tuner_engine.recipe import this_tool

PRECISIONS = {"bfloat16": "bf16-mixed", "float16": "16-mixed", "float32": "32-true"}
"""Our word → theirs."""

_SAID = (
    "optimizer",
    "schedule",
    "learning_rate",
    "warmup_share",
    "batch_size",
    "micro_batch_size",
    "epochs",
    "patience",
    "weight_decay",
    "gradient_clip",
    "accumulation",
    "precision",
    "momentum",
    "beta1",
    "beta2",
    "epsilon",
    "min_learning_rate_share",
    "max_steps",
    "seed",
)

_HINTS = {
    "model": MODEL_CONFIG,
    "label_smoothing": "pass `label_smoothing={value}` to torch.nn.CrossEntropyLoss",
    "rematerialize": "wrap the model's blocks in `torch.utils.checkpoint.checkpoint`",
    "augmentation": "it belongs to the transform of the data",
    "ema_decay": "add `lightning.pytorch.callbacks.EMAWeightAveraging(decay={value})`",
    "layerwise_decay": "give each layer a parameter group of its own",
    "sequence_length": "truncate in the tokenizer",
    "packing": "pack the examples in the data loader's collate function",
}

_CLASS = '''

class Tuned:
    """Gives a LightningModule its optimizer: `class Mine(Tuned, lightning.LightningModule)`."""

    def configure_optimizers(self):
        """Return the optimizer, and a learning rate for each of its steps."""
        trained = [leaf for leaf in self.parameters() if leaf.requires_grad]
        # Decay pulls on matrices, not on biases or scales.
        groups = [
            {{"params": [leaf for leaf in trained if leaf.ndim >= 2], "weight_decay": DECAY}},
            {{"params": [leaf for leaf in trained if leaf.ndim < 2], "weight_decay": 0.0}},
        ]
        optimizer = {optimizer}
{schedule}        return {{"optimizer": optimizer, "lr_scheduler": rate}}


def callbacks():
    """Return the callbacks that the recipe asks for; `log` the losses they watch."""
    return [{callbacks}]
'''

_BY_STEP = """\
        steps = int(self.trainer.estimated_stepping_batches)
        schedule = torch.optim.lr_scheduler.LambdaLR(
            optimizer, lambda step: multiple(min(step, steps - 1), steps)
        )
        rate = {"scheduler": schedule, "interval": "step"}
"""

_BY_PLATEAU = f"""\
        schedule = torch.optim.lr_scheduler.ReduceLROnPlateau(
            optimizer, factor={PLATEAU_FACTOR}, patience={PLATEAU_PATIENCE}
        )
        rate = {{"scheduler": schedule, "interval": "epoch", "monitor": "train_loss"}}
"""


def write(case: Case) -> Exported:
    """Return a module with `TRAINER`, `Tuned` and `callbacks`.

    Raises:
        UsageError: The recipe has no learning rate.
    """
    rate = needed(case, "learning_rate", by="Lightning")
    optimizer, near = _optimizer(case)
    plateau = case.values.get("schedule") == "reduce-on-plateau"
    patience = case.number("patience")
    stops = f'EarlyStopping(monitor="val_loss", patience={int(patience)})' if patience else ""
    body = _CLASS.format(
        optimizer=optimizer, schedule=_BY_PLATEAU if plateau else _BY_STEP, callbacks=stops
    )
    imports = "import math\n\nimport torch\n"
    if patience:
        imports += "from lightning.pytorch.callbacks import EarlyStopping\n"
    constants = _constants(case, rate) + mapping("TRAINER", _trainer(case))
    code = f"{docstring(_head())}\n{imports}\n{constants}{_multiple(case)}{body}"
    return Exported(
        content=code.encode(),
        suffix=".py",
        dropped=(*case.unwritable, *lost(case, _SAID, hints=_HINTS, otherwise=MODEL_CONFIG)),
        approximated=(*near, *_near_schedule(case), *approximated(case)),
    )


def _head() -> list[str]:
    return [
        f"Training of a recipe by tuner-tui {this_tool().version}, for Lightning 2.",
        "",
        "    class Mine(Tuned, lightning.LightningModule): ...",
        "",
        "    trainer = lightning.Trainer(**TRAINER, callbacks=callbacks())",
        "    trainer.fit(Mine(), DataLoader(train, batch_size=BATCH_SIZE, shuffle=True), ...)",
    ]


def _constants(case: Case, rate: float) -> str:
    lines = [
        f"PEAK = {literal(float(rate))}",
        f"DECAY = {literal(float(case.number('weight_decay') or 0.0))}",
    ]
    if found := split(case):
        lines.append(f"BATCH_SIZE = {found[0]}  # on one device, at once")
    if (seed := case.number("seed")) is not None:
        lines.append(f"SEED = {int(seed)}  # lightning.seed_everything(SEED, workers=True)")
    return "".join(f"{line}\n" for line in lines)


def _trainer(case: Case) -> dict[str, object]:
    found = split(case)
    precision = case.values.get("precision")
    every: dict[str, object | None] = {
        "max_epochs": _whole(case, "epochs"),
        "max_steps": _whole(case, "max_steps"),
        "accumulate_grad_batches": found[1] if found else _whole(case, "accumulation"),
        "gradient_clip_val": case.number("gradient_clip"),
        "precision": PRECISIONS.get(str(precision)) if precision else None,
    }
    return {name: value for name, value in every.items() if value is not None}


def _whole(case: Case, name: str) -> int | None:
    value = case.number(name)
    return None if value is None else int(value)


def _optimizer(case: Case) -> tuple[str, tuple[Approximated, ...]]:
    beta1, beta2 = case.number("beta1"), case.number("beta2")
    stated = {"eps": case.number("epsilon")}
    betas = ""
    if beta1 is not None or beta2 is not None:
        pair = (0.9 if beta1 is None else beta1, 0.999 if beta2 is None else beta2)
        betas = f", betas=({literal(pair[0])}, {literal(pair[1])})"
    momentum = case.number("momentum")
    share = literal(MOMENTUM if momentum is None else momentum)
    adam = f"{betas}{arguments(stated)}"
    cores = {
        "sgd": f"torch.optim.SGD(groups, lr=PEAK, momentum={share})",
        "adam": f"torch.optim.Adam(groups, lr=PEAK{adam})",
        "adamw": f"torch.optim.AdamW(groups, lr=PEAK{adam})",
    }
    name = case.values.get("optimizer")
    if name is None or name in cores:
        return cores[str(name or "adamw")], ()
    near = Approximated(
        name="optimizer", value=name, written="adamw", why=_STAND_INS.get(str(name), _OWN)
    )
    return cores["adamw"], (near,)


_OWN = "put your own in the place of AdamW"
_STAND_INS = {
    "lion": "PyTorch has no Lion, and AdamW wants a rate 3 to 10 times as high; measure it",
    "muon": "PyTorch's Muon takes matrices only, and AdamW at this rate is another training; "
    "measure its rate",
    "adamw-8bit": "use `bitsandbytes.optim.AdamW8bit` in the place of AdamW",
}


def _multiple(case: Case) -> str:
    """Return the function from a step to a multiple of the peak; none where a plateau decides."""
    name = str(case.values.get("schedule") or "constant")
    if name == "reduce-on-plateau":
        return ""
    floor = case.number("min_learning_rate_share") or 0.0
    warmup = 0.0 if name == "one-cycle" else case.number("warmup_share") or 0.0
    lines = ["", "", "def multiple(step, steps):"]
    lines.append('    """Return the learning rate of a step as a multiple of the peak."""')
    if warmup:
        lines += [
            f"    rise = min(round({literal(warmup)} * steps), steps - 1)",
            "    if step < rise:",
            "        return (1 + step) / (rise + 1)",
            "    step, steps = step - rise, steps - rise",
        ]
    lines += _SHAPES.get(name, _SHAPES["constant"])(floor)
    return "".join(f"{line}\n" for line in lines)


def _constant(floor: float) -> list[str]:
    return ["    return 1.0"]


def _linear(floor: float) -> list[str]:
    return [f"    return 1 - {literal(1 - floor)} * step / steps"]


def _cosine(floor: float) -> list[str]:
    return [
        "    fallen = (1 - math.cos(math.pi * step / steps)) / 2",
        f"    return 1 - {literal(1 - floor)} * fallen",
    ]


def _one_cycle(floor: float) -> list[str]:
    start, end = 1 / rates.ONE_CYCLE_START, 1 / rates.ONE_CYCLE_END
    return [
        "    steps = max(steps, 4)",
        f"    peak = int({rates.ONE_CYCLE_RISE} * steps)",
        f"    low, high, way = {literal(start)}, 1.0, step / peak",
        "    if step >= peak:",
        f"        low, high, way = {literal(end)}, 1.0, 1 - (step - peak) / (steps - peak)",
        "    return low + (high - low) * (1 - math.cos(math.pi * way)) / 2",
    ]


def _stable_then_decay(floor: float) -> list[str]:
    return [
        f"    fall = max(round({rates.DECAY_SHARE} * steps), 1)",
        f"    return 1 - {literal(1 - floor)} * max(step - (steps - fall), 0) / fall",
    ]


def _exponential(floor: float) -> list[str]:
    return [f"    return {literal(floor or rates.EXPONENTIAL_FLOOR)} ** (step / steps)"]


def _step(floor: float) -> list[str]:
    return [
        f"    falls = {{max(round(share * steps), 1) for share in {STEP_FALLS}}}",
        f"    return {STEP_FACTOR} ** sum(step >= fall for fall in falls)",
    ]


_SHAPES = {
    "constant": _constant,
    "linear": _linear,
    "cosine": _cosine,
    "one-cycle": _one_cycle,
    "warmup-stable-decay": _stable_then_decay,
    "exponential": _exponential,
    "step": _step,
}
"""Schedule → the lines that end `multiple`, after any warm-up."""

_WITH_FLOOR = {"linear", "cosine", "warmup-stable-decay", "exponential"}


def _near_schedule(case: Case) -> tuple[Approximated, ...]:
    name, near = case.values.get("schedule"), []
    floor, warmup = case.values.get("min_learning_rate_share"), case.values.get("warmup_share")
    if name is not None and name not in _SHAPES and name != "reduce-on-plateau":
        why = "it is the task's own schedule; put it in the place of multiple"
        near.append(Approximated(name="schedule", value=name, written="constant", why=why))
    if floor and name not in _WITH_FLOOR:
        why = "this schedule ends where it ends"
        near.append(
            Approximated(name="min_learning_rate_share", value=floor, written=None, why=why)
        )
    if warmup and name in {"one-cycle", "reduce-on-plateau"}:
        why = f"{name} rises in its own way"
        near.append(Approximated(name="warmup_share", value=warmup, written=None, why=why))
    return tuple(near)
