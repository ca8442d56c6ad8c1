"""Which formats are there, and who writes each?

A writer is a function from a recipe to an `Exported`. Its module is imported when it is first
asked for, so that a list of formats costs nothing.
"""

from collections.abc import Callable
from importlib import import_module

import msgspec

from tuner_engine.errors import UsageError
from tuner_engine.export.outcome import Exported
from tuner_engine.printable import printable
from tuner_engine.recipe import Recipe

Writer = Callable[[Recipe], Exported]


class Format(msgspec.Struct, frozen=True, kw_only=True):
    """One format, as it is listed."""

    name: str
    sentence: str
    """What it is for, without a full stop."""
    suffix: str
    """How its files are named at the end; a whole name where programs look for one."""
    writer: str
    """Module and function, as `plain.flat`."""


def _listed(name: str, sentence: str, suffix: str, writer: str) -> Format:
    return Format(name=name, sentence=sentence, suffix=suffix, writer=writer)


_ALL = (
    _listed("json", "the whole recipe: values, ranges, reasons, sources", ".json", "plain.whole"),
    _listed("flat", "names and values only, as JSON", ".json", "plain.flat"),
    _listed("yaml", "names and values only, as YAML", ".yaml", "plain.yaml"),
    _listed("toml", "names and values only, as TOML", ".toml", "plain.toml"),
    _listed("env", "names and values only, as an environment file", ".env", "plain.environment"),
    _listed("optax", "Python: optimizer and schedule in Optax", ".py", "writers.optax"),
    _listed(
        "transformers", "JSON of transformers.TrainingArguments", ".json", "writers.transformers"
    ),
    _listed(
        "trl", "YAML of TRL's config for the regime: SFT, DPO, GRPO, …", ".yaml", "writers.trl"
    ),
    _listed("peft", "adapter_config.json of peft.LoraConfig", ".json", "writers.peft"),
    _listed("axolotl", "YAML for `axolotl train`", ".yaml", "writers.axolotl"),
    _listed("llama-factory", "YAML for `llamafactory-cli train`", ".yaml", "writers.llama_factory"),
    _listed(
        "unsloth", "Python: model, adapter and TRL config for Unsloth", ".py", "writers.unsloth"
    ),
    _listed(
        "lightning",
        "Python: Trainer, optimizer and schedule in Lightning",
        ".py",
        "writers.lightning",
    ),
    _listed("vllm", "JSON of vllm.SamplingParams", ".json", "writers.vllm"),
    _listed("llama.cpp", "JSON of a request to llama-server", ".json", "writers.llama_cpp"),
    _listed("ollama", "a Modelfile for `ollama create`", "Modelfile", "writers.ollama"),
    _listed(
        "hf-generation", "generation_config.json of Transformers", ".json", "writers.hf_generation"
    ),
    _listed("openai", "JSON of a request to OpenAI's chat completions", ".json", "writers.openai"),
    _listed("anthropic", "JSON of a request to Anthropic's messages", ".json", "writers.anthropic"),
)

_BY_NAME = {one.name: one for one in _ALL}

FORMATS = tuple(_BY_NAME)
"""Names of all formats."""


def formats() -> tuple[Format, ...]:
    """Return all formats, in the order of a list."""
    return _ALL


def exported(recipe: Recipe, *, format: str) -> Exported:  # noqa: A002 - the word on the command line
    """Return a recipe in another program's words, with what they could not say.

    Args:
        recipe: What to write.
        format: One of `FORMATS`.

    Raises:
        UsageError: There is no such format, or it cannot hold a recipe like this one.
    """
    if format not in _BY_NAME:
        raise UsageError(
            f"there is no export format {printable(format, width=40)!r}; "
            f"choose from {', '.join(FORMATS)}"
        )
    module, function = _BY_NAME[format].writer.split(".")
    write: Writer = getattr(import_module(f"tuner_engine.export.{module}"), function)
    return write(recipe)


def export(recipe: Recipe, *, format: str) -> bytes:  # noqa: A002 - the word on the command line
    """Return a recipe as the bytes that a file or a pipe receives.

    Args:
        recipe: What to write.
        format: One of `FORMATS`: `json` is the whole document, `flat` the bare values by name.

    Raises:
        UsageError: There is no such format, or it cannot hold a recipe like this one.
    """
    return exported(recipe, format=format).content
