"""Which value lies one step further along a setting's range?

Steps are those that people try: powers of two for sizes, 1-2-5 for rates, round tenths of a range
elsewhere. Invariant: stepping never leaves what the kind of setting can hold.
"""

import math

from tuner_engine.errors import UsageError
from tuner_engine.recipe import Setting, Value
from tuner_engine.settings import SETTINGS

_LADDER = (1.0, 2.0, 5.0)
"""Steps of a decade. House choice."""

_TENTHS = 10
"""Steps from one end of a linear range to the other, about. House choice."""

_SHARE = 0.05
"""Step of a share without a range. House choice."""

_DOUBLED = frozenset(
    {
        "hidden_width",
        "batch_size",
        "micro_batch_size",
        "accumulation",
        "sequence_length",
        "lora_rank",
        "lora_alpha",
        "max_tokens",
    }
)
"""Settings that people double and halve, whatever their scale."""

_FROM_ZERO = frozenset({"seed", "top_k"})
"""Counts that may be 0."""

_SIGNED = frozenset({"frequency_penalty", "presence_penalty"})
"""Settings that may lie below zero."""


def stepped(name: str, setting: Setting, *, by: int, options: tuple[Value, ...] = ()) -> Value:
    """Return the value some steps up or down.

    Args:
        name: Of the setting.
        setting: As it stands.
        by: Steps; below zero goes down.
        options: Every value that the setting can take, where these are a few words.

    Raises:
        UsageError: There is nowhere to step from, or nothing to step along.
    """
    if options:
        return _option(setting.value, options, by)
    value = setting.value if setting.value is not None else _start(setting)
    if value is None or isinstance(value, str | bool):
        raise UsageError(f"{name} has no steps: ⏎ types a value")
    whole = SETTINGS[name].kind == "count" if name in SETTINGS else isinstance(value, int)
    found = float(value)
    for _ in range(abs(by)):
        found = _next(name, found, setting, whole=whole, up=by > 0)
    return max(int(found), 0 if name in _FROM_ZERO else 1) if whole else _within(name, found)


def _option(value: Value, options: tuple[Value, ...], by: int) -> Value:
    if value in options:
        return options[(options.index(value) + by) % len(options)]
    numbers = [option for option in options if _is_number(option) and _is_number(value)]
    beyond = [each for each in numbers if (each > value if by > 0 else each < value)]  # type: ignore[operator]
    return (beyond or options)[0 if by > 0 else -1]


def _is_number(value: Value) -> bool:
    return isinstance(value, float | int) and not isinstance(value, bool)


def _start(setting: Setting) -> Value:
    """Return where an unset value begins: at the low end of its range."""
    return setting.range[0] if setting.range else None


def _next(name: str, value: float, setting: Setting, *, whole: bool, up: bool) -> float:
    if value > 0 and (name in _DOUBLED or (whole and setting.scale == "log")):
        return value * 2 if up else math.ceil(value / 2)
    if setting.scale == "log":
        return _rung(value, setting, up=up)
    step = _linear_step(value, setting, share=_is_share(name))
    step = max(1, round(step)) if whole else step
    place = value / step
    near = round(place)
    if math.isclose(place, near, abs_tol=1e-6):
        moved = near + (1 if up else -1)
    else:
        moved = math.ceil(place) if up else math.floor(place)
    return float(f"{moved * step:.6g}")


def _rung(value: float, setting: Setting, *, up: bool) -> float:
    """Return the next value of 1, 2, 5, 10 and so on."""
    if value <= 0:
        low = setting.range[0] if setting.range else 0.0
        return float(low) if up and isinstance(low, float | int) and low > 0 else max(value, 0.0)
    decade = math.floor(math.log10(value) + 1e-9)
    rungs = [float(f"{step}e{decade + by}") for by in (-1, 0, 1) for step in _LADDER]
    if up:
        return next(rung for rung in rungs if rung > value * (1 + 1e-6))
    return next(rung for rung in reversed(rungs) if rung < value * (1 - 1e-6))


def _linear_step(value: float, setting: Setting, *, share: bool) -> float:
    ends = [end for end in setting.range or () if isinstance(end, float | int)]
    if len(ends) > 1 and ends[-1] > ends[0]:
        return _round_step((ends[-1] - ends[0]) / _TENTHS)
    if share:
        return _SHARE
    return _round_step(abs(value) / _TENTHS) if value else 0.1


def _round_step(rough: float) -> float:
    decade = 10.0 ** math.floor(math.log10(rough))
    return next(step * decade for step in (*_LADDER, 10.0) if step * decade >= rough * (1 - 1e-9))


def _is_share(name: str) -> bool:
    return name in SETTINGS and SETTINGS[name].kind == "share"


def _within(name: str, value: float) -> float:
    low = -math.inf if name in _SIGNED or name not in SETTINGS else 0.0
    return min(max(value, low), 1.0 if _is_share(name) else math.inf)
