"""Which parameters does an engine or an API take, and what does it do when nothing is said?

Invariant: a parameter that an engine is not known to take is never advised for it.
"""

import re

import msgspec

from tuner_engine.recipe import Value

Bounds = tuple[float, float]

_PENALTY: Bounds = (-2.0, 2.0)
_UNIT: Bounds = (0.0, 1.0)
_ANY: Bounds = (0.0, 1e9)


class Engine(msgspec.Struct, frozen=True, kw_only=True):
    """One program or API that samples models."""

    name: str
    accepts: dict[str, Bounds]
    """Parameter → its lowest and highest value."""
    neutral: dict[str, Value] = {}
    """Parameter → what switches it off, where that is not what others use; none to leave it out."""
    defaults: dict[str, Value] = {}
    """Parameter → what happens when it is left out, where that is a trap."""
    rows: tuple[str, ...]
    """Rows of the presets that say so."""
    hosted: bool = False
    """Whether a vendor runs it, who may rescale or refuse values."""
    temperature_last: bool = False
    """Whether the temperature comes after the truncations."""


_OWN_WEIGHTS: dict[str, Bounds] = {
    "temperature": (0.0, 2.0),
    "top_p": _UNIT,
    "top_k": _ANY,
    "min_p": _UNIT,
    "frequency_penalty": _PENALTY,
    "presence_penalty": _PENALTY,
    "repetition_penalty": (0.0, 2.0),
    "max_tokens": (1.0, 1e9),
    "seed": _ANY,
}

_LIKE_OPENAI: dict[str, Bounds] = {
    "temperature": (0.0, 2.0),
    "top_p": _UNIT,
    "frequency_penalty": _PENALTY,
    "presence_penalty": _PENALTY,
    "max_tokens": (1.0, 1e9),
    "seed": _ANY,
}


def _without(*names: str) -> dict[str, Bounds]:
    return {name: bounds for name, bounds in _OWN_WEIGHTS.items() if name not in names}


ENGINES: tuple[Engine, ...] = (
    Engine(name="openai", accepts=_LIKE_OPENAI, rows=("D1", "D2"), hosted=True),
    Engine(
        name="anthropic",
        accepts={
            "temperature": _UNIT,
            "top_p": _UNIT,
            "top_k": _ANY,
            "max_tokens": (1.0, 1e9),
        },
        rows=("D5", "D6"),
        hosted=True,
    ),
    Engine(
        name="gemini",
        accepts={
            "temperature": (0.0, 2.0),
            "top_p": _UNIT,
            "top_k": _ANY,
            "max_tokens": (1.0, 1e9),
            "seed": _ANY,
        },
        neutral={"top_k": None},
        rows=("J2",),
        hosted=True,
    ),
    Engine(
        name="deepseek",
        accepts={name: bounds for name, bounds in _LIKE_OPENAI.items() if name != "seed"},
        rows=("J3",),
        hosted=True,
    ),
    Engine(
        name="mistral",
        accepts={**_LIKE_OPENAI, "temperature": (0.0, 1.5)},
        rows=("D34", "J3"),
        hosted=True,
    ),
    Engine(
        name="transformers",
        accepts=_without("frequency_penalty", "presence_penalty", "seed"),
        defaults={"top_k": 50, "max_tokens": 20},
        rows=("D11", "D12"),
    ),
    Engine(name="vllm", accepts=_OWN_WEIGHTS, defaults={"max_tokens": 16}, rows=("D13",)),
    Engine(name="sglang", accepts=_OWN_WEIGHTS, neutral={"top_k": -1}, rows=("J1",)),
    Engine(
        name="llama.cpp",
        accepts=_OWN_WEIGHTS,
        defaults={"top_k": 40, "top_p": 0.95, "min_p": 0.05, "temperature": 0.8},
        rows=("D15", "D16"),
        temperature_last=True,
    ),
    Engine(
        name="ollama",
        accepts=_OWN_WEIGHTS,
        defaults={"top_k": 40, "top_p": 0.9, "temperature": 0.8},
        rows=("D18",),
        temperature_last=True,
    ),
)
"""Every engine that is known."""

_OTHER_NAMES = {
    "claude": "anthropic",
    "google": "gemini",
    "vertex": "gemini",
    "huggingface": "transformers",
    "hf": "transformers",
    "llamacpp": "llama.cpp",
    "llama-cpp": "llama.cpp",
    "llama-server": "llama.cpp",
    "lm-studio": "llama.cpp",
}
"""What else people call them."""


def named(name: str) -> Engine | None:
    """Return the engine that a name means; none if it is not known."""
    plain = re.sub(r"[\s_]+", "-", name.strip().lower())
    plain = _OTHER_NAMES.get(plain, plain)
    return next((engine for engine in ENGINES if engine.name == plain), None)


def off(engine: Engine, name: str) -> Value:
    """Return the value that switches a parameter off."""
    if name in engine.neutral:
        return engine.neutral[name]
    return {"top_p": 1.0, "top_k": 0, "repetition_penalty": 1.0, "temperature": 1.0}.get(name, 0.0)
