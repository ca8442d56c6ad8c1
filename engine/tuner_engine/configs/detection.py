"""Which program is a config for?

By its fields: the program that understands most of them, where a field that only one program has
counts more. Invariant: the same file is always taken for the same program.
"""

from collections.abc import Callable

from tuner_engine.configs.notation import Parsed
from tuner_engine.errors import DataError, UsageError
from tuner_engine.export import (
    axolotl,
    hf_trainer,
    llama_factory,
    peft,
    sampling,
    torchtune,
    trl,
)
from tuner_engine.export.coercion import text_of
from tuner_engine.export.entries import Fields, Found, Table, named
from tuner_engine.printable import printable
from tuner_engine.settings import SETTINGS

Reader = Callable[[Fields], Found]

_FLAT = Table(entries=tuple(named(name, name) for name in SETTINGS), otherwise="")
"""Our own names."""


def _read_flat(fields: Fields) -> Found:
    """Return values under our own names; an unset one is unset there, too."""
    found = _FLAT.read(fields)
    unset = {name: None for name in fields if name in SETTINGS and fields[name] is None}
    return Found(
        settings={**found.settings, **unset},
        used=(*found.used, *unset),
        unread=found.unread,
        approximated=found.approximated,
    )


def _read_ollama(fields: Fields) -> Found:
    """Return what a Modelfile or a request to Ollama's own endpoint says."""
    options = {name: name.removeprefix("options.") for name in fields}
    options = {name: "FROM" if name == "model" else plain for name, plain in options.items()}
    found = sampling.OLLAMA.read({options[name]: value for name, value in fields.items()})
    back = {plain: name for name, plain in options.items()}
    unread = tuple(
        type(one)(field=back.get(one.field, one.field), why=one.why) for one in found.unread
    )
    return Found(
        settings=found.settings, used=found.used, unread=unread, approximated=found.approximated
    )


_READERS: dict[str, Reader] = {
    "flat": _read_flat,
    "transformers": hf_trainer.TRANSFORMERS.read,
    "trl": trl.read,
    "peft": peft.TABLE.read,
    "axolotl": axolotl.TABLE.read,
    "llama-factory": llama_factory.TABLE.read,
    "torchtune": torchtune.TABLE.read,
    "vllm": sampling.VLLM.read,
    "openai": sampling.OPENAI.read,
    "anthropic": sampling.ANTHROPIC.read,
    "hf-generation": sampling.GENERATION.read,
    "llama.cpp": sampling.LLAMA_CPP.read,
    "ollama": _read_ollama,
}
"""Format → what its fields mean; where two understand as much, the first is taken."""

READABLE = tuple(_READERS)
"""Names of all formats that can be read."""

_SIGNS: dict[str, frozenset[str]] = {
    "trl": frozenset({"dataset_text_field", "completion_only_loss", "max_prompt_length"}),
    "peft": frozenset({"peft_type", "peft_version", "init_lora_weights"}),
    "axolotl": frozenset({"base_model", "datasets", "val_set_size", "adapter", "sequence_len"}),
    "llama-factory": frozenset({"finetuning_type", "cutoff_len", "template", "stage", "do_train"}),
    "vllm": frozenset({"ignore_eos", "min_tokens", "stop_token_ids", "skip_special_tokens"}),
    "openai": frozenset({"max_completion_tokens", "response_format", "reasoning_effort"}),
    "anthropic": frozenset({"anthropic_version", "stop_sequences", "thinking.type"}),
    "hf-generation": frozenset({"transformers_version", "eos_token_id", "pad_token_id"}),
    "llama.cpp": frozenset({"n_predict", "repeat_last_n", "samplers", "cache_prompt"}),
    "ollama": frozenset({"FROM", "num_predict", "options.num_ctx", "options.temperature"}),
}
"""Format → fields that few others have, also those that are no hyperparameters."""

_WEIGHT_OF_SIGN = 3
"""Understood fields that one such field is worth. House choice."""


def reader(format: str) -> Reader:  # noqa: A002 - the word on the command line
    """Return how a format's fields are read.

    Raises:
        UsageError: There is no such format.
    """
    if format not in _READERS:
        known = ", ".join(READABLE)
        raise UsageError(
            f"--format {printable(format, width=40)} cannot be read; choose from {known}"
        )
    return _READERS[format]


def detected(file: Parsed, *, name: str) -> str:
    """Return the format of a file.

    Raises:
        DataError: No format understands any of its fields.
    """
    scores = {kind: _score(kind, file) for kind in READABLE}
    best = max(scores, key=lambda kind: scores[kind])
    if scores[best] <= 0:
        raise DataError(
            f"{name}: none of its fields is known to any of {', '.join(READABLE)}; "
            "name the right one with --format if there is one"
        )
    return best


def _score(kind: str, file: Parsed) -> int:
    fields = file.fields
    found = _READERS[kind](fields)
    known = len(fields) - len({one.field for one in found.unread} & fields.keys())
    signs = len(_SIGNS.get(kind, frozenset()) & fields.keys())
    return known + _WEIGHT_OF_SIGN * (signs + _by_nature(kind, file))


def _by_nature(kind: str, file: Parsed) -> int:
    """Return signs that are more than the presence of a field."""
    if kind == "torchtune":
        return sum(name.endswith("_component_") for name in file.fields)
    if kind == "ollama" and file.notation == "modelfile":
        return len(file.fields)
    if kind in {"anthropic", "openai"}:
        model = text_of(file.fields.get("model")) or ""
        speaks = "messages" in file.fields
        return speaks + ("claude" in model) * (1 if kind == "anthropic" else -1)
    return 0
