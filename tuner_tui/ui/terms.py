"""On which terms is a training advised and run, beside its settings?

The model, how it is tuned, the device, the time it may take: each a row with a value, what follows
from it, and what a person may type. Plain functions over sessions, without Textual.
Invariant: what is stated is advised for; the data's own facts come back when it is taken back.
"""

import re
from dataclasses import dataclass, replace
from typing import get_args

from tuner_engine.errors import UsageError
from tuner_engine.printable import printable
from tuner_engine.recipe import Recipe
from tuner_engine.specs import Device, RunSpec
from tuner_engine.workload import Hardware, Regime, Workload
from tuner_tui.ui import deciding
from tuner_tui.ui import session as acts
from tuner_tui.ui.session import Session, Told

REGIMES: dict[Regime, str] = {
    "scratch": "from scratch",
    "full": "tuned in every weight",
    "lora": "tuned with LoRA",
    "qlora": "tuned with QLoRA",
    "dpo": "tuned on preferences (DPO)",
    "kto": "tuned on preferences (KTO)",
    "grpo": "tuned on rewards (GRPO)",
    "reward": "tuned to a reward model",
}
"""Regime → how it reads."""

NOTHING = frozenset({"", "none", "auto", "this machine"})
"""What people type to take a statement back."""

_BUDGETS = ("none", "60s", "5m", "15m", "1h")
_SPLITS = ("0.1", "0.15", "0.2", "0.3")
_COUNTED = re.compile(r"(\d{1,5})\s*[x×]\s*(.+)")
"""As in `2 x H100`."""

_MEMORY = re.compile(r"\d+(?:\.\d+)?\s*(?:g|gb|gib)?", re.IGNORECASE)
"""As in `24GB`; anything else names an accelerator."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One row.

    Attributes:
        name: Stable.
        label: What it is called.
        value: As it stands.
        follows: What follows from it, in words.
        asks: The question for a new value.
        known: What can be typed, where that is a few words.
    """

    name: str
    label: str
    value: str
    follows: str
    asks: str
    known: tuple[str, ...] = ()


def terms(session: Session) -> tuple[Term, ...]:
    """Return every row for a session that has a recipe."""
    recipe = session.recipe
    if recipe is None:
        return ()
    return (
        _model(recipe),
        _regime(recipe),
        _accelerator(recipe),
        _device(session.spec),
        _budget(session.spec),
        _seed(session.spec),
        *(() if session.spec.data.kind == "task" else (_held_out(session),)),
    )


def changed(session: Session, name: str, text: str) -> Session:
    """Return the session with one term as a person typed it.

    A session without a recipe comes back where the data are to be read anew.

    Raises:
        UsageError: The text is not understood, or has no meaning for these data.
    """
    word = text.strip()
    match name:
        case "model":
            return _with_model(session, word)
        case "regime":
            return _with_regime(session, word)
        case "accelerator":
            return _with_accelerator(session, word)
        case "held out":
            return _with_held_out(session, word)
    return replace(session, spec=_with_spec(session.spec, name, word))


def weighed(recipe: Recipe, model: str | None = None) -> str:
    """Return what a model weighs: parameters, memory and the cost of a step, where they are known.

    Args:
        recipe: As it stands.
        model: Another model than the recipe's, at the size that is usual for it.
    """
    from tuner_engine.advice import weighing

    if model is not None and model != recipe.values().get("model"):
        recipe = deciding.advised(
            recipe, values={"model": model}, without=("model", "hidden_layers", "hidden_width")
        )
    columns = [it for it in recipe.data.columns if it.role == "feature"] if recipe.data else []
    found = weighing.weight(recipe.values(), recipe.workload, columns=len(columns) or None)
    if found is None:
        return _fit(recipe)
    return (
        f"{_amount(found.parameters)} parameters · {_bytes(found.state_bytes)} state"
        f" · {_amount(found.step_flops)}FLOP/step"
    )


def models(recipe: Recipe) -> tuple[str, ...]:
    """Return the models that can be trained on these data from scratch."""
    if recipe.workload.regime != "scratch" or "model" not in recipe.settings:
        return ()
    return tuple(str(option) for option in deciding.options(recipe, "model"))


def _model(recipe: Recipe) -> Term:
    workload = recipe.workload
    value = workload.base_model or str(recipe.values().get("model") or "")
    return Term(
        name="model",
        label="model",
        value=printable(value),
        follows=weighed(recipe),
        asks="Which model? A pretrained one is advised on, and exported.",
        known=models(recipe),
    )


def _regime(recipe: Recipe) -> Term:
    regime = recipe.workload.regime
    follows = "measured here" if regime == "scratch" else "advised here, trained by its trainer"
    return Term(
        name="regime",
        label="training",
        value=REGIMES.get(regime, regime),
        follows=follows,
        asks="How is it trained?",
        known=tuple(REGIMES),
    )


def _accelerator(recipe: Recipe) -> Term:
    hardware = recipe.workload.hardware
    return Term(
        name="accelerator",
        label="advise for",
        value="this machine" if hardware is None else _hardware(hardware),
        follows=_time(recipe),
        asks="For which accelerator? As RTX 4090, 2 x H100 or 24GB; none for this machine.",
    )


def _device(spec: RunSpec) -> Term:
    follows = "an accelerator if JAX finds one" if spec.device == "auto" else "probes run there"
    return Term(
        name="device",
        label="run on",
        value=spec.device,
        follows=follows,
        asks="Where do probes run?",
        known=get_args(Device),
    )


def _budget(spec: RunSpec) -> Term:
    value = "none" if spec.budget_s is None else f"{spec.budget_s:g} s"
    return Term(
        name="budget",
        label="budget",
        value=value,
        follows="as long as the plan needs" if spec.budget_s is None else "for one probe, in all",
        asks="How long may a probe take? As 90s, 10m or 2h; none for as long as it needs.",
        known=_BUDGETS,
    )


def _seed(spec: RunSpec) -> Term:
    return Term(
        name="seed",
        label="seed",
        value=str(spec.seed),
        follows="of the split, the first weights and the order",
        asks="Which seed?",
    )


def _held_out(session: Session) -> Term:
    data = session.spec.data
    return Term(
        name="held out",
        label="held out",
        value=f"{data.valid_share:g}",
        follows="share for validation; the data are read again",
        asks="Which share of the data is held out for validation?",
        known=_SPLITS,
    )


def _with_model(session: Session, word: str) -> Session:
    recipe = acts.recipe_of(session)
    if word in models(recipe):
        value = deciding.typed(recipe, "model", word)
        return acts.settled(session, deciding.decided(recipe, "model", value))
    told = replace(session.told, base_model=None if word.lower() in NOTHING else printable(word))
    regime = None if told.base_model is None else session.told.regime
    return _restated(session, replace(told, regime=regime))


def _with_regime(session: Session, word: str) -> Session:
    regime = next((name for name in REGIMES if word.lower() in {name, REGIMES[name]}), None)
    if regime is None:
        raise UsageError(f"training {printable(word)}: expected one of {', '.join(REGIMES)}")
    if regime == "scratch":
        return _restated(session, replace(session.told, regime=None, base_model=None))
    if session.told.base_model is None:
        raise UsageError("name a pretrained model first: only such a one can be tuned")
    return _restated(session, replace(session.told, regime=regime))


def _with_accelerator(session: Session, word: str) -> Session:
    if word.lower() in NOTHING:
        return _restated(session, replace(session.told, gpu=None, gpus=None, gpu_memory=None))
    found = _COUNTED.fullmatch(word)
    count, name = (int(found[1]), found[2]) if found else (None, word)
    is_memory = _MEMORY.fullmatch(name) is not None
    return _restated(
        session,
        replace(
            session.told,
            gpu=None if is_memory else name,
            gpus=count,
            gpu_memory=name if is_memory else None,
        ),
    )


def _with_held_out(session: Session, word: str) -> Session:
    share = _number("held out", word)
    if not 0 < share < 1:
        raise UsageError(f"held out {printable(word)}: expected a share between 0 and 1")
    data = replace(session.spec.data, valid_share=share)
    return Session(spec=replace(session.spec, data=data))


def _with_spec(spec: RunSpec, name: str, word: str) -> RunSpec:
    if name == "budget":
        from tuner_tui.cli import budget

        budget_s = None if word.lower() in NOTHING else budget.seconds(word)
        return replace(spec, budget_s=budget_s)
    if name == "seed":
        if not word.isascii() or not word.isdigit() or int(word) >= 2**32:
            raise UsageError(f"seed {printable(word)}: expected a whole number below 2^32")
        return replace(spec, seed=int(word))
    device: Device | None = next((one for one in get_args(Device) if one == word.lower()), None)
    if device is None:
        raise UsageError(f"{printable(word)}: expected one of {', '.join(get_args(Device))}")
    return replace(spec, device=device)


def _restated(session: Session, told: Told) -> Session:
    """Return the session advised for other facts; with another regime decisions are forgotten."""
    from tuner_engine.advice import stated

    recipe = acts.recipe_of(session)
    read = session.read or recipe.workload
    facts = stated.Stated(
        regime=told.regime, gpu=told.gpu, gpus=told.gpus, gpu_memory=told.gpu_memory
    )
    workload: Workload = stated.over(read, facts, stated.Subject(model=told.base_model))
    same = workload.regime == recipe.workload.regime
    without = () if same else tuple(deciding.standing(recipe))
    advised = deciding.advised(recipe, workload=workload, without=without)
    return replace(acts.settled(session, advised), told=told, read=read)


def _fit(recipe: Recipe) -> str:
    """Return whether a pretrained model fits its device, where both are known."""
    from tuner_engine.advice import estimates
    from tuner_engine.advice.memory import billions, gibibytes

    size = recipe.workload.base_parameters
    parts = [f"{billions(size)} parameters"] if size else []
    fit = estimates.memory_fit(recipe.settings, recipe.workload)
    if fit is not None:
        words = "does not fit" if not fit.fits else "fits, but tight" if fit.tight else "fits"
        parts.append(f"{gibibytes(fit.need.bytes)} of {gibibytes(fit.available_bytes)}: {words}")
    return " · ".join(parts)


def _time(recipe: Recipe) -> str:
    from tuner_engine.advice import duration, estimates

    needed = estimates.time_needed(recipe.settings, recipe.workload)
    return f"about {duration.in_words(needed.seconds)}" if needed else ""


def _hardware(hardware: Hardware) -> str:
    count = f"{hardware.count} × " if hardware.count > 1 else ""
    memory = f", {_bytes(hardware.memory_bytes)}" if hardware.memory_bytes else ""
    return printable(f"{count}{hardware.device}{memory}")


def _number(name: str, word: str) -> float:
    try:
        return float(word)
    except ValueError:
        raise UsageError(f"{name} {printable(word)}: expected a number") from None


def _amount(count: float) -> str:
    """Return a count in three digits: `12.3 k`, `1.2 G`."""
    for power, suffix in ((1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k")):
        if count >= power:
            return f"{count / power:.3g} {suffix}"
    return f"{count:.3g} "


def _bytes(count: float) -> str:
    for power, unit in ((2**30, "GiB"), (2**20, "MiB"), (2**10, "KiB")):
        if count >= power:
            return f"{count / power:.3g} {unit}"
    return f"{count:.0f} bytes"
