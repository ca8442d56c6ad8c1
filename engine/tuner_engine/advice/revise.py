"""What becomes of a recipe when something was measured?

A measured setting replaces advice, and what depends on it is worked out anew; a locked value stays.
Invariant: where presets and measurement disagree, or a person and a measurement, both are shown and
one is taken; nothing is ever averaged.
"""

from collections.abc import Mapping

from msgspec.structs import replace

from tuner_engine.advice.beliefs import bounds, rounded, worded
from tuner_engine.advice.lints import CODES, lint
from tuner_engine.advice.presets import load
from tuner_engine.advice.rules import scaling
from tuner_engine.recipe import Recipe, SeedNoise, Setting
from tuner_engine.workload import Caution

PRESET_CONFLICT = "preset-against-measurement"
"""Code: a measured value lies outside what is published."""

LOCK_CONFLICT = "lock-against-measurement"
"""Code: a locked value lies outside what was measured."""

_OWN_CODES = frozenset({PRESET_CONFLICT, LOCK_CONFLICT})


def revise(
    recipe: Recipe, measured: Mapping[str, Setting], *, seed_noise: SeedNoise | None = None
) -> Recipe:
    """Return the recipe with what was measured, and with what depends on it.

    Args:
        recipe: Of advice, or of an earlier revision.
        measured: Setting → what a probe found; its basis is `measured`.
        seed_noise: What a probe found of it; none to keep what is known.

    Returns:
        Measured settings where nothing is locked. A batch that moved carries the learning rate
        along by rule F7 or F8, and its parts with it, unless the rate was measured with it or is
        locked. The warnings name every conflict, and what looks like a mistake now.
    """
    revised = recipe.measured(measured)
    carried = {
        **_learning_rate(recipe, revised, measured),
        **_accumulation(recipe, revised, measured),
    }
    revised = revised.measured(carried)
    kept = [caution for caution in recipe.warnings if caution.code not in CODES | _OWN_CODES]
    judged = lint(revised.settings, revised.workload, data_facts=revised.data)
    return replace(
        revised,
        warnings=(*kept, *_conflicts(recipe, measured), *judged),
        seed_noise=seed_noise or recipe.seed_noise,
    )


def _learning_rate(
    before: Recipe, after: Recipe, measured: Mapping[str, Setting]
) -> dict[str, Setting]:
    """Return the rate carried to the batch that was measured, if it was not measured itself."""
    rate = after.settings.get("learning_rate")
    was, now = _batch(before), _batch(after)
    if rate is None or was is None or now is None or was == now or "learning_rate" in measured:
        return {}
    if rate.locked or not isinstance(rate.value, float | int):
        return {}
    return {"learning_rate": _carried(rate, after, reference=was, batch_size=now)}


def _carried(rate: Setting, recipe: Recipe, *, reference: int, batch_size: int) -> Setting:
    value = float(rate.value or 0)
    optimizer = recipe.settings.get("optimizer")
    sgd = optimizer is not None and optimizer.value == "sgd"
    batches = {"batch_size": batch_size, "reference": reference}
    row, how = ("F8", "in proportion") if sgd else ("F7", "by the square root of their ratio")
    moved = (
        scaling.linear_scaling(value, **batches)
        if sgd
        else scaling.square_root_scaling(value, **batches)
    )
    trusted = sgd or scaling.within_square_root_reach(**batches)
    held = "" if trusted else f", held at {scaling.SQUARE_ROOT_REACH:g} times"
    origin = "measured" if rate.basis == "measured" else "advised"
    factor, low_high = moved / value, bounds(rate) if rate.range else None
    return replace(
        rate,
        value=rounded(moved),
        range=tuple(rounded(end * factor) for end in low_high) if low_high else None,
        basis="rule",
        confidence="medium" if trusted and rate.confidence != "low" else "low",
        why=(
            f"{worded(value)}, {origin} at batch {reference:,}, becomes {worded(rounded(moved))} "
            f"at {batch_size:,}, {how}{held}; it is to be measured there."
        ),
        sources=tuple(dict.fromkeys((*rate.sources, *load().cited(row)))),
    )


def _accumulation(
    before: Recipe, after: Recipe, measured: Mapping[str, Setting]
) -> dict[str, Setting]:
    """Return the parts that the measured batch is computed in."""
    parts, micro = after.settings.get("accumulation"), after.settings.get("micro_batch_size")
    was, now = _batch(before), _batch(after)
    if parts is None or micro is None or was == now or now is None or "accumulation" in measured:
        return {}
    hardware = after.workload.hardware
    together = int(micro.value or 0) * (hardware.count if hardware else 1)
    if parts.locked or together < 1 or now % together:
        return {}
    value = now // together
    why = f"The measured batch of {now:,} in parts of {int(micro.value or 0):,}."
    return {"accumulation": replace(parts, value=value, basis="rule", why=why)}


def _conflicts(recipe: Recipe, measured: Mapping[str, Setting]) -> list[Caution]:
    """Return where measurement contradicts what is published, or what a person decided."""
    found = []
    for name, setting in measured.items():
        old = recipe.settings.get(name)
        if old is None or not isinstance(setting.value, float | int):
            continue
        if old.locked:
            found += _lock_conflict(name, old, setting)
        elif old.basis in {"preset", "rule"} and old.range and not _inside(setting.value, old):
            low, high = (worded(end) for end in bounds(old))
            message = (
                f"{name} was measured as {worded(setting.value)}, outside the {low} to {high} that "
                f"are published ({'; '.join(old.sources[:2]) or 'no source'}); the measurement is "
                "taken, as it is of your data: lock another value if you know better"
            )
            found.append(Caution(code=PRESET_CONFLICT, message=message))
    return found


def _lock_conflict(name: str, old: Setting, new: Setting) -> list[Caution]:
    if not isinstance(old.value, float | int) or not new.range or _inside(old.value, new):
        return []
    low, high = (worded(end) for end in bounds(new))
    message = (
        f"{name} stays {worded(old.value)}, as you locked it, and was measured as "
        f"{worded(new.value)}, with {low} to {high} about as good; unlock it to take that"
    )
    return [Caution(code=LOCK_CONFLICT, message=message)]


def _inside(value: float, ranged: Setting) -> bool:
    if ranged.scale == "choice":
        return value in (ranged.range or ())
    low, high = bounds(ranged)
    return low <= value <= high


def _batch(recipe: Recipe) -> int | None:
    setting = recipe.settings.get("batch_size")
    value = setting.value if setting else None
    return int(value) if isinstance(value, int | float) and value >= 1 else None
