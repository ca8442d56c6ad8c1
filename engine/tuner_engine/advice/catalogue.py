"""How large is a pretrained model, and how large and fast is a device, by name?

Names are matched as people write them: `meta-llama/Meta-Llama-3-8B-Instruct`, `llama3:8b` and
`llama-3-8b` are one model. Invariant: a name that is not recognised yields nothing, never a guess.
"""

import re
import tomllib
from functools import cache
from math import ceil
from pathlib import Path
from typing import Any

import msgspec

import tuner_presets
from tuner_engine.advice import sheets
from tuner_engine.advice.presets import Status
from tuner_engine.errors import DataError
from tuner_engine.printable import printable
from tuner_engine.workload import Family

FOLDER = Path(tuner_presets.__file__).parent / "catalogue"
"""Where the built-in catalogue is."""

NOISE = frozenset(
    [
        *("instruct", "chat", "hf", "it", "meta", "uncased", "cased", "dpo", "sft", "lora", "beta"),
        *("unsloth", "bnb", "gguf", "awq", "gptq", "quantized", "latest"),
        *("4bit", "8bit", "int4", "int8", "fp8", "fp16", "bf16"),
    ]
)
"""Words of a model's name that say nothing about its shape."""

DEVICE_NOISE = frozenset(
    {"nvidia", "geforce", "tesla", "amd", "instinct", "google", "cloud", "gpu"}
)
"""Words of a device's name that only say who made it."""

DEVICE_EXTRAS = frozenset({"sxm", "hbm", "pcie", "2", "3", "4", "5"})
"""Words that may follow a device's name and change neither memory nor speed much."""

GIB = 2**30
"""Bytes. Vendors write GB on cards that hold this many times as much."""

WIDTH_PER_LAYER = 128
"""Width over layers of a transformer whose shape is not known. House choice: that of Llama-2-7B."""

_SIZE = re.compile(r"\d[\d.x]*[mb]|tiny|mini|small|base|medium|large|xl|huge|nemo")
"""A word that says how large a model is; without one, more words may name another model."""


class BaseModel(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The shape of a pretrained transformer."""

    name: str
    family: Family
    kin: str
    """Whose relative it is, as rows of presets name it: `llama`, `bert`."""
    parameters: int
    layers: int
    width: int
    feed_forward: int
    """Inner width of the feed-forward blocks; of one expert, where there are experts."""
    heads: int
    kv_heads: int | None = None
    """None for as many as heads."""
    head_width: int | None = None
    """None for width / heads."""
    vocabulary: int
    context: int
    """Longest sequence that it was made for, in tokens."""
    tied: bool = False
    """Whether the output head shares the embedding's weights."""
    gated: bool = True
    """Whether a feed-forward block has three matrices instead of two."""
    active: int | None = None
    """Parameters that work on one token, where experts take turns."""
    aliases: tuple[str, ...] = ()

    @property
    def key_width(self) -> int:
        """Width of all keys of one token, and of all its values."""
        return (self.kv_heads or self.heads) * self._head_width

    @property
    def query_width(self) -> int:
        """Width of all queries of one token."""
        return self.heads * self._head_width

    @property
    def _head_width(self) -> int:
        return self.head_width or self.width // self.heads

    @property
    def embedding_parameters(self) -> int:
        """Parameters of the embedding and of a head of its own."""
        return self.vocabulary * self.width * (1 if self.tied else 2)


class Device(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One accelerator."""

    name: str
    memory_gib: float
    peak_teraflops: float
    """Dense, at 16 bit."""
    bfloat16: bool = True
    aliases: tuple[str, ...] = ()

    @property
    def memory_bytes(self) -> int:
        """Its memory."""
        return int(self.memory_gib * GIB)


class _Models(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    sources: tuple[str, ...]
    status: Status
    models: tuple[BaseModel, ...]


class _Devices(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    sources: tuple[str, ...]
    status: Status
    devices: tuple[Device, ...]


def model(name: str) -> BaseModel | None:
    """Return the pretrained model that a name means; none if it is not known.

    Words after a known name are taken for the name of somebody's tuning of it.
    """
    words, known = _words(name, noise=NOISE), _by_words()
    lengths = [n for n in range(len(words), 0, -1) if n == len(words) or _sized(words[:n])]
    return next((_entry(known[words[:n]]) for n in lengths if words[:n] in known), None)


def device(name: str) -> Device | None:
    """Return the accelerator that a name means; none if it is not known."""
    words = set(_words(name, noise=DEVICE_NOISE))
    fitting = [
        (len(spelt), entry)
        for spelt, entry in _devices_by_words().items()
        if words.issuperset(spelt)
        and words.difference(spelt) <= DEVICE_EXTRAS | {f"{entry.memory_gib:g}gb"}
    ]
    return max(fitting, key=lambda fit: fit[0])[1] if fitting else None


def models() -> tuple[BaseModel, ...]:
    """Return every model of the catalogue."""
    read: _Models = _read("models.toml", _Models)
    return read.models


def devices() -> tuple[Device, ...]:
    """Return every device of the catalogue."""
    read: _Devices = _read("hardware.toml", _Devices)
    return read.devices


def near(name: str, *, of: tuple[BaseModel, ...] | tuple[Device, ...]) -> tuple[str, ...]:
    """Return up to three names of the catalogue that look like the one given."""
    from difflib import get_close_matches

    return tuple(get_close_matches(name.lower(), [entry.name for entry in of], n=3))


def parameters_in(name: str) -> int | None:
    """Return the parameters that a model's name states, as in `my-model-7b`; none if it does not.

    Of several sizes the first counts, so that `30b-a3b` is 30 billion.
    """
    found = re.search(r"(?<![\w.])(\d+(?:\.\d+)?)([mb])(?![a-z0-9])", name.lower())
    if found is None:
        return None
    return int(float(found[1]) * (10**9 if found[2] == "b" else 10**6))


def shape_of(parameters: int, *, name: str, family: Family) -> BaseModel:
    """Return the shape that a transformer of so many parameters usually has.

    Args:
        parameters: All of them, at least 1.
        name: What the model is called.
        family: What it reads.

    Returns:
        12 · layers · width² parameters in the blocks, with a width of 128 units a layer; its
        `kin` is empty, as nothing published is about it.
    """
    width = max(round((parameters * WIDTH_PER_LAYER / 12) ** (1 / 3) / 64), 1) * 64
    return BaseModel(
        name=name,
        family=family,
        kin="",
        parameters=parameters,
        layers=max(ceil(width / WIDTH_PER_LAYER), 1),
        width=width,
        feed_forward=4 * width,
        heads=max(width // 64, 1),
        vocabulary=0 if family == "image" else 32_000,
        context=4_096,
        gated=False,
    )


def _sized(words: tuple[str, ...]) -> bool:
    return any(_SIZE.fullmatch(word) for word in words)


def _words(name: str, *, noise: frozenset[str]) -> tuple[str, ...]:
    """Return what a name says, in lower case: `Meta-Llama-3.1-8B-Instruct` → llama, 3.1, 8b."""
    last = name.lower().strip().rstrip("/").rpartition("/")[2]
    spaced = re.sub(r"(?<![\d.])([a-z]{2,})(?=\d)", r"\1-", last)
    parts = [
        part for part in re.split(r"[-_:\s]+", re.sub(r"(?<=\d)(?=ti\b)", "-", spaced)) if part
    ]
    return tuple(part for part in parts if part not in noise) or tuple(parts)


@cache
def _by_words() -> dict[tuple[str, ...], str]:
    """Return the words of every model's names, each with the line of the file that describes it."""
    return {
        _words(name, noise=NOISE): line
        for line in sheets.listed(FOLDER / "models.toml")
        for name in _names(line)
    }


def _names(line: str) -> list[str]:
    """Return a model's name and aliases, without reading the rest of its line."""
    _, name, rest = line.split('"', 2)
    return [name, *re.findall(r'"([^"]+)"', rest.partition("aliases = ")[2])]


@cache
def _entry(line: str) -> BaseModel:
    return msgspec.convert(tomllib.loads(f"model = {line}")["model"], BaseModel)


@cache
def _devices_by_words() -> dict[tuple[str, ...], Device]:
    return {
        _words(name, noise=DEVICE_NOISE): entry
        for entry in devices()
        for name in (entry.name, *entry.aliases)
    }


@cache
def _read(name: str, kind: type[Any]) -> Any:
    try:
        text = (FOLDER / name).read_text(encoding="utf-8")
        return msgspec.convert(tomllib.loads(text), kind)
    except (OSError, ValueError) as error:
        raise DataError(f"{name}: no readable catalogue: {printable(str(error))}") from error
